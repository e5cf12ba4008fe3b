"""From a template and its answers to a draft."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from runner.catalog import Value
from runner.catalog.text_file import read_text
from runner.errors import BrokenSource
from runner.scaffolding.draft import Draft
from runner.scaffolding.language import Filter, Language, Placed, defined
from runner.scaffolding.literals import toml_text
from runner.scaffolding.manifest import RECIPE, Template
from runner.scaffolding.naming import Target
from runner.scaffolding.paths import check_path
from runner.scaffolding.placing import Places

PLAIN: Final = (".md", ".txt", ".csv")
"""Endings of files into which a value may go as it is."""
_LONGEST_COMPUTED: Final = 10_000


def draft_from_template(template: Template, target: Target, answers: Mapping[str, Value]) -> Draft:
    """Return what a template makes of answers.

    Args:
        template: What to render.
        target: Where the recipe will stand.
        answers: One for each question, as `settle_answers` gives them.

    Raises:
        BrokenSource: The template is wrong, or these answers do not fit it.
    """
    values: dict[str, object] = {**target.names, **answers}
    expressions = Language(template.path, _PLAIN_FILTERS, is_strict=False)
    for name, expression in template.computed.items():
        values[name] = _computed(
            template, name, expressions.evaluate(expression, values, line=template.table.line("computed", name))
        )
    files = {target.path: _render(template, RECIPE, target.path, values)}
    for name, place in template.files.items():
        path = _place(template, name, expressions.render(place, values, line=template.table.line("files", name)))
        if path.casefold() in map(str.casefold, files):
            problem = f"goes to {path}, as another file does"
            raise template.table.table("files").broken(name, problem, "change one of them")
        files[path] = _render(template, name, path, values)
    return Draft(files, target.recipe_id)


def _render(template: Template, name: str, path: str, values: Mapping[str, object]) -> str:
    file = template.folder / name
    text = read_text(file).replace("\r\n", "\n")
    if path.endswith(".py"):
        places = Places(file)
        language = Language(file, {**_PLAIN_FILTERS, **places.filters}, places.filters, is_strict=True)
        return places.fill(language.render(text, values))
    if path.endswith(".toml"):
        filters: dict[str, Filter] = {"toml": lambda value, line: Placed(toml_text(defined(value)))}
        made = Language(file, {**_PLAIN_FILTERS, **filters}, filters, is_strict=True).render(text, values)
        return _checked_toml(template, name, made)
    return Language(file, _PLAIN_FILTERS, is_strict=False).render(text, values)


def _place(template: Template, name: str, path: str) -> str:
    table = template.table.table("files")
    try:
        check_path(path)
    except ValueError as error:
        raise table.broken(name, f"goes to {path!r}, which {error}", "write a path below the repository") from None
    if not path.endswith((".py", ".toml", *PLAIN)):
        endings = ", ".join((".py", ".toml", *PLAIN))
        raise table.broken(name, f"goes to {path!r}, and a template makes {endings}", "give it another ending")
    return path


def _checked_toml(template: Template, name: str, text: str) -> str:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        hint = "correct the template"
        raise BrokenSource(template.folder / name, 1, f"what this makes is no TOML: {error}", hint=hint) from None
    return text


def _computed(template: Template, name: str, value: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST_COMPUTED:
        raise template.table.table("computed").broken(name, "is too long", "make it shorter")
    return list(value) if isinstance(value, Iterator) else value


def _before(text: str, mark: str) -> str:
    return text.partition(mark)[0]


def _after(text: str, mark: str) -> str:
    """Return what stands behind the mark; the whole text where there is none."""
    head, found, rest = text.partition(mark)
    return rest if found else head


def _parsed(text: str) -> Any:
    """Read what may be a number, `true`, `false`, `null` or a list, as JSON writes them; else it is text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


_PLAIN_FILTERS: Final[Mapping[str, Filter]] = {
    "lower": str.lower,
    "upper": str.upper,
    "capitalize": str.capitalize,
    "trim": str.strip,
    "length": len,
    "before": _before,
    "after": _after,
    "split": str.split,
    "parsed": _parsed,
}
