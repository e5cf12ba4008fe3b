"""Values as text of a file: Python literals, TOML, docstrings, comments. What a value says never becomes code."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from keyword import iskeyword
from math import isfinite
from pathlib import Path
from typing import Final

from runner.catalog.wording import HUGE
from runner.output.text import mend, safe_text

WIDTH: Final = 120
"""Columns of a line."""
STEP: Final = 4
"""Columns by which what stands in brackets is indented."""

_WORD: Final = re.compile(r"\s*\S+\s*|\s+")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MARKER: Final = re.compile(r"^#(?=\s*///)")


def literal(value: object, *, indent: int = 0, first: int = 0, after: int = 0) -> str:
    """Return the Python expression of a value, in brackets over several lines where one is too long.

    Args:
        value: None, bool, int, float, str, an aware datetime, a date, a Path, or a list, tuple or dict of these.
        indent: Columns before the line in which it will stand.
        first: The column at which it begins.
        after: How many characters follow it on its last line.

    Raises:
        ValueError: Such a value has no literal: it is infinite, huge, has no time zone, or is out of range in UTC.
    """
    text = _on_one_line(value)
    if first + len(text) + after <= WIDTH:
        return text
    inside = indent + STEP
    match value:
        case str():
            return _bracketed("()", [_quoted(part) for part in _parts(value, WIDTH - inside)], indent, comma="")
        case list() | tuple():
            lines = [literal(each, indent=inside, first=inside, after=1) for each in value]
            return _bracketed("[]", lines, indent)
        case Mapping():
            return _bracketed("{}", list(_pairs(value, inside)), indent)
    return text


def toml_text(value: object) -> str:
    """Return a value as TOML on one line, in which no character is hidden; a Path is text."""
    import tomli_w  # only who makes files writes TOML

    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_text, value))}]"
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    plain = mend(str(value)) if isinstance(value, str | Path) else value
    text = tomli_w.dumps({"value": plain}).removeprefix("value = ").removesuffix("\n")
    return "".join(char if _is_plain(char) else _escape(char, least=4) for char in text)


def docstring_text(text: str, *, indent: int | None = None, first: int = 0) -> str:
    r"""Return a text to stand in a docstring, which it cannot end; blanks and line ends become one blank.

    Args:
        text: Anything.
        indent: Columns before each further line, to break the text into lines; None keeps it on one.
        first: The column at which it begins.
    """
    escaped = " ".join(mend(text).split()).replace("\\", "\\\\")
    escaped = re.sub(r'^"|"(?="|$)', '\\"', escaped)
    escaped = "".join(char if _is_plain(char) else _escape(char) for char in escaped)
    lines = [escaped]
    if indent is not None and first + len(escaped) > WIDTH:
        from textwrap import wrap  # most texts fit into a line

        lines = wrap(
            escaped,
            WIDTH,
            initial_indent=" " * first,
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
            break_long_words=False,
        )
    # Readers of script blocks take any line that begins like a marker for one, also in a docstring.
    safe = [_MARKER.sub(r"\\x23", line.strip()) for line in lines]
    return f"\n{' ' * (indent or 0)}".join(safe)


def comment_text(text: str) -> str:
    """Return a text to stand in a comment, on one line, without anything that hides or begins a block."""
    words = safe_text(" ".join(mend(text).split()))
    return re.sub(r"^/(?=//)", "/ ", words)


def identifier(text: str) -> str:
    """Return a text that can name something in Python.

    Raises:
        ValueError: It cannot.
    """
    if not _NAME.fullmatch(text) or iskeyword(text):
        raise ValueError(f"{text[:40]!r} is no name in Python")
    return text


def _on_one_line(value: object) -> str:
    match value:
        case None | bool():
            return repr(value)
        case str():
            return _quoted(value)
        case int() if value.bit_length() <= HUGE:
            return repr(value)
        case float() if isfinite(value):
            return repr(value)
        case datetime() if value.utcoffset() is not None:
            return _moment(value)
        case date() if not isinstance(value, datetime):
            return f"date({value.year}, {value.month}, {value.day})"
        case Path():
            return f"Path({_quoted(str(value))})"
        case list() | tuple():
            return f"[{', '.join(map(_on_one_line, value))}]"
        case Mapping():
            return "{" + ", ".join(f"{_on_one_line(key)}: {_on_one_line(each)}" for key, each in value.items()) + "}"
    raise ValueError(f"a {type(value).__name__} like this has no literal")


def _moment(moment: datetime) -> str:
    try:
        value = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{moment.isoformat()} is no year of UTC") from None
    numbers = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    while len(numbers) > 5 and not numbers[-1]:
        numbers.pop()
    return f"datetime({', '.join(map(str, numbers))}, tzinfo=UTC)"


def _quoted(text: str) -> str:
    """Write a text in double quotes, or in single ones where that needs fewer backslashes."""
    shown = repr(text)
    inner = shown[1:-1]
    if shown[0] == "'" and text.count('"') <= text.count("'"):
        shown = '"' + inner.replace("\\'", "'").replace('"', '\\"') + '"'
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(char if _is_plain(char) else _escape(char) for char in shown)


def _parts(text: str, room: int) -> Iterator[str]:
    """Cut a text, between words where there are any, into parts that fit with their quotes."""
    part = ""
    for word in _WORD.findall(text):
        if part and len(_quoted(part + word)) > room:
            yield part
            part = ""
        part += word
        while len(_quoted(part)) > room:
            most = min(len(part) - 1, room)  # a character takes a column at least
            end = next(end for end in range(most, 0, -1) if len(_quoted(part[:end])) <= room or end == 1)
            yield part[:end]
            part = part[end:]
    if part:
        yield part


def _pairs(values: Mapping[object, object], indent: int) -> Iterator[str]:
    for key, value in values.items():
        head = f"{_on_one_line(key)}: "
        yield head + literal(value, indent=indent, first=indent + len(head), after=1)


def _bracketed(brackets: str, lines: Sequence[str], indent: int, comma: str = ",") -> str:
    body = "".join(f"{' ' * (indent + STEP)}{line}{comma}\n" for line in lines)
    return f"{brackets[0]}\n{body}{' ' * indent}{brackets[1]}"


def _is_plain(char: str) -> bool:
    return " " <= char <= "~" or (char > "~" and safe_text(char) == char)


def _escape(char: str, least: int = 2) -> str:
    code = ord(char)
    if code < 0x100 and least == 2:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
