"""The `# /// script` block of a recipe (PEP 723), read so strictly that no other reader can see another one.

The canonical regular expression, uv and a tokenizer disagree about line ends, trailing blanks, blocks in strings and
where a block ends. Here a file has exactly two lines that look like a `///` comment, wherever they stand: the opening
and the closing one, both among the comments above the first statement.
"""

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from runner.catalog.tables import Table
from runner.catalog.toml_lines import line_of, parse_toml
from runner.catalog.wording import quoted
from runner.errors import BrokenSource

OPENING, CLOSING = "# /// script", "# ///"
LONGEST_REQUIREMENT = 300  # characters; the patterns below are for short texts

_MARKER = re.compile(r"^[^\S\n]*#[^\S\n]*///.*$", re.MULTILINE)
_ENCODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_VERSIONS = r"(?:===?|~=|!=|[<>]=?)\s*[0-9A-Za-z][0-9A-Za-z.*+!-]*"
_SPECIFIER = re.compile(rf"{_VERSIONS}(?:\s*,\s*{_VERSIONS})*")
_REQUIREMENT = re.compile(
    rf"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:\[[A-Za-z0-9._,\s-]*\]\s*)?(?:{_SPECIFIER.pattern})?\s*(?:;[^@\n]+)?"
)


class Block(NamedTuple):
    """What the block of one recipe says.

    Attributes:
        requires_python: Version specifier, or `""`.
        dependencies: Requirements as written: `httpx>=0.28`.
        table: Our `[tool.recipe-runner]`, as tomllib reads it; empty where there is none.
        line: Of `# /// script` in the file, from 1.
        toml: The text between the markers without its `# `.
    """

    requires_python: str
    dependencies: tuple[str, ...]
    table: dict[str, Any]
    line: int
    toml: str = ""

    def line_of(self, key_path: Sequence[str]) -> int:
        """Find the line in the file of a key path from the top of the block: `("tool", "recipe-runner", "tags")`."""
        return self.line + line_of(self.toml, key_path)


def read_block(text: str, path: Path) -> Block:
    """Read the block of a recipe.

    Args:
        text: The whole file, line ends as they are.
        path: Of the file, for errors.

    Raises:
        BrokenSource: There is no block, more than one, or one that another reader could read differently.
    """
    _refuse_encodings(text, path)
    lines = text.split("\n")
    start, end = _find_block(text, lines, path)
    for number in range(start + 1, end):
        _refuse_line(lines[number - 1], number, path)
    toml = "\n".join(line[2:] for line in lines[start : end - 1])
    values = parse_toml(toml, path, first_line=start + 1)
    return _block(Table(path, values, lambda keys: start + line_of(toml, keys)), start, toml)


def _refuse_encodings(text: str, path: Path) -> None:
    if text.startswith("\ufeff"):
        raise BrokenSource(path, 1, "the file begins with a byte order mark", hint="save the file as UTF-8 without BOM")
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        raise BrokenSource(path, line, "this line does not end with LF alone", hint="save the file with LF line ends")
    for number, line_text in enumerate(text.split("\n", 2)[:2], 1):
        named = _ENCODING.match(line_text)
        if named and named[1].lower() not in ("utf-8", "utf8"):
            raise BrokenSource(path, number, f"the file says it is in {named[1]}", hint="remove this line; write UTF-8")


def _find_block(text: str, lines: Sequence[str], path: Path) -> tuple[int, int]:
    """Return the lines of the two markers, from 1."""
    markers = [(text.count("\n", 0, found.start()) + 1, found[0]) for found in islice(_MARKER.finditer(text), 3)]
    if not markers:
        raise BrokenSource(path, 1, f"there is no `{OPENING}` block", hint=f"begin the file with `{OPENING}`")
    start, opening = markers[0]
    _refuse_marker(opening, OPENING, start, path)
    _refuse_statement_above(lines, start, path)
    if len(markers) == 1:
        raise BrokenSource(path, start, "this block is never closed", hint=f"end it with `{CLOSING}`")
    end, closing = markers[1]
    _refuse_marker(closing, CLOSING, end, path)
    if len(markers) > 2:
        raise BrokenSource(path, markers[2][0], "this looks like a second block", hint="remove this line")
    if end == start + 1:
        raise BrokenSource(path, start, "this block is empty", hint='add dependencies = ["httpx>=0.28"]')
    return start, end


def _refuse_marker(found: str, wanted: str, line: int, path: Path) -> None:
    if found == wanted:
        return
    if found == OPENING:
        raise BrokenSource(path, line, "this block begins before the one above is closed", hint=f"write `{CLOSING}`")
    trailing = " (there are blanks at its end)" if found.rstrip() == wanted else ""
    raise BrokenSource(path, line, f"this line is not exactly `{wanted}`{trailing}", hint=f"write `{wanted}`")


def _refuse_statement_above(lines: Sequence[str], start: int, path: Path) -> None:
    """Above the first statement a line with `#` can be nothing but a comment: no string, no continuation is open."""
    for line in lines[: start - 1]:
        if line.strip() and not line.lstrip().startswith("#"):
            raise BrokenSource(
                path, start, "this block stands below a statement", hint="move it to the top of the file"
            )


def _refuse_line(line: str, number: int, path: Path) -> None:
    if line != line.rstrip():
        raise BrokenSource(path, number, "this line of the block ends with blanks", hint="remove the blanks at its end")
    if not line.startswith("#"):
        raise BrokenSource(path, number, "the block is not closed above this line", hint=f"end it with `{CLOSING}`")
    if line != "#" and not line.startswith("# "):
        raise BrokenSource(
            path, number, "this line of the block does not begin with `# `", hint="write a blank after #"
        )
    # The canonical reader splits at U+2028 and the like; then one line for us is two for it.
    if len(line.splitlines()) > 1:
        raise BrokenSource(path, number, "this line holds a line separator other than LF", hint="remove the character")


def _block(top: Table, start: int, toml: str) -> Block:
    top.allow("requires-python", "dependencies", "tool")
    tool = top.table("tool")
    tool.allow("recipe-runner")
    requires_python, dependencies = top.text("requires-python"), top.texts("dependencies")
    if requires_python and not _fits(_SPECIFIER, requires_python):
        problem = f"is no version specifier: {quoted(requires_python)}"
        raise top.broken("requires-python", problem, 'write requires-python = ">=3.11"')
    for requirement in dependencies:
        if not _fits(_REQUIREMENT, requirement):
            problem = f"{quoted(requirement)} is not a name with versions; addresses, paths and options are refused"
            line = start + _line_with(requirement, toml)
            raise BrokenSource(top.path, line, problem, hint='write it like "httpx>=0.28"')
    return Block(requires_python, dependencies, tool.table("recipe-runner").values, start, toml)


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= LONGEST_REQUIREMENT and pattern.fullmatch(text) is not None


def _line_with(requirement: str, toml: str) -> int:
    """Find one requirement of a list that may span lines."""
    first = line_of(toml, ["dependencies"])
    for number, line in enumerate(toml.split("\n")[first - 1 :], first):
        if requirement in line:
            return number
    return first
