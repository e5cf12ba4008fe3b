"""Rule for texts that look like a key: by a well-known form anywhere in the file, or by how random they are."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import log2

from runner.checking.draft import Draft
from runner.checking.finding import Spot
from runner.recording.fields import credentials_in
from runner.recording.shapes import find_shapes

_SECRET_NAME = re.compile(r"(?i)(?:^|[_-])(?:api_?key|key|token|secret|password|passwd|auth|authorization)$")
_ONE_WORD = re.compile(r"[A-Za-z0-9_+/=.~-]{16,200}")
_PARTS = re.compile(r"[A-Za-z0-9]+")
_INVENTED = re.compile(r"(?i)test[-_]?key|your[-_]|example|dummy|placeholder|x{4}|(?:1234567|abcdefg)")
_FIX = "take it out and have it replaced; main is given a client that has the key"


def key_literal(draft: Draft) -> Iterator[Spot]:
    """Find texts that look like a key. What was found is never quoted."""
    if draft.parsed is None:
        return
    lines = dict(_lines_with_forms(draft.parsed.text))
    for line, form in lines.items():
        yield Spot(draft.path, line, f"this looks like {form}", _FIX)
    for node, text in draft.texts:
        if node.lineno not in lines and _is_random(text, is_named=bool(_names(draft, node))):
            yield draft.spot(node, "this looks like a key", _FIX)


def _lines_with_forms(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with the well-known form that stands in it, or the field that is named like a credential."""
    data = text.encode()
    for shape in find_shapes(data):
        # Braces are an f-string's: the password itself stands elsewhere.
        if shape.certain and not _INVENTED.search(shape.value) and "{" not in shape.value:
            yield data.count(b"\n", 0, shape.at) + 1, shape.what
    for _, value in credentials_in(data):
        if not _INVENTED.search(value):
            yield text.count("\n", 0, text.index(value)) + 1, "a key"


def _is_random(text: str, *, is_named: bool) -> bool:
    """Tell whether a text is more random than names, slugs and addresses are.

    Args:
        text: Of one literal.
        is_named: What it is given to has a name for secrets.
    """
    if not _ONE_WORD.fullmatch(text) or _INVENTED.search(text):
        return False
    longest = max(_PARTS.findall(text), key=len, default="")
    if is_named:
        return len(longest) >= 8 and _kinds(longest) >= 2 and _is_dense(text, 3.0)
    return len(longest) >= 20 and _kinds(longest) == 3 and _is_dense(longest, 3.6) and _is_jumbled(longest)


def _kinds(text: str) -> int:
    """Count the kinds of characters: small letters, capitals, digits (at least two)."""
    return sum(map(bool, (re.search("[a-z]", text), re.search("[A-Z]", text), re.search(r"\d.*\d", text))))


def _is_dense(text: str, least: float) -> bool:
    """Tell whether the characters of a text hold at least so many bits each (Shannon's entropy)."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * log2(share) for share in shares) >= least


def _is_jumbled(text: str) -> bool:
    """Tell whether neighbours differ in kind as often as by chance, 6 times of 10; in `camelCase` they seldom do."""
    kinds = ["d" if char.isdigit() else "c" if char.isupper() else "s" for char in text]
    changes = sum(before != after for before, after in pairwise(kinds))
    return changes >= 0.45 * (len(text) - 1)


def _names(draft: Draft, node: ast.expr) -> list[str]:
    """Return the names for secrets among those that a literal is directly given to."""
    names: list[str] = []
    match next(draft.above(node)):
        case ast.keyword(arg=str() as name):
            names = [name]
        case ast.Assign(targets=targets):
            names = [each.id if isinstance(each, ast.Name) else _key(each) for each in targets]
        case ast.AnnAssign(target=ast.Name(id=name)):
            names = [name]
        case ast.Dict(keys=keys, values=values) if node in values:
            key = keys[values.index(node)]
            names = [key.value] if isinstance(key, ast.Constant) and isinstance(key.value, str) else []
    return [name for name in names if _SECRET_NAME.search(name)]


def _key(target: ast.expr) -> str:
    match target:
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return key
    return ""
