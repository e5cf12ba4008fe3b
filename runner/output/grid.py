"""The look of our tables: two blanks between columns, headers in capitals, numbers to the right, fitted to a width."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runner.output.numbers import decimals_of, is_number, number_text
from runner.output.text import safe_text, shorten, width

Kind: TypeAlias = Literal["number", "moment", "link", "text", "name"]
"""A name is text to be typed again, so it is whole while there is any room for it."""

GAP = "  "
MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?"
READABLE = 24
"""Cells to which text is cut before a link beside it has to go: a cut link leads nowhere, so it goes whole."""
SHORTEST = 12
"""Cells to which text is cut before the last column has to go."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of one table.

    Attributes:
        widths: Of the shown columns in cells, by the index of the column.
        kinds: What each column holds, those that are not shown too.
        cut: Shorten text that is wider than its column.
    """

    widths: dict[int, int]
    kinds: tuple[Kind, ...]
    cut: bool

    def line(self, cells: Sequence[str]) -> str:
        """Write one line; cells of hidden columns are left out."""
        shown = (self._padded(cells[index], width, self.kinds[index]) for index, width in self.widths.items())
        return GAP.join(shown).rstrip() + "\n"

    def lines(self, cells: Sequence[str], wrap: int) -> str:
        """Write one row, with the text of column `wrap` going on below itself."""
        import textwrap  # 3 ms that most tables can do without

        parts = textwrap.wrap(cells[wrap], self.widths.get(wrap, len(cells[wrap]) + 1)) or [""]
        rest = [""] * len(cells)
        rows = [[*cells[:wrap], parts[0], *cells[wrap + 1 :]]]
        rows += [[*rest[:wrap], part, *rest[wrap + 1 :]] for part in parts[1:]]
        return "".join(map(self.line, rows))

    def _padded(self, cell: str, cells: int, kind: Kind) -> str:
        if kind == "number":
            return " " * (cells - width(cell)) + cell
        if self.cut:
            cell = shorten(cell, cells)
        return cell + " " * (cells - width(cell))


def render_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str | int | float | None]],
    *,
    width: int | None,
    wrap: int | None = None,
) -> str:
    """Write a table of a few rows.

    Args:
        headers: One a column, in any case.
        rows: Values in the order of the headers; a column of numbers stands to the right.
        width: Cells of the terminal: text is cut and columns are left out to fit. None fits nothing.
        wrap: Index of a column of text that goes on in the next line instead of being cut; the first column then
            holds names.
    """
    [table] = render_tables(headers, [rows], width=width, wrap=wrap)
    return table


def render_tables(
    headers: Sequence[str],
    groups: Sequence[Sequence[Sequence[str | int | float | None]]],
    *,
    width: int | None,
    wrap: int | None = None,
) -> list[str]:
    """Write a table for each group of rows as `render_table` does, with columns that stand below each other."""
    heads = [header_text(name) for name in headers]
    cells = [[[_cell(value) for value in row] for row in rows] for rows in groups]
    kinds = [column_kind([row[index] for rows in groups for row in rows]) for index in range(len(heads))]
    if wrap:
        kinds[0] = "name"
    grid = lay_out(heads, [row for rows in cells for row in rows], kinds, width)
    if not heads:
        return [""] * len(groups)
    write = grid.line if wrap is None else lambda row: grid.lines(row, wrap)
    return [grid.line(heads) + "".join(map(write, rows)) for rows in cells]


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
    widths = dict(enumerate(natural)) if room is None else fit(natural, kinds, room)
    return Grid(widths, tuple(kinds), cut=room is not None)


def fit(natural: Sequence[int], kinds: Sequence[Kind], room: int) -> dict[int, int]:
    """Return the width of each column that can be shown, by its index; the first always is.

    Text gives first, down to `READABLE`; then links go, but a first one is cut, as it names the row; then text gives
    down to `SHORTEST`; then the last columns go. Numbers and moments are never cut, nor is a name that fits.
    """
    every = list(range(len(natural)))
    linkless = [index for index in every if index == 0 or kinds[index] != "link"]
    choices = [(every, READABLE), (linkless, READABLE)]
    choices += [(linkless[:count], SHORTEST) for count in range(len(linkless), 0, -1)]
    for columns, least in choices:
        widths = {index: natural[index] for index in columns}
        texts = [index for index in columns if kinds[index] == "text" or (index == 0 and kinds[index] == "link")]
        _shrink(widths, texts, least, room - len(GAP) * (len(columns) - 1))
        if sum(widths.values()) + len(GAP) * (len(columns) - 1) <= room:
            return widths
    return {0: natural[0] if kinds[0] in ("number", "moment") else min(natural[0], room)}


def _shrink(widths: dict[int, int], which: Sequence[int], least: int, room: int) -> None:
    """Take cells from the widest of these columns until all fit or none of them is wider than `least`."""
    for index in which:
        widths[index] = min(widths[index], max(room, least))
    while which and sum(widths.values()) > room:
        widest = max(which, key=widths.__getitem__)
        if widths[widest] <= least:
            return
        widths[widest] -= 1
