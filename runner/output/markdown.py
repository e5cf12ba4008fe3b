"""Markdown: a table as GitHub reads it."""

import re
from collections.abc import Mapping
from typing import Any

from runner.output.cells import cell_text
from runner.output.numbers import is_number
from runner.output.rows import Writer
from runner.output.text import safe_text

_LINE_END = re.compile("\r\n|[\n\r]")
_MARKUP = re.compile(r"[\\|<`*\[]|&(?=#?\w+;)")


class MarkdownWriter(Writer):
    """One line a row; numbers stand to the right if the first row has one there."""

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        values = self._values(row)
        cells = [markdown_cell(column, value) for column, value in zip(self._columns, values, strict=True)]
        self._put(_line(cells))
        self.rows += 1

    def _begin(self, row: Mapping[str, Any]) -> None:
        rules = ["---:" if is_number(row.get(name)) else "---" for name in self._columns]
        self._put(_line([markdown_cell(name, name) for name in self._columns]) + _line(rules))


def markdown_record(record: Mapping[str, Any]) -> str:
    """Write one dict as a table of two columns."""
    lines = [_line([markdown_cell(name, name), markdown_cell(name, value)]) for name, value in record.items()]
    return _line(["name", "value"]) + _line(["---", "---"]) + "".join(lines)


def markdown_cell(column: str, value: object) -> str:
    """Write one cell so that it shows as it is: markup is escaped, a line end becomes `<br>`."""
    text = cell_text(column, value)
    lines = [text] if text.isprintable() else _LINE_END.split(text.replace("\t", " "))
    return "<br>".join([_MARKUP.sub(r"\\\g<0>", safe_text(line)) for line in lines])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
