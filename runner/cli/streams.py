"""What a run says on stderr while it goes on."""

import io
import sys
from time import perf_counter

from runner.output.text import safe_text
from runner.running.secrets import Secrets
from runner.running.watching import Watcher

REDRAW_AFTER = 0.1
"""Seconds between two drawings of the progress line."""


class PrintedText(io.StringIO):
    """Where a recipe's own `print` goes: stderr, without secrets; stdout holds the result and nothing else."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def write(self, text: str) -> int:
        """Pass text on to stderr, scrubbed and without terminal escapes."""
        sys.stderr.write(safe_text(self._secrets.scrub(text), keep="\n\t"))
        return len(text)


class ProgressLine(Watcher):
    """One line on a terminal's stderr: rows, calls, waits, seconds; drawn over itself and gone at the end."""

    def __init__(self, *, is_shown: bool, counts_rows: bool = True) -> None:
        """Begin.

        Args:
            is_shown: Whether there is somebody to see it.
            counts_rows: A record and a text have none.
        """
        super().__init__()
        self.rows = 0
        self._counts_rows = counts_rows
        self._is_shown = is_shown
        self._started = perf_counter()
        self._drawn = 0.0
        self._is_drawn = False

    def calling(self, api: str, method: str, path: str) -> None:
        """Count the call and say where it goes."""
        super().calling(api, method, path)
        self._draw(f"{method} {path}")

    def waiting(self, reason: str) -> None:
        """Say why nothing happens for a while."""
        super().waiting(reason)
        self._draw(reason, at_once=True)

    def delivered(self, rows: int) -> None:
        """Count the rows."""
        self.rows = rows
        if not rows % 100:
            self._draw("")

    def summary(self) -> str:
        """Say in one line what the run took: `10 rows · 1 call · 0.3 s`."""
        parts = [_counted(self.rows, "row")] if self._counts_rows else []
        parts += [_counted(self.calls, "call"), *([_counted(self.waits, "wait")] if self.waits else [])]
        return " · ".join([*parts, f"{perf_counter() - self._started:.1f} s"])

    def clear(self) -> None:
        """Wipe the line away, before anything else is written."""
        if self._is_drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._is_drawn = False

    def _draw(self, doing: str, *, at_once: bool = False) -> None:
        now = perf_counter()
        if not self._is_shown or (now - self._drawn < REDRAW_AFTER and not at_once):
            return
        self._drawn = now
        text = f"{self.summary()} · {safe_text(doing)}".removesuffix(" · ")
        sys.stderr.write(f"\r\x1b[2K{text[:78]}")
        sys.stderr.flush()
        self._is_drawn = True


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
