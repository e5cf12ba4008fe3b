"""The cases of a recipe as pytest items."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import pytest

from runner.catalog import Api, Repository, read_recipe
from runner.catalog.ids import bare_id
from runner.cli.isolating import isolation_of
from runner.cli.session import Session
from runner.errors import AskedWrongly, Mismatch, RunnerError
from runner.recording.case import case_files, read_case
from runner.running.approval import Approval
from runner.running.lean import prepare_httpx
from runner.testing.plugin import TALLY

if TYPE_CHECKING:
    from runner.recording.replay import Subject

# What plays and what records is imported where it is used: one session needs one of them.

PLAYING: Final = ("none", "once")
"""The record modes of pytest-recording in which a cassette that is there is played and stays as it is."""


class RecipeFile(pytest.Module):
    """A recipe's file: nothing of it is imported, its cases are its tests.

    A module rather than a plain file, because a fixture of pytest-recording has the scope of a module.
    """

    def _getobj(self) -> ModuleType:
        module = ModuleType(self.path.stem)
        module.vcr = vcr  # type: ignore[attr-defined]  # a fixture of the module wins over one of a plugin
        return module

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Return an item for each case."""
        super().collect()  # makes the fixture known; there is no test in the module
        files = case_files(self.path.parents[2], bare_id(self.path))
        tally = self.config.stash[TALLY]
        tally.cases += len(files)
        tally.without += [self] * (not files)
        return [self._item(file) for file in files]

    def _item(self, file: Path) -> "CaseItem":
        item: CaseItem = CaseItem.from_parent(self, name=file.stem, callobj=_action(self.config))
        item.case_file = file
        if self.config.pluginmanager.has_plugin("recording"):
            item.add_marker(pytest.mark.vcr)  # no `default_cassette`: each case would be chosen by `-k default`
        return item


class _Plain(pytest.Item):
    """Fails as `recipes` does: with a sentence and what to type, without a traceback."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **extra: Any) -> Any:
        """Show an error of ours without the code that raised it."""
        error = excinfo.value
        if not isinstance(error, RunnerError):
            return super().repr_failure(excinfo, *args, **extra)
        lines = [f"Error  {error}", *(f"       {line}" for line in error.details)]
        return "\n".join([*lines, *([f"Fix    {error.hint}"] if error.hint else [])])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the recipe and the case."""
        return self.path, 0, f"{self.path.parent.name}/{self.path.stem} {self.name}"


class CaseItem(_Plain, pytest.Function):
    """One recorded case.

    Attributes:
        case_file: Its `.toml`.
    """

    case_file: Path


class NoCase(_Plain):
    """Stands where cases were looked for and there is none."""

    def runtest(self) -> None:
        """Fail.

        Raises:
            AskedWrongly: Always.
        """
        without = self.config.stash[TALLY].without
        count = "1 recipe has" if len(without) == 1 else f"{len(without):,} recipes have"
        raise AskedWrongly(f"{count} no recorded case.", hint=f"recipes record {bare_id(without[0].path)}")


@pytest.fixture
def vcr() -> None:
    """Stand in for the fixture of pytest-recording: what we play needs no vcrpy, and none of its filters."""


def play(request: pytest.FixtureRequest) -> None:
    """Play the case and compare what it gives."""
    bench = _bench_of(request)
    from runner.recording.replay import check_case

    case = read_case(request.node.case_file)
    check_case(bench.subject(request.node.path), case, cache=bench.session.cassette_cache)


def run_today(request: pytest.FixtureRequest) -> None:
    """Run the case where it came from and compare the columns."""
    session = _bench_of(request).session
    from runner.cli.recording import Booth
    from runner.recording.outcome import compare_columns, read_lines

    case = read_case(request.node.case_file)
    recorded = read_lines(case.result)
    outcome = Booth(session, env_file=None, quiet=True).today(case)
    if differences := compare_columns((recorded, case.error), outcome):
        hint = f"recipes drift {case.recipe_id}   (or record it anew)"
        raise Mismatch(f"{case.title} does not run today as it was recorded.", details=differences, hint=hint)


def record_anew(request: pytest.FixtureRequest) -> None:
    """Record the case anew from where it came, with its own values."""
    session = _bench_of(request).session
    from runner.cli.recording import Booth

    Booth(session, env_file=None, quiet=True).again_one(read_case(request.node.case_file))


class Bench:
    """What the cases of one repository share, read once.

    Attributes:
        session: As if `recipes` were called in the repository.
    """

    def __init__(self, root: Path) -> None:
        prepare_httpx()
        self.session = Session.from_process(str(root))
        self._apis: dict[str, Api] = {}

    def subject(self, path: Path) -> "Subject":
        """Read a recipe, ready to be played.

        Raises:
            NotTrusted: Its repository was not approved.
            BrokenSource: It breaks a rule.
        """
        from runner.recording.replay import Subject

        approval = self._approval
        if not self._repository.holds(path):
            raise self._repository.stray(path)
        recipe = read_recipe(path)
        apis = {each.api: self._api(each.api) for each in recipe.clients}
        return Subject(recipe, apis, approval, isolation_of(self.session, self._repository, recipe, quiet=True))

    @cached_property
    def _repository(self) -> Repository:
        root = self.session.root_in_use
        return next(each for each in self.session.library.repositories if each.root == root)

    @cached_property
    def _approval(self) -> Approval:
        return self.session.trust.approve(self._repository)

    def _api(self, name: str) -> Api:
        if name not in self._apis:
            self._apis[name] = self.session.library.api(self._repository, name)
        return self._apis[name]


BENCHES: Final = pytest.StashKey[dict[Path, Bench]]()


def _bench_of(request: pytest.FixtureRequest) -> Bench:
    root = request.node.path.parents[2].resolve()
    benches = request.config.stash.setdefault(BENCHES, {})
    if root not in benches:
        benches[root] = Bench(root)
    return benches[root]


def _action(config: pytest.Config) -> Callable[[pytest.FixtureRequest], None]:
    """Return what pytest-recording's options make of a case."""
    if config.getoption("--disable-recording", default=False):
        return run_today
    mode = config.getoption("--record-mode", default=None) or "none"
    return play if mode in PLAYING else record_anew
