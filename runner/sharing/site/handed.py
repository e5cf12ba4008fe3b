"""What the script of a recipe's page is handed beside what it can read off the page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from runner.catalog.block import CLOSING
from runner.sharing.site.clean import utf16_units
from runner.sharing.site.model import Field, RecipePage, Slot


@dataclass(frozen=True, slots=True)
class Spliced:
    """The script without the recipe's own text, which stands on the page already.

    Attributes:
        text: Of the script, what is not the recipe's.
        at: Where in it the rest belongs, in UTF-16 units as a script of a page counts.
        start: Where in the recipe the rest begins.
        end: Behind it.
    """

    text: str
    at: int = 0
    start: int = 0
    end: int = 0


_NOTHING: Final = Spliced("")


def spliced(recipe: RecipePage) -> Spliced:
    """Return the script of a recipe as what stands around the text below the recipe's block."""
    if recipe.script is None:
        return _NOTHING
    script, block, body = recipe.script.shown, *_below_block(recipe.source)
    head, found, tail = script.partition(body) if body else (script, "", "")
    if not found:
        return Spliced(script)
    return Spliced(head + tail, utf16_units(head), utf16_units(block), utf16_units(block) + utf16_units(body))


def handed(recipe: RecipePage, script: Spliced) -> str:
    """Return what the page needs for rewriting, as JSON."""
    data = {
        "id": recipe.id,
        "file": f"{recipe.path.rpartition('/')[2]}.py",
        "fields": [_field(each) for each in recipe.fields],
        "splice": [script.at, script.start, script.end],
        "script": _slots(recipe.script.slots if recipe.script else ()),
        "curl": _slots(recipe.curl.slots if recipe.curl else ()),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _below_block(source: str) -> tuple[str, str]:
    """Return the text of a recipe up to the end of its block, and what is below it."""
    block, mark, below = source.partition(f"\n{CLOSING}\n")
    body = below.strip("\n")
    return block + mark + "\n" * (len(below) - len(below.lstrip("\n"))), body


def _field(field: Field) -> dict[str, Any]:
    """Return what a script needs to know of a field; what is not there is false or empty."""
    told = {
        "name": field.name,
        "option": field.option,
        "shape": field.shape,
        "many": field.many,
        "private": field.private,
        "default": field.default,
        "initial": field.initial if field.initial != field.default else (),
    }
    return {name: value for name, value in told.items() if value}


def _slots(slots: Sequence[Slot]) -> list[list[object]]:
    ordered = sorted(slots, key=lambda slot: slot.start)
    return [[each.start, each.end, each.name, each.form, *([each.head] if each.head else [])] for each in ordered]
