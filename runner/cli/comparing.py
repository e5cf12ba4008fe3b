"""Which cases are compared with the API of today, and how each is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias

from runner.catalog import Api, Found
from runner.cli.connections import link_recorder, link_sandbox, sandbox_moment
from runner.cli.keys import Keys, find_missing_keys
from runner.cli.recording import subject_of
from runner.cli.session import Session
from runner.cli.streams import PrintedText, ProgressLine
from runner.errors import AskedWrongly, NotFound, RunnerError
from runner.recording.case import Case, all_case_files, case_files, read_case
from runner.recording.drift import Drift, Present, find_drift
from runner.recording.known import SHORTEST
from runner.recording.replay import Subject
from runner.running.secrets import Secrets

State: TypeAlias = Literal["ok", "drifted", "failed", "skipped"]

WRITES: Final = "it changes something at the API, so it is compared live only when it is named"
_DOUBTS: Final = {
    ("sandbox", True): "recorded from the sandbox: differences may be the sandbox's",
    ("example", True): "written by hand: differences may be the author's",
    ("live", False): "recorded from the API, and compared with the sandbox: differences may be the sandbox's",
}
"""What is said of a case by its source and whether it is compared with the API itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """A case that was found, not read.

    Attributes:
        name: Of its recipe, as typed on a command line.
        path: Its `.toml`.
        is_named: The user asked for this recipe.
    """

    name: str
    path: Path
    is_named: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of one case.

    Attributes:
        place: Which case.
        case: As read; None where it cannot be read.
        drift: What was found; nothing where it was not compared.
        notes: What to know about it, a line each.
        failure: Why it could not be compared, or None.
        is_skipped: It was not compared on purpose.
    """

    place: Place
    case: Case | None = None
    drift: Drift = field(default_factory=Drift)
    notes: tuple[str, ...] = ()
    failure: RunnerError | None = None
    is_skipped: bool = False

    @property
    def state(self) -> State:
        """How it ended, in a word."""
        if self.failure is not None:
            return "failed"
        return "skipped" if self.is_skipped else "drifted" if self.drift.is_found else "ok"


@dataclass(frozen=True, slots=True)
class Wish:
    """How the user wants cases to be compared.

    Attributes:
        is_live: With the API, not its sandbox.
        with_values: Values too.
        ignored: Paths that may differ.
        is_quiet: Without progress.
    """

    is_live: bool
    with_values: bool
    ignored: tuple[str, ...]
    is_quiet: bool


class CaseProgress(ProgressLine):
    """The progress line of a run among several."""

    def __init__(self, title: str, *, is_shown: bool) -> None:
        super().__init__(is_shown=is_shown)
        self._title = title

    def summary(self) -> str:
        """Say first which of how many it is."""
        return f"{self._title} · {super().summary()}"


def find_places(session: Session, recipes: Sequence[str], case: str | None) -> list[Place]:
    """Find the cases of these recipes, or without any, all of the repository in use or else of the catalog.

    Raises:
        AskedWrongly: There is none.
        NotFound: No recipe, or no case of them, has such a name.
    """
    places = [each for name in recipes for each in _named(session, name)] if recipes else [*_all(session)]
    if not places:
        hint = f"recipes record {recipes[0] if recipes else 'RECIPE'}   (or with --sandbox)"
        raise AskedWrongly("There is no recorded case to compare.", hint=hint)
    chosen = [each for each in dict.fromkeys(places) if case in (None, each.path.stem)]
    if case is not None and not chosen:
        known = {each.path.stem for each in places}
        raise NotFound("recorded case", case, known, command="recipes drift --case", fallback="recipes drift")
    return chosen


class Comparison:
    """Compares one case after the other."""

    def __init__(self, session: Session, keys: Keys, wish: Wish) -> None:
        self._session = session
        self._keys = keys
        self._wish = wish

    def run(self, places: Sequence[Place]) -> Iterator[Compared]:
        """Yield what becomes of each case; what fails hides nothing else."""
        for number, place in enumerate(places, start=1):
            title = f"{number} of {len(places)} · {place.name}" if len(places) > 1 else place.name
            try:
                yield self._compare(place, title)
            except RunnerError as error:
                yield Compared(place, failure=error)

    def _compare(self, place: Place, title: str) -> Compared:
        case = read_case(place.path)
        found = self._session.library.find(place.name, command="recipes drift")
        compared = Compared(place, case)
        if found.recipe.writes and self._wish.is_live and not place.is_named:
            return replace(compared, notes=(WRITES,), is_skipped=True)
        try:
            drift = self._find_drift(found, place, case, title)
        except RunnerError as error:
            return replace(compared, failure=error)
        return replace(compared, drift=drift, notes=(*self._doubts(found, case), *drift.notes))

    def _find_drift(self, found: Found, place: Place, case: Case, title: str) -> Drift:
        subject = subject_of(self._session, found)
        present = self._present(place, subject, case.sandbox_key)
        terminal = self._session.stderr_is_terminal and self._session.environ.get("TERM") != "dumb"
        progress = CaseProgress(title, is_shown=terminal and not self._wish.is_quiet)
        try:
            return find_drift(
                subject,
                case,
                present,
                ignored=self._wish.ignored,
                with_values=self._wish.with_values,
                watcher=progress,
                prints=PrintedText(Secrets(present.secrets)),
            )
        finally:
            progress.clear()

    def _present(self, place: Place, subject: Subject, sandbox_key: str) -> Present:
        apis = subject.apis
        if not self._wish.is_live:
            return Present(link_sandbox(apis, subject.approval, sandbox_key), sandbox_moment(apis), is_live=False)
        command = f"recipes drift {place.name}" if place.is_named else "recipes drift"
        if missing := find_missing_keys(apis, self._keys, command):
            missing.hint = f"{command} --sandbox   (needs no key: compares with invented data)"
            raise missing
        links = link_recorder(apis, self._keys)
        return Present(links, datetime.now(UTC), is_live=True, secrets=self._secrets(apis))

    def _secrets(self, apis: Mapping[str, Api]) -> dict[str, str]:
        """Return what must not be shown: the keys, and of their file what is no mere `1` or `yes`."""
        others = {name: value for name, value in self._keys.file.items() if len(value) >= SHORTEST}
        return {**others, **self._keys.secrets(apis)}

    def _doubts(self, found: Found, case: Case) -> Iterator[str]:
        if doubt := _DOUBTS.get((case.source, self._wish.is_live)):
            yield doubt
        if case.digest != found.recipe.digest:
            yield "the recipe has changed since it was recorded: differences may be its own"


def _named(session: Session, name: str) -> Iterator[Place]:
    found = session.library.find(name, command="recipes drift")
    for path in case_files(found.repository.root, found.recipe.id):
        yield Place(found.name, path, is_named=True)


def _all(session: Session) -> Iterator[Place]:
    repository = session.library.home
    above = f"{repository.alias}/" if repository.alias else ""
    for path in all_case_files(repository.root):
        name = f"{above}{path.parent.parent.name}/{path.parent.name}"
        yield Place(_shown(session, name), path, is_named=False)


def _shown(session: Session, name: str) -> str:
    """Return what a listing shows for a recipe; the name itself where there is none, which is told when it runs."""
    try:
        return session.library.find(name).name
    except RunnerError:
        return name
