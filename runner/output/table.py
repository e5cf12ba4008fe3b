"""The table that a person reads: laid out by the first rows, then streamed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

from runner.output.cells import cell_text
from runner.output.grid import Grid, Kind, clean_cell, column_kind, header_text, lay_out
from runner.output.moments import in_utc, read_moment
from runner.output.numbers import Number, decimals_of, is_number, is_quantity, number_text
from runner.output.rows import Writer

if TYPE_CHECKING:
    from runner.catalog import Chart
    from runner.output.bars import Bars

SAMPLE = 200  # rows that decide on the widths
READABLE = 40  # cells of text that bars leave whole


class TableWriter(Writer):
    """Holds back the first rows, up to `SAMPLE`, to find the widths of the columns."""

    def __init__(
        self,
        stream: TextIO,
        columns: Sequence[str] = (),
        *,
        width: int | None = None,
        limit: int | None = None,
        chart: "Chart | None" = None,
    ) -> None:
        """Prepare to write.

        Args:
            stream: As for every writer.
            columns: As for every writer.
            width: Cells of the terminal; None cuts and hides nothing.
            limit: Rows to show; those after them are only counted.
            chart: Drawn beside or below the rows where there is room.
        """
        super().__init__(stream, columns)
        self._width = width
        self._limit = limit
        self._sample: list[list[str | Number | None]] = []
        self._grid: Grid | None = None
        self._kinds: list[Kind] = []
        self._decimals: list[int] = []
        self._chart = chart
        self._bars: Bars | None = None
        self._lines = None
        if chart and width and chart.mark in ("line", "area"):
            from runner.output.bars import Lines  # most tables have no chart

            self._lines = Lines(chart)

    @property
    def shown(self) -> int:
        """How many rows the table has in the end."""
        return self.rows if self._limit is None else min(self.rows, self._limit)

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        values = self._values(row)
        if self._lines:
            self._lines.add(row)
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
        if self._lines and self._width:
            self._put(self._lines.text(self._width))

    def _put_sample(self) -> None:
        by_column = [[row[index] for row in self._sample] for index in range(len(self._columns))]
        self._kinds = [column_kind(values) for values in by_column]
        self._decimals = [
            max((decimals_of(each) for each in values if is_number(each)), default=0) for values in by_column
        ]
        heads = [header_text(name) for name in self._columns]
        self._grid = lay_out(heads, list(map(self._texts, self._sample)), self._kinds, self._width)
        self.hidden = tuple(name for index, name in enumerate(self._columns) if index not in self._grid.widths)
        if self._chart and self._width:
            self._place_bars(self._chart, heads)
        self._put("".join(map(self._grid.line, [heads, *map(self._texts, self._sample)])))

    def _place_bars(self, chart: "Chart", heads: list[str]) -> None:
        """Put bars behind their column, if no other column has to go for them and text stays readable."""
        from runner.output.bars import bars_of

        bars, plain = bars_of(chart, self._columns, self._sample), self._grid
        if bars is None or plain is None:
            return
        at = bars.index + 1
        self._bars = bars
        heads.insert(at, "")
        kinds: list[Kind] = [*self._kinds[:at], "name", *self._kinds[at:]]
        grid = lay_out(heads, list(map(self._texts, self._sample)), kinds, self._width)
        kept = {index + (index >= at): min(cells, READABLE) for index, cells in plain.widths.items()}
        if at in grid.widths and all(grid.widths.get(index, 0) >= cells for index, cells in kept.items()):
            self._grid = grid
        else:
            self._bars = None
            heads.pop(at)

    def _texts(self, cells: list[str | Number | None]) -> list[str]:
        texts = [
            shown_text(column, value, decimals)
            for column, value, decimals in zip(self._columns, cells, self._decimals, strict=True)
        ]
        if self._bars:
            texts.insert(self._bars.index + 1, self._bars.draw(cells[self._bars.index]))
        return texts


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
