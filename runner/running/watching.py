"""What a run tells about itself while it goes on."""


class Watcher:
    """Hears of calls, waits and rows; this one keeps silent.

    Attributes:
        calls: Requests sent so far, each try counted.
        waits: Times the run waited: for a rate, or before another try.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.waits = 0

    def calling(self, api: str, method: str, path: str) -> None:
        """A request is about to be sent to the API of that title."""
        self.calls += 1

    def waiting(self, reason: str) -> None:
        """The run is about to wait, for this reason."""
        self.waits += 1

    def delivered(self, rows: int) -> None:
        """So many rows have been given so far."""
