"""CSV and TSV. CSV keeps every character; in TSV a row is always one line."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, TextIO

from runner.output.cells import cell_text
from runner.output.excel import BOM, excel_cell
from runner.output.rows import Writer
from runner.output.text import safe_text

# csv writes these itself: None as nothing, a float as its repr.
_PLAIN = frozenset({str, int, float, NoneType})
_LINE_ENDS_AND_TABS = re.compile("\r\n|[\t\r\n]")


class _Echo:
    """A file for `csv.writer`, whose `writerow` returns what `write` returns: the line."""

    write = str


class CsvWriter(Writer):
    r"""RFC 4180 with `\n` at the end of a line."""

    delimiter = ","

    def __init__(self, stream: TextIO, columns: Sequence[str] = (), *, for_terminal: bool = False) -> None:
        super().__init__(stream, columns, clean=_clean if for_terminal else None)
        # Before Python 3.13 a lone \r is quoted only if the line end has one.
        self._writerow: Callable[[Sequence[Any]], str] = csv.writer(
            _Echo(), delimiter=self.delimiter, lineterminator="\r\n"
        ).writerow

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        values: Sequence[Any] = self._values(row)
        if not _PLAIN.issuperset(map(type, values)):
            values = [
                value if type(value) in _PLAIN else cell_text(column, value)
                for column, value in zip(self._columns, values, strict=True)
            ]
        try:
            line = self._line(values)
        except ValueError:  # a whole number that is too long; what it says of itself names the column
            line = self._line([cell_text(column, value) for column, value in zip(self._columns, values, strict=True)])
        self._put(line)
        self.rows += 1

    def _begin(self, row: Mapping[str, Any]) -> None:
        self._put(self._line(self._columns))

    def _line(self, values: Sequence[Any]) -> str:
        return self._writerow(values)[:-2] + "\n"


class TsvWriter(CsvWriter):
    """Tabs between cells, quoted as Excel does; a tab or line end within a cell becomes a blank."""

    delimiter = "\t"

    def _line(self, values: Sequence[Any]) -> str:
        line = self._writerow(values)[:-2]
        if line.count("\t") >= len(values) or "\n" in line or "\r" in line:
            cells = [_LINE_ENDS_AND_TABS.sub(" ", each) if isinstance(each, str) else each for each in values]
            line = self._writerow(cells)[:-2]
        return line + "\n"


class ExcelCsvWriter(CsvWriter):
    r"""CSV that Excel opens with a double click: UTF-8 with a mark, `\r\n`, dates as dates, no formulas."""

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        values = self._values(row)
        cells = [excel_cell(column, value) for column, value in zip(self._columns, values, strict=True)]
        self._put(self._writerow(cells))
        self.rows += 1

    def _begin(self, row: Mapping[str, Any]) -> None:
        self._put(BOM + self._writerow([excel_cell(name, name) for name in self._columns]))


def delimited_writer(name: str, stream: TextIO, columns: Sequence[str], *, for_terminal: bool) -> CsvWriter:
    """Return the writer for `csv`, `tsv` or `excel`."""
    kind = {"csv": CsvWriter, "tsv": TsvWriter, "excel": ExcelCsvWriter}[name]
    return kind(stream, columns, for_terminal=for_terminal)


def _clean(line: str) -> str:
    return safe_text(line.removeprefix(BOM).replace("\r\n", "\n"), keep="\t\n")
