"""Copies a project from a running Langfuse, of any generation of its API, into a running Pilothouse.

Both are spoken to over HTTP alone. What is there already is left as it is, so that an import can be
repeated, and one that was killed goes on where it stopped.
"""
