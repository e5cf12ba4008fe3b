"""What all writers of rows have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from time import perf_counter
from typing import Any, TextIO

from runner.errors import RecipeFailed
from runner.output.text import mend

FLUSH_EVERY = 0.5  # seconds


class Writer(ABC):
    """Writes rows to a stream as they come; the stream stays open.

    Attributes:
        rows: How many were given so far.
        hidden: Columns that had no room on the terminal; only a table hides some.
    """

    def __init__(
        self,
        stream: TextIO,
        columns: Sequence[str] = (),
        *,
        clean: Callable[[str], str] | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        """Prepare to write.

        Args:
            stream: Text, UTF-8, with `newline=""`.
            columns: Their names and order where known before the first row.
            clean: Applied to all that is written.
            clock: Seconds that pass, to flush in time.
        """
        self.rows = 0
        self.hidden: tuple[str, ...] = ()
        self._stream = stream
        self._columns = tuple(columns)
        self._clean = clean
        self._pick: Callable[[Mapping[str, Any]], tuple[Any, ...]] | None = None
        self._closed = False
        self._clock = clock
        self._flushed = clock()

    @property
    def shown(self) -> int:
        """How many of the rows are written; only a table with a limit writes fewer than all."""
        return self.rows

    @abstractmethod
    def write(self, row: Mapping[str, Any]) -> None:
        """Write one row.

        Raises:
            RecipeFailed: Its columns are not those of the first row, or it holds something no format has a form for.
        """

    def close(self) -> None:
        """End the document, so that it is valid however many rows came; a second call does nothing."""
        if not self._closed:
            self._closed = True
            self._end()
            self._stream.flush()

    def _begin(self, row: Mapping[str, Any]) -> None:  # noqa: B027
        """Write what stands above the rows, if the format has that; `row` is the first, or empty where none came."""

    def _end(self) -> None:
        if self._pick is None and self._columns:
            self._begin({})

    def _values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the values of a row in the order of the columns, and write the head before the first."""
        pick = self._pick or self._start(row)
        try:
            values = pick(row)
        except KeyError:
            raise self._differs(row) from None
        if len(row) != len(values):
            raise self._differs(row)
        return values

    def _start(self, row: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
        self._columns = self._columns or tuple(row)
        if set(self._columns) != set(row):
            raise self._differs(row)
        pick = _picker(self._columns)
        self._begin(row)
        self._pick = pick
        return pick

    def _differs(self, row: Mapping[str, Any]) -> RecipeFailed:
        missing = [repr(name) for name in self._columns if name not in row]
        extra = [repr(name) for name in row if name not in self._columns]
        problems = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"adds {', '.join(extra)}"] * bool(extra)
        return RecipeFailed(f"Row {self.rows + 1} has other columns than were told: it {' and '.join(problems)}.")

    def _put(self, text: str) -> None:
        if self._clean:
            text = self._clean(text)
        elif not text.isascii():
            text = mend(text)
        self._stream.write(text)
        now = self._clock()
        if now - self._flushed > FLUSH_EVERY:
            self._flushed = now
            self._stream.flush()


def _picker(columns: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(columns) > 1:
        return itemgetter(*columns)
    # With one name itemgetter gives the bare value.
    return lambda row: tuple(row[name] for name in columns)
