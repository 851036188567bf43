"""The same checks, links and strings as DataFrame operations, for graphs that outgrow one machine.

Nothing here is imported unless the engine is asked for: PySpark is an extra (`pip install prospect-explorer[spark]`).
"""
