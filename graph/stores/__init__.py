"""Stores: where the graph lives, and how it is asked and replaced."""
