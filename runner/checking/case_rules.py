"""Rules for the cases of one recipe: that there is one, and that it still belongs to the recipe."""

from collections.abc import Iterator

from runner.catalog import line_of
from runner.catalog.text_file import read_text
from runner.checking.cases import Cases
from runner.checking.finding import Spot, spot_of
from runner.errors import BadValues
from runner.recording.case import Case
from runner.running.values import Given, settle_values

LARGEST_CASSETTE = 1_000_000
"""Bytes up to which a cassette can be read in a review."""


def no_case(cases: Cases) -> Iterator[Spot]:
    """Find a recipe of which nothing was ever recorded."""
    if not cases.files and "name" not in cases.draft.refusals:
        problem = "no run of this recipe was ever recorded, so nothing proves that it works"
        yield Spot(cases.draft.path, 1, problem, f"recipes record {cases.id}")


def broken_case(cases: Cases) -> Iterator[Spot]:
    """Find cases that cannot be read."""
    yield from map(spot_of, cases.refusals)


def incomplete_case(cases: Cases) -> Iterator[Spot]:
    """Find cases of which a file is missing; a run that is meant to fail may have no rows."""
    names = {path.stem for path in cases.files}
    for path in cases.recorded:
        if path.stem not in names:
            yield Spot(path, 1, f"there is no {path.stem}.toml beside it", _record(cases, path.stem))
    for case in cases.cases:
        for path in (case.cassette, *(() if case.error else (case.result,))):
            if not path.is_file():
                yield Spot(case.path, 1, f"{path.name} is missing beside it", _record(cases, case.name))


def misfit_values(cases: Cases) -> Iterator[Spot]:
    """Find cases whose values the recipe does not take any more."""
    for case in cases.cases if cases.draft.recipe else ():
        assert cases.draft.recipe
        try:
            settle_values(cases.draft.recipe, Given(file=case.values), use_examples=False)
        except BadValues as error:
            problem = " ".join(error.details or [str(error)]).removesuffix(".")
            yield Spot(case.path, _line(case, "values"), problem, _record(cases, case.name))


def changed_recipe(cases: Cases) -> Iterator[Spot]:
    """Find cases that were recorded with another text of the recipe."""
    for case in cases.cases:
        if cases.draft.recipe and case.digest != cases.draft.recipe.digest:
            problem = "the recipe has changed since this was recorded"
            yield Spot(case.path, _line(case, "digest"), problem, f"recipes test {cases.id}")


def large_cassette(cases: Cases) -> Iterator[Spot]:
    """Find cassettes that nobody can read in a review."""
    for path in cases.cassettes:
        size = path.stat().st_size
        if size > LARGEST_CASSETTE:
            problem = f"{size / 1_000_000:.1f} MB of traffic are more than can be reviewed"
            yield Spot(path, 1, problem, "record a smaller answer: fewer rows, fewer pages")


def _record(cases: Cases, name: str) -> str:
    return f"recipes record {cases.id} --case {name}"


def _line(case: Case, key: str) -> int:
    return line_of(read_text(case.path), (key,))
