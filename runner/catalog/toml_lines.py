"""TOML with line numbers: tomllib tells what a text says, this module also where."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from runner.errors import BrokenSource

_TOKEN = re.compile(
    r'''\n|\#[^\n]*|"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+|\S''',
    re.DOTALL,
)
# tomllib needs time and memory by the square of a dotted key's parts: 200 kB of "a.a.a" end in gigabytes. This counts
# dots between equal signs and line ends, so it needs no knowledge of strings.
_MANY_DOTS = re.compile(r"(?:\.[^.=\n]*){41}")
MOST_CHARACTERS = 100_000
_AT_LINE = re.compile(r"\(at line (\d+),")


def parse_toml(text: str, path: Path, *, first_line: int = 1, most_characters: int = MOST_CHARACTERS) -> dict[str, Any]:
    """Parse TOML that stands in the file `path` from `first_line` on.

    Args:
        text: The TOML.
        path: For errors.
        first_line: From 1.
        most_characters: More are refused.

    Raises:
        BrokenSource: It is no TOML, or nested too deeply.
    """
    import tomllib

    _refuse_bombs(text, path, first_line, most_characters)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise BrokenSource(path, first_line, "this TOML is nested too deeply", hint="make it flat") from None
    except ValueError as error:  # also for an integer of more than 4300 digits, which is no TOMLDecodeError
        found = _AT_LINE.search(str(error))
        within = int(found[1]) if found else text.count("\n") + 1
        problem = str(error).partition(" (at ")[0]
        hint = "correct the TOML of this line"
        raise BrokenSource(path, first_line + within - 1, f"this is no TOML: {problem}", hint=hint) from None


def _refuse_bombs(text: str, path: Path, first_line: int, most: int) -> None:
    if len(text) > most:
        raise BrokenSource(path, first_line, f"this TOML is larger than {most // 1000} kB", hint="move data out of it")
    dots = _MANY_DOTS.search(text)
    if dots:
        line = first_line + text.count("\n", 0, dots.start())
        raise BrokenSource(path, line, "this line has more than 40 dots", hint="split it, or use fewer tables")


def line_of(text: str, key_path: Sequence[str]) -> int:
    """Find the line, from 1, where a key or table stands in valid TOML.

    Args:
        text: What `parse_toml` accepted.
        key_path: From the top: `("key", "name")` for `name` below `[key]`, `("rates", "1", "calls")` for that of the
            second `[[rates]]`; without the number, the first one.

    Returns:
        The first line that names it or something in it; where nothing does (inline tables, missing keys), that of the
        nearest table above it, else 1.
    """
    best_line, best_depth = 1, 0
    for line, found in _statements(text):
        depth = _common(found, key_path)
        if depth > best_depth:
            best_line, best_depth = line, depth
    return best_line


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """Count how many parts two key paths share from their start."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))


@lru_cache(maxsize=4)  # who asks for one line of a file often asks for more
def _statements(text: str) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return line and full key path of each table header and each assignment."""
    return tuple(_read_statements(text))


def _read_statements(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    tables: list[tuple[str, ...]] = [()]
    seen: dict[tuple[str, ...], int] = {}
    for line, tokens in _logical_lines(text):
        keys: tuple[str, ...] = ()
        if tokens[0] != "[":
            keys = _keys(tokens[: tokens.index("=")])
        else:
            table = _keys(tokens)
            tables = [table]
            if tokens[1] == "[":  # one of several tables of this name
                seen[table] = seen.get(table, -1) + 1
                tables.append((*table, str(seen[table])))
        yield from ((line, each + keys) for each in tables)


def _logical_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and tokens of each statement; arrays and strings may span lines."""
    line = start = 1
    depth = 0
    tokens: list[str] = []
    for token in _TOKEN.findall(text + "\n"):
        if token == "\n" and not depth:
            if tokens:
                yield start, tokens
            tokens = []
        elif not token.startswith(("\n", "#")):
            start = start if tokens else line
            tokens.append(token)
        depth += (token in "[{") - (token in "]}")
        line += token.count("\n")


def _keys(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(_unquoted(token) for token in tokens if token not in ("[", "]", "."))


def _unquoted(key: str) -> str:
    import tomllib

    return str(tomllib.loads(f"key = {key}")["key"]) if key[0] in "\"'" else key
