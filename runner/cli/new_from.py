"""A new recipe from another one: with values of its own as defaults, perhaps for a customer."""

from collections.abc import Mapping
from typing import Any

from runner.catalog import Recipe, Value, check_value
from runner.catalog.index_walk import CATALOG
from runner.cli.given import gather
from runner.cli.session import Session
from runner.errors import BadValues, nearest
from runner.running.values import Given, parse_words
from runner.scaffolding.draft import Draft
from runner.scaffolding.example import draft_from_recipe
from runner.scaffolding.literals import literal
from runner.scaffolding.naming import Target
from runner.scaffolding.questions import Answer, as_answer, with_equals


def make_draft(session: Session, target: Target, typed: Mapping[str, Any]) -> tuple[Draft, list[str]]:
    """Make a recipe from the one that was chosen; nothing is asked, as all it needs is there.

    Raises:
        NotFound: There is no such recipe.
        BadValues: A value does not fit its parameter.
    """
    found = session.library.find(typed["from_"], command="recipes new NAME --from")
    # Another's alias is this user's own, and would mean nothing in the file; the catalog's is everybody's.
    origin = found.recipe._replace(id=found.name) if found.name.startswith(f"{CATALOG}/") else found.recipe
    file = session.path(typed["params"]) if typed["params"] else None
    given = gather(origin, words={}, pairs=typed["param"], file=file, environ={})
    draft = draft_from_recipe(origin, target, customer=(typed["customer"] or "").strip(), values=_values(origin, given))
    return draft, []


def _values(origin: Recipe, given: Given) -> dict[str, Value]:
    """Return the values that were given, each as its parameter wants it."""
    known = {parameter.name: as_answer(parameter) for parameter in origin.parameters}
    for name in (*given.command_line, *given.file):
        if name not in known:
            near = nearest(name, known)
            hint = f"-P {near}=..." if near else f"recipes show {origin.id}"
            raise BadValues(f"{origin.id} has no parameter {name!r}.", hint=hint)
    values = {name: _value(known[name], given) for name in (*given.file, *given.command_line)}
    for name, value in values.items():
        try:
            literal(value)
        except ValueError as error:
            raise BadValues(f"{known[name].option} cannot be written: {error}.", hint=f"-P {name}=...") from None
    return values


def _value(answer: Answer, given: Given) -> Value:
    try:
        if words := given.command_line.get(answer.name):
            return parse_words(answer, words)
        return check_value(answer, given.file[answer.name])
    except BadValues as error:
        raise with_equals(error, answer.name) from None
