# Everything a person or CI needs; `make demo` and `make test` work on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test thorough check docs bench neo4j clean

$(VENV)/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[test]'
	touch $@

# A generated county from tables to ranked prospect strings, on the screen and in files.
demo: export EXPLORER_STORE := demo/store
demo: $(VENV)/installed
	rm -rf demo
	$(BIN)/explorer generate demo/tables --parties 20000 --seed 7
	$(BIN)/explorer load demo/tables --rejects demo/rejects.csv
	$(BIN)/explorer dig --all --out demo/strings.csv
	$(BIN)/explorer dig --all --top 20 --out demo/strings.xlsx
	$(BIN)/explorer prospects --out demo/prospects.csv
	$(BIN)/explorer prospects --format table | head -n 22
	$(BIN)/explorer dig --all --top 3 --format table | head -n 22
	@ls -l demo/*.csv demo/*.xlsx demo/*.json
	@echo 'To browse it: $(BIN)/explorer serve --store demo/store'

test: $(VENV)/installed
	$(BIN)/pytest -n 2 --dist loadgroup

# The tests that take long.
thorough: $(VENV)/installed
	$(BIN)/pytest -n 2 --dist loadgroup -m thorough

# Lint, types, floors, and generated pages that are current.
check: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cog --check docs/*.md

docs: $(VENV)/installed
	$(BIN)/cog -r docs/*.md

bench: $(VENV)/installed
	$(BIN)/python -m benchmarks

# The Neo4j server that the tests run against, for a person: it says how to connect, and Ctrl-C ends it.
neo4j: $(VENV)/installed
	$(BIN)/python -m tests.neo4j_server

clean:
	rm -rf $(VENV) demo build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache
