"""JSON and JSON lines: one row a line in both."""

from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from runner.output.cells import COMPACT, json_encoder, row_json
from runner.output.rows import Writer
from runner.output.text import mend, safe_text


class JsonLinesWriter(Writer):
    """One compact object a line."""

    compact = True

    def __init__(self, stream: TextIO, columns: Sequence[str] = (), *, for_terminal: bool = False) -> None:
        super().__init__(stream, columns, clean=escape_hidden if for_terminal else None)
        self._encoder = json_encoder(compact=self.compact)

    def write(self, row: Mapping[str, Any]) -> None:  # noqa: D102
        if self._pick is None or tuple(row) != self._columns:
            values = self._values(row)
            row = dict(zip(self._columns, values, strict=True))
        self._put_object(row_json(self._encoder, row))
        self.rows += 1

    def _put_object(self, text: str) -> None:
        self._put(text + "\n")


class JsonWriter(JsonLinesWriter):
    """One array."""

    compact = False

    def _put_object(self, text: str) -> None:
        # The separator goes out with the row, so an interruption never leaves a comma at the end.
        self._put((",\n " if self.rows else "[\n ") + text)

    def _end(self) -> None:
        self._put("\n]\n" if self.rows else "[]\n")


def json_writer(name: str, stream: TextIO, columns: Sequence[str], *, for_terminal: bool) -> JsonLinesWriter:
    """Return the writer for `json` or `jsonl`."""
    kind = {"json": JsonWriter, "jsonl": JsonLinesWriter}[name]
    return kind(stream, columns, for_terminal=for_terminal)


def json_string(text: str) -> str:
    """Write text as a JSON string."""
    return COMPACT.encode(text)


def shown_json(text: str, *, for_terminal: bool) -> str:
    """Return JSON as UTF-8 can hold it and, if asked, as a terminal can show it."""
    return escape_hidden(text) if for_terminal else mend(text)


def escape_hidden(text: str) -> str:
    r"""Escape in JSON what a terminal would obey or hide; it reads back as the same value."""
    safe = safe_text(text, keep="\n")
    return "".join(char if char == shown else _escaped(char) for char, shown in zip(text, safe, strict=True))


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
