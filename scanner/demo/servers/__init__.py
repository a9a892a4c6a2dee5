"""Real throw-away servers on loopback, for the demonstration and for the tests.

Each is a context manager that puts everything it writes into a directory that the caller owns, listens on a free port
and is gone when the block ends, however it ends. Nothing here is imported by the scanning itself.
"""
