"""Every recipe of the catalog gives the same in this process and in one of its own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import runner
from runner.catalog import catalog_root, read_repository
from runner.cli.connections import link_sandbox, sandbox_moment
from runner.cli.recording import subject_of
from runner.cli.session import Session
from runner.recording.case import all_case_files, read_case
from runner.recording.outcome import carry_out
from runner.recording.replay import case_values, in_folder, replay, workspace
from runner.running.isolated.isolation import Isolation
from runner.running.run import Plan

ROOT = catalog_root(Path(runner.__file__).parent)
CASES = sorted(all_case_files(ROOT))
DEFAULTS = [path for path in CASES if path.stem == "default"]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session({"RECIPES_HOME": str(tmp_path / "home")}, tmp_path)


def told(outcome: Any) -> Any:
    failure = outcome.failure
    return outcome.lines, outcome.error, failure and (type(failure), failure.hint, failure.details)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_recorded_case_gives_the_same(path: Path, session: Session, apart: Isolation) -> None:
    case = read_case(path)
    here = subject_of(session, session.library.find(case.recipe_id))
    outcome = replay(replace(here, isolation=apart), case)
    assert told(outcome) == told(replay(here, case))


@pytest.mark.parametrize("path", DEFAULTS, ids=lambda path: path.parent.name)
def test_a_sandbox_gives_the_same(path: Path, session: Session, apart: Isolation) -> None:
    case = read_case(path)
    subject = subject_of(session, session.library.find(case.recipe_id))
    outcomes = []
    for isolation in (None, apart):
        with workspace(case) as folder:
            values = in_folder(case_values(subject.recipe, case), folder)
            links = link_sandbox(subject.apis, subject.approval)
            moment = sandbox_moment(subject.apis)
            plan = Plan(subject.recipe, values, links, subject.approval, clock_at=moment, isolation=isolation)
            outcomes.append(told(carry_out(plan)))
    assert outcomes[0] == outcomes[1]


def test_the_catalog_has_recipes_of_both_kinds() -> None:
    from runner.catalog import read_recipe

    recipes = [read_recipe(path) for path in read_repository(ROOT).recipe_files()]
    assert {recipe.gives for recipe in recipes} >= {"rows"}
    assert len(CASES) > 10
