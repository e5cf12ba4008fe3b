"""`recipes show`."""

import json
from collections.abc import Iterable, Iterator, Sequence
from shlex import quote
from typing import Any, Final

import click

from runner.catalog import MISSING, Api, Found, Parameter, Recipe, Value, describe_kind, format_value, parameters_schema
from runner.catalog.related import Neighbours, find_neighbours
from runner.cli.completing import complete_file, complete_recipe
from runner.cli.samples import Recordings, case_facts, cases_as_data, how_to_record, look_at_cases, sample_text
from runner.cli.session import Session
from runner.errors import AskedWrongly, RunnerError
from runner.output.grid import render_table
from runner.output.text import mend, safe_text

_LABEL: Final = 10  # cells of a label and the gap behind it


@click.command("show")
@click.argument("recipe", required=False, shell_complete=complete_recipe)
@click.option("--provenance", metavar="FILE", shell_complete=complete_file, help="Say where an exported file is from.")
@click.option("--source", "as_source", is_flag=True, help="Print the recipe's own text.")
@click.option("--diff", "as_diff", is_flag=True, help="Print what changed since you trusted it, where it was added.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with the parameters as JSON Schema.")
@click.pass_obj
def command(
    session: Session, recipe: str | None, provenance: str | None, as_source: bool, as_diff: bool, as_json: bool
) -> None:
    """Describe RECIPE: what it answers, which values it takes, what it calls and gives.

    What it calls and a sample of the result come from its recorded cases. With --provenance and no RECIPE: what an
    exported file was made from, how it was checked, and whether the recipe has changed since.
    """
    if provenance is not None:
        if recipe is not None or as_source or as_diff:
            hint = "recipes show --provenance FILE"
            raise AskedWrongly("--provenance reads a file, and takes neither a recipe nor --source.", hint=hint)
        from runner.cli.origin import show_origin

        show_origin(session, provenance, as_json=as_json)
        return
    if recipe is None:
        raise AskedWrongly("Missing argument 'RECIPE'.", hint="recipes show --help")
    found = session.library.find(recipe, command="recipes show")
    if as_source:
        click.echo(found.recipe.source if not session.stdout_is_terminal else _clean(found.recipe.source), nl=False)
        return
    apis = [session.library.api(found.repository, client.api) for client in found.recipe.clients]
    if as_diff:
        _show_diff(session, found, apis)
        return
    recordings = look_at_cases(found.repository, found.recipe)
    near = _look_around(session, found)
    if as_json:
        data = _as_data(found.name, found.recipe, apis, recordings) | _near_as_data(near)
        click.echo(mend(json.dumps(data, ensure_ascii=session.stdout_is_terminal, indent=1)))
    else:
        click.echo("\n".join(_lines(found, apis, recordings, near, session.width)))
    _report(recordings.broken)


def _show_diff(session: Session, found: Found, apis: Sequence[Api]) -> None:
    """Print how what a recipe runs with differs from what the user approved last.

    Raises:
        AskedWrongly: It is trusted with its folder, or no version of it was approved.
    """
    from runner.sharing.disclosure import diff_of
    from runner.sharing.grants import Candidate

    origin = session.origin_of(found.repository)
    if origin is None:
        raise AskedWrongly("--diff is for recipes of added repositories.", hint=f"recipes show {found.name} --source")
    text = diff_of(Candidate(found.repository, found.recipe, tuple(apis), origin), session.trust)
    if text is None:
        raise AskedWrongly(f"No version of {found.name} was approved.", hint=f"recipes show {found.name} --source")
    click.echo(safe_text(text, keep="\n\t") if session.stdout_is_terminal else text, nl=False)


def _as_data(name: str, recipe: Recipe, apis: list[Api], recordings: Recordings) -> dict[str, Any]:
    """Return what `show --json` says; the keys are a contract."""
    return {
        "id": name,
        "title": recipe.title,
        "description": recipe.description,
        "apis": [{"name": api.name, "title": api.title, "key": api.key.env if api.key else None} for api in apis],
        "audience": list(recipe.audience),
        "tags": list(recipe.tags),
        "gives": recipe.gives,
        "columns": list(recordings.columns),
        "writes": recipe.writes,
        "dependencies": list(recipe.dependencies),
        "deprecated": recipe.deprecated,
        "based_on": recipe.based_on,
        "digest": recipe.digest,
        "path": str(recipe.path),
        "parameters": parameters_schema(recipe),
        "cases": cases_as_data(recordings),
        "endpoints": list(recordings.endpoints),
        "sample": list(recordings.sampled[1].rows) if recordings.sampled else [],
    }


def _look_around(session: Session, found: Found) -> Neighbours:
    """Find what else of its repository is worth a look."""
    with session.index as index:
        listing = index.listing(session.places)
    rows = [row for row in listing.recipes if row.root == str(found.repository.root)]
    return find_neighbours(found.recipe.id, rows)


