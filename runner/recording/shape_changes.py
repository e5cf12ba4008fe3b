"""Where two shapes differ, said with care: what may merely be other data is no difference.

Both shapes come from samples: twenty articles of last month, ten of today. So where chance may be behind a difference,
by the number of values on both sides, it is `unsure` at most: a field that was always there and is missing once, one
null where none was, a field that few have. A type that was never seen is a difference at any rate.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from runner.recording.shape import Kind, Shape
from runner.recording.text_forms import PLAIN

What: TypeAlias = Literal["field", "type", "presence", "form", "word"]
How: TypeAlias = Literal["added", "lost", "changed", "unsure", "unseen"]

_CHANCE: Final = 0.05
"""How likely it may be that a field is missing from a sample without being gone."""
_CHANCE_OF_WORD: Final = 0.01
"""The same for words and forms of text, of which the values of one answer have more in common."""
_PLAIN_KEY: Final = re.compile(r"[^\W\d][\w-]*")
_ORDER: Final[tuple[Kind, ...]] = ("object", "array", "string", "integer", "number", "boolean", "null")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        path: `$.articles[].fb_data.likes`; `{}` stands for any key of an object that is a table.
        what: Whether it is about the field itself, its type, its presence in every object, or its text's form or words.
        how: `added`, `lost` or `changed`; `unsure` where it may be chance; `unseen` where nothing is there to compare.
        was: What was recorded, or `""`.
        now: What is there today, or `""`.
    """

    path: str
    what: What
    how: How
    was: str = ""
    now: str = ""


def find_changes(old: Shape, new: Shape, path: str = "$") -> Iterator[Change]:
    """Yield where the shape of today differs from that recorded, from the outside inwards.

    Args:
        old: As recorded.
        new: Of today.
        path: What is compared: `$` for a body; `""` for rows, whose columns then go by their bare names.
    """
    if set(old.kinds) <= {"null"}:
        return  # nothing is known of what stands there when something does
    yield from _changed_kinds(old, new, path)
    if old.kinds["object"] and new.kinds["object"]:
        yield from _changed_objects(old, new, path)
    if old.items and new.items:
        yield from find_changes(old.items, new.items, f"{path}[]")
    elif old.items and new.kinds["array"]:
        yield Change(f"{path}[]", "field", "unseen", was=describe(old.items))
    yield from _changed_forms(old, new, path)
    if not path.endswith("[]"):  # words in a list are tags more often than not
        yield from _changed_words(old, new, path)


def describe(shape: Shape) -> str:
    """Say of what type a field is: `integer or null`."""
    return _listed(kind for kind in _ORDER if shape.kinds[kind])


def _changed_kinds(old: Shape, new: Shape, path: str) -> Iterator[Change]:
    known = set(old.kinds) | ({"integer"} if "number" in old.kinds else set())
    unknown = set(new.kinds) - known
    if not unknown and set(new.kinds) != {"null"}:
        return
    is_sure = bool(unknown - {"null"}) or (bool(unknown) and _is_unlikely(new.kinds["null"] / new.count, old.count))
    yield Change(path, "type", "changed" if is_sure else "unsure", describe(old), describe(new))


def _changed_objects(old: Shape, new: Shape, path: str) -> Iterator[Change]:
    if old.is_map or new.is_map:
        yield from find_changes(old.as_one(), new.as_one(), f"{path}.{{}}")
        return
    olds, news = old.kinds["object"], new.kinds["object"]
    for key, inner in old.fields.items():
        place = _below(path, key)
        if key in new.fields:
            yield from _changed_presence(inner.count, olds, new.fields[key].count, news, place)
            yield from find_changes(inner, new.fields[key], place)
        elif _is_unlikely(inner.count / olds, news):
            yield Change(place, "field", "lost", was=describe(inner))
    for key, inner in new.fields.items():
        if key not in old.fields:
            is_sure = _is_unlikely(inner.count / news, olds)
            yield Change(_below(path, key), "field", "added" if is_sure else "unsure", now=describe(inner))
    if old.entries and new.entries:
        yield from find_changes(old.entries, new.entries, f"{path}.{{}}")


def _changed_presence(was: int, of_old: int, is_now: int, of_new: int, path: str) -> Iterator[Change]:
    if was == of_old and is_now < of_new:
        how: How = "changed" if _is_unlikely(1 - is_now / of_new, of_old) else "unsure"
        yield Change(path, "presence", how, "always there", f"in {is_now:,} of {of_new:,}")


def _changed_forms(old: Shape, new: Shape, path: str) -> Iterator[Change]:
    """Compare forms of text where all that was recorded had one: the moment that became a number of days ago."""
    if len(old.forms) != 1 or PLAIN in old.forms:
        return
    others = [form for form in new.forms if form not in old.forms]
    share = sum(new.forms[form] for form in others) / max(new.forms.total(), 1)
    if _is_unlikely(share, old.forms.total(), _CHANCE_OF_WORD):
        yield Change(path, "form", "changed", _listed(old.forms), _listed(new.forms))


def _changed_words(old: Shape, new: Shape, path: str) -> Iterator[Change]:
    """Compare the words of an enumeration, where both sides look like one."""
    olds, news = old.fixed_list, new.fixed_list
    if not olds or not news:
        return
    yield from (Change(path, "word", "lost", was=word) for word in _missing(olds, news))
    yield from (Change(path, "word", "added", now=word) for word in _missing(news, olds))


def _missing(words: Counter[str], others: Counter[str]) -> list[str]:
    """Return the words that the other list would have if it were the same one."""
    share = {word: count / words.total() for word, count in words.items() if word not in others}
    return sorted(word for word in share if _is_unlikely(share[word], others.total(), _CHANCE_OF_WORD))


def _is_unlikely(share: float, tries: int, chance: float = _CHANCE) -> bool:
    """Tell whether something with this share would hardly ever be missed in so many tries."""
    return share > 0 and (1 - share) ** tries < chance


def _below(path: str, key: str) -> str:
    if not path:
        return key
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _listed(words: Iterable[str]) -> str:
    return " or ".join(words)
