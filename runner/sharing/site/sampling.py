"""A sample of what a recipe gives, from its recorded cases, and the picture of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from runner.catalog import Recipe, Repository, format_value
from runner.errors import AskedWrongly, BrokenSource
from runner.output.page import cells_of
from runner.output.vega import vega_spec
from runner.recording.case import SOURCES, Case, case_files, read_case
from runner.recording.sample import Sample as Recorded
from runner.recording.sample import read_sample
from runner.sharing.site.clean import LONGEST_CELL, line, lines, web_link
from runner.sharing.site.model import Cell, Sample
from runner.sharing.site.pictures import drawn

ROWS: Final = 20
"""Of a table on a page; a wide one shows fewer, that the page stays light."""
_FEWEST: Final = 5
_CELLS: Final = 120
_DRAWN: Final = 200
_MOST_COLUMNS: Final = 30
_LONGEST_TEXT: Final = 20_000
_PIXEL_GROUND: Final = 'fill="white"'


def read_cases(repository: Repository, recipe: Recipe) -> tuple[list[Case], list[str]]:
    """Return the cases that can be read, and what is wrong with the others."""
    cases, oddities = list[Case](), list[str]()
    for path in case_files(repository.root, recipe.id):
        try:
            if not repository.holds(path):
                raise repository.stray(path)
            cases.append(read_case(path))
        except BrokenSource as error:
            oddities.append(_told(repository, error))
    return cases, oddities


def sample_of(repository: Repository, recipe: Recipe, cases: list[Case]) -> tuple[Case | None, Recorded, list[str]]:
    """Return the first case that gave something, with its rows."""
    oddities = list[str]()
    for case in cases:
        try:
            if not repository.holds(case.result):
                raise repository.stray(case.result)
            recorded = read_sample(case.result, _DRAWN, recipe.gives)
        except BrokenSource as error:
            oddities.append(_told(repository, error))
            continue
        if recorded.rows:
            return case, recorded, oddities
    return None, Recorded((), 0), oddities


def shown_sample(recipe: Recipe, case: Case, recorded: Recorded) -> Sample:
    """Return what a page shows of it."""
    first = recorded.rows[0]
    private = {each.name for each in recipe.parameters if each.private}
    return Sample(
        case=case.name,
        words=f"{SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d}",
        recorded=format_value(case.recorded_at),
        is_live=case.source == "live",
        columns=tuple(line(name, 100) for name in _columns(first)) if recipe.gives == "rows" else (),
        rows=() if recipe.gives == "text" else tuple(_rows(recipe, recorded)),
        total=recorded.total,
        text=lines(first[:_LONGEST_TEXT]) if recipe.gives == "text" else "",
        values=tuple((name, _value(value)) for name, value in case.values.items() if name not in private),
    )


def picture_of(recipe: Recipe, recorded: Recorded, cache: Path | None) -> tuple[str, str]:
    """Return the picture as SVG, and why there is none although the recipe describes one."""
    if recipe.chart is None or not recorded.rows or recipe.gives != "rows":
        return "", ""
    try:
        svg = drawn(vega_spec(recipe.chart, recorded.rows, ""), cache).decode()
    except AskedWrongly as error:
        return "", f"{error}" + (f" Fix: {error.hint}" if error.hint else "")
    return svg.replace(_PIXEL_GROUND, 'fill="none"', 1), ""


def _columns(row: Mapping[str, Any]) -> list[str]:
    return list(row)[:_MOST_COLUMNS]


def _rows(recipe: Recipe, recorded: Recorded) -> list[tuple[Cell, ...]]:
    first = recorded.rows[0]
    if recipe.gives == "record":
        pairs = [{"name": line(name, 100), "value": first[name]} for name in _columns(first)]
        shaped = [cells_of([{each["name"]: each["value"]}], [each["name"]])[0][0] for each in pairs]
        return [(Cell("name", each["name"]), _cell(cell)) for each, cell in zip(pairs, shaped, strict=True)]
    columns = _columns(first)
    count = max(_FEWEST, min(ROWS, _CELLS // max(1, len(columns))))
    rows = [{name: row.get(name) for name in columns} for row in recorded.rows[:count]]
    return [tuple(map(_cell, row)) for row in cells_of(rows, columns)]


def _cell(cell: Mapping[str, str]) -> Cell:
    return Cell(cell["kind"], line(cell["text"], LONGEST_CELL), web_link(cell["href"]))


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return line("yes" if value is True else "no" if value is False else str(value), LONGEST_CELL)


def _told(repository: Repository, error: BrokenSource) -> str:
    """Say what is wrong without saying where on this machine."""
    place = error.path.relative_to(repository.root) if error.path.is_relative_to(repository.root) else error.path.name
    return line(f"{place}:{error.line}: {error.problem}")
