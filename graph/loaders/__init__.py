"""From the bank's tables to the graph: read, check, transform, load, in this order."""
