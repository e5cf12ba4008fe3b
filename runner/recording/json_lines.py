"""JSON broken into lines for the reader, one field a line, in a way that can be undone to the byte.

Only white space goes in, and only between tokens: no value is ever written anew, so duplicate keys and odd spellings of
numbers stay. `joined` takes out what `in_lines` put in. Where the original had a blank after each comma, as Python
writes JSON, the blanks after its colons tell.
"""

import json
import re
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^"{}\[\],]+')
_DEEPEST: Final = 40  # levels that are indented; JSON of 3,000 levels would be mostly blanks otherwise


def in_lines(text: str) -> str | None:
    """Break JSON without line ends into indented lines.

    Returns:
        The lines, which `joined` puts together again; None where that is impossible, or the text is no such JSON.
    """
    end = "\n" if text.endswith("\n") else ""
    pieces = json_pieces(text.removesuffix("\n"))
    if len(pieces) < 2:
        return None
    depth, lines = 0, []
    for piece in (piece.strip(" ") for piece in pieces):
        depth -= piece.startswith(("}", "]"))
        lines.append("  " * min(depth, _DEEPEST) + piece)
        depth += piece.endswith(("{", "["))
    broken = "\n".join(lines) + end
    return broken if joined(broken) == text else None


def joined(text: str) -> str:
    """Put the lines of `in_lines` together again."""
    colon = text.find('":')
    if colon >= 0 and text.startswith(" ", colon + 2):
        text = text.replace(",\n", ", \n")
    end = "\n" if text.endswith("\n") else ""
    return "".join([line.lstrip(" ") for line in text.split("\n")]) + end


def json_pieces(text: str) -> list[str]:
    """Cut JSON where a reader wants a new line; together the pieces are the text.

    Returns:
        Nothing where the text is no JSON object or array, or has lines already.
    """
    if "\n" in text.strip() or not text.lstrip().startswith(("{", "[")) or not _is_json(text):
        return []
    pieces: list[str] = [""]
    before = ""
    for token in _TOKEN.findall(text):
        closes = token in ("}", "]")
        opened = before in ("{", "[")
        if (opened and not closes) or before == "," or (closes and not opened):
            pieces.append("")
        pieces[-1] += token
        before = token
    return pieces


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=str)  # `int` refuses more than 4300 digits
    except (ValueError, RecursionError):
        return False
    return True
