"""Recording a case: run, scrub, play at once, compare, scan, and only then replace what was recorded before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import IO, Final

from runner import __version__
from runner.catalog import Missing, Parameter, Recipe, Value
from runner.errors import AskedWrongly, Mismatch, NotRecordable, RunnerError
from runner.output.lock import locked_folder
from runner.recording.case import Case, Source, case_folder, case_text, read_case
from runner.recording.cassette import cassette_text, read_cassette
from runner.recording.exchange import Exchange
from runner.recording.leaks import find_leaks, find_leaks_in
from runner.recording.matching import Likeness, likeness
from runner.recording.outcome import Outcome, carry_out, compare
from runner.recording.replay import Subject, replay_exchanges, workspace
from runner.recording.scrubbing import Scrubber
from runner.recording.tape import Tape
from runner.running.run import Plan
from runner.running.secrets import Secrets
from runner.running.transports import Link
from runner.running.watching import Watcher

MOST_FILE_BYTES: Final = 1_000_000
"""Of an input file that is kept beside a case."""
_MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Take:
    """All that one recording needs.

    Attributes:
        subject: What to run.
        root: The repository in which the case will stand.
        name: Of the case.
        values: One for each parameter of the recipe.
        links: How each API is reached, without chance: no jitter.
        source: Where the traffic comes from.
        clock: The moment at which the recipe's clock stands; UTC.
        expects_error: An answer of 400 or above is what is wanted.
        secrets: What must not be kept, by name: keys, and whatever else of the kind is known.
    """

    subject: Subject
    root: Path
    name: str
    values: Mapping[str, Value]
    links: Mapping[str, Link]
    source: Source
    clock: datetime
    expects_error: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def recipe(self) -> Recipe:
        """What is recorded."""
        return self.subject.recipe


@dataclass(frozen=True, slots=True)
class Recorded:
    """A case that stands in its place now.

    Attributes:
        case: As written.
        rows: How many rows its run gave.
        exchanges: How many answers were recorded.
        change: What is new: `new`, `same` (but for when it was recorded) or `changed`.
        doubts: Where something stands that a person should look at: an e-mail address, data too large to scan.
    """

    case: Case
    rows: int
    exchanges: int
    change: str
    doubts: tuple[str, ...] = ()


def record(
    take: Take,
    *,
    now: Callable[[], datetime],
    watcher: Watcher | None = None,
    prints: IO[str] | None = None,
) -> Recorded:
    """Record a case; what fails leaves the one before it as it is.

    Args:
        take: What to record.
        now: Tells the time, for `recorded-at`.
        watcher: Hears of calls and waits.
        prints: Where text goes that the recipe prints by itself.

    Raises:
        NotRecordable: The run may not be kept.
        RunnerError: The run failed and was not meant to.
    """
    case = _case(take, now())
    with _aside(case) as side:
        _keep_inputs(take, side)
        tape = Tape()
        outcome = _run(take, side, tape, watcher, prints)
        _check_answers(take, outcome, tape.exchanges)
        _write(take, side, outcome, tape.exchanges)
        side = read_case(side.path)
        _check_replay(take, side, prints)
        doubts = _check_leaks(take, side)
        change = _replace(side, case)
    return Recorded(replace(side, folder=case.folder), len(outcome.lines), len(tape.exchanges), change, doubts)


def rehearse(
    take: Take, *, watcher: Watcher | None = None, prints: IO[str] | None = None
) -> tuple[Outcome, tuple[Exchange, ...]]:
    """Run what would be recorded and keep nothing; return what it gave and what went over the wire, unscrubbed."""
    with TemporaryDirectory(prefix="recipe-runner-") as name:
        side = replace(_case(take, take.clock), folder=Path(name))
        _keep_inputs(take, side)
        tape = Tape()
        return _run(take, side, tape, watcher, prints), tape.exchanges


def toml_values(recipe: Recipe, values: Mapping[str, Value]) -> dict[str, object]:
    """Return values as the `.toml` of a case holds them: of what is private the example, and None not at all."""
    shown = {each.name: _shown(each, values[each.name]) for each in recipe.parameters}
    return {name: _as_toml(value) for name, value in shown.items() if value is not None}


def _case(take: Take, now: datetime) -> Case:
    import httpx

    return Case(
        folder=case_folder(take.root, take.recipe.id),
        name=take.name,
        recipe_id=take.recipe.id,
        digest=take.recipe.digest,
        source=take.source,
        clock=take.clock,
        recorded_at=now.astimezone(UTC).replace(microsecond=0),
        values=toml_values(take.recipe, take.values),
        versions={"recipe-runner": __version__, "httpx": httpx.__version__},
        expects_error=take.expects_error,
    )


@contextmanager
def _aside(case: Case) -> Iterator[Case]:
    """Make a folder beside the cases in which the new one is written; it is gone in the end."""
    try:
        case.folder.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f".{case.name}.", dir=case.folder))
    except OSError as error:
        raise AskedWrongly(f"No case can be written to {case.folder}: {error.strerror}.") from None
    # `read_case` wants the names of API and recipe above the file.
    inside = folder.joinpath(case.folder.parent.name, case.folder.name)
    try:
        inside.mkdir(parents=True)
        yield replace(case, folder=inside)
    finally:
        rmtree(folder, ignore_errors=True)
        _remove_if_empty(case.folder)


def _remove_if_empty(folder: Path) -> None:
    for each in (folder, folder.parent):
        try:
            each.rmdir()
        except OSError:
            return


def _keep_inputs(take: Take, side: Case) -> None:
    """Copy each file that a value names to the case; a value that names none stays a name."""
    for parameter in take.recipe.parameters:
        value = take.values[parameter.name]
        for path in value if isinstance(value, tuple) else (value,):
            if isinstance(path, Path) and path.is_file():
                _keep_input(path, side)


def _keep_input(path: Path, side: Case) -> None:
    target = side.folder / f"{side.name}.{path.name}"
    if path.stat().st_size > MOST_FILE_BYTES:
        raise NotRecordable(f"{path} is larger than 1 MB, which is too much to keep beside a case.")
    if target.exists():
        raise NotRecordable(f"Two files are named {path.name}, and a case keeps one of each name.")
    copyfile(path, target)


def _run(take: Take, side: Case, tape: Tape, watcher: Watcher | None, prints: IO[str] | None) -> Outcome:
    links = {name: tape.link(link) for name, link in take.links.items()}
    with workspace(side, take.values) as values:
        plan = Plan(
            take.recipe,
            values,
            links,
            take.subject.approval,
            Secrets(take.secrets, frame=("__", "__")),
            clock_at=take.clock,
            clock_waits=take.source == "live",
            prints=prints,
        )
        return carry_out(plan, watcher)


def _check_answers(take: Take, outcome: Outcome, exchanges: Sequence[Exchange]) -> None:
    """Refuse a run that failed, or was meant to and did not."""
    if outcome.failure is not None and not take.expects_error:
        raise outcome.failure
    if not exchanges:
        raise NotRecordable("The run sent no request, so there is nothing to record.", hint="give other values")
    last: dict[Likeness, tuple[int, Exchange]] = {}
    for number, exchange in enumerate(exchanges, start=1):
        last[likeness(exchange.request)] = (number, exchange)
    refused = [(number, each) for number, each in last.values() if each.response.status >= 400]
    if refused and not take.expects_error:
        number, exchange = refused[0]
        answer = f"{exchange.response.status} {exchange.response.reason}".strip()
        message = f"Answer {number} is {answer}, which a recipe that works does not end with."
        raise NotRecordable(message, hint="--expect-error, if this is what the case is for")
    if take.expects_error and not refused and outcome.failure is None:
        raise NotRecordable("Nothing failed, and --expect-error says that something does.", hint="leave it out")


def _write(take: Take, side: Case, outcome: Outcome, exchanges: Sequence[Exchange]) -> None:
    """Write the three files aside, with what is secret or private replaced."""
    scrubber = Scrubber(take.secrets, dict(_private(take)))
    error = outcome.error and replace(outcome.error, message=scrubber.scrub_text(outcome.error.message))
    _put(side.cassette, cassette_text([scrubber.scrub(exchange) for exchange in exchanges]))
    _put(side.result, scrubber.scrub_text(outcome.text))
    _put(side.path, case_text(replace(side, error=error)))


def _put(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _check_replay(take: Take, side: Case, prints: IO[str] | None) -> None:
    """Play what was written and refuse it if that gives another result."""
    try:
        played = replay_exchanges(take.subject, side, read_cassette(side.cassette), prints=prints)
    except Mismatch as error:
        raise NotRecordable(f"The recording does not play: {error}", details=error.details, hint=error.hint) from None
    recorded = tuple(side.result.read_text(encoding="utf-8").split("\n")[:-1])
    if differences := compare((recorded, side.error), played):
        message = "The recording does not play: it gives another result."
        hint = "let the recipe take time from datetime.now(UTC), and nothing from chance"
        raise NotRecordable(message, details=differences, hint=hint)


def _check_leaks(take: Take, side: Case) -> tuple[str, ...]:
    """Refuse a case in which something secret stands, and say where, never what; return what may be one."""
    private = {f"private value {number}": value for number, (value, _) in enumerate(_private(take), start=1)}
    known = (*take.secrets, *private)
    found = [
        (side.cassette.name, leak)
        for leak in find_leaks_in(read_cassette(side.cassette), secrets=take.secrets, others=private)
    ]
    for path in sorted(side.folder.iterdir()):
        found += [(path.name, leak) for leak in find_leaks(path.read_bytes(), secrets=take.secrets, others=private)]
    lines = dict.fromkeys(
        f"{name}, {leak.where}: {leak.what}"
        for name, leak in found
        if leak.certain or any(name in leak.what for name in known)
    )
    if lines:
        more = [f"and {len(lines) - _MOST_SHOWN} more"] if len(lines) > _MOST_SHOWN else []
        raise NotRecordable(
            "The recording holds a secret, so it is not kept.",
            details=[*list(lines)[:_MOST_SHOWN], *more],
            hint="let the client alone send the key; if a file with it was ever committed, have the key replaced",
        )
    doubts = dict.fromkeys(f"{name}, {leak.where}: {leak.what}" for name, leak in found)
    return tuple(doubts)


def _replace(side: Case, case: Case) -> str:
    """Put the new files in the place of the old ones, all of them, also if Ctrl-C falls between two."""
    change = _change(side, case)
    stopped: KeyboardInterrupt | None = None
    with locked_folder(case.folder):
        new = sorted(side.folder.iterdir(), key=lambda path: path.suffix == ".toml")
        for path in new:
            try:
                path.replace(case.folder / path.name)
            except KeyboardInterrupt as interrupt:
                stopped = interrupt
                if path.exists():
                    path.replace(case.folder / path.name)
        for path in set(case.inputs) - {case.folder / path.name for path in new}:
            path.unlink()
    if stopped is not None:
        raise stopped
    return change


def _change(side: Case, case: Case) -> str:
    if not case.path.exists():
        return "new"
    try:
        old = read_case(case.path)
    except RunnerError:
        return "changed"
    is_same = replace(old, recorded_at=side.recorded_at) == replace(side, folder=case.folder)
    pairs = [(side.cassette, case.cassette), (side.result, case.result)]
    return "same" if is_same and all(new.read_bytes() == _bytes(before) for new, before in pairs) else "changed"


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _private(take: Take) -> Iterator[tuple[str, str]]:
    """Yield the texts of private values, each with that of the example that takes its place."""
    for parameter in take.recipe.parameters:
        if parameter.private:
            value, example = take.values[parameter.name], _shown(parameter, take.values[parameter.name])
            yield from zip(_texts(value), _texts(example), strict=False)


def _shown(parameter: Parameter, value: Value) -> Value:
    """Return what of a value may be kept: all, or of a private one the example, one for each value of a list."""
    if not parameter.private or value is None:
        return value
    example = parameter.example if parameter.example is not None else parameter.default
    if isinstance(value, tuple) and isinstance(example, tuple) and example:
        return tuple(example[number % len(example)] for number in range(len(value)))
    return None if isinstance(example, Missing) else example


def _texts(value: Value) -> list[str]:
    values = value if isinstance(value, tuple) else (value,)
    return [str(each) for each in values if each is not None]


def _as_toml(value: Value) -> object:
    if isinstance(value, tuple):
        return [_as_toml(each) for each in value]
    return value.name if isinstance(value, Path) else value
