"""What the product is measured by, side by side with its peers in one run (docs/benchmarks.md); no part of the tests.

python -m benchmarks                          strings, kernels, loading, pipeline and cold starts of a county
python -m benchmarks strings --parties 20000  one of them, at another size
python -m benchmarks province                 ten million parties: hours of nothing else, 60 GB of disk
python -m benchmarks table                    the figures of the runs before, as Markdown
"""
