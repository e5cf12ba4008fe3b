"""The cases of a repository as pytest items."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from runner.catalog import Found
from runner.cli.recording import Booth, subject_of
from runner.cli.session import Session
from runner.errors import Mismatch, RunnerError
from runner.recording.case import Case, case_files, read_case
from runner.recording.outcome import Outcome, read_lines
from runner.recording.replay import check_outcome, replay_exchanges
from runner.running.lean import prepare_httpx

PLAYING: Final = ("none", "once")
"""The record modes of pytest-recording in which a cassette that is there is played and stays as it is."""


class Cases:
    """What is known of the repository that pytest runs in.

    Attributes:
        recipes: How many recipes were collected.
        collected: How many of their cases.
    """

    def __init__(self, root: Path, *, record_mode: str) -> None:
        self.recipes = 0
        self.collected = 0
        self.root = root
        self.is_playing = record_mode in PLAYING

    @cached_property
    def session(self) -> Session:
        """The user's `recipes`, as it is in this folder."""
        prepare_httpx()
        return Session.from_process(str(self.root))

    def is_recipe(self, path: Path) -> bool:
        """Tell whether a file is `recipes/<api>/<name>.py` of the repository."""
        folder = path.parent.parent
        return path.suffix == ".py" and not path.name.startswith(("_", ".")) and folder == self.root / "recipes"

    def collector(self, parent: pytest.Collector, path: Path) -> pytest.Collector:
        """Return what collects the cases of a recipe."""
        collector: pytest.Collector = RecipeFile.from_parent(parent, path=path)
        return collector

    def find(self, path: Path) -> Found:
        """Read a recipe."""
        name = f"{path.parent.name}/{path.stem}".replace("_", "-")
        return self.session.library.find(name, command="recipes show")


class RecipeFile(pytest.Module):
    """A recipe's file: nothing of it is imported, its cases are its tests.

    A module rather than a plain file, because a fixture of pytest-recording has the scope of a module.
    """

    def _getobj(self) -> ModuleType:
        return ModuleType(self.path.stem)

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Return an item for each case."""
        from runner.testing.plugin import CASES

        cases = self.config.stash[CASES]
        api, name = (part.replace("_", "-") for part in (self.path.parent.name, self.path.stem))
        files = case_files(cases.root, f"{api}/{name}")
        cases.recipes += 1
        cases.collected += len(files)
        return [self._item(cases, file) for file in files]

    def _item(self, cases: Cases, file: Path) -> "CaseItem":
        item: CaseItem = CaseItem.from_parent(self, name=file.stem, callobj=play if cases.is_playing else record_anew)
        item.case_file, item.cases = file, cases
        if cases.is_playing:
            item.add_marker(pytest.mark.vcr(skip_patchers=_patchers()))
            item.add_marker(pytest.mark.default_cassette(str(file.with_suffix(".yaml"))))
        return item


class CaseItem(pytest.Function):
    """One recorded case.

    Attributes:
        case_file: Its `.toml`.
        cases: Its repository.
    """

    case_file: Path
    cases: Cases

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **extra: Any) -> Any:
        """Show an error of ours as `recipes` shows it, without a traceback."""
        error = excinfo.value
        if not isinstance(error, RunnerError):
            return super().repr_failure(excinfo, *args, **extra)
        lines = [f"Error  {error}", *(f"       {line}" for line in error.details)]
        return "\n".join([*lines, *([f"Fix    {error.hint}"] if error.hint else [])])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the recipe and the case."""
        return self.path, 0, f"{self.path.parent.name}/{self.path.stem} {self.name}"


def _patchers() -> Sequence[str]:
    """Name all that vcrpy could patch: a case is played on a wire of ours, and the network is closed beside it."""
    from vcr.patch import PATCHER_NAMES

    names: Sequence[str] = PATCHER_NAMES
    return names


def play(request: pytest.FixtureRequest, vcr: Any) -> None:
    """Play the case, from the cassette that pytest-recording has opened, and compare what it gives."""
    item = request.node
    case = read_case(item.case_file)
    subject = subject_of(item.cases.session, item.cases.find(item.path))
    recorded = read_lines(case.result)
    if vcr is None:
        _check_columns(case, recorded, Booth(item.cases.session, env_file=None, quiet=True).today(case))
        return
    from runner.recording.vcr_hooks import exchanges_of

    check_outcome(case, recorded, replay_exchanges(subject, case, exchanges_of(vcr)))


def _check_columns(case: Case, recorded: Sequence[str], today: Outcome) -> None:
    """Refuse a run of today that fails, or whose rows have other columns than the recorded ones."""
    if today.failure is not None and case.error is None:
        raise today.failure
    old, new = ({tuple(json.loads(line)) for line in lines[:1]} for lines in (recorded, today.lines))
    if old and new and old != new:
        raise Mismatch(f"The columns of {case.title} are not as recorded: {old.pop()} were, {new.pop()} are.")


def record_anew(request: pytest.FixtureRequest) -> None:
    """Record the case anew from where it came, with its own values."""
    item = request.node
    Booth(item.cases.session, env_file=None, quiet=True).again_one(read_case(item.case_file))
