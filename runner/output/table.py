"""The table that a person reads: laid out by the first rows, then streamed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

from runner.output.cells import cell_text
from runner.output.grid import Grid, Kind, clean_cell, column_kind, header_text, lay_out
from runner.output.moments import in_utc, read_moment
from runner.output.numbers import Number, decimals_of, is_number, is_quantity, number_text
from runner.output.rows import Writer

SAMPLE = 200  # rows that decide on the widths


class TableWriter(Writer):
    """Holds back the first rows, up to `SAMPLE`, to find the widths of the columns."""

    def __init__(
        self, stream: TextIO, columns: Sequence[str] = (), *, width: int | None = None, limit: int | None = None
    ) -> None:
        """Prepare to write.

        Args:
            stream: As for every writer.
            columns: As for every writer.
            width: Cells of the terminal; None cuts and hides nothing.
            limit: Rows to show; those after them are only counted.
        """
        super().__init__(stream, columns)
        self._width = width
        self._limit = limit
        self._sample: list[list[str | Number | None]] = []
        self._grid: Grid | None = None
        self._kinds: list[Kind] = []
        self._decimals: list[int] = []

    @property
    def shown(self) -> int:
        """How many rows the table has in the end."""
        return self.rows if self._limit is None else min(self.rows, self._limit)

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        values = self._values(row)
        if self._limit is not None and self.rows >= self._limit:
            self.rows += 1
            return
        cells = [shown_value(column, value) for column, value in zip(self._columns, values, strict=True)]
        self.rows += 1
        if self._grid:
            self._put(self._grid.line(self._texts(cells)))
            return
        self._sample.append(cells)
        if self.rows == (SAMPLE if self._limit is None else min(SAMPLE, self._limit)):
            self._put_sample()

    def _end(self) -> None:
        if not self._grid and self._columns:
            self._put_sample()

    def _put_sample(self) -> None:
        by_column = [[row[index] for row in self._sample] for index in range(len(self._columns))]
        self._kinds = [column_kind(values) for values in by_column]
        self._decimals = [
            max((decimals_of(each) for each in values if is_number(each)), default=0) for values in by_column
        ]
        heads = [header_text(name) for name in self._columns]
        rows = [self._texts(cells) for cells in self._sample]
        self._grid = lay_out(heads, rows, self._kinds, self._width)
        self.hidden = tuple(name for index, name in enumerate(self._columns) if index not in self._grid.widths)
        self._put("".join(map(self._grid.line, [heads, *rows])))

    def _texts(self, cells: list[str | Number | None]) -> list[str]:
        return [
            shown_text(column, value, decimals)
            for column, value, decimals in zip(self._columns, cells, self._decimals, strict=True)
        ]


def shown_value(column: str, value: object) -> str | Number | None:
    """Return a number or None as it is, anything else as the text that a table shows, e.g. `2026-11-20 09:00`."""
    if value is None or is_number(value):
        return value
    moment = read_moment(value) if isinstance(value, str) else value
    if isinstance(moment, datetime):
        return in_utc(moment).isoformat(" ", "minutes")
    return clean_cell(cell_text(column, value))


def shown_text(column: str, value: str | Number | None, decimals: int) -> str:
    """Write what `shown_value` returned."""
    if value is None or isinstance(value, str):
        return value or ""
    return number_text(value, decimals=decimals, grouped=is_quantity(column))
