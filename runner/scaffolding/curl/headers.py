"""The headers that a curl command names: how they are written, and which of them HTTP allows."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from runner.scaffolding.curl.words import VARIABLE

Named: TypeAlias = tuple[str, str | None]
"""Name and value; None takes out a header that curl would send by itself."""

BLANKS: Final = " \t\r\n\v\f"
"""What curl takes off around a value, and a server too."""
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def read_header(text: str) -> Iterator[Named]:
    """Read `Name: value`, `Name;` for an empty one, `Name:` for none, or a variable; curl ignores anything else.

    Names have the blanks around them, which curl sends and HTTP forbids.
    """
    name, has_colon, value = text.partition(":")
    if has_colon:
        is_folded = "\n" in value.lstrip(" \t").rstrip(BLANKS)  # a line end is no blank around a value
        yield name, (value if is_folded else value.strip(BLANKS)) or None
    elif text.endswith(";"):
        yield text[:-1], ""
    elif VARIABLE.search(text):
        yield text, ""


def is_allowed(name: str, value: str | None) -> bool:
    """Tell whether HTTP allows a header."""
    return _NAME.fullmatch(name) is not None and not re.search(r"[\r\n\0\v\f]", value or "")
