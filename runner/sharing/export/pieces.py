"""The plumbing of an exported script below the call of `main`: out of a template, what this one recipe needs."""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

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
    facts = tuple(
        _facts(api, api_class(recipe, client), read_posts(api, recipe), has_retries=needs["has_retries"])
        for api, client in zip(apis, recipe.clients, strict=True)
    )
    return _rendered(facts, recipe.gives, result_annotation(recipe), tuple(needs.items()))


@lru_cache(maxsize=64)  # many recipes of an API need the same
def _rendered(apis: "tuple[_Facts, ...]", gives: str, returns: str, needed: tuple[tuple[str, bool], ...]) -> str:
    needs = dict(needed)
    return _template().render(apis=apis, gives=gives, returns=returns, manner=_manner(needs), **needs)


class _Facts(NamedTuple):
    """What the class for an API says of it, as code.

    Attributes:
        class_name: What it is called.
        facts: Its attributes, line by line.
        place: Of the key: `query`, or `""` where there is none.
        key_name: Of its field.
    """

    class_name: str
    facts: tuple[str, ...]
    place: str
    key_name: str


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


@lru_cache(maxsize=64)
def _facts(api: Api, class_name: str, posts: tuple[str, ...], *, has_retries: bool) -> _Facts:
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
        ("posts", [literal(path) for path in posts], "a POST to these only reads"),
    ]
    lines = (*(_text(*each) for each in texts.items()), *(line for each in tuples for line in _tuple(*each)))
    return _Facts(class_name, lines, key.place if key else "", literal(key.name if key else ""))


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
