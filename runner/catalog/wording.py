"""Values and lists as text: for a shell, and in sentences that are safe for whatever a hostile file holds."""

from collections.abc import Iterable
from datetime import date, datetime

from runner.catalog.model import Scalar

LONGEST = 60  # characters of a quoted text
HUGE = 1024  # bits; `str` refuses integers of more than 4300 digits, so such a number is never printed


def format_value(value: Scalar) -> str:
    """Write one value so that `parse_value` reads it back: ISO 8601, `yes`, `no`, plain."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat().removesuffix("+00:00") + ("Z" if not value.utcoffset() else "")
        case date():
            return value.isoformat()
    return str(value)


def quoted(value: object) -> str:
    """Show a value in a sentence: short text in quotes, plain values as they are, else only what it is."""
    match value:
        case None:
            return "None"
        case str():
            return repr(value if len(value) <= LONGEST else value[: LONGEST - 3] + "...")
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() > HUGE:
            return "a huge number"
        case int() | float():
            return str(value)
        case date():
            return format_value(value)
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
    return f"a {type(value).__name__}"


def listed(names: Iterable[object]) -> str:
    """Join names with commas."""
    return ", ".join(map(str, names))
