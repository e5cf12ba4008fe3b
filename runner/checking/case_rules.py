"""Rules for the cases of one recipe: that there is one, and that it still belongs to the recipe."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.catalog import line_of
from runner.catalog.source import bare_id
from runner.catalog.text_file import read_text
from runner.checking.draft import Draft
from runner.checking.finding import Spot, spot_of
from runner.errors import BadValues, BrokenSource
from runner.recording.case import Case, case_files, case_folder, read_case
from runner.running.values import Given, settle_values

LARGEST_CASSETTE = 1_000_000
"""Bytes up to which a cassette can be read in a review."""


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one recipe, as far as they can be read.

    Attributes:
        draft: The recipe.
        id: Of the recipe, as its file names it.
        folder: Where they lie; there may be no such folder.
        files: The `.toml` of each.
        cases: Those that can be read.
        refusals: Why the others cannot.
    """

    draft: Draft
    id: str
    folder: Path
    files: tuple[Path, ...]
    cases: tuple[Case, ...]
    refusals: tuple[BrokenSource, ...]


def read_cases(root: Path, draft: Draft) -> Cases:
    """Read the cases of a recipe in the repository at `root`."""
    recipe_id = bare_id(draft.path)
    files = case_files(root, recipe_id)
    cases, refusals = [], []
    for path in files:
        try:
            cases.append(read_case(path))
        except BrokenSource as error:
            refusals.append(error)
    return Cases(draft, recipe_id, case_folder(root, recipe_id), files, tuple(cases), tuple(refusals))


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
    for path in sorted((*cases.folder.glob("*.yaml"), *cases.folder.glob("*.jsonl"))):
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
    for case in cases.cases:
        size = case.cassette.stat().st_size if case.cassette.is_file() else 0
        if size > LARGEST_CASSETTE:
            problem = f"{size / 1_000_000:.1f} MB of traffic are more than can be reviewed"
            yield Spot(case.cassette, 1, problem, "record a smaller answer: fewer rows, fewer pages")


def _record(cases: Cases, name: str) -> str:
    return f"recipes record {cases.id} --case {name}"


def _line(case: Case, key: str) -> int:
    return line_of(read_text(case.path), (key,))
