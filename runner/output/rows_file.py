"""A file that is more than rows as text: a workbook, a database, a picture, a page."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class RowsFile(ABC):
    """A context that takes rows as they come; enter it before the run, so that no call is made in vain."""

    @property
    @abstractmethod
    def rows(self) -> int:
        """How many it holds so far."""

    @abstractmethod
    def __enter__(self) -> Self:
        """Open the file.

        Raises:
            AskedWrongly: It cannot be written, or what writes it is not installed.
        """

    @abstractmethod
    def write(self, row: Mapping[str, Any]) -> None:
        """Take one row; it has the columns of the first.

        Raises:
            AskedWrongly: The file cannot be written.
            RecipeFailed: The row holds something that the file has no form for.
        """

    def write_text(self, text: str) -> None:
        """Take the Markdown of a recipe that gives no rows; only a page has a form for it (`ROWS_ONLY`)."""
        raise NotImplementedError

    @abstractmethod
    def commit(self) -> None:
        """Write out what is left, after the last row.

        Raises:
            AskedWrongly: The file cannot be written.
        """

    @abstractmethod
    def keep_partial(self) -> Path | None:
        """Keep the rows so far, when the run failed in the middle.

        Returns:
            The file that holds them, or None if none does.
        """

    @property
    @abstractmethod
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the file, a sentence each."""

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file."""
