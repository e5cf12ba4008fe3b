"""The values of an exported notebook: a cell of literals that papermill can override, and how `main` gets them."""

import builtins
import symtable
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Final

from runner.catalog import Kind, Parameter, Recipe, Value, describe_kind, format_value
from runner.catalog.bounds import has_bounds
from runner.scaffolding.literals import WIDTH, comment_text, literal
from runner.sharing.export.handover import Handover
from runner.sharing.export.layout import Code, call

_KINDS: Final = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "True or False",
    "date": "day (YYYY-MM-DD)",
    "datetime": "moment (ISO 8601)",
    "path": "file",
}
"""As `_given` of the plumbing calls them."""
_ANNOTATIONS: Final = {"int": "int", "float": "float", "bool": "bool"}
"""What papermill shows as a parameter's type; JSON has no days, moments and files, so they are texts."""
_OURS: Final = ("In", "Out", "display", "exit", "get_ipython", "httpx", "quit", "result", "rows")
_MODULES: Final = (
    *("argparse", "asyncio", "csv", "datetime", "email", "getpass", "io", "json", "math", "os", "pathlib", "re", "sys"),
    *("threading", "time", "urllib"),
)
_TAKEN: Final = frozenset({*dir(builtins), *_OURS, *_MODULES})
"""What Python, the notebook itself and its plumbing call by these names."""
_INSIDE: Final = 12
"""Columns before an argument of `main`."""
_ABSENT: Final = object()


class Names:
    """What each parameter, each client and its address are called in the notebook.

    Code and values share one namespace there, so a name that the recipe has for something else gets `the_` before it.
    """

    def __init__(self, recipe: Recipe) -> None:
        symbols = symtable.symtable(recipe.source, "recipe", "exec").get_symbols()
        bound = {each.get_name() for each in symbols if each.is_assigned() or each.is_imported() or each.is_namespace()}
        self._taken = _TAKEN | bound
        self._clients = {each.name: self._free(each.name) for each in recipe.clients}
        self._parameters = {each.name: self._free(each.name) for each in recipe.parameters}
        self._urls = {each.name: self._free(f"{each.name}_url") for each in recipe.clients}

    def of(self, parameter: Parameter) -> str:
        """Return the variable of a parameter."""
        return self._parameters[parameter.name]

    def client(self, client: str) -> str:
        """Return the variable of a client."""
        return self._clients[client]

    def url(self, client: str) -> str:
        """Return the variable of the address that a client calls."""
        return self._urls[client]

    def _free(self, name: str) -> str:
        while name in self._taken or name.startswith("_"):
            name = f"the_{name.lstrip('_')}"
        self._taken |= {name}
        return name


def parameters_source(handover: Handover, names: Names) -> str:
    """Return the cell of values: one assignment a parameter, then one an API's address."""
    lines = list[str]()
    for parameter in handover.recipe.parameters:
        lines += _assignment(parameter, names.of(parameter), handover.values.get(parameter.name, _ABSENT))
    for client in handover.recipe.clients:
        api = handover.apis[client.api]
        said = f"where {api.title} is called; https, or a sandbox on this machine"
        lines += _line(f"{names.url(client.name)}: str = ", api.base_url, said)
    return "\n".join(lines)


def override_source(recipe: Recipe, names: Names, values: Mapping[str, Value], addresses: Mapping[str, str]) -> str:
    """Return the cell by which papermill would give other values and addresses.

    Args:
        recipe: Whose notebook it is.
        names: Of its variables.
        values: One for each parameter.
        addresses: By client.
    """
    pairs = [(names.of(each), as_json(values[each.name])) for each in recipe.parameters]
    pairs += [(names.url(client), address) for client, address in addresses.items()]
    return "\n".join(f"{name} = {literal(value)}" for name, value in pairs)


def given_arguments(handover: Handover, names: Names) -> Iterator[tuple[str, object]]:
    """Yield the arguments of `main` that are values: name and expression."""
    for parameter in handover.recipe.parameters:
        yield parameter.name, Code(_expression(parameter, names.of(parameter), parameter.name in handover.values))


def as_json(value: object) -> object:
    """Return a value as JSON has it: days, moments and files as text, tuples as lists."""
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    return format_value(value) if isinstance(value, date | Path) else value


def _assignment(parameter: Parameter, name: str, value: object) -> Iterator[str]:
    kind = parameter.kind
    plain = not (kind.many or kind.optional or kind.choices or value is _ABSENT)
    annotation = f": {_ANNOTATIONS.get(kind.base, 'str')}" if plain else ""
    notes = [describe_kind(parameter)] if kind != Kind("str") or parameter.min or parameter.max else []
    notes += ["required: give it a value"] if value is _ABSENT else []
    text = " ".join(parameter.help.split())
    said = f"{text} [{'; '.join(notes)}]".strip() if notes else text
    yield from _line(f"{name}{annotation} = ", None if value is _ABSENT else as_json(value), said)


def _line(head: str, value: object, said: str) -> Iterator[str]:
    """Yield an assignment with its comment beside it where that fits, else above it."""
    comment, assigned = comment_text(said), head + literal(value, first=len(head))
    if not comment:
        yield assigned
    elif "\n" not in assigned and len(assigned) + len(comment) + 4 <= WIDTH:
        yield f"{assigned}  # {comment}"
    else:
        yield from (f"# {part}" for part in wrap(comment, WIDTH - 2, break_on_hyphens=False))
        yield assigned


def _expression(parameter: Parameter, variable: str, is_given: bool) -> str:
    kind = parameter.kind
    arguments: list[tuple[str, object]] = [("", variable), ("", Code(variable)), ("", _KINDS[kind.base])]
    if has_bounds(kind):
        bounds = (("low", parameter.min), ("high", parameter.max))
        arguments += [(name, as_json(bound)) for name, bound in bounds if bound is not None]
    if kind.choices:
        arguments.append(("choices", list(kind.choices)))
    arguments += [(name, True) for name in ("many", "optional") if getattr(kind, name)]
    is_plain = is_given and len(arguments) == 3 and kind.base == "str"
    return variable if is_plain else call("_given", arguments, indent=_INSIDE).lstrip()
