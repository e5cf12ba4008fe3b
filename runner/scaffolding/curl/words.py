"""What a shell would make of pasted text: commands of words, in which variables are marked.

Words are text. Bytes that are no UTF-8 stand in it as surrogates (`surrogateescape`), so nothing is lost.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from runner.errors import AskedWrongly

Dialect: TypeAlias = Literal["bash", "cmd", "powershell"]

# Lone surrogates that no decoding makes, so no text can be taken for a variable.
_OPEN, _CLOSE, _BETWEEN = "\ud800", "\ud801", "\ud802"
_LOST_BYTES: Final = re.compile("[\udc80-\udcff]+")
VARIABLE: Final = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
ODD_BLANKS: Final = "\u00a0\u2007\u202f\u3000\u200b\ufeff"
"""Blanks that web pages and mail programs put where a shell wants a plain one."""


def mark(name: str, written: str = "") -> str:
    """Return what stands in a word for the value of a variable, or of a stand-in that was written otherwise."""
    return f"{_OPEN}{name}{_BETWEEN}{written}{_CLOSE}" if written else f"{_OPEN}{name}{_CLOSE}"


def marked_name(inner: str) -> str:
    """Return the name in a mark, from what `VARIABLE` finds."""
    return inner.partition(_BETWEEN)[0]


def named(text: str, form: str = "{}") -> str:
    """Return a text with the names of its variables in their place, each in a form: `${}`."""
    return VARIABLE.sub(lambda found: form.format(marked_name(found[1])), text)


def marked_text(inner: str) -> str:
    """Return how a stand-in was written, from what `VARIABLE` finds; `""` for a variable of a shell."""
    return inner.partition(_BETWEEN)[2]


def to_bytes(text: str) -> bytes:
    """Return the bytes that a shell hands on for a text without variables."""
    return text.encode("utf-8", "surrogateescape")


def to_text(data: bytes) -> str:
    """Return bytes as text of a word."""
    return data.decode("utf-8", "surrogateescape")


def joined(text: str) -> str:
    """Put bytes together that make up a character although they stood in several pieces of a word."""
    return _LOST_BYTES.sub(lambda found: to_text(to_bytes(found[0])), text)


class Word(NamedTuple):
    """One word of a command.

    Attributes:
        text: Without quotes and escapes; a variable is `mark(NAME)`.
        at: Where it begins in the pasted text, from 0.
    """

    text: str
    at: int

    def __repr__(self) -> str:
        return shown(self, "at")


class Input(NamedTuple):
    """What a command reads: a file, or a text that stands in the paste.

    Attributes:
        name: Of the file, or `""`.
        text: What is read where there is no file.
    """

    name: str = ""
    text: str = ""

    def __repr__(self) -> str:
        return shown(self, "name")


class Command:
    """Words up to the next `;`, `|`, `&` or line end.

    Attributes:
        words: In order.
        input: What is redirected into it, or None.
        fed: Another command's output is piped into it.
    """

    def __init__(self, words: Iterable[Word] = (), input: Input | None = None, *, fed: bool = False) -> None:  # noqa: A002
        self.words = list(words)
        self.input = input
        self.fed = fed


class Split(NamedTuple):
    """Pasted text, taken apart.

    Attributes:
        commands: Those with words.
        notes: What had to be repaired, each once.
    """

    commands: tuple[Command, ...]
    notes: tuple[str, ...]


def shown(record: tuple[Any, ...], *names: str) -> str:
    """Return a `repr` of a named tuple with these fields alone: the others may hold secrets."""
    return f"{type(record).__name__}({', '.join(f'{name}={getattr(record, name)!r}' for name in names)})"


def substituted(text: str, values: Mapping[str, str]) -> str:
    """Put values in for the variables that have one."""
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def unclosed(what: str, at: int) -> AskedWrongly:
    """Return the error for a quote without its end; the text is not quoted, since it may hold a key."""
    return AskedWrongly(
        f"The {what} at character {at + 1} of the command is never closed.",
        hint="Copy the whole command, to its last quote.",
    )
