"""Pilothouse: see, price, test and steer an LLM application in production."""

__version__ = "0.1.0"
