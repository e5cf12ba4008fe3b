"""A rule for the chart of a recipe: that what it draws stands in the rows."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from runner.catalog.wording import listed, quoted
from runner.checking.cases import Cases
from runner.checking.finding import Spot
from runner.output.bars import value_column


def undrawn_chart(cases: Cases) -> Iterator[Spot]:
    """Find a chart that names a column which the rows lack, or has no numbers to draw."""
    recipe, parsed = cases.draft.recipe, cases.draft.parsed
    if recipe is None or parsed is None or recipe.chart is None:
        return
    rows, line = _recorded_rows(cases), parsed.block.line_of(("tool", "recipe-runner", "chart"))
    columns = recipe.columns or tuple(rows[0] if rows else ())
    if columns and (missing := [each for each in recipe.chart.columns if each not in columns]):
        problem = f"the chart names {listed(map(quoted, missing))}, and the columns are {listed(columns)}"
        yield Spot(recipe.path, line, problem, "name one of them")
    elif rows and not value_column(recipe.chart, rows):
        problem = f"neither {quoted(recipe.chart.x)} nor {quoted(recipe.chart.y)} is a column of numbers"
        yield Spot(recipe.path, line, problem, "name one that is, or remove the chart")


def _recorded_rows(cases: Cases) -> list[dict[str, Any]]:
    """Return the rows of the first case that has some; what cannot be read is a finding of another rule."""
    for case in cases.cases:
        with suppress(OSError, ValueError):
            if lines := case.result.read_text(encoding="utf-8").splitlines():
                return [row for line in lines if isinstance(row := json.loads(line), dict)]
    return []
