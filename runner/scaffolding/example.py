"""A customer's example: another recipe with the customer's values as its defaults, and what it was made from."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

from runner.catalog import Recipe, Value
from runner.scaffolding.block_keys import with_keys
from runner.scaffolding.defaults import with_defaults
from runner.scaffolding.draft import Draft
from runner.scaffolding.literals import docstring_text
from runner.scaffolding.naming import Target

BASES: Final = ".recipes/bases"
"""Where a repository keeps the texts that its examples were made from."""

_TITLE: Final = re.compile(r"(?:\s|\\\n)*[^\n]*")


def draft_from_recipe(origin: Recipe, target: Target, *, customer: str, values: Mapping[str, Value]) -> Draft:
    """Draft a recipe from another one, and keep the other's text for the day when it changes.

    Args:
        origin: What it is made from.
        target: Where it will stand.
        customer: Whom it is for; `""` for nobody else than the origin is for.
        values: Checked already; each becomes the default of its parameter.
    """
    meant = customer or origin.customer
    source = example_source(origin, customer=meant, values=values)
    files = {target.path: source, base_path(origin.digest): origin.source}
    return Draft(files, target.recipe_id, tuple(_notes(origin, meant, source)))


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
    text = with_defaults(origin.source, values)
    if origin.based_on:
        before = _made_for(origin.based_on.partition(" ")[0], origin.customer)
        text = text.replace(f"\n\n{before}", "", 1)
    text = _with_paragraph(text, _made_for(origin.id, customer))
    keys = {"customer": customer} if customer else {}
    return with_keys(text, origin.path, keys | {"based-on": based_on(origin)}, without=("customer",))


def based_on(origin: Recipe) -> str:
    """Return what names an origin: id and digest."""
    return f"{origin.id} {origin.digest}"


def _notes(origin: Recipe, customer: str, source: str) -> Iterator[str]:
    if not origin.customer or origin.customer == customer:
        return
    yield f"{origin.id} was made for {origin.customer}: what you gave no value for is still theirs."
    if origin.customer in source:
        yield f"The new recipe still names {origin.customer}."


def _made_for(origin_id: str, customer: str) -> str:
    made = f"Made from {origin_id}."
    return docstring_text(f"For {customer}. {made}" if customer else made, indent=0)


def _with_paragraph(source: str, paragraph: str) -> str:
    """Put a paragraph below the question."""
    docstring = ast.parse(source).body[0]
    written = ast.get_source_segment(source, docstring) or ""
    assert isinstance(docstring, ast.Expr)
    inside = written[3:-3] if written.startswith('"""') else _escaped(ast.literal_eval(docstring.value))
    title = _TITLE.match(inside)
    assert title is not None
    rest = inside[title.end() :]
    if not rest.strip():
        rest = "\n"
    elif not rest.startswith("\n\n"):
        rest = f"\n{rest}"
    new = f'"""{title[0].rstrip()}\n\n{paragraph}{rest}"""'
    lines = source.split("\n")
    above = "\n".join(lines[: docstring.lineno - 1])
    below = "\n".join(lines[docstring.lineno - 1 :])
    return f"{above}\n{below.replace(written, new, 1)}"


def _escaped(text: str) -> str:
    """Write what a raw docstring, or one in other quotes, says, line by line as it is."""
    lines = text.split("\n")
    return "\n".join(line[: len(line) - len(line.lstrip())] + docstring_text(line) for line in lines)
