"""The headers that a curl command names: how they are written, and which of them HTTP allows."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from runner.scaffolding.curl.words import VARIABLE

Named: TypeAlias = tuple[str, str | None]
"""Name and value; None takes out a header that curl would send by itself."""

BLANKS: Final = " \t\r\n\v\f"
"""What curl takes off around a value, and a server too."""
TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""RFC 9110, section 5.6.2: what the name of a header is, and a method."""


def read_header(text: str) -> Iterator[Named]:
    """Read `Name: value`, `Name;` for an empty one, `Name:` for none, or a variable; curl ignores anything else.

    Names have the blanks around them, which curl sends and HTTP forbids.
    """
    name, has_colon, value = text.partition(":")
    if has_colon:
        # a line end at the beginning stays, and is refused: for curl the value is the header behind it
        yield name, value.rstrip(BLANKS).lstrip(BLANKS.replace("\n", "")) or None
    elif text.endswith(";"):
        yield text[:-1], ""
    elif VARIABLE.search(text):
        yield text, ""


def is_allowed(name: str, value: str | None) -> bool:
    """Tell whether HTTP allows a header."""
    return TOKEN.fullmatch(name) is not None and not re.search(r"[\r\n\0\v\f]", value or "")
