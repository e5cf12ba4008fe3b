"""The look of our tables: two blanks between columns, headers in capitals, numbers to the right, fitted to a width."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runner.output.numbers import decimals_of, is_number, number_text
from runner.output.text import safe_text, shorten, width

Kind: TypeAlias = Literal["number", "moment", "link", "text"]

GAP = "  "
MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?"
# What may be cut how far, kind by kind, widest first; each line is tried in full before the next. A cut link leads
# nowhere, so links stay whole while the text beside them can be read, and give first once they are cut anyway.
STAGES: tuple[tuple[tuple[Kind, int], ...], ...] = (
    (("text", 20),),
    (("link", 24), ("text", 12)),
)
_CUTTABLE: dict[Kind, int] = dict(STAGES[-1])


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of one table.

    Attributes:
        widths: Of the shown columns, in cells; those of hidden ones are missing at the end.
        kinds: What each column holds.
        cut: Shorten text that is wider than its column.
    """

    widths: tuple[int, ...]
    kinds: tuple[Kind, ...]
    cut: bool

    def line(self, cells: Sequence[str]) -> str:
        """Write one line; cells of hidden columns are left out."""
        shown = zip(cells, self.widths, self.kinds, strict=False)
        return GAP.join(self._padded(*each) for each in shown).rstrip() + "\n"

    def _padded(self, cell: str, cells: int, kind: Kind) -> str:
        if kind == "number":
            return " " * (cells - width(cell)) + cell
        if self.cut:
            cell = shorten(cell, cells)
        return cell + " " * (cells - width(cell))


def render_table(
    headers: Sequence[str], rows: Sequence[Sequence[str | int | float | None]], *, width: int | None
) -> str:
    """Write a table of a few rows.

    Args:
        headers: One a column, in any case.
        rows: Values in the order of the headers; a column of numbers stands to the right.
        width: Cells of the terminal: text is cut and the last columns are left out to fit. None fits nothing.
    """
    heads = [header_text(name) for name in headers]
    cells = [[_cell(value) for value in row] for row in rows]
    kinds = [column_kind([row[index] for row in rows]) for index in range(len(heads))]
    grid = lay_out(heads, cells, kinds, width)
    return "".join(map(grid.line, [heads, *cells])) if heads else ""


def header_text(name: str) -> str:
    """Write the header of a column."""
    return clean_cell(name).upper()


def clean_cell(text: str) -> str:
    """Bring text into one line that is safe to show."""
    return safe_text(" ".join(text.splitlines()).replace("\t", " "))


def _cell(value: str | float | None) -> str:
    if is_number(value):
        return number_text(value, decimals=decimals_of(value), grouped=True)
    return clean_cell(str(value)) if value is not None else ""


def column_kind(values: Sequence[object]) -> Kind:
    """Tell what a column holds by some of its values, without regard to None and empty text."""
    present = [value for value in values if value is not None and value != ""]
    if present and all(map(is_number, present)):
        return "number"
    if present and all(isinstance(value, str) and re.fullmatch(MOMENT, value) for value in present):
        return "moment"
    are_links = [isinstance(value, str) and value.startswith(("https://", "http://")) for value in present]
    return "link" if present and all(are_links) else "text"


def lay_out(heads: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[Kind], room: int | None) -> Grid:
    """Find the widths of the columns.

    Args:
        heads: The headers as shown.
        rows: Cells as shown, uncut.
        kinds: Of each column.
        room: Cells for a line; None takes what it needs.
    """
    natural = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    widths = natural if room is None else fit(natural, kinds, room)
    return Grid(tuple(widths), tuple(kinds[: len(widths)]), cut=room is not None)


def fit(natural: Sequence[int], kinds: Sequence[Kind], room: int) -> list[int]:
    """Return the widths of as many of the first columns as can be shown; the first always is."""
    capped = [min(cells, room) if kind in _CUTTABLE else cells for cells, kind in zip(natural, kinds, strict=True)]
    for count in range(len(capped), 0, -1):
        widths = _squeeze(capped[:count], kinds, room - len(GAP) * (count - 1))
        if widths:
            return widths
    return capped[:1]


def _squeeze(natural: list[int], kinds: Sequence[Kind], room: int) -> list[int]:
    """Return widths that fit, or none if the columns cannot be made to."""
    least = [min(cells, _CUTTABLE.get(kind, cells)) for cells, kind in zip(natural, kinds, strict=False)]
    if sum(least) > room:
        return []
    for stage in STAGES:
        widths = list(natural)
        for kind, floor in stage:
            which = [index for index in range(len(widths)) if kinds[index] == kind]
            _shrink(widths, which, floor, room)
        if sum(widths) <= room:
            return widths
    return []


def _shrink(widths: list[int], which: list[int], floor: int, room: int) -> None:
    """Take cells from the widest of these columns until all fit or none of them is wider than `floor`."""
    while which and sum(widths) > room:
        widest = max(which, key=widths.__getitem__)
        if widths[widest] <= floor:
            return
        widths[widest] -= 1
