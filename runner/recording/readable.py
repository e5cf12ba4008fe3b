"""How a body stands in a cassette: as readable as it can be, and exact to the byte.

JSON on one line is broken into lines and marked `!!str`, which tells our reader to join them; plain vcrpy sees the same
JSON with white space. Everything else is the same for every reader: text in lines as a literal block, other text
between double quotes, bytes that are no UTF-8 in base64.
"""

import base64
import re
import textwrap
from typing import Final

from runner.recording.json_lines import in_lines, json_pieces

MARK: Final = "!!str"
"""The tag of a literal block whose line ends were put in for the reader."""

# YAML 1.1 takes U+0085, U+2028 and U+2029 for line ends, drops U+FEFF, and refuses the rest.
_NOT_PLAIN: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_NO_BLOCK: Final = re.compile(rf"[{_NOT_PLAIN}]|[ \t]$|\A[ \t\n]|\n\n\Z", re.MULTILINE)
_ESCAPED: Final = re.compile(rf'["\\\t\n{_NOT_PLAIN}]|\A | \Z')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", " ": "\\ "}


class Body(bytes):
    """Bytes to be written as readable as they allow; other bytes have no place in a cassette."""


def body_scalar(body: bytes, indent: str) -> str:
    """Write a body as a YAML value.

    Args:
        body: Any bytes.
        indent: Blanks before each further line.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"!!binary |\n{textwrap.indent(base64.encodebytes(body).decode('ascii'), indent)}".removesuffix("\n")
    broken = in_lines(text)
    if broken is not None and not _NO_BLOCK.search(broken):
        return f"{MARK} {_block(broken, indent)}"
    if "\n" in text and not _NO_BLOCK.search(text):
        return _block(text, indent)
    return _in_quotes(json_pieces(text) or text.splitlines(keepends=True), indent)


def quoted_scalar(text: str) -> str:
    """Write a text between double quotes, on one line."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _block(text: str, indent: str) -> str:
    return ("|\n" if text.endswith("\n") else "|-\n") + textwrap.indent(text.removesuffix("\n"), indent)


def _in_quotes(pieces: list[str], indent: str) -> str:
    """Write pieces one a line; a backslash before a line end says that it does not count."""
    return '"' + f"\\\n{indent}".join(_ESCAPED.sub(_escape, piece) for piece in pieces) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    number = ord(character)
    return _ESCAPES.get(character) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}")
