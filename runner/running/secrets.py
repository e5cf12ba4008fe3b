"""Blot out what a run knows as secret, in whatever form an API echoes it."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

_TEXT = frozenset({str})
_PLAIN = frozenset({str, int, float, bool, type(None)})


class Secrets:
    """The secrets of one run, by the name that may be shown in their place."""

    def __init__(self, by_name: Mapping[str, str] | None = None, *, frame: tuple[str, str] = ("[", "]")) -> None:
        """Prepare to find every form of each secret.

        Args:
            by_name: `{"NEWSWHIP_API_KEY": "the key itself"}`; empty secrets are left out.
            frame: What stands before and after a name that is shown.
        """
        names = {form: name for name, secret in (by_name or {}).items() for form in forms(secret)}
        self._shown = {form: _stand_in(name, names, frame) for form, name in names.items()}
        self._shortest = [form for form in names if not any(other in form for other in names if other != form)]
        longest_first = sorted(self._shown, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._bytes = {form.encode(): stand_in.encode() for form, stand_in in self._shown.items()}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to hide."""
        return not self._shown

    def scrub(self, text: str) -> str:
        """Return `text` with every secret replaced by `[ITS_NAME]`."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._shown[found[0]], text)

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return what `scrub` does of text in UTF-8, or in any encoding that writes ASCII so."""
        if not any(form.encode() in data for form in self._shortest):
            return data
        return self._byte_pattern.sub(lambda found: self._bytes[found[0]], data)

    def scrub_pieces(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield pieces as they come, scrubbed; an end that may be the beginning of a secret waits for the next one."""
        kept = b""
        for piece in pieces:
            data = kept + piece
            ready = self._length_without_beginning(data)
            kept = data[ready:]
            if ready:
                yield self.scrub_bytes(data[:ready])
        if kept:
            yield self.scrub_bytes(kept)

    def _length_without_beginning(self, data: bytes) -> int:
        """Return how many bytes can be scrubbed by themselves: what follows may be the beginning of a secret."""
        longest = max(map(len, self._bytes), default=1) - 1
        starts = range(max(len(data) - longest, 0), len(data))
        ready = next((at for at in starts if any(form.startswith(data[at:]) for form in self._bytes)), len(data))
        cut = (found.start() for found in self._byte_pattern.finditer(data) if found.start() < ready < found.end())
        return next(cut, ready)

    @cached_property
    def _byte_pattern(self) -> re.Pattern[bytes]:
        longest_first = sorted(self._bytes, key=len, reverse=True)
        return re.compile(b"|".join(map(re.escape, longest_first)) or b"(?!)")

    def scrub_row(self, row: Any) -> Any:
        """Return what `scrub_value` does, at once for a dict of plain values in which no secret stands."""
        if row.__class__ is dict and _TEXT.issuperset(map(type, row)) and _PLAIN.issuperset(map(type, row.values())):
            text = "\n".join([*row, *[value for value in row.values() if value.__class__ is str]])
            for form in self._shortest:
                if form in text:
                    return self.scrub_value(row)
            return row
        return self.scrub_value(row)

    def scrub_value(self, value: Any) -> Any:
        """Return `value` with the text in it, at any depth of lists and dicts, scrubbed."""
        if self._pattern is None or value is None or isinstance(value, int | float):
            return value
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, Mapping):
            return {self.scrub_value(key): self.scrub_value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.scrub_value(inner) for inner in value]
        return value


def forms(secret: str) -> Iterator[str]:
    """Yield the secret as it stands in URLs, JSON, pages and Basic authentication; for recordings too."""
    if not secret:
        return
    yield from (secret, html.escape(secret))
    for escaped in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield from (escaped, re.sub("%..", lambda found: found[0].lower(), escaped))
    for escaped in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield from (escaped, escaped.replace("/", "\\/"))
    for credential in (secret.encode(), f"{secret}:".encode()):
        for encoded in (b64encode(credential), urlsafe_b64encode(credential)):
            yield encoded.decode()
            yield encoded.decode().rstrip("=")


def _stand_in(name: str, forms: Collection[str], frame: tuple[str, str]) -> str:
    """Return `[NAME]`, or a blot where a secret would show in it or could arise at its edges."""
    before, after = frame
    shown = f"{before}{name}{after}"
    if not any(form in shown or before in form or after in form for form in forms):
        return shown
    used = set().union(*forms)
    return next(blot for blot in map(chr, range(ord("█"), ord("█") + len(used) + 1)) if blot not in used)
