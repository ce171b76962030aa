"""`python -m pilothouse` is the command line."""

from pilothouse.cli.main import app

app()
