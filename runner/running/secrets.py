"""Blot out what a run knows as secret, in whatever form an API echoes it."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

_TEXT = frozenset({str})
_PLAIN = frozenset({str, int, float, bool, type(None)})


class Secrets:
    """The secrets of one run, by the name that may be shown in their place."""

    def __init__(self, by_name: Mapping[str, str] | None = None) -> None:
        """Prepare to find every form of each secret.

        Args:
            by_name: `{"NEWSWHIP_API_KEY": "the key itself"}`; empty secrets are left out.
        """
        names = {form: name for name, secret in (by_name or {}).items() for form in forms(secret)}
        self._shown = {form: _stand_in(name, names) for form, name in names.items()}
        self._shortest = [form for form in names if not any(other in form for other in names if other != form)]
        longest_first = sorted(self._shown, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def scrub(self, text: str) -> str:
        """Return `text` with every secret replaced by `[ITS_NAME]`."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._shown[found[0]], text)

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


def _stand_in(name: str, forms: Collection[str]) -> str:
    """Return `[NAME]`, or a blot where a secret would show in it or could arise at its edges."""
    shown = f"[{name}]"
    if not any(form in shown or "[" in form or "]" in form for form in forms):
        return shown
    used = set().union(*forms)
    return next(blot for blot in map(chr, range(ord("█"), ord("█") + len(used) + 1)) if blot not in used)
