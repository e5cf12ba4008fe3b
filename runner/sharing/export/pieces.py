"""The plumbing of an exported script below the call of `main`: out of a template, what this one recipe needs."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import runner
from runner.catalog import Api, Recipe, catalog_root
from runner.scaffolding.literals import STEP, WIDTH, literal
from runner.sharing.export.calling import api_class, result_annotation, streams
from runner.sharing.export.handover import Handover
from runner.sharing.export.posts import only_writes, read_posts

if TYPE_CHECKING:
    from jinja2 import Template

PLUMBING: Final = ("templates", "export", "plumbing.py.jinja")
_THREADS: Final = ("threading", "concurrent.futures", "multiprocessing")


def plumbing_text(handover: Handover) -> str:
    """Return it; what is a value stands in it as a literal."""
    recipe = handover.recipe
    apis = [handover.apis[client.api] for client in recipe.clients]
    needs = _needs(recipe, apis)
    return _template().render(
        apis=[
            {"class_name": api_class(recipe, client), **_facts(api, recipe, has_retries=needs["has_retries"])}
            for api, client in zip(apis, recipe.clients, strict=True)
        ],
        gives=recipe.gives,
        returns=result_annotation(recipe),
        manner=_manner(needs),
        **needs,
    )


def _needs(recipe: Recipe, apis: Sequence[Api]) -> dict[str, bool]:
    """Return what is so of the recipe and its APIs, by the name that the template has for it."""
    keys = [api.key for api in apis if api.key is not None]
    return {
        "is_async": recipe.is_async,
        "rows_are_async": streams(recipe),
        "writes": recipe.writes,
        "has_keys": bool(keys),
        "all_have_keys": len(keys) == len(apis),
        "has_quoted_keys": len(apis) > 1 or any(key.place in ("query", "path") for key in keys),
        "has_posts": any(read_posts(api, recipe) for api in apis),
        "has_rates": any(api.rates for api in apis),
        "has_retries": any(api.retry_on for api in apis) and not only_writes(recipe, apis),
        "has_threads": not recipe.is_async and any(each in recipe.source for each in _THREADS),
    }


def _manner(needs: dict[str, bool]) -> str:
    manners = {
        "has_keys": ", with the key",
        "has_rates": ", no faster than it allows",
        "has_retries": ", again where it was busy",
    }
    return "".join(words for need, words in manners.items() if needs[need])


def _facts(api: Api, recipe: Recipe, *, has_retries: bool) -> dict[str, Any]:
    """Return what the class for an API says of it, as code."""
    key = api.key
    texts = {"title": api.title, "address": api.base_url}
    if key is not None:
        texts |= {"variable": key.env, "key_help": " ".join(key.help.split())}
    tuples = [
        (
            "rates",
            [f"({rate.calls}, {rate.seconds:g})" for rate in api.rates],
            "at most so many calls in so many seconds",
        ),
        ("busy", [str(each) for each in api.retry_on] * has_retries, "then a call that only reads is sent again"),
        ("posts", [literal(path) for path in read_posts(api, recipe)], "a POST to these only reads"),
    ]
    return {
        "facts": [*(_text(*each) for each in texts.items()), *(line for each in tuples for line in _tuple(*each))],
        "place": key.place if key else "",
        "key_name": literal(key.name if key else ""),
    }


def _text(name: str, value: str) -> str:
    head = f"{' ' * STEP}{name} = "
    return head + literal(value, indent=STEP, first=len(head))


def _tuple(name: str, values: Sequence[str], about: str) -> list[str]:
    """Return the assignment of a tuple, if there is anything in it."""
    if not values:
        return []
    head, comma = f"{' ' * STEP}{name} = (", "," * (len(values) == 1)
    line = f"{head}{', '.join(values)}{comma})  # {about}"
    if len(line) <= WIDTH:
        return [line]
    return [f"{head}  # {about}", *(f"{' ' * 2 * STEP}{value}," for value in values), f"{' ' * STEP})"]


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined  # 20 ms, and only who exports needs it

    root = catalog_root(Path(runner.__file__).parent)
    text = root.joinpath(*PLUMBING).read_text(encoding="utf-8")
    language = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    return language.from_string(text)
