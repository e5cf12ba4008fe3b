"""A chart as Vega-Lite, and the picture that vl-convert draws of it (https://vega.github.io/vega-lite/docs/)."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from runner.catalog import Chart
from runner.errors import AskedWrongly
from runner.output.bars import value_column
from runner.output.cells import cell_text
from runner.output.extras import load_extra
from runner.output.moments import read_moment
from runner.output.numbers import is_finite, is_number
from runner.output.text import safe_text, shorten

_WIDTH, _HEIGHT, _STEP = 640, 320, 22  # pixels; a step is the height of one bar
_DAY: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_NO_ROOM: Final = "\N{ZERO WIDTH SPACE}"
LONGEST_TEXT: Final = 200
"""Characters of a title that are drawn; far fewer have room."""
LONGEST_NAME: Final = 60
"""Cells of a name at an axis. Vega could cut it by its pixels, but vl-convert measures a text each time it is asked, so
drawing would take twice as long."""
_PIXELS: Final = 2.0  # of a PNG for each of these, so that it is sharp on today's screens


def vega_spec(chart: Chart, rows: Sequence[Mapping[str, Any]], title: str) -> dict[str, Any]:
    """Return the chart of some rows as a specification; nothing in it refers to anything outside.

    Args:
        chart: What is drawn.
        rows: All that is drawn.
        title: Above the picture, where the chart has none of its own; `""` for none.

    Raises:
        AskedWrongly: The rows lack a column, or hold no numbers.
    """
    drawn = _drawn_column(chart, rows)
    names = {name: f"c{number}" for number, name in enumerate(chart.columns)}  # a dot or bracket would mean a path
    labels = _Labels()
    values = [{names[name]: _plain(name, row[name], labels) for name in chart.columns} for row in rows]
    if chart.mark == "bar" and not chart.color:
        _tell_apart(values, names[chart.y if drawn == chart.x else chart.x])
    kinds = {name: "quantitative" if name == drawn else _kind_of(chart, name, rows) for name in (chart.x, chart.y)}
    encoding = {axis: _channel(chart, axis, names, kinds) for axis in ("x", "y")}
    if chart.color:
        encoding["color"] = {"field": names[chart.color], "type": "nominal", "title": _drawable(chart.color)}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {"text": _drawable(chart.title or title), "anchor": "start", "limit": _WIDTH + 200}
        if chart.title or title
        else None,
        "data": {"values": values},
        "mark": {"type": chart.mark, **({"point": True} if chart.mark == "line" and len(rows) <= 60 else {})},
        "encoding": encoding,
        "width": {"step": _STEP} if encoding["x"]["type"] == "nominal" else _WIDTH,
        "height": {"step": _STEP} if encoding["y"]["type"] == "nominal" else _HEIGHT,
        "config": {
            "axis": {"labelLimit": 0},
            "legend": {"labelLimit": 0},
            "view": {"stroke": None},
            "font": "sans-serif",
        },
    }


def draw_picture(format_: str, spec: Mapping[str, Any]) -> bytes:
    """Draw a specification as `svg` or `png`; nothing is loaded from anywhere meanwhile.

    Raises:
        AskedWrongly: What draws is not installed, or fails.
    """
    library = load_drawing()
    try:
        if format_ == "png":
            return bytes(library.vegalite_to_png(spec, scale=_PIXELS, allowed_base_urls=[]))
        return str(library.vegalite_to_svg(spec, allowed_base_urls=[])).encode()
    except ValueError as error:
        raise AskedWrongly("The picture cannot be drawn of these rows.", hint="-o rows.csv") from error


def load_drawing() -> Any:
    """Import what draws pictures.

    Raises:
        AskedWrongly: It is not installed.
    """
    return load_extra("vl_convert", "vl-convert-python", "charts", what="Pictures")


def _drawn_column(chart: Chart, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the column whose numbers are drawn.

    Raises:
        AskedWrongly: There is none, or the rows lack a column.
    """
    missing = [name for name in chart.columns if any(name not in row for row in rows)]
    if missing:
        raise AskedWrongly(f"The chart of this recipe draws {', '.join(missing)}, which its rows lack.")
    if not rows:
        raise AskedWrongly("There is nothing to draw: no row came.")
    if not (drawn := value_column(chart, rows)):
        raise AskedWrongly(f"There is nothing to draw: neither {chart.x} nor {chart.y} holds numbers.")
    return drawn


def _tell_apart(values: Sequence[dict[str, object]], field: str) -> None:
    """Make each name differ by marks that take no room: rows of one name are bars of their own, not one sum."""
    counts, used = Counter[object](), set[object]()
    for value in values:
        name = value[field]
        while value[field] in used:
            counts[name] += 1
            value[field] = f"{name if name is not None else ''}{_NO_ROOM * counts[name]}"
        used.add(value[field])


def _channel(chart: Chart, axis: str, names: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Describe an axis; names stand in the order of the rows, or in the one that the chart asks for."""
    name = chart.x if axis == "x" else chart.y
    channel: dict[str, Any] = {"field": names[name], "type": kinds[name], "title": _drawable(name)}
    if kinds[name] == "nominal":
        by = chart.sort.removeprefix("-")
        order = "descending" if chart.sort.startswith("-") else "ascending"
        channel["sort"] = {"field": names[by], "op": "max", "order": order} if by else None
        channel["title"] = None if axis == "y" else _drawable(name)
    return channel


def _kind_of(chart: Chart, name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what an axis is that is not the drawn one; beside bars stand names, as each row is a bar of its own."""
    present = [row[name] for row in rows if row[name] is not None]
    if chart.mark == "bar" or not present:
        return "nominal"
    if all(map(is_number, present)):
        return "quantitative"
    return "temporal" if all(map(_is_moment, present)) else "nominal"


def _is_moment(value: object) -> bool:
    """Tell whether a value is a day or a moment, or text that is one."""
    if not isinstance(value, str):
        return hasattr(value, "isoformat")
    return re.fullmatch(_DAY, value, re.ASCII) is not None or read_moment(value) is not None


def _plain(column: str, value: object, labels: "_Labels") -> object:
    """Return a value as JSON has it: a number that is none is no point."""
    if value is None or isinstance(value, bool):
        return value if value is None else str(value)
    if is_number(value):
        return (value if isinstance(value, int) else float(value)) if is_finite(value) else None
    return labels.of(cell_text(column, value))


class _Labels:
    """What is drawn in the place of texts: the same for the same text, and for another one something else."""

    def __init__(self) -> None:
        self._labels, self._counts = dict[str, str](), Counter[str]()

    def of(self, text: str) -> str:
        """Return the text, or its beginning; two with the same beginning differ by marks that take no room."""
        if text not in self._labels:
            shown = _drawable(shorten(safe_text(text[:LONGEST_TEXT]), LONGEST_NAME))
            self._labels[text] = shown + _NO_ROOM * self._counts[shown]
            self._counts[shown] += 1
        return self._labels[text]


def _drawable(text: str) -> str:
    """Return text without what no XML may hold: vl-convert takes the whole process down with it."""
    shown = safe_text(text[:LONGEST_TEXT])
    return shown + _NO_ROOM if shown == "if" else shown  # Vega 6 takes that one word for a part of an expression
