"""What a parameter takes beyond its kind: default, bounds, example, whether it is private."""

import ast
from typing import Any

from runner.catalog.bounds import MisfitError, counts, has_bounds
from runner.catalog.model import MISSING, Missing, Parameter, Value
from runner.catalog.parsed import Parsed
from runner.catalog.syntax import NoLiteralError, literal
from runner.catalog.tables import Table
from runner.catalog.values import fit_one, fit_value
from runner.errors import BrokenSource


def limited(parsed: Parsed, parameter: Parameter, default: ast.expr | None, table: Table) -> Parameter:
    """Complete a parameter from its default in the signature and its table in the block.

    Raises:
        BrokenSource: They do not fit the kind or each other, or a required parameter has no example.
    """
    table.allow("min", "max", "example", "private")
    low, high = _bound(parameter, table, "min"), _bound(parameter, table, "max")
    if low is not None and high is not None and low > high:
        raise table.broken("max", "is smaller than min", "exchange them")
    bounded = parameter._replace(min=low, max=high, private=table.flag("private"))
    complete = bounded._replace(default=_default(parsed, bounded, default), example=_example(bounded, table))
    if complete.required and "example" not in table:
        problem = f"{parameter.name} has neither a default nor an example"
        hint = f"add [{'.'.join(table.key_path)}] with example = ... to the block"
        raise BrokenSource(parsed.path, parameter.line, problem, hint=hint)
    return complete


def _bound(parameter: Parameter, table: Table, key: str) -> Any:
    """Return one end: a count for texts and lists, else a value of the kind; None where it is absent."""
    value = table.values.get(key)
    if value is None:
        return None
    if not has_bounds(parameter.kind):
        raise table.broken(key, f"means nothing for {parameter.name}", "remove it")
    if counts(parameter.kind):
        if type(value) is int and 0 <= value < 1_000_000:
            return value
        raise table.broken(key, f"of {parameter.name} is a count and must be a whole number", f"write {key} = 1")
    try:
        return fit_one(parameter, value)
    except MisfitError as misfit:
        raise table.broken(key, misfit.reason, f"write {key} = {misfit.instead}") from None


def _default(parsed: Parsed, parameter: Parameter, node: ast.expr | None) -> Value | Missing:
    if node is None:
        return MISSING
    try:
        written = literal(node)
        value = fit_value(parameter, written)
    except NoLiteralError as error:
        raise parsed.broken(node, f"the default of {parameter.name} {error}", "write a plain value") from None
    except MisfitError as misfit:
        hint = f"write {parameter.name}: T | None" if written is None else _fix(misfit)
        raise parsed.broken(node, f"the default of {parameter.name} {misfit.reason}", hint) from None
    # The file also runs without the runner, and then nothing turns "2026-01-31" into a day.
    if value != (tuple(written) if isinstance(written, list) else written):
        problem = f"the default of {parameter.name} is text where the type says otherwise"
        raise parsed.broken(node, problem, "write it as a value of its type")
    return value


def _example(parameter: Parameter, table: Table) -> Value:
    if "example" not in table:
        return None
    try:
        return fit_value(parameter, table.values["example"])
    except MisfitError as misfit:
        problem = f"of {parameter.name} {misfit.reason}"
        raise table.broken("example", problem, _fix(misfit)) from None


def _fix(misfit: MisfitError) -> str:
    return f"a value that fits: {misfit.instead}" if misfit.instead else "write one that fits"
