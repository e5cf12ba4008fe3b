"""Recording a case: run, scrub, play at once, compare, scan, and only then replace what was recorded before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import IO, Final

from runner import __version__
from runner.catalog import Recipe, Value
from runner.errors import Mismatch, NotRecordable
from runner.recording.case import Case, Source, case_folder, case_text, read_case
from runner.recording.cassette import cassette_text, read_cassette
from runner.recording.exchange import Exchange
from runner.recording.leaks import Leak, find_leaks, find_leaks_in
from runner.recording.matching import Likeness, likeness
from runner.recording.outcome import Outcome, carry_out, compare
from runner.recording.placing import case_aside, compared, put_in_place
from runner.recording.private import check_private, each_of, private_texts, toml_values
from runner.recording.replay import Subject, hint_to_record, in_folder, replay_exchanges, workspace
from runner.recording.scrubbing import Scrubber
from runner.recording.tape import Tape
from runner.running.run import Plan
from runner.running.secrets import Secrets
from runner.running.transports import Link
from runner.running.watching import Watcher

MOST_FILE_BYTES: Final = 1_000_000
"""Of an input file that is kept beside a case."""
_MOST_SHOWN: Final = 5
_HINTS: Final = {
    "a secret": "let the client alone send the key; if a file with it was ever committed, have the key replaced",
    "a customer's name": "record with invented values, or mark the parameter private = true in the recipe's block",
}
_NO_CHANCE: Final = "let the recipe take time from datetime.now(UTC), and nothing from chance"


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
        customers: Names that must not be kept either, by what to call them: nothing stands in their place.
        others: Values of a customer's profile, by what to call them; where one stands a person has to look.
        sandbox_key: The key for the sandbox, one of its own; `""` for the one that may do everything.
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
    customers: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    sandbox_key: str = ""

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
    check_private(take.recipe, take.values)
    case = _case(take, now())
    with case_aside(case) as side:
        _keep_inputs(take, side)
        tape = Tape()
        outcome = _run(take, side, tape, watcher, prints)
        exchanges = tape.exchanges  # a thread that the recipe left behind may add to them
        _check_answers(take, outcome, exchanges)
        _write(take, side, outcome, exchanges)
        side, change = compared(read_case(side.path), case)
        _check_replay(take, side, prints)
        doubts = _check_leaks(take, side)
        put_in_place(side, case)
    return Recorded(replace(side, folder=case.folder), len(outcome.lines), len(exchanges), change, doubts)


def rehearse(
    take: Take, *, watcher: Watcher | None = None, prints: IO[str] | None = None
) -> tuple[Outcome, tuple[Exchange, ...]]:
    """Run what would be recorded and keep nothing; return what it gave and what went over the wire, unscrubbed."""
    with TemporaryDirectory(prefix="recipe-runner-") as name:
        side = replace(_case(take, take.clock), folder=Path(name))
        _keep_inputs(take, side)
        tape = Tape()
        outcome = _run(take, side, tape, watcher, prints)
        return replace(outcome, lines=tuple(map(_secrets(take).scrub, outcome.lines))), tape.exchanges


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
        sandbox_key=take.sandbox_key,
    )


def _keep_inputs(take: Take, side: Case) -> None:
    """Copy each file that a value names to the case; a value that names none stays a name."""
    values = [each for parameter in take.recipe.parameters for each in each_of(take.values[parameter.name])]
    for path in (each for each in values if isinstance(each, Path) and each.is_file()):
        try:
            _keep_input(path, side)
        except OSError as error:
            raise NotRecordable(f"{path} cannot be kept beside a case: {error.strerror}.") from None


def _keep_input(path: Path, side: Case) -> None:
    target = side.folder / f"{side.name}.{path.name}"
    if target in (side.path, side.cassette, side.result):
        raise NotRecordable(f"{path} has the name of a file of the case itself.", hint="rename it")
    if path.stat().st_size > MOST_FILE_BYTES:
        raise NotRecordable(f"{path} is larger than 1 MB, which is too much to keep beside a case.")
    if target.exists():
        raise NotRecordable(f"Two files are named {path.name}, and a case keeps one of each name.")
    copyfile(path, target)


def _run(take: Take, side: Case, tape: Tape, watcher: Watcher | None, prints: IO[str] | None) -> Outcome:
    links = {name: tape.link(link) for name, link in take.links.items()}
    with workspace(side) as folder:
        plan = Plan(
            take.recipe,
            in_folder(take.values, folder),
            links,
            take.subject.approval,
            _secrets(take),
            clock_at=take.clock,
            clock_waits=take.source == "live",
            prints=prints,
            isolation=take.subject.isolation,
            scrubs_result=False,  # the scrubber of a case hides them in rows as it does in answers
        )
        return carry_out(plan, watcher)


def _secrets(take: Take) -> Secrets:
    return Secrets(take.secrets, frame=("__", "__"))


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
    scrubber = _scrubber(take)
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
        hint = _NO_CHANCE if error.hint == hint_to_record(side) else error.hint
        raise _not_playing(take, str(error), error.details, hint) from None
    recorded = tuple(side.result.read_text(encoding="utf-8").split("\n")[:-1])
    if differences := compare((recorded, side.error), played):
        raise _not_playing(take, "it gives another result.", differences, _NO_CHANCE)


def _not_playing(take: Take, what: str, details: Sequence[str], hint: str) -> NotRecordable:
    """Say why a recording does not play; the run that was compared may hold what was replaced in the recording."""
    scrubber = _scrubber(take)
    texts = [scrubber.scrub_text(text) for text in (what, *details)]
    shown = [text if not _names_secret(take, text) else "(here stands a part of a secret)" for text in texts]
    if any(_names_secret(take, text) for text in (what, *details)):
        message = f"The recipe has a secret by itself, which a recording may not hold: {shown[0]}"
        return NotRecordable(message, details=shown[1:], hint="let the client alone send the key")
    return NotRecordable(f"The recording does not play: {shown[0]}", details=shown[1:], hint=hint)


def _names_secret(take: Take, text: str) -> bool:
    return any(name in leak.what for leak in find_leaks(text.encode(), secrets=take.secrets) for name in take.secrets)


def _scrubber(take: Take) -> Scrubber:
    return Scrubber(take.secrets, dict(private_texts(take.recipe, take.values)))


def _check_leaks(take: Take, side: Case) -> tuple[str, ...]:
    """Refuse a case in which something secret stands, and say where, never what; return what may be one."""
    private = {
        f"private value {number}": value
        for number, (value, _) in enumerate(private_texts(take.recipe, take.values), start=1)
    }
    known = (*take.secrets, *private, *take.customers)
    found = list(_leaks(side, take.secrets, {**take.others, **take.customers, **private}))
    refused = [each for each in found if each[1].certain or any(name in each[1].what for name in known)]
    if refused:
        is_secret = any(leak.what not in take.customers for _, leak in refused)
        what = "a secret" if is_secret else "a customer's name"
        lines = list(dict.fromkeys(map(_leak_line, refused)))
        more = [f"and {len(lines) - _MOST_SHOWN} more"] if len(lines) > _MOST_SHOWN else []
        details = [*lines[:_MOST_SHOWN], *more]
        raise NotRecordable(f"The recording holds {what}, so it is not kept.", details=details, hint=_HINTS[what])
    return tuple(dict.fromkeys(map(_leak_line, found)))


def _leak_line(found: tuple[str, Leak]) -> str:
    name, leak = found
    return f"{name}, {leak.where}: {leak.what}"


def _leaks(side: Case, secrets: Mapping[str, str], others: Mapping[str, str]) -> Iterator[tuple[str, Leak]]:
    """Yield what is found in the files of a case, each with the name of its file."""
    for leak in find_leaks_in(read_cassette(side.cassette), secrets=secrets, others=others):
        yield side.cassette.name, leak
    for path in sorted(side.folder.iterdir()):
        for leak in find_leaks(path.read_bytes(), secrets=secrets, others=others):
            yield path.name, leak
