"""The words of the command line: each module turns the options of a few commands into calls of the service."""
