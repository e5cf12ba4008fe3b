"""Where the calls of a run go: over the network, to a sandbox, or to a recording."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runner.catalog import Api, Found, Recipe, Value, format_value
from runner.catalog.wording import listed
from runner.cli.connections import link_live, link_sandbox, sandbox_moment
from runner.cli.keys import Keys
from runner.errors import BadValues, NotFound
from runner.recording.case import DEFAULT_CASE, SOURCES, Case, case_files, case_folder, read_case
from runner.recording.replay import case_values
from runner.running.approval import Approval
from runner.running.transports import Link
from runner.running.values import Given, missing_parameters, settle_values


@dataclass(frozen=True, slots=True)
class Stage:
    """What a run meets.

    Attributes:
        values: One for each parameter.
        links: How each API is reached.
        clock_at: The moment at which the clock stands, or None.
        notice: What stderr says of it before the run, or `""`.
        source: What a file says of where its rows come from.
        check: Refuses a run that did not use what it met, before its result is kept.
    """

    values: Mapping[str, Value]
    links: Mapping[str, Link]
    clock_at: datetime | None
    notice: str
    source: str
    check: Callable[[], None] = lambda: None


@contextmanager
def live_stage(values: Mapping[str, Value], apis: Mapping[str, Api], keys: Keys) -> Iterator[Stage]:
    """Let the APIs themselves answer."""
    yield Stage(values, link_live(apis, keys), None, "", "live")


@contextmanager
def sandbox_stage(
    values: Mapping[str, Value], apis: Mapping[str, Api], approval: Approval, moment: datetime | None
) -> Iterator[Stage]:
    """Let the sandboxes answer, at a moment that the user names or their own."""
    moment = moment or sandbox_moment(apis)
    titles = " and ".join(api.title for api in apis.values())
    notice = f"Sandbox: invented {titles} data as of {moment:%Y-%m-%d %H:%M} UTC. No key used, nothing sent."
    yield Stage(values, link_sandbox(apis, approval), moment, notice, "Sandbox: invented data")


@contextmanager
def replay_stage(recipe: Recipe, case: Case, apis: Mapping[str, Api]) -> Iterator[Stage]:
    """Let what was recorded answer, with the network closed.

    Raises:
        Mismatch: When it ends: the run asked for something else than what was recorded.
    """
    from runner.recording.cassette import read_cassette
    from runner.recording.player import Player
    from runner.recording.replay import hint_to_record, placed, play_links, played

    player = Player(read_cassette(case.cassette), hint=hint_to_record(case))
    source = f"{SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d}"
    notice = f"Recording {case.name}: {source}, as of {case.clock:%Y-%m-%d %H:%M} UTC. No key used, nothing sent."
    with placed(case, case_values(recipe, case)) as values, played(player) as check:
        yield Stage(values, play_links(apis, player), case.clock, notice, f"Recording: {source}", check)


def find_case(found: Found, name: str) -> Case:
    """Return a case of a recipe by its name.

    Raises:
        NotFound: There is none of that name.
        BrokenSource: It breaks a rule.
    """
    files = {path.stem: path for path in case_files(found.repository.root, found.recipe.id)}
    if name not in files:
        command = f"recipes run {found.name} --replay"
        there = f"{command}   (recorded: {listed(files)})" if files else f"recipes record {found.name}"
        raise NotFound("recorded case", name, tuple(files), command=command, fallback=there)
    return read_case(files[name])


def example_files(found: Found, given: Given) -> dict[str, Value]:
    """Return the files that stand for examples under --try: those that are kept beside the default case.

    A file of that name in the user's folder is not meant, as it was not given.
    """
    folder = case_folder(found.repository.root, found.recipe.id)
    kept = {
        each.name: folder / f"{DEFAULT_CASE}.{each.example.name}"
        for each in missing_parameters(found.recipe, given)
        if isinstance(each.example, Path)
    }
    return {name: path for name, path in kept.items() if path.is_file()}


def refuse_other_values(recipe: Recipe, case: Case, given: Given, *, instead: str = "run it live") -> None:
    """Refuse a value that is not the recorded one: nobody could answer for it.

    Args:
        recipe: As read.
        case: Of the recipe.
        given: By the user.
        instead: What takes any values.

    Raises:
        BadValues: Names every such value.
    """
    recorded = case_values(recipe, case)
    kept = {name: value for name, value in case.values.items() if name not in given.profile}
    environment = {name: text for name, text in given.environment.items() if name not in given.profile}
    all_given = given._replace(file={**kept, **given.file}, environment=environment)
    typed = settle_values(recipe, all_given, use_examples=False)
    others = [each for each in recipe.parameters if not _is_same(typed[each.name], recorded[each.name])]
    if others:
        problems = [f"{each.option} was recorded as {_text(recorded[each.name])}" for each in others]
        raise BadValues(
            f"The case {case.name} of {recipe.id} answers for its own values only.",
            details=problems,
            hint=f"leave those values out, or {instead}",
        )


def _is_same(one: Value, other: Value) -> bool:
    if isinstance(one, Path) and isinstance(other, Path):
        return one.name == other.name
    return one == other


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return " ".join(map(format_value, value))
    return "nothing" if value is None else format_value(value)
