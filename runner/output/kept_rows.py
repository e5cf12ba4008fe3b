"""A file that is made of all its rows at once: a picture or a page."""

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from runner.errors import RecipeFailed
from runner.output.files import OutputFile, open_output
from runner.output.rows_file import RowsFile

MOST_ROWS: Final = 5_000
"""Rows kept; no person looks at more in a picture or a page."""


class KeptRows(RowsFile):
    """Keeps the first rows and counts the others; what they become is written in the end."""

    what: str
    """What the file is, as a sentence names it."""

    def __init__(self, path: Path, *, force: bool = False) -> None:
        self._path, self._force = path, force
        self._kept: list[dict[str, Any]] = []
        self._count = 0

    @abstractmethod
    def _content(self) -> bytes:
        """Make the file of the kept rows."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._file: OutputFile = stack.enter_context(open_output(self._path, force=self._force))
            self._stack = stack.pop_all()
        return self

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        if self._kept and row.keys() != self._kept[0].keys():
            raise RecipeFailed(f"Row {self._count + 1} has other columns than were told.")
        self._count += 1
        if len(self._kept) < MOST_ROWS:
            self._kept.append(dict(row))

    @property
    def rows(self) -> int:  # noqa: D102
        return self._count

    @property
    def notes(self) -> tuple[str, ...]:  # noqa: D102
        if self._count == len(self._kept):
            return ()
        return (f"The {self.what} shows the first {len(self._kept):,} of {self._count:,} rows. All: -o rows.csv",)

    def commit(self) -> None:  # noqa: D102
        self._put()
        self._file.commit()

    def keep_partial(self) -> Path | None:  # noqa: D102
        self._put()
        return self._file.keep_partial()

    def _put(self) -> None:
        content = self._content()
        self._file.stream.flush()
        self._file.stream.buffer.write(content)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)