def _near_as_data(near: Neighbours) -> dict[str, Any]:
    return {
        "collection": near.collection,
        "next": near.next.name if near.next else None,
        "related": [row.name for row in near.related],
    }


def _lines(found: Found, apis: list[Api], recordings: Recordings, near: Neighbours, width: int | None) -> Iterator[str]:
    name, recipe = found.name, found.recipe
    yield safe_text(recipe.title)
    if recipe.deprecated:
        yield f"Deprecated: use {safe_text(recipe.deprecated)}"
    if recipe.description:
        yield f"\n{_clean(recipe.description)}"
    yield ""
    yield from _fact_lines([*_facts(name, recipe, apis, recordings.columns), *_near_facts(near)], width)
    yield ""
    if recipe.parameters:
        yield _parameter_table(recipe, width)
    facts = list(case_facts(recordings, recipe))
    yield from _fact_lines(facts or [("Recorded", f"nothing yet: {how_to_record(name, apis)}")], width)
    yield ""
    if sample := _sample(recordings, recipe, width):
        yield sample
    yield f"Try   recipes run {name} --try"
    yield f"Run   recipes run {name}{_required_words(recipe)}"
    if near.next:
        command = f"Next  recipes show {near.next.name}"
        with_title = safe_text(f"{command}   ({near.next.title})")
        yield with_title if width is None or len(with_title) <= width else command


def _sample(recordings: Recordings, recipe: Recipe, width: int | None) -> str:
    """Return the sample; where rows do not go together, say so on stderr."""
    try:
        return sample_text(recordings, recipe, width)
    except RunnerError as error:
        _report([error])
        return ""


def _report(broken: Iterable[RunnerError]) -> None:
    """Say on stderr what of the cases cannot be read."""
    for error in broken:
        click.echo(f"Broken  {safe_text(str(error))}", err=True)
        if error.hint:
            click.echo(f"Fix     {safe_text(error.hint)}", err=True)


def _fact_lines(facts: Iterable[tuple[str, str]], width: int | None) -> Iterator[str]:
    """Write labels and texts; on a terminal a long text goes on below itself."""
    for label, text in facts:
        room = width - _LABEL if width else len(text)
        if len(text) <= room:
            yield f"{label:<{_LABEL}}{text}"
            continue
        import textwrap  # 3 ms that most recipes can do without

        parts = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
        yield from (f"{'' if number else label:<{_LABEL}}{part}" for number, part in enumerate(parts))


def _facts(name: str, recipe: Recipe, apis: list[Api], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "Recipe", name
    if recipe.audience:
        yield "For", safe_text(", ".join(recipe.audience))
    if recipe.tags:
        yield "Tags", safe_text(", ".join(recipe.tags))
    for api in apis:
        key = f", key in {api.key.env}" if api.key else ""
        yield "Calls", safe_text(f"{api.title}{key}")
    gives = {"rows": "rows", "record": "one record", "text": "Markdown"}[recipe.gives]
    yield "Gives", gives + (safe_text(f": {', '.join(columns)}") if columns else "")
    if recipe.writes:
        yield "Writes", "it changes something at the API"
    extra = [each for each in recipe.dependencies if not each.startswith("httpx")]
    if extra:
        yield "Needs", safe_text(", ".join(extra))
    yield "File", safe_text(str(recipe.path))


def _near_facts(near: Neighbours) -> Iterator[tuple[str, str]]:
    if near.collection:
        yield "Part of", safe_text(f"{near.collection}, {near.at} of {near.of}")
    if near.related:
        yield "Related", ", ".join(row.name for row in near.related)


def _parameter_table(recipe: Recipe, width: int | None) -> str:
    rows = [
        (each.option, describe_kind(each), _default(each), _example(each), " ".join(each.help.split()))
        for each in recipe.parameters
    ]
    return render_table(("PARAMETER", "TAKES", "DEFAULT", "EXAMPLE", "MEANS"), rows, width=width, wrap=4)


def _default(parameter: Parameter) -> str:
    if parameter.default is MISSING:
        return "(required)"
    return _joined(parameter.default)


def _example(parameter: Parameter) -> str:
    """Return the example, of a list only the first."""
    if isinstance(parameter.example, tuple) and len(parameter.example) > 1:
        return f"{format_value(parameter.example[0])}, ..."
    return _joined(parameter.example)


def _joined(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(format_value, value))
    return "" if value is None else format_value(value)


def _required_words(recipe: Recipe) -> str:
    """Return the options that a run cannot do without, filled with their examples."""
    words = []
    for parameter in recipe.parameters:
        examples = parameter.example if isinstance(parameter.example, tuple) else (parameter.example,)
        words += [
            f" {parameter.option} {quote(format_value(example))}"
            for example in examples
            if parameter.required and example is not None
        ]
    return "".join(words)


def _clean(text: str) -> str:
    return safe_text(text, keep="\n")
