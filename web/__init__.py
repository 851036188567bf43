"""The viewer: server-rendered pages over the same service as the command line, and a JSON twin of each."""
