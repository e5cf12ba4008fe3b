"""Playing a case: the recipe runs on what was recorded, at the recorded moment, with the network closed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import IO

from runner.catalog import Api, Recipe, Value
from runner.errors import BadValues, BrokenSource, Mismatch, RunnerError
from runner.recording.case import DEFAULT_CASE, Case
from runner.recording.exchange import Exchange, stand_in
from runner.recording.offline import network_closed
from runner.recording.outcome import Outcome, carry_out, compare, read_lines
from runner.recording.parsed import read_known
from runner.recording.player import OffTape, Player
from runner.running.approval import Approval
from runner.running.isolated.isolation import Isolation
from runner.running.run import Plan
from runner.running.transports import Link, Patience
from runner.running.values import Given, settle_values
from runner.running.watching import Watcher


@dataclass(frozen=True, slots=True)
class Subject:
    """What is run: a recipe as it is now, with the APIs it calls and the user's leave.

    Attributes:
        recipe: As read.
        apis: The APIs of its clients, by name.
        approval: To run code of its repository.
        isolation: How it runs in a process of its own; None lets it run in this one.
    """

    recipe: Recipe
    apis: Mapping[str, Api]
    approval: Approval
    isolation: Isolation | None = None


def case_values(recipe: Recipe, case: Case) -> dict[str, Value]:
    """Return the values of a case as values of the recipe as it is now; a new parameter takes its default.

    Raises:
        BrokenSource: A value does not fit any more; the case has to be recorded anew.
    """
    try:
        return settle_values(recipe, Given(file=case.values), use_examples=False)
    except BadValues as error:
        problem = " ".join([f"the values do not fit {recipe.id} any more: {error}", *error.details])
        raise BrokenSource(case.path, 1, problem, hint=f"recipes record {recipe.id} --case {case.name}") from None


def hint_to_record(case: Case) -> str:
    """Return what to do where a recipe does not agree with its case."""
    name = "" if case.name == DEFAULT_CASE else f" --case {case.name}"
    return f"recipes record {case.recipe_id}{name}   (if the recipe is right)"


def play_links(apis: Mapping[str, Api], player: Player) -> dict[str, Link]:
    """Let a recording answer for each API; a client is given the stand-in of its key, as it is recorded."""
    return {name: _link(api, player) for name, api in apis.items()}


def replay(
    subject: Subject,
    case: Case,
    *,
    cache: Path | None = None,
    prints: IO[str] | None = None,
    watcher: Watcher | None = None,
) -> Outcome:
    """Run the recipe on a case and return what it gives.

    Args:
        subject: What to run.
        case: As read.
        cache: As for `read_known`.
        prints: Where text goes that the recipe prints by itself.
        watcher: Hears of calls.

    Raises:
        BrokenSource: A file of the case cannot be read, or its values do not fit any more.
        Mismatch: The recipe asks for what was not recorded, or not for all that was.
    """
    return replay_exchanges(subject, case, read_known(case.cassette, cache), prints=prints, watcher=watcher)


def replay_exchanges(
    subject: Subject,
    case: Case,
    exchanges: tuple[Exchange, ...],
    *,
    prints: IO[str] | None = None,
    watcher: Watcher | None = None,
) -> Outcome:
    """Do what `replay` does, with traffic that was read already."""
    player = Player(exchanges, hint=hint_to_record(case))
    outcome = Outcome(())
    try:
        with placed(case, case_values(subject.recipe, case)) as values, played(player):
            links = play_links(subject.apis, player)
            plan = Plan(
                subject.recipe,
                values,
                links,
                subject.approval,
                clock_at=case.clock,
                prints=prints,
                isolation=subject.isolation,
            )
            outcome = carry_out(plan, watcher)
            if outcome.failure is not None and outcome.error != case.error:
                raise outcome.failure  # it says more than the answers that were left over because of it
    except RunnerError as error:
        if error is not outcome.failure:
            raise
    return outcome


def check_case(subject: Subject, case: Case, *, cache: Path | None = None, prints: IO[str] | None = None) -> Outcome:
    """Play a case and compare what it gives with what was recorded.

    Raises:
        BrokenSource: A file of the case cannot be read, or its values do not fit any more.
        Mismatch: Requests or result are not as recorded.
    """
    recorded = read_lines(case.result)
    outcome = replay(subject, case, cache=cache, prints=prints)
    check_outcome(case, recorded, outcome)
    return outcome


def check_outcome(case: Case, recorded: Sequence[str], outcome: Outcome) -> None:
    """Compare what a case gave when it was played with what was recorded.

    Args:
        case: As read.
        recorded: The lines of its result.
        outcome: What it gave now.

    Raises:
        Mismatch: They differ.
    """
    if differences := compare((recorded, case.error), outcome):
        words = f"recipes run {case.recipe_id} --replay {case.name} --debug   (shows where it came from)"
        if outcome.failure is None or case.expects_error:
            words = f"recipes test {case.recipe_id} --case {case.name} --accept   (if the new result is right)"
        raise Mismatch(f"The result of {case.title} is not as recorded.", details=differences, hint=words)


@contextmanager
def played(player: Player) -> Iterator[Callable[[], None]]:
    """Close the network while a run is played, and see afterwards that all of it was.

    Yields:
        What sees to it earlier, before the result is kept.

    Raises:
        Mismatch: The run asked for what was not recorded, or not for all that was; also where the recipe went on after
            it, or failed because of it.
    """
    with network_closed() as refused:

        def check() -> None:
            if refused:
                raise refused[0]
            player.check_all_played()

        try:
            yield check
        except OffTape as leaving:
            raise leaving.error from None
        except RunnerError:
            if first := player.mismatch or next(iter(refused), None):
                raise first from None
            raise
        check()


@contextmanager
def placed(case: Case, values: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    """Give the values of a run, with each file or folder among them in a workspace.

    Where there is none there is no workspace either: to make one takes as long as a tenth of a short run.
    """
    if not any(isinstance(each, Path) for value in values.values() for each in _each(value)):
        yield values
        return
    with workspace(case) as folder:
        yield in_folder(values, folder)


@contextmanager
def workspace(case: Case) -> Iterator[Path]:
    """Make a folder with copies of the case's input files, for the recipe to read from and write to."""
    with TemporaryDirectory(prefix="recipe-runner-") as name:
        for path in case.inputs:
            copyfile(path, Path(name, path.name.removeprefix(f"{case.name}.")))
        yield Path(name)


def in_folder(values: Mapping[str, Value], folder: Path) -> dict[str, Value]:
    """Return the values with each file or folder among them taken from this folder, whatever path it had."""
    return {name: _moved(value, folder) for name, value in values.items()}


def _each(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else (value,)


def _moved(value: Value, folder: Path) -> Value:
    if isinstance(value, tuple):
        return tuple(folder / each.name if isinstance(each, Path) else each for each in value)
    return folder / value.name if isinstance(value, Path) else value


def _link(api: Api, player: Player) -> Link:
    secret = stand_in(api.key.env) if api.key else ""
    return Link(api, player.wire(), secret, patience=Patience(jitter=0.0))
