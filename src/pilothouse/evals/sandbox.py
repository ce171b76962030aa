"""Python of the user, run where it can do nothing but compute."""


class Sandbox:
    """A pool of processes. Nothing is started before the first use."""

    def close(self) -> None:
        """Blocks."""
