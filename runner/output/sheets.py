"""The sheets of a workbook that hold the rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from runner.errors import RecipeFailed
from runner.output.sheet_cells import SheetValue, clean_text, cut_text, sheet_value
from runner.output.text import width

MAX_ROWS = 1_048_575  # of Excel, besides the header
MAX_COLUMNS = 16_384
SAMPLE = 200  # rows that decide on the widths
NARROWEST, WIDEST = 8, 60  # characters
FILTER_BUTTON = 3  # characters that it covers of a header
DAY, MOMENT, FRACTION = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd hh:mm:ss.000"


class CellWriter:
    """Writes cells into the sheets of one workbook.

    Attributes:
        cut: How many texts were longer than a cell can hold.
    """

    def __init__(self, book: Any) -> None:
        """Prepare the formats.

        Args:
            book: An `xlsxwriter.Workbook`.
        """
        self.cut = 0
        self.bold = book.add_format({"bold": True})
        self._plain = book.add_format()
        self._dates = {form: book.add_format({"num_format": form}) for form in (DAY, MOMENT, FRACTION)}

    def put(self, sheet: Any, row: int, column: int, value: SheetValue, form: Any = None) -> None:
        """Write one cell.

        Args:
            sheet: An `xlsxwriter` worksheet.
            row: From 0.
            column: From 0.
            value: As `sheet_value` gives it.
            form: A format for text, or None.
        """
        if isinstance(value, str):
            self._put_text(sheet, row, column, value, form)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._dates[date_form(value)])
        elif value is not None:
            sheet.write_number(row, column, value)

    def _put_text(self, sheet: Any, row: int, column: int, text: str, form: Any) -> None:
        shown = cut_text(text)
        self.cut += shown != text
        if shown.startswith("<r>"):
            # XlsxWriter takes such text for markup of its own and would write it unescaped.
            sheet.write_rich_string(row, column, "<", self._plain, shown[1:])
        else:
            sheet.write_string(row, column, shown, form)


class RowSheets:
    """`Rows`, and where that is full `Rows 2` and so on, each with a header that stays in sight and a filter.

    Attributes:
        names: Of the sheets so far.
    """

    def __init__(self, book: Any, cells: CellWriter, columns: Sequence[str] = (), *, sheet_rows: int) -> None:
        """Make no sheet yet.

        Args:
            book: An `xlsxwriter.Workbook`.
            cells: Writes into it.
            columns: Where known before the first row.
            sheet_rows: Rows for one sheet, besides the header.
        """
        self.names: list[str] = []
        self._book, self._cells, self._sheet_rows = book, cells, sheet_rows
        self._columns = tuple(columns)
        self._widths: list[int] = []
        self._sheets: list[Any] = []
        self._next = 0  # row in the newest sheet; 0 is its header

    def write(self, row: Mapping[str, Any]) -> None:
        """Write one row."""
        if not self._sheets:
            self._columns = self._columns or tuple(row)
        if not self._sheets or self._next > self._sheet_rows:
            self._add_sheet()
        values = [sheet_value(name, row[name]) for name in self._columns]
        if len(self._sheets) == 1 and self._next <= SAMPLE:
            self._measure(values)
        for column, value in enumerate(values):
            self._cells.put(self._sheets[-1], self._next, column, value)
        self._next += 1

    def finish(self) -> None:
        """Set what can be set only after the last row."""
        if not self._sheets:
            self._add_sheet()
        self._finish_sheet()
        for sheet in self._sheets:
            for column, characters in enumerate(self._widths):
                sheet.set_column(column, column, min(max(characters, NARROWEST), WIDEST) + 1)

    def _add_sheet(self) -> None:
        if len(self._columns) > MAX_COLUMNS:
            raise RecipeFailed(f"A row has {len(self._columns):,} columns, and a sheet of Excel holds {MAX_COLUMNS:,}.")
        if self._sheets:
            self._finish_sheet()
        else:
            self._widths = [text_width(name) + FILTER_BUTTON for name in self._columns]
        self.names.append(f"Rows {len(self.names) + 1}" if self.names else "Rows")
        sheet = self._book.add_worksheet(self.names[-1])
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._columns):
            self._cells.put(sheet, 0, column, clean_text(name), self._cells.bold)
        self._sheets.append(sheet)
        self._next = 1

    def _finish_sheet(self) -> None:
        if self._columns:
            self._sheets[-1].autofilter(0, 0, self._next - 1, len(self._columns) - 1)

    def _measure(self, values: Sequence[SheetValue]) -> None:
        self._widths = [max(*pair) for pair in zip(self._widths, map(value_width, values), strict=True)]


def date_form(value: date) -> str:
    """Return Excel's format code for a day or moment."""
    if not isinstance(value, datetime):
        return DAY
    return FRACTION if value.microsecond else MOMENT


def value_width(value: SheetValue) -> int:
    """Count the characters that a cell needs, up to `WIDEST`."""
    if value is None:
        return 0
    return len(date_form(value)) if isinstance(value, date) else text_width(str(value))


def text_width(text: str) -> int:
    """Count the characters of the longest line, up to `WIDEST`."""
    return max((width(line[:WIDEST]) for line in text[: WIDEST * WIDEST].splitlines()), default=0)
