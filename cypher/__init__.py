"""Cypher statements, data only."""
