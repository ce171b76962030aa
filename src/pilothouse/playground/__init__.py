"""Trying prompts: variants against models, with every run recorded as a trace."""
