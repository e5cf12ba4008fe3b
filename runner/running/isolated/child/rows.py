"""Rows on their way out: several at once where they come quickly, and none of them late."""

from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import Any, BinaryIO, Final

from runner.running.clock import REAL_MONOTONIC
from runner.running.isolated.frames import Frame, Pipe, check_size
from runner.running.isolated.packing import is_plain, pack, rows_frame

MOST_ROWS: Final = 100
"""In one frame."""
PATIENCE: Final = 0.02
"""Real seconds that a row waits for others at most."""


class RowPipe(Pipe):
    """A pipe that writes rows before anything that comes after them."""

    def __init__(self, reading: BinaryIO, writing: int) -> None:
        """Take the ends, as a `Pipe` does."""
        super().__init__(reading, writing)
        self._rows: list[Any] = []
        self._are_plain = True
        self._written_at = 0.0
        self._waiting = Event()
        self._pause = Event()

    def open(self) -> None:
        """Begin to look after rows that wait."""
        Thread(target=self._look_after, daemon=True, name="recipe-runner-rows").start()

    def write(self, frame: Frame) -> None:
        """Write a frame that is ready, after the rows before it."""
        check_size(frame)  # before the rows are taken, which are good all the same
        with self._lock:
            self._write(*self._rows_frames(), frame)

    def write_row(self, row: Any) -> None:
        """Write a row soon: at once if it is the first for a while."""
        plain = is_plain(row)
        with self._lock:
            if plain:
                self._rows.append(row.copy())  # the recipe may go on filling the same dict
            else:
                self._are_plain = False
                self._rows.append(pack(dict(row) if isinstance(row, Mapping) else row))
            if len(self._rows) >= MOST_ROWS or REAL_MONOTONIC() - self._written_at > PATIENCE:
                self._write(*self._rows_frames())
            elif len(self._rows) == 1:
                self._waiting.set()

    def write_rows(self) -> None:
        """Write the rows that wait."""
        with self._lock:
            self._write(*self._rows_frames())

    def _rows_frames(self) -> list[Frame]:
        """Take the rows that wait, as one frame if there are any."""
        if not self._rows:
            return []
        rows, are_plain, self._rows, self._are_plain = self._rows, self._are_plain, [], True
        self._written_at = REAL_MONOTONIC()
        return [rows_frame(rows, are_plain=are_plain)]

    def _look_after(self) -> None:
        with suppress(OSError):  # the other end has gone, which ends this process
            while self._waiting.wait():
                self._waiting.clear()
                self._pause.wait(PATIENCE)
                self.write_rows()
