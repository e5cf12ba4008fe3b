"""What a notebook's result shows before anybody runs it: rendered from a case, never taken from a run."""

import json
from html import escape
from typing import Any, Final

from runner.catalog import Recipe
from runner.recording.case import SOURCES, Case
from runner.recording.sample import read_sample

MOST_ROWS: Final = 200
"""As `_Table` of the plumbing shows them."""


def recorded_outputs(recipe: Recipe, case: Case) -> tuple[dict[str, Any], ...]:
    """Return a line that says where the rows come from, and the rows as `_Table` and `_Page` of the plumbing show them.

    Raises:
        BrokenSource: The result of the case cannot be read.
    """
    source = f"{SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d}"
    said = f"Not a run of this notebook: the rows of the case {case.name}, {source}, with that case's values."
    sample = read_sample(case.result, MOST_ROWS, recipe.gives)
    return _output(f"*{said}*", "text/markdown", said), _result(recipe, sample.rows, sample.total)


def _result(recipe: Recipe, rows: tuple[Any, ...], total: int) -> dict[str, Any]:
    if recipe.gives == "text":
        text = str(rows[0]) if rows else ""
        return _output(text, "text/markdown", text)
    if recipe.gives == "record":
        rows = tuple({"name": name, "value": value} for row in rows for name, value in row.items())
        total = len(rows)
    said = f"{total:,} row{'' if total == 1 else 's'}"
    more = f"<p>The first {len(rows):,} of {said}.</p>" if total > len(rows) else ""
    return _output(f"{_table(rows)}{more}", "text/html", said)


def _table(rows: tuple[dict[str, Any], ...]) -> str:
    if not rows:
        return "<p>0 rows</p>"
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    lines = ["".join(f"<td>{escape(_cell(row.get(name)))}</td>" for name in columns) for row in rows]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"


def _cell(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _output(data: str, mime: str, plain: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {mime: data, "text/plain": plain}}
