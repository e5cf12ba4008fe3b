"""A parameter as a field of a form, and the command that its values make; `recipe.js` makes the same in the page."""

import re
import unicodedata
from collections.abc import Sequence
from shlex import quote
from typing import Final

from runner.catalog import MISSING, RESERVED_NAMES, Missing, Parameter, Value, describe_kind, format_value
from runner.sharing.site.clean import line
from runner.sharing.site.model import Field

_SHAPES: Final = {"str": "text", "path": "text"}
_POWERSHELL_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_POWERSHELL_QUOTES: Final = re.compile("['\u2018\u2019\u201a\u201b]")
"""All of these end a text in single quotes, as PowerShell reads it."""


def field_of(parameter: Parameter) -> Field:
    """Return the field; of what is private it holds no value."""
    kind = parameter.kind
    default, example = ((), ()) if parameter.private else (_texts(parameter.default), _texts(parameter.example))
    return Field(
        name=parameter.name,
        option="-P" if parameter.name in RESERVED_NAMES else parameter.option,
        shape="choice" if kind.choices else _SHAPES.get(kind.base, kind.base),
        many=kind.many,
        required=parameter.required,
        private=parameter.private,
        takes=line(describe_kind(parameter)),
        help=line(parameter.help),
        low="" if parameter.min is None else format_value(parameter.min),
        high="" if parameter.max is None else format_value(parameter.max),
        choices=tuple(map(str, kind.choices)),
        default=default,
        initial=default if parameter.default is not MISSING else example,
    )


def bash_command(recipe_id: str, fields: Sequence[Field]) -> str:
    """Return the `recipes run` command for bash and its kin, with what a form begins with."""
    return " ".join(["recipes run", recipe_id, *map(_bash_quote, _words(fields))])


def powershell_command(recipe_id: str, fields: Sequence[Field]) -> str:
    """Return the same for PowerShell."""
    return " ".join(["recipes run", recipe_id, *map(_powershell_quote, _words(fields))])


def _words(fields: Sequence[Field]) -> list[str]:
    return [word for each in fields if each.initial != each.default for word in _words_of(each)]


def _words_of(field: Field) -> list[str]:
    """Return the words for one field; a value that begins with a hyphen stands in one word with its option."""
    if field.option == "-P":
        return [word for text in field.initial for word in ("-P", f"{field.name}={text}")]
    if field.shape == "bool" and not field.many:
        return [field.option if field.initial == ("yes",) else f"--no-{field.option[2:]}"]
    given = ([f"{field.option}={text}"] if text.startswith("-") else [field.option, text] for text in field.initial)
    return [word for words in given for word in words]


def _bash_quote(word: str) -> str:
    """Quote a word; what would be obeyed or hidden when it is pasted is written as bytes."""
    if not any(map(_is_hidden, word)):
        return quote(word)
    parts = (
        "".join(f"\\x{byte:02x}" for byte in char.encode()) if _is_hidden(char) else re.sub(r"[\\']", r"\\\g<0>", char)
        for char in word
    )
    return f"$'{''.join(parts)}'"


def _powershell_quote(word: str) -> str:
    if any(map(_is_hidden, word)):
        parts = (
            f"$([char]::ConvertFromUtf32(0x{ord(char):02x}))"
            if _is_hidden(char)
            else re.sub('[`"$\u201c\u201d\u201e]', r"`\g<0>", char)
            for char in word
        )
        return f'"{"".join(parts)}"'
    if _POWERSHELL_PLAIN.fullmatch(word) or re.fullmatch(r"--?[A-Za-z][A-Za-z0-9-]*", word):
        return word
    return "'" + _POWERSHELL_QUOTES.sub(r"\g<0>\g<0>", word) + "'"


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")


def _texts(value: Value | Missing) -> tuple[str, ...]:
    if isinstance(value, Missing) or value is None:
        return ()
    return tuple(map(format_value, value)) if isinstance(value, tuple) else (format_value(value),)
