"""Writing the little YAML that a cassette needs: the same values always give the same text."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from runner.recording.readable import Body, body_scalar, quoted_scalar

Value: TypeAlias = "Mapping[str, Value] | Sequence[Value] | Body | str | int | None"
"""What can be written."""

_BARE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_/.+][A-Za-z0-9]+)*")
_WORDS: Final = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def yaml_text(document: Mapping[str, Value]) -> str:
    """Write a document.

    Raises:
        TypeError: It holds something other than a `Value`.
    """
    return _mapping(document, "")


def _mapping(values: Mapping[str, Value], indent: str) -> str:
    return "".join(f"{indent}{_string(key)}:{_after(value, indent)}" for key, value in values.items())


def _after(value: Value, indent: str) -> str:
    """Write what follows a colon."""
    if isinstance(value, Mapping) and value:
        return "\n" + _mapping(value, indent + "  ")
    if isinstance(value, list | tuple) and value:
        return "\n" + "".join(_item(item, indent) for item in value)
    return f" {_scalar(value, indent + '  ')}\n"


def _item(value: Value, indent: str) -> str:
    if isinstance(value, Mapping) and value:
        return f"{indent}- {_mapping(value, indent + '  ')[len(indent) + 2 :]}"
    return f"{indent}- {_scalar(value, indent + '  ')}\n"


def _scalar(value: Value, indent: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if isinstance(value, Body):
        return body_scalar(value, indent)
    if isinstance(value, Mapping | list | tuple) and not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    return _string(value)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} cannot be written into a cassette")
    return value if _BARE.fullmatch(value) and value.lower() not in _WORDS else quoted_scalar(value)
