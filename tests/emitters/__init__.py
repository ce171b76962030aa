"""Real client programs, each in an environment of its own, that send what their SDKs send."""
