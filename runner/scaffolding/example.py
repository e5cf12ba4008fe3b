"""A customer's example: another recipe with the customer's values as its defaults, and what it was made from."""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from runner.catalog import Recipe, Value
from runner.scaffolding.draft import Draft
from runner.scaffolding.literals import WIDTH, docstring_text, literal, toml_text
from runner.scaffolding.naming import Target

_TABLE: Final = "# [tool.recipe-runner]"
_OWN: Final = re.compile(r"# (?:customer|based-on) = ")


BASES: Final = ".recipes/bases"
"""Where a repository keeps the texts that its examples were made from."""


def draft_from_recipe(origin: Recipe, target: Target, *, customer: str, values: Mapping[str, Value]) -> Draft:
    """Draft a recipe from another one, and keep the other's text for the day when it changes.

    Args:
        origin: What it is made from.
        target: Where it will stand.
        customer: Whom it is for; `""` for nobody in particular.
        values: Checked already; each becomes the default of its parameter.
    """
    files = {
        target.path: example_source(origin, customer=customer, values=values),
        base_path(origin.digest): origin.source,
    }
    return Draft(files, target.recipe_id)


def base_path(digest: str) -> str:
    """Return where a repository keeps the text with a digest."""
    return f"{BASES}/{digest}.py"


def example_source(origin: Recipe, *, customer: str, values: Mapping[str, Value]) -> str:
    """Return the text of a recipe that answers the same question for one customer.

    Args:
        origin: What it is made from.
        customer: Whom it is for; `""` for nobody in particular.
        values: Checked already; each becomes the default of its parameter.
    """
    text = _with_imports(_with_defaults(origin.source, values), values)
    text = _with_paragraph(text, _made_for(origin, customer))
    table = {"customer": customer} if customer else {}
    return _with_keys(text, table | {"based-on": based_on(origin)})


def based_on(origin: Recipe) -> str:
    """Return what names an origin: id and digest."""
    return f"{origin.id} {origin.digest}"


def _made_for(origin: Recipe, customer: str) -> str:
    made = f"Made from {origin.id}."
    return docstring_text(f"For {customer}. {made}" if customer else made, indent=0)


def _with_defaults(source: str, values: Mapping[str, Value]) -> str:
    """Write the signature of `main` anew where a default changes; what has none stands before what has one."""
    if not values:
        return source
    main = next(
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "main"
    )
    arguments = list(_arguments(source, main, values))
    arguments.sort(key=lambda each: " = " in each)
    lines = source.split("\n")
    start, end = main.lineno - 1, main.body[0].lineno - 1
    head = "async def" if isinstance(main, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.get_source_segment(source, main.returns)}" if main.returns else ""
    return "\n".join([*lines[:start], *_signature(f"{head} main", arguments, returns), *lines[end:]])


def _arguments(source: str, main: ast.FunctionDef | ast.AsyncFunctionDef, values: Mapping[str, Value]) -> Iterator[str]:
    positional = [*main.args.posonlyargs, *main.args.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(main.args.defaults))
    pairs = zip(
        (*positional, *main.args.kwonlyargs),
        (*defaults, *main.args.defaults, *main.args.kw_defaults),
        strict=True,
    )
    for argument, default in pairs:
        text = ast.get_source_segment(source, argument) or argument.arg
        if argument.arg in values:
            start = f"{text} = "
            yield start + literal(values[argument.arg], indent=4, first=4 + len(start), after=1)
        elif default is not None:
            yield f"{text} = {ast.get_source_segment(source, default)}"
        else:
            yield text


def _with_imports(source: str, values: Mapping[str, Value]) -> str:
    """Import `UTC` where a moment became a default; the type of its parameter has imported the rest."""
    has_moment = any(isinstance(each, datetime) for value in values.values() for each in _each(value))
    imports = (
        node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom) and node.module == "datetime"
    )
    node = next(imports, None)
    if not has_moment or node is None or any(alias.name == "UTC" for alias in node.names):
        return source
    names = [alias.name if alias.asname is None else f"{alias.name} as {alias.asname}" for alias in node.names]
    lines = source.split("\n")
    lines[node.lineno - 1 : node.end_lineno] = [f"from datetime import {', '.join(['UTC', *names])}"]
    return "\n".join(lines)


def _each(value: Value) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _signature(head: str, arguments: list[str], returns: str) -> list[str]:
    """Lay a signature out as the formatter of this project does."""
    whole = f"{head}({', '.join(arguments)}){returns}:"
    if len(whole) <= WIDTH and "\n" not in whole:
        return [whole]
    inside = f"    {', '.join(arguments)}"
    if len(inside) <= WIDTH and "\n" not in inside:
        return [f"{head}(", inside, f"){returns}:"]
    return [f"{head}(", *(f"    {each}," for each in arguments), f"){returns}:"]


def _with_paragraph(source: str, paragraph: str) -> str:
    """Put a paragraph below the question."""
    docstring = ast.parse(source).body[0]
    assert isinstance(docstring, ast.Expr)
    lines = source.split("\n")
    first = lines[docstring.lineno - 1]
    if docstring.end_lineno == docstring.lineno:
        quotes = '"""'
        body = first.rstrip().removesuffix(quotes)
        new = [body, "", paragraph, quotes]
        return "\n".join([*lines[: docstring.lineno - 1], *new, *lines[docstring.lineno :]])
    return "\n".join([*lines[: docstring.lineno], "", paragraph, *lines[docstring.lineno :]])


def _with_keys(source: str, keys: Mapping[str, Any]) -> str:
    """Put keys into our table of the block; those of the same name that were there go."""
    lines = source.split("\n")
    end = lines.index("# ///", lines.index("# /// script"))
    block = [line for line in lines[:end] if not _OWN.match(line)]
    new = [f"# {key} = {toml_text(value)}" for key, value in keys.items()]
    if _TABLE not in block:
        at = next((at for at, line in enumerate(block) if line.startswith("# [tool.recipe-runner.")), len(block))
        block[at:at] = [*["#"] * (block[at - 1] != "#"), _TABLE, *new, *["#"] * (at < len(block))]
        return "\n".join([*block, *lines[end:]])
    at = block.index(_TABLE) + 1
    block[at:at] = new
    return "\n".join([*block, *lines[end:]])
