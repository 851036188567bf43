"""The graph: its model, loaders, stores, snapshot and algorithms."""
