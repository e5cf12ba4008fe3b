"""Reading a recipe without running it: block, docstrings, signature and return type must make sense together."""

import ast
import re
from pathlib import Path
from typing import Final

from runner.catalog.chart import read_chart
from runner.catalog.docstring import split_docstring
from runner.catalog.ids import id_of
from runner.catalog.imports import refuse_imports
from runner.catalog.model import Chart, Recipe
from runner.catalog.parsed import Parsed, parse_recipe
from runner.catalog.results import read_result
from runner.catalog.signature import read_signature
from runner.catalog.tables import Table
from runner.catalog.wording import quoted
from runner.errors import BrokenSource

_TAG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEYS: Final = ("tags", "audience", "chart", "writes", "customer", "based-on", "deprecated", "parameters")


def read_recipe(path: Path) -> Recipe:
    """Read one recipe, `recipes/<api>/<name>.py`.

    Raises:
        BrokenSource: It breaks a rule; the first one found is named with its line and what to write instead.
    """
    id_of(path)  # a file of another name is not even opened
    return recipe_of(parse_recipe(path))


def recipe_of(parsed: Parsed) -> Recipe:
    """Read the recipe in a file that was taken apart.

    Raises:
        BrokenSource: It breaks a rule, as with `read_recipe`.
    """
    recipe_id = id_of(parsed.path)
    refuse_imports(parsed)
    main, table = parsed.main, parsed.table
    table.allow(*_KEYS)
    title, description = read_question(parsed)
    clients, parameters = read_signature(parsed, main)
    gives, columns = read_result(parsed, main)
    return Recipe(
        path=parsed.path,
        id=recipe_id,
        title=title,
        description=description,
        clients=clients,
        parameters=parameters,
        gives=gives,
        source=parsed.text,
        requires_python=parsed.block.requires_python,
        dependencies=parsed.block.dependencies,
        tags=_tags(table),
        audience=_audience(table),
        chart=_chart(table, gives),
        writes=table.flag("writes"),
        customer=table.text("customer"),
        based_on=table.text("based-on"),
        deprecated=table.text("deprecated"),
        columns=columns,
        is_async=isinstance(main, ast.AsyncFunctionDef),
    )


def read_question(parsed: Parsed) -> tuple[str, str]:
    """Return title and description.

    Raises:
        BrokenSource: There is no title, or it is no question.
    """
    title, description = split_docstring(parsed.docstring(parsed.tree))
    line = parsed.tree.body[0].lineno if title else parsed.block.line
    if not title:
        hint = 'write """What does the customer ask?""" below the block'
        raise BrokenSource(parsed.path, line, "the file has no docstring", hint=hint)
    if not title.endswith("?"):
        hint = "put it as the customer's question, ending in ?"
        raise BrokenSource(parsed.path, line, f"the title is no question: {quoted(title)}", hint=hint)
    return title, description


def _tags(table: Table) -> tuple[str, ...]:
    tags = table.texts("tags")
    for tag in tags:
        if not _TAG.fullmatch(tag):
            hint = "use lower-case letters, digits and hyphens: getting-started"
            raise table.broken("tags", f"holds {quoted(tag)}, which is no tag", hint)
    return tags


def _chart(table: Table, gives: str) -> Chart | None:
    if "chart" not in table:
        return None
    if gives != "rows":
        raise table.broken("chart", "is drawn of rows, which this recipe does not give", "remove it")
    return read_chart(table.table("chart"))


def _audience(table: Table) -> tuple[str, ...]:
    if isinstance(table.values.get("audience"), str):
        return (table.text("audience"),)
    return table.texts("audience")
