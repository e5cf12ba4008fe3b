"""The exported script on a page, and where in it the values stand, so that the page can put others there."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from runner.catalog import MISSING, Api, Missing, Parameter, Recipe, Value
from runner.catalog.syntax import nodes_of, tree_of
from runner.errors import AskedWrongly
from runner.sharing.export.arguments import option_of
from runner.sharing.export.handover import Handover
from runner.sharing.export.provenance import Provenance
from runner.sharing.export.script import BELOW, script_text
from runner.sharing.site.clean import lines, utf16_units
from runner.sharing.site.model import Filled, Slot


def filled_script(recipe: Recipe, apis: Mapping[str, Api], provenance: Provenance, *, has_run: bool) -> Filled | None:
    """Return the script with defaults and examples in it; None where none can be made or it would show what is private.

    Args:
        recipe: As read.
        apis: Of its clients, by name.
        provenance: For the comment at its end; its day is that of the recording, so that the site is always the same.
        has_run: Whether a run of it was recorded as it stands; of any other it is known only that it parses.
    """
    if shows_private(recipe):
        return None
    try:
        text = script_text(Handover(recipe, apis, _values(recipe)), provenance)
        if not has_run:
            compile(tree_of(recipe.source), "recipe", "exec", dont_inherit=True)
    except (AskedWrongly, SyntaxError):
        return None
    shown = lines(text)
    return Filled(text, tuple(_slots(text, recipe))) if shown == text else Filled(text, cleaned=shown)


def shows_private(recipe: Recipe) -> bool:
    """Whether the text of a recipe holds the default of a private parameter."""
    return any(each.private and each.default not in (MISSING, None, "", ()) for each in recipe.parameters)


def _values(recipe: Recipe) -> dict[str, Value]:
    """Return what the script is filled with; a private value stays required."""
    values: dict[str, Value] = {}
    for each in recipe.parameters:
        if not isinstance(each.default, Missing):
            values[each.name] = each.default
        elif not each.private:
            values[each.name] = each.example
    return values


def _slots(text: str, recipe: Recipe) -> Iterator[Slot]:
    """Yield the places of each parameter's value: its default, and the default that its help tells."""
    start, end = _run_in(text)
    nodes = nodes_of(text[start:end])
    options, lists = _options(nodes), _lists(nodes)
    places = _Places(text, first=text.count("\n", 0, start))
    for parameter in recipe.parameters:
        call = options[option_of(parameter)]
        keywords = {each.arg: each.value for each in call.keywords}
        if parameter.name in lists:
            yield places.slot(lists[parameter.name], parameter, "list")
        elif parameter.kind.many:
            continue
        elif "default" in keywords:
            yield places.slot(keywords["default"], parameter, "python")
        elif "required" not in keywords:
            yield places.before(call.keywords[-1], parameter)
        yield from _told(places, parameter, keywords["help"])


def _run_in(text: str) -> tuple[int, int]:
    """Return where the function with the command line stands in a script: it is the first one below the recipe."""
    start = text.index("\n\n\ndef ", text.rindex(f"\n{BELOW}\n")) + 3
    return start, text.index("\n\n\n", start)


def _told(places: "_Places", parameter: Parameter, node: ast.expr) -> Iterator[Slot]:
    """Yield the help of an option, if it ends by telling the default."""
    shown = _text(node)
    head, found, _ = shown.rpartition("default: ")
    if found and shown.endswith("]"):
        yield places.slot(node, parameter, "help", head + found)


def _text(node: ast.expr) -> str:
    """Return the text that a literal of it stands for."""
    assert isinstance(node, ast.Constant)
    return str(node.value)


def _options(nodes: Sequence[ast.AST]) -> dict[str, ast.Call]:
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return {_text(call.args[0]): call for call in calls if getattr(call.func, "id", "") == "option"}


def _lists(nodes: Sequence[ast.AST]) -> dict[str, ast.expr]:
    """Return the values that a list has where nothing is given, by the name of its parameter."""
    found = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="given"), attr=name)], value=value):
                found[name] = value.generators[0].iter if isinstance(value, ast.ListComp) else value
    return found


class _Places:
    """Finds nodes in a text, counted as a page counts."""

    def __init__(self, text: str, *, first: int) -> None:
        """Take the text, and how many lines stand above those that nodes count."""
        self._first = first
        self._lines = text.split("\n")
        units = len if text.isascii() else utf16_units
        self._starts = [0, *accumulate(units(each) + 1 for each in self._lines)]

    def slot(self, node: ast.expr, parameter: Parameter, form: str, head: str = "") -> Slot:
        """Return the place of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start, end = self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)
        return Slot(start, end, parameter.name, form, head)

    def before(self, keyword: ast.keyword, parameter: Parameter) -> Slot:
        """Return the place before an argument, for one more."""
        at = self._at(keyword.lineno, keyword.col_offset)
        return Slot(at, at, parameter.name, "argument")

    def _at(self, line: int, column: int) -> int:
        """Return the place of line and column, of which the column counts bytes of UTF-8."""
        at = self._first + line - 1
        return self._starts[at] + utf16_units(self._lines[at].encode()[:column].decode())
