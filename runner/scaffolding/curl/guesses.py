"""What a value in a captured call is: a stand-in, a number, a day, an id, a secret, or just text."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final, Literal, NamedTuple, TypeAlias

from runner.recording.credentials import Weight, is_mixed, is_uuid, looks_like_credential, weigh_name
from runner.recording.shapes import find_shapes
from runner.scaffolding.curl.words import VARIABLE, mark, marked_text

Guess: TypeAlias = Literal["str", "int", "float", "bool", "date", "datetime"]
Plain: TypeAlias = str | int | float | bool | date | datetime

_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_DAY: Final = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]")
MOMENT_FORMS: Final = (
    "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%dT%H:%M:%S.000Z",
)  # fmt: skip
_MOMENT: Final = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9][T ][0-9:]{5,8}[0-9Z.+:]*")
_STAND_INS: Final = re.compile(
    VARIABLE.pattern
    + r"|\{\{\s*([A-Za-z_][\w .-]*?)\s*\}\}|(?<![{$])\$?\{([A-Za-z_][\w-]*)\}(?!\})"
    + r"|\$([A-Z][A-Z0-9_]{2,})\b|%(?![0-9A-Fa-f]{2}\w*%[0-9A-Fa-f]{2})([A-Z][A-Z0-9_]{2,})%"
    + r"|\b((?:YOUR|MY|INSERT)[_-][A-Z0-9_-]*[A-Z0-9])\b"
)
_WHOLE_STAND_IN: Final = re.compile(
    r"[<\[]([A-Za-z][\w .-]*)[>\]]|((?:your|my|insert)[-_][a-z0-9_-]+)|(?:[xX]{4,}|\.{3}|\*{3,})"
)
_SEARCHES: Final = frozenset(
    {"q", "query", "search", "term", "keyword", "keywords", "topic", "text", "phrase", "domain", "country", "city"}
    | {"language", "lang", "locale", "email", "username", "user", "name", "title", "symbol", "currency", "region"}
)
"""Fields whose words a user will want to change."""
_NAMED_WORDS: Final = re.compile(r"([A-Za-z][\w-]{1,40})[=:]\s*([^\s,;&()<>\"']+)")
_TOKENS: Final = re.compile(r"[A-Za-z0-9+/=_.~-]{16,}")
_ADDRESS: Final = re.compile(r"[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")


class StandIn(NamedTuple):
    """A place for a value that the command leaves open.

    Attributes:
        name: What it is called: `USER_ID`.
        start: Where it begins in its text.
        end: Where it ends.
    """

    name: str
    start: int
    end: int

    @property
    def captured(self) -> str | None:
        """What curl would send there; None where only a shell knows."""
        return marked_text(self.name) or None

    @property
    def is_number(self) -> bool:
        """Whether it stood outside of quotes in JSON, as only a number can."""
        return self.name.startswith("#")


def stand_ins(text: str) -> list[StandIn]:
    """Find the stand-ins in a text: `{id}`, `{{id}}`, `<id>`, `YOUR_ID`, `$ID`, `%ID%`."""
    whole = _WHOLE_STAND_IN.fullmatch(text)
    if whole and not VARIABLE.search(text):
        return [StandIn(whole[1] or whole[2] or "value", 0, len(text))]
    return [StandIn(next(filter(None, each.groups()), "value"), *each.span()) for each in _STAND_INS.finditer(text)]


def marked(text: str) -> str:
    """Return a text in which all stand-ins are marked, so that it can be decoded and encoded without them."""
    for each in reversed(stand_ins(text)):
        old = text[each.start : each.end]
        if not VARIABLE.fullmatch(old):
            text = text[: each.start] + mark(each.name, old) + text[each.end :]
    return text


def is_stand_in(text: str) -> bool:
    """Tell whether a text is nothing but a stand-in."""
    return any(each.start == 0 and each.end == len(text) for each in stand_ins(text))


def guess(text: str) -> tuple[Guess, Plain] | None:
    """Return the kind and value of a text that is more than text; writing the value gives the text again."""
    if _WHOLE.fullmatch(text) and text != "-0":
        return "int", int(text)
    if _NUMBER.fullmatch(text) and repr(float(text)) == text:
        return "float", float(text)
    if text in ("true", "false"):
        return "bool", text == "true"
    try:
        if _DAY.fullmatch(text):
            return "date", date.fromisoformat(text)
        if _MOMENT.fullmatch(text) and (form := moment_form(text)):
            return "datetime", datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
    return ("str", text) if is_uuid(text) else None


def moment_form(text: str) -> str:
    """Return the form in which a moment was written, or `""`."""
    for form in MOMENT_FORMS:
        try:
            if datetime.strptime(text, form).replace(tzinfo=UTC).strftime(form) == text:
                return form
        except ValueError:
            continue
    return ""


def is_asked_for(name: str, text: str) -> bool:
    """Tell whether a plain text is likely to be changed by whoever runs the recipe: search words, ids."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    is_known = name.lower() in _SEARCHES or (bool(words) and words[-1].lower() in ("id", "ids", "code", "slug"))
    return is_known and 0 < len(text) <= 60 and text.isprintable() and "{" not in text


def is_address(text: str) -> bool:
    """Tell whether a text is the e-mail address of somebody."""
    return _ADDRESS.fullmatch(text) is not None


def is_secret(name: str, text: str) -> bool:
    """Tell whether what stands in a field must not be written anywhere."""
    weight = weigh_name(name)
    if not text or text.lower() in ("true", "false", "null", "none") or is_stand_in(text):
        return False
    if weight is Weight.CREDENTIAL:
        return not text.isalpha() or len(text) >= 4
    return is_secret_value(text) or (weight is Weight.KEY and is_mixed(text) and looks_like_credential(text, least=8))


def secret_in(text: str) -> tuple[str, str] | None:
    """Return a word of a text that must not be written anywhere, behind its name or `""`: `key=...`, or a token."""
    named = ((name, word) for name, word in _NAMED_WORDS.findall(text) if is_secret(name, word))
    return next(named, None) or next((("", word) for word in secret_words(text)), None)


def holds_secret(text: str) -> bool:
    """Tell whether a text that has no name is a secret, or a word of it is."""
    return is_secret("", text) or secret_in(text) is not None


def secret_words(text: str) -> Iterator[str]:
    """Yield the words of a text that are credentials by their form."""
    return (word for word in _TOKENS.findall(text) if is_secret_value(word))


def is_secret_value(text: str) -> bool:
    """Tell whether a text is a credential by its form alone."""
    kinds = (re.search("[a-z]", text), re.search("[A-Z]", text), re.search(r"\d", text))
    if all(kinds) and not is_uuid(text) and looks_like_credential(text, least=20):
        return True
    return any(shape.certain for shape in find_shapes(text.encode("utf-8", "replace")))
