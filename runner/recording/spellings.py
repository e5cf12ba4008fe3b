"""Match a text however it is spelled: each character as it is, or escaped for URLs, JSON, pages or mail."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from html.entities import html5
from typing import Final

_SOFT_BREAK: Final = rb"(?:=\r?\n)?"
_UNIT: Final = re.compile(r"\\+|.", re.DOTALL)
_CONTROLS: Final = {"\n": "n", "\t": "t", "\r": "r", "\b": "b", "\f": "f"}


@cache
def spelled(text: str) -> bytes:
    r"""Return a pattern, without groups, for `text` in any mixture of spellings and any case of its letters.

    Escapes of escapes are matched too: `%2526`, `\\\"`, `&amp;quot;`.
    """
    return _SOFT_BREAK.join(_unit(each) for each in _UNIT.findall(text))


def spelled_hex(text: str) -> bytes:
    """Return a pattern for the hex digits of `text`."""
    return rb"(?i:" + text.encode(errors="surrogatepass").hex().encode() + rb")"


def spelled_in(encoding: str, text: str) -> bytes:
    """Return a pattern for `text` in an encoding other than UTF-8, in any case of its ASCII letters.

    Raises:
        UnicodeEncodeError: The encoding does not have all of its characters.
    """
    pattern = rb"(?i:" + re.escape(text.encode(encoding)) + rb")"
    return rb"(?<![\x80-\xff])" + pattern + rb"(?![\x80-\xbf])" if encoding == "latin-1" else pattern


def _unit(text: str) -> bytes:
    """Return the pattern of one character, or of some backslashes: each escaping doubles all of them."""
    if not text.startswith("\\"):
        return _character(text)
    doubled = b"|".join(rb"\\{%d}" % (len(text) * times) for times in (8, 4, 2, 1))
    return rb"(?:%s|%s{%d})" % (doubled, _character("\\"), len(text))


@cache
def _character(each: str) -> bytes:
    """Escapes come first: of `a&amp;` the whole has to match where the text is `a&`."""
    cases = dict.fromkeys((each, each.lower(), each.upper()))
    escapes = dict.fromkeys(form for case in cases for form in _escapes(case))
    plain = [re.escape(case.encode(errors="surrogatepass")) for case in cases]
    return rb"(?:" + b"|".join([*escapes, *plain]) + rb")"


def _escapes(case: str) -> Iterator[bytes]:
    data = case.encode(errors="surrogatepass")
    yield b"".join(rb"%%(?:25){0,3}(?i:%02x)" % byte for byte in data)
    yield b"".join(rb"=%02X" % byte for byte in data)
    units = case.encode("utf-16-be", "surrogatepass").hex()
    yield b"".join(rb"\\{1,15}u(?i:%s)" % units[at : at + 4].encode() for at in range(0, len(units), 4))
    yield b"".join(_numbered(ord(part)) for part in case)
    yield from _named(case)


def _numbered(code: int) -> bytes:
    """Return the escapes that give a character's number."""
    forms = [rb"\\{1,15}U(?i:%08x)" % code, rb"\\{1,15}u\{0{0,5}(?i:%x)\}" % code]
    forms += [rb"\\{1,15}x(?i:%02x)" % code] if code < 0x100 else []
    forms += [
        rb"&(?:amp;){0,3}#0{0,5}%d(?:;|(?![0-9]))" % code,
        rb"&(?:amp;){0,3}#[xX]0{0,5}(?i:%x)(?:;|(?![0-9a-fA-F]))" % code,
    ]
    return rb"(?:" + b"|".join(forms) + rb")"


def _named(case: str) -> Iterator[bytes]:
    """Yield the escapes that give a character's name, and a backslash before what needs none."""
    for name in _entities()[case]:
        yield rb"&(?:amp;){0,3}" + re.escape(name.encode())
    if case in _CONTROLS:
        yield rb"\\{1,15}" + _CONTROLS[case].encode()
    if case == " ":
        yield rb"\+"
    if not case.isalnum() and case != "\\":
        yield rb"\\{1,15}" + re.escape(case.encode(errors="surrogatepass"))


@cache
def _entities() -> defaultdict[str, list[str]]:
    """Return the names that HTML has for each character: `quot;` for `"`."""
    names = defaultdict[str, list[str]](list)
    for name, text in html5.items():
        if name.endswith(";"):
            names[text].append(name)
    return names
