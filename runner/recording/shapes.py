"""Recognise a credential by its shape alone: tokens, PEM, passwords in URLs, cookies, and addresses of people."""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from runner.recording.credentials import holds_stand_in, is_mixed, looks_like_credential


class Shape(NamedTuple):
    """Something recognised.

    Attributes:
        what: For the user: `a JSON web token`.
        value: What stands there; never shown.
        at: Its first byte.
        certain: False where it may as well be harmless.
    """

    what: str
    value: str
    at: int
    certain: bool


class _Rule(NamedTuple):
    """One shape.

    Attributes:
        what: For the user.
        mark: Bytes, in lower case, without which the pattern cannot match; looking for them first makes the scan quick.
        pattern: Its last group, or else all of it, is the value. Begins with fixed bytes wherever it can. Compiled by
            `re` when its mark is there for the first time: most never are.
        certain: Whether nothing else looks like this.
        apart: Whether no letter, digit or dash may stand before it.
        agrees: Decides about a value that fits.
    """

    what: str
    mark: bytes
    pattern: bytes
    certain: bool = True
    apart: bool = False
    agrees: Callable[[str], bool] = lambda _: True


def find_shapes(text: bytes) -> Iterator[Shape]:
    """Yield what looks like a credential or an address of a person in readable text."""
    lowered = text.lower()
    for rule in _RULES:
        if rule.mark not in lowered:
            continue
        for found in re.finditer(rule.pattern, text):
            value = found[found.lastindex or 0].decode(errors="replace")
            stands = not rule.apart or not _WORD.fullmatch(text[max(found.start() - 1, 0) : found.start()])
            if stands and rule.agrees(value) and not holds_stand_in(value):
                yield Shape(rule.what, value, found.start(), rule.certain)
    yield from _addresses(text)


def _addresses(text: bytes) -> Iterator[Shape]:
    """Yield e-mail addresses; looking backwards from each `@` is many times quicker than one pattern."""
    for found in _DOMAIN.finditer(text):
        local = _LOCAL.search(text[max(found.start() - 65, 0) : found.start()])
        if local and not _NOBODY.search(found[0].lower().replace(b"@", b".")):
            address = (local[0] + found[0]).decode()
            yield Shape("an e-mail address", address, found.start() - len(local[0]), certain=False)


def _is_key(value: str) -> bool:
    return looks_like_credential(value, least=20) and is_mixed(value)


_DOMAIN: Final = re.compile(rb"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])")
_LOCAL: Final = re.compile(rb"(?<![A-Za-z0-9._%+@/-])[A-Za-z0-9._%+-]{1,64}\Z")
_NOBODY: Final = re.compile(
    rb"\.(?:example|invalid|test|localhost|example\.(?:com|org|net)|png|jpe?g|gif|svg|webp|avif|css|js)$"
)
_WORD: Final = re.compile(rb"[A-Za-z0-9_-]")
_RULES: Final = (
    _Rule(
        "a JSON web token",
        b"eyj",
        rb"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*",
        apart=True,
    ),
    _Rule("a private key", b"-----begin", rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"),
    _Rule(
        "a certificate or key in PEM",
        b"-----begin",
        rb"-----BEGIN (?![A-Z0-9 ]*PRIVATE)[A-Z0-9 ]{3,40}-----",
        certain=False,
    ),
    _Rule(
        "a password in a URL",
        b"://",
        rb"://([^\s/?#:@\"'<>\\]{0,128}:[^\s/?#@\"'<>\\]{1,256})@[A-Za-z0-9\[]",
    ),
    _Rule(
        "an Authorization header",
        b"authorization",
        rb"(?i)authorization[\"']?\s*[:=][\s\[\"'-]*(?:[A-Za-z]{3,12}\s+)?([A-Za-z0-9._~+/=-]{8,})",
        agrees=lambda value: looks_like_credential(value, least=8),
    ),
    _Rule("a bearer token", b"bearer", rb"(?i)bearer[ +]([A-Za-z0-9._~+/=-]{12,})", agrees=_is_key),
    _Rule("Basic credentials", b"basic", rb"(?i)basic[ +]([A-Za-z0-9+/]{8,}={0,2})", agrees=_is_key),
    _Rule(
        "a cookie",
        b"cookie",
        rb"(?i)cookie[\"']?\s*:[\s\[\"'-]*([A-Za-z0-9_.-]{1,64}=[^\s;\"',]{4,})",
    ),
    _Rule("a key of AWS", b"akia", rb"AKIA[0-9A-Z]{16}(?![A-Za-z0-9])", apart=True),
    _Rule("a key of AWS", b"asia", rb"ASIA[0-9A-Z]{16}(?![A-Za-z0-9])", apart=True),
    _Rule("a key of Google", b"aiza", rb"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", apart=True),
    _Rule("a secret key (sk-)", b"sk-", rb"sk-[A-Za-z0-9_-]{20,200}", apart=True, agrees=_is_key),
    _Rule("a secret key (sk_)", b"sk_", rb"sk_[A-Za-z0-9_-]{20,200}", apart=True, agrees=_is_key),
    _Rule("a token of GitHub", b"gh", rb"gh[opusr]_[A-Za-z0-9]{30,255}", apart=True),
    _Rule("a token of GitHub", b"github_pat_", rb"github_pat_[A-Za-z0-9_]{30,255}", apart=True),
    _Rule("a token of GitLab", b"glpat-", rb"glpat-[A-Za-z0-9_-]{20,64}", apart=True),
    _Rule("a token of Slack", b"xox", rb"xox[abeprs]-[A-Za-z0-9-]{10,250}", apart=True),
    _Rule(
        "a webhook of Slack",
        b"hooks.slack.com",
        rb"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_+-]{8,}",
    ),
)
