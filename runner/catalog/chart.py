"""The picture of a result, as a recipe's table describes it: `chart = {mark = "bar", x = "score", y = "headline"}`."""

from typing import Final

from runner.catalog.model import Chart
from runner.catalog.tables import Table
from runner.catalog.wording import listed, quoted

MARKS: Final = ("bar", "line", "area", "point")
_KEYS: Final = ("mark", "x", "y", "color", "sort", "title")


def read_chart(table: Table) -> Chart:
    """Return the chart that a table describes.

    Raises:
        BrokenSource: A key is missing, unknown or of the wrong type, or the mark is none.
    """
    table.allow(*_KEYS)
    table.require("mark", "x", "y")
    chart = Chart(**{key: table.text(key) for key in _KEYS})
    if chart.mark not in MARKS:
        raise table.broken("mark", f"cannot be {quoted(chart.mark)}", f"write one of {listed(MARKS)}")
    if chart.x == chart.y:
        raise table.broken("y", "names the same column as x", "name two columns")
    return chart
