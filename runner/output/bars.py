"""A chart in a terminal: bars beside the rows of a table, or a line of small columns below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeGuard

from runner.catalog import Chart
from runner.output.numbers import Number, decimals_of, is_finite, is_number, number_text
from runner.output.text import safe_text, shorten, width

BAR_CELLS: Final = 16
"""How long the longest bar is."""
MOST_SERIES: Final = 8
"""More lines than these say nothing to anybody."""
MOST_POINTS: Final = 10_000
"""Points kept for one line; those after them are left out."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_STEPS: Final = "▁▂▃▄▅▆▇█"


def value_column(chart: Chart, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the column whose numbers are drawn: a bar's length, a line's height; `""` where none holds numbers."""
    first, second = (chart.x, chart.y) if chart.mark == "bar" else (chart.y, chart.x)
    return next((name for name in (first, second) if _holds_numbers(row.get(name) for row in rows)), "")


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars for the values of one column.

    Attributes:
        index: Of the column; the bar stands behind it.
        largest: The value that the longest bar stands for.
    """

    index: int
    largest: float

    def draw(self, value: object) -> str:
        """Return the bar of a value; one that came later and is larger than the largest has a `+` at its end."""
        if not is_number(value) or not is_finite(value) or value <= 0:
            return ""
        eighths = max(round(float(value) / self.largest * BAR_CELLS * 8), 1)
        if eighths > BAR_CELLS * 8:
            return _EIGHTHS[-1] * (BAR_CELLS - 1) + "+"
        return _EIGHTHS[-1] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def bars_of(chart: Chart | None, columns: Sequence[str], cells: Sequence[Sequence[object]]) -> Bars | None:
    """Return the bars of the rows of a table; None where there is nothing to compare, or something below zero."""
    if chart is None or chart.mark != "bar" or len(cells) < 2:
        return None
    rows = [dict(zip(columns, row, strict=True)) for row in cells]
    name = value_column(chart, rows)
    values = [float(value) for row in rows if _is_drawn(value := row.get(name))]
    if not values or min(values) < 0 or max(values) <= 0:
        return None
    return Bars(columns.index(name), max(values))


class Lines:
    """The values of a line or area as they come, one series or several."""

    def __init__(self, chart: Chart) -> None:
        """Begin without a value."""
        self._chart = chart
        self._series: dict[str, list[Number]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        """Take the value of a row, if it is a number."""
        value = row.get(self._chart.y)
        if not _is_drawn(value):
            return
        name = str(row.get(self._chart.color)) if self._chart.color else self._chart.y
        if name in self._series or len(self._series) <= MOST_SERIES:
            values = self._series.setdefault(name, [])
            values += [value] * (len(values) < MOST_POINTS)

    def text(self, room: int) -> str:
        """Return a line a series that fits into so many cells, or `""` where there is too little or too much to see."""
        drawn = {name: values for name, values in self._series.items() if len(values) > 1}
        if not drawn or len(self._series) > MOST_SERIES:
            return ""
        names = {name: shorten(safe_text(name), 24) for name in drawn}
        ranges = {name: _range_text(values) for name, values in drawn.items()}
        widest = max(map(width, names.values()))
        cells = room - widest - max(map(len, ranges.values())) - 4
        if cells < 2:
            return ""
        low, high = min(map(min, drawn.values())), max(map(max, drawn.values()))
        lines = (
            f"{names[name]}{' ' * (widest - width(names[name]))}  {_spark(values, low, high, cells)}  {ranges[name]}\n"
            for name, values in drawn.items()
        )
        return "\n" + "".join(lines)


def _spark(values: Sequence[Number], low: Number, high: Number, cells: int) -> str:
    """Draw values as columns from `low` to `high`; where there are more of them than cells, each is a mean."""
    count = min(len(values), cells)
    edges = [len(values) * at // count for at in range(count + 1)]
    parts = [values[start:end] for start, end in pairwise(edges)]
    means = [sum(map(float, part)) / len(part) for part in parts]
    span = float(high) - float(low) or 1.0
    return "".join(_STEPS[min(int((mean - float(low)) / span * 8), 7)] for mean in means)


def _range_text(values: Sequence[Number]) -> str:
    low, high = (number_text(each, decimals=decimals_of(each), grouped=True) for each in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def _holds_numbers(values: Any) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(map(is_number, present))


def _is_drawn(value: object) -> TypeGuard[Number]:
    return is_number(value) and is_finite(value)
