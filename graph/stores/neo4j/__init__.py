"""The Neo4j store: a graph on a server, filled in batches, and read back into arrays where only the server has it."""
