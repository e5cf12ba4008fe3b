"""A TOML table read strictly: what is unknown, missing or of the wrong type is an error that names the line."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from runner.catalog.text_file import read_text
from runner.catalog.toml_lines import line_of, parse_toml
from runner.catalog.wording import listed, quoted
from runner.errors import BrokenSource, nearest


class Table:
    """One table of a file.

    Attributes:
        path: The file.
        values: What tomllib read.
        find_line: Gives the line of a key path from the top of the TOML.
        key_path: Its own place there; empty for the whole file.
    """

    def __init__(
        self,
        path: Path,
        values: dict[str, Any],
        find_line: Callable[[Sequence[str]], int],
        key_path: tuple[str, ...] = (),
    ) -> None:
        """Take what was read; the arguments are the attributes."""
        self.path, self.values, self.find_line, self.key_path = path, values, find_line, key_path

    def __contains__(self, key: object) -> bool:
        return key in self.values

    def line(self, *keys: str) -> int:
        """Return the line of a key of this table, or of the table."""
        return self.find_line((*self.key_path, *keys))

    def broken(self, key: str, problem: str, hint: str) -> BrokenSource:
        """Make the error for one key of this table."""
        return BrokenSource(self.path, self.line(key), f"{key} {problem}", hint=hint)

    def allow(self, *known: str) -> None:
        """Refuse every key that is not known, and suggest the nearest."""
        for key in self.values:
            if key in known:
                continue
            near = nearest(key, known)
            hint = f"write {near}" if near else f"remove it; the keys are {listed(known)}"
            where = f" in {self._heading}" if self.key_path else ""
            raise BrokenSource(self.path, self.line(key), f"unknown key {quoted(key)}{where}", hint=hint)

    def require(self, *keys: str) -> None:
        """Refuse a table that lacks one of the keys."""
        for key in keys:
            if key not in self.values:
                raise BrokenSource(self.path, self.line(), f"{key} is missing", hint=f'add {key} = "..."')

    def text(self, key: str) -> str:
        """Return a text that is not empty, or `""` where the key is absent."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            raise self.broken(key, f"must be text, not {quoted(value)}", f'write {key} = "..."')
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, each once; empty where the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            raise self.broken(key, "must be a list of texts", f'write {key} = ["..."]')
        if len(set(value)) < len(value):
            twice = next(each for each in value if value.count(each) > 1)
            raise self.broken(key, f"names {quoted(twice)} twice", "remove one of them")
        return tuple(value)

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.broken(key, f"must be true or false, not {quoted(value)}", f"write {key} = true")
        return value

    def table(self, key: str) -> "Table":
        """Return the table below a key; an empty one where the key is absent."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.broken(
                key, f"must be a table, not {quoted(value)}", f"write [{'.'.join((*self.key_path, key))}]"
            )
        return Table(self.path, value, self.find_line, (*self.key_path, key))

    def array(self, key: str) -> tuple["Table", ...]:
        """Return the tables `[[key]]`; none where the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.broken(key, "must be tables", f"write [[{'.'.join((*self.key_path, key))}]]")
        path = (*self.key_path, key)
        return tuple(Table(self.path, each, self.find_line, (*path, str(at))) for at, each in enumerate(value))

    @property
    def _heading(self) -> str:
        *above, last = self.key_path
        return f"[[{'.'.join(above)}]]" if last.isdecimal() else f"[{'.'.join(self.key_path)}]"

    def tables(self) -> Iterator[tuple[str, "Table"]]:
        """Yield each key with the table below it."""
        for key in self.values:
            yield key, self.table(key)


def read_table(path: Path) -> Table:
    """Read a TOML file; line ends may be LF or CRLF."""
    return table_of(read_text(path), path)


def table_of(content: str, path: Path) -> Table:
    """Return the table that a file has, or is about to have."""
    text = content.replace("\r\n", "\n")
    return Table(path, parse_toml(text, path), lambda key_path: line_of(text, key_path))
