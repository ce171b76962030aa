"""Pilothouse: see, price, test and steer an LLM application in production."""

from importlib.metadata import version

__version__ = version("pilothouse")
