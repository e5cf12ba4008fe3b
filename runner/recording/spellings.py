"""Match a text however it is spelled: each character as it is, or escaped for URLs, JSON, pages or mail."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from html.entities import html5
from typing import Final

_SOFT_BREAK: Final = rb"(?:=\r?\n)?"
_UNIT: Final = re.compile(r"\\+|.", re.DOTALL)
_CONTROLS: Final = {"\n": "n", "\t": "t", "\r": "r", "\b": "b", "\f": "f"}


@cache
def spelled(text: str) -> bytes:
    r"""Return a pattern, without groups, for `text` in any mixture of spellings.

    Escapes of escapes are matched too: `%2526`, `\\\"`, `&amp;quot;`. To be compiled with
    IGNORECASE, so that any case of the letters matches.
    """
    return _SOFT_BREAK.join(_unit(each) for each in _UNIT.findall(text))


def spelled_hex(text: str) -> bytes:
    """Return a pattern for the hex digits of `text`; to be compiled like that of `spelled`."""
    return text.encode(errors="surrogatepass").hex().encode()


def spelled_in(encoding: str, text: str) -> bytes:
    """Return a pattern for `text` in an encoding other than UTF-8; to be compiled like that of `spelled`.

    Raises:
        UnicodeEncodeError: The encoding does not have all of its characters.
    """
    pattern = re.escape(text.encode(encoding))
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
    raw = dict.fromkeys(re.escape(case.encode(errors="surrogatepass")) for case in cases)
    if each.isascii():
        return b"(?:%s|%s)" % (_ascii_escapes(each, cases), b"|".join(raw))
    escapes = dict.fromkeys(form for case in cases for form in _wide_escapes(case))
    return b"(?:%s)" % b"|".join([*escapes, *raw])


def _ascii_escapes(each: str, cases: Iterable[str]) -> bytes:
    """Return one pattern for all escapes of an ASCII character, with few branches: they take long to compile."""
    codes = dict.fromkeys(map(ord, cases))
    hexes, numbers = "|".join(f"{code:02x}" for code in codes), "|".join(map(str, codes))
    itself = "" if each.isalnum() or each == "\\" else f"|{re.escape(_CONTROLS.get(each, each))}"
    names = "".join(f"|{re.escape(name)}" for name in _entities()[each])
    escapes = [
        rf"%(?:25){{0,3}}(?:{hexes})",
        rf"=(?:{hexes})",
        rf"\\{{1,15}}(?:(?:u00|x|U000000)(?:{hexes})|u\{{0{{0,5}}(?:{hexes})\}}{itself})",
        rf"&(?:amp;){{0,3}}(?:#0{{0,5}}(?:{numbers})(?![0-9]);?|#x0{{0,5}}(?:{hexes})(?![0-9a-f]);?{names})",
        *([r"\+"] if each == " " else []),
    ]
    return "|".join(escapes).encode()


def _wide_escapes(case: str) -> Iterator[bytes]:
    data, units = case.encode(errors="surrogatepass"), case.encode("utf-16-be", "surrogatepass").hex()
    yield b"".join(rb"%%(?:25){0,3}%02x" % byte for byte in data)
    yield b"".join(rb"=%02x" % byte for byte in data)
    yield b"".join(rb"\\{1,15}u%s" % units[at : at + 4].encode() for at in range(0, len(units), 4))
    yield b"".join(_numbered(ord(part)) for part in case)
    yield from (rb"&(?:amp;){0,3}" + re.escape(name.encode()) for name in _entities()[case])


def _numbered(code: int) -> bytes:
    """Return the escapes that give a character's number."""
    forms = [
        rf"\\{{1,15}}(?:U{code:08x}|u\{{0{{0,5}}{code:x}\}})",
        rf"&(?:amp;){{0,3}}#(?:0{{0,5}}{code}(?![0-9]);?|x0{{0,5}}{code:x}(?![0-9a-f]);?)",
        *([rf"\\{{1,15}}x{code:02x}"] if code < 0x100 else []),
    ]
    return f"(?:{'|'.join(forms)})".encode()


@cache
def _entities() -> defaultdict[str, list[str]]:
    """Return the names that HTML has for each character: `quot;` for `"`."""
    names = defaultdict[str, list[str]](list)
    for name, text in html5.items():
        if name.endswith(";"):
            names[text].append(name)
    return names
