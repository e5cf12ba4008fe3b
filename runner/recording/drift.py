"""Running a case against the API of today, and saying where its answers have another shape than those recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Final

from runner.errors import ApiRefused, ApiUnreachable, RecipeFailed, RunnerError
from runner.recording.case import Case
from runner.recording.cassette import read_cassette
from runner.recording.differences import (
    NOTED,
    Difference,
    compare_exchanges,
    compare_results,
    compare_values,
    describe_note,
    ignoring,
)
from runner.recording.exchange import Exchange
from runner.recording.outcome import Outcome, carry_out, read_lines
from runner.recording.replay import Subject, case_values, in_folder, workspace
from runner.recording.scrubbing import Scrubber
from runner.recording.tape import Tape
from runner.running.run import Plan
from runner.running.secrets import Secrets
from runner.running.transports import Link
from runner.running.watching import Watcher

_PASSING: Final = (429, 502, 503, 504)
"""Statuses that tell of a bad hour, not of another API."""


@dataclass(frozen=True, slots=True)
class Present:
    """How the APIs are reached today.

    Attributes:
        links: By the API's name, without chance: no jitter.
        clock: The moment at which the recipe's clock stands; UTC.
        is_live: The APIs themselves answer, not their sandboxes.
        secrets: What must not be shown, by name.
    """

    links: Mapping[str, Link]
    clock: datetime
    is_live: bool
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Drift:
    """What the comparison of one case gave.

    Attributes:
        differences: In the shape of answers and result.
        values: Where values differ, a line each; only where they were to be compared.
        notes: What may be chance, or could not be compared because it did not occur today, a line each.
    """

    differences: tuple[Difference, ...] = ()
    values: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether anything has drifted."""
        return bool(self.differences or self.values)


def find_drift(
    subject: Subject,
    case: Case,
    present: Present,
    *,
    ignored: Sequence[str] = (),
    with_values: bool = False,
    watcher: Watcher | None = None,
    prints: IO[str] | None = None,
) -> Drift:
    """Run a recipe on the values of a case today and compare what comes with what was recorded; nothing is written.

    Args:
        subject: What to run.
        case: As read.
        present: How the APIs are reached.
        ignored: Paths that may differ, with all below them: `$.articles[].uuid`; `*` stands for anything.
        with_values: Compare rows, too, value by value.
        watcher: Hears of calls and waits.
        prints: Where text goes that the recipe prints by itself.

    Raises:
        BrokenSource: A file of the case cannot be read, or its values do not fit any more.
        RunnerError: The run failed in a way that tells nothing of the API: no key, no answer, no trust.
    """
    recorded, lines = read_cassette(case.cassette), read_lines(case.result)
    outcome, exchanges = _run(subject, case, present, watcher, prints)
    found = [*compare_exchanges(recorded, exchanges), *compare_results(case, lines, outcome)]
    is_ignored = ignoring(ignored)
    counting = [each for each in found if not is_ignored(each.path)]
    return Drift(
        tuple(each for each in counting if each.kind not in NOTED),
        tuple(compare_values(lines, outcome, is_ignored)) if with_values else (),
        tuple(describe_note(each) for each in counting if each.kind in NOTED),
    )


def _run(
    subject: Subject, case: Case, present: Present, watcher: Watcher | None, prints: IO[str] | None
) -> tuple[Outcome, list[Exchange]]:
    tape, scrubber = Tape(), Scrubber(present.secrets)
    links = {name: tape.link(link) for name, link in present.links.items()}
    with workspace(case) as folder:
        plan = Plan(
            subject.recipe,
            in_folder(case_values(subject.recipe, case), folder),
            links,
            subject.approval,
            Secrets(present.secrets, frame=("__", "__")),
            clock_at=present.clock,
            clock_waits=present.is_live,
            prints=prints,
            isolation=subject.isolation,
        )
        outcome = carry_out(plan, watcher)
    if outcome.failure is not None:
        _scrub_failure(outcome.failure, scrubber)
    _refuse_failure(case, outcome, tape)
    lines = tuple(scrubber.scrub_text(outcome.text).split("\n")[:-1])
    return replace(outcome, lines=lines), [scrubber.scrub(each) for each in tape.exchanges]


def _scrub_failure(failure: RunnerError, scrubber: Scrubber) -> None:
    """Hide what a run's own scrubbing does not know: hex, Base64 within a text."""
    failure.args = (scrubber.scrub_text(str(failure)),)
    failure.details = tuple(map(scrubber.scrub_text, failure.details))


def _refuse_failure(case: Case, outcome: Outcome, tape: Tape) -> None:
    """Raise what ended the run where that tells nothing of the API."""
    failure = outcome.failure
    if failure is None or (case.error and case.error.exit_code == failure.exit_code):
        return
    if not isinstance(failure, RecipeFailed | ApiRefused | ApiUnreachable):
        raise failure
    if isinstance(failure, ApiUnreachable) and (not tape.is_whole or tape.exchanges[-1].response.status in _PASSING):
        raise failure
