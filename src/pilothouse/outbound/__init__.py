"""Requests that the server makes to addresses which people told it: to models, tools and webhooks."""
