"""What a recipe sends, as far as its source says so plainly: a script needs no rule for anything else."""

import ast
from collections.abc import Iterable
from functools import lru_cache

from runner.catalog import Api, Recipe
from runner.catalog.syntax import nodes_of

_READING = frozenset({"get", "head", "options"})
_WAYS = frozenset({"post", "request", "stream", "send", "build_request"})


def read_posts(api: Api, recipe: Recipe) -> tuple[str, ...]:
    """Return those of an API's `read-posts` that a recipe may send: all of them unless it names each path plainly."""
    try:
        named = {_path(address, api) for address in _posted(recipe)}
    except LookupError:
        return api.read_posts
    return tuple(path for path in api.read_posts if path in named)


def only_writes(recipe: Recipe, apis: Iterable[Api]) -> bool:
    """Whether a recipe sends nothing that only reads."""
    methods = {node.attr for node in nodes_of(recipe.source) if isinstance(node, ast.Attribute)}
    try:
        _posted(recipe)
    except LookupError:
        return False
    return recipe.writes and not methods & _READING and not any(read_posts(api, recipe) for api in apis)


def _posted(recipe: Recipe) -> tuple[str, ...]:
    """Return the addresses that it posts to.

    Raises:
        LookupError: They do not stand there, or a library of its own gets the client.
    """
    found = None if any(not each.startswith("httpx") for each in recipe.dependencies) else _addresses(recipe.source)
    if found is None:
        raise LookupError
    return found


@lru_cache(maxsize=4)  # as its tree
def _addresses(source: str) -> tuple[str, ...] | None:
    """Return the addresses that a source posts to, if each stands there plainly."""
    nodes, found = nodes_of(source), list[str]()
    called = {id(node.func): node for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id == "getattr":
            return None
        if not isinstance(node, ast.Attribute) or node.attr not in _WAYS:
            continue
        match called[id(node)].args[:1] if id(node) in called else []:
            case [ast.Constant(value=str() as address)] if node.attr == "post":
                found.append(address)
            case _:
                return None
    return tuple(found)


def _path(address: str, api: Api) -> str:
    return "/" + address.removeprefix(api.base_url).partition("?")[0].lstrip("/")
