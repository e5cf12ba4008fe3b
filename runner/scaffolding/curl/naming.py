"""Names for parameters, taken from fields, path segments and stand-ins."""

import keyword
import re
import unicodedata
from collections.abc import Collection
from typing import Final

from runner.catalog import RESERVED_NAMES

LONGEST: Final = 40
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_BETTER: Final = {
    "from": "since", "to": "until", "id": "item_id", "type": "kind", "format": "style", "all": "everything",
    "max": "most", "min": "least", "filter": "filter_by", "key": "field", "output": "target", "version": "release",
    "now": "moment", "profile": "profile_name", "customer": "customer_name", "list": "list_name", "hash": "digest",
    "object": "thing", "range": "span", "sum": "total", "next": "following", "input": "text", "dir": "folder",
    "print": "printed", "case": "case_name", "class": "category", "import": "source", "in": "place", "is": "state",
}  # fmt: skip
"""What reads better than `from_value` where a name is taken by Python or by the commands."""
_TAKEN: Final = frozenset(
    {
        "response",
        "answer",
        "rows",
        "row",
        "main",
        "httpx",
        "quote",
        "date",
        "datetime",
        "path",
        "any",
        "iterator",
        "utc",
    }
    | {
        "abs",
        "aiter",
        "anext",
        "ascii",
        "bin",
        "bool",
        "breakpoint",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "compile",
    }
    | {
        "classmethod",
        "complex",
        "copyright",
        "credits",
        "delattr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "eval",
        "exec",
    }
    | {"exit", "filter", "float", "format", "frozenset", "getattr", "globals", "hasattr", "hash", "help", "hex", "id"}
    | {"input", "int", "isinstance", "issubclass", "iter", "len", "license", "list", "locals", "map", "max", "min"}
    | {"memoryview", "next", "object", "oct", "open", "ord", "pow", "print", "property", "quit", "range", "repr"}
    | {"reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple", "type"}
    | {"vars", "zip"}
)
"""What the code of a recipe uses itself, and Python's own functions."""


def snake(text: str) -> str:
    """Return words of a text in Python's way: `userId` and `User-ID` give `user_id`; `""` where there are none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = [word.lower() for word in _WORDS.findall(plain)]
    name = "_".join(words)[:LONGEST].strip("_")
    return f"n{name}" if name[:1].isdigit() else name


def parameter_name(wanted: str, context: str, taken: Collection[str]) -> str:
    """Return a name for a parameter that nothing else has.

    Args:
        wanted: The field, segment or stand-in it is for: `userId`.
        context: What stands around it, for a name that is taken: `shipping`.
        taken: Names that other parameters and the client have.
    """
    name = snake(wanted) or "value"
    name = name.removeprefix("your_").removeprefix("my_") or name
    if name == "id" and snake(context):
        name = snake(f"{singular(snake(context))}_id"[-LONGEST:])
    if _is_taken(name):
        name = _BETTER.get(name, f"{name}_value")
    if name in taken and snake(context) and not name.startswith(snake(context)):
        name = f"{snake(context)}_{name}"[:LONGEST].strip("_")
    number, first = 2, name
    while name in taken or _is_taken(name):
        name, number = f"{first}_{number}", number + 1
    return name


def singular(word: str) -> str:
    """Return one of several: `stories` gives `story`."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is", "news")) else word


def _is_taken(name: str) -> bool:
    return name in RESERVED_NAMES or name in _TAKEN or keyword.iskeyword(name)
