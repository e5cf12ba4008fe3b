"""What commands do with cases: record them, and find what they are played on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import click

from runner.catalog import Found, Repository
from runner.cli.connections import link_recorder, link_sandbox, sandbox_moment
from runner.cli.given import gather
from runner.cli.group import show_error
from runner.cli.isolating import isolation_of
from runner.cli.permission import approve, approve_quietly
from runner.cli.profiles import KeyRing
from runner.cli.session import Session
from runner.cli.streams import PrintedText, ProgressLine
from runner.errors import AskedWrongly, BrokenSource, RunnerError, SomeFailed
from runner.recording.case import Case, Source, all_case_files, case_folder, is_case_name, read_case
from runner.recording.credentials import Weight, is_mixed, weigh_name
from runner.recording.known import SHORTEST
from runner.recording.outcome import Outcome
from runner.recording.recorder import Recorded, Take, record, rehearse
from runner.recording.replay import Subject, workspace
from runner.running.secrets import Secrets
from runner.running.values import Given, settle_values
from runner.sharing.profile import Profile


def subject_of(session: Session, found: Found, *, asks: bool = True) -> Subject:
    """Return what runs for a recipe.

    Args:
        session: Of the command.
        found: The recipe.
        asks: On a terminal, ask for leave where the user has not given it.

    Raises:
        NotTrusted: It was not approved.
    """
    apis = {each.api: session.library.api(found.repository, each.api) for each in found.recipe.clients}
    permit = approve if asks else approve_quietly
    approval = permit(session, found.repository, found.recipe, apis.values())
    return Subject(found.recipe, apis, approval, isolation_of(session, found.repository, found.recipe))


def repository_in_use(session: Session) -> Repository:
    """Return where cases are written.

    Raises:
        AskedWrongly: There is no repository in use.
    """
    if session.root_in_use is None:
        raise AskedWrongly(
            "There is no repository here to write to.", hint="recipes init FOLDER, or --repository FOLDER"
        )
    return session.library.home


class Booth:
    """Where cases are recorded."""

    def __init__(
        self,
        session: Session,
        *,
        env_file: str | None,
        quiet: bool,
        keys: Mapping[str, str] | None = None,
        profile: Profile | None = None,
    ) -> None:
        """Read the .env file; no reference of a profile is followed before something is recorded.

        Args:
            session: Of the command.
            env_file: A .env file with keys, or None.
            quiet: Say nothing meanwhile.
            keys: More keys, by their variables; a file's win.
            profile: The chosen one, or None.
        """
        self._session = session
        self._profile = profile
        self._ring = KeyRing(session, env_file, profile, keys)
        self._quiet = quiet

    def record(
        self,
        found: Found,
        *,
        case: str,
        source: Source,
        expects_error: bool,
        words: Mapping[str, Sequence[str]],
        pairs: Sequence[str] = (),
        params: str | None = None,
        values: Mapping[str, object] | None = None,
        sandbox_key: str = "",
    ) -> Recorded:
        """Record one case; `values` count where nothing else is given.

        Raises:
            RunnerError: The case cannot be recorded or kept; the one before it stays.
        """
        session = self._session
        root = self._own(found)
        if not is_case_name(case):
            raise AskedWrongly(f"{case!r} is no name for a case.", hint="--case no-match   (lower case and hyphens)")
        subject = subject_of(session, found)
        file = session.path(params) if params else None
        given = gather(
            found.recipe, words=words, pairs=pairs, file=file, environ=session.environ, profile=self._profile
        )
        with _case_before(root, found, case) as before:
            before = before._replace(file={**(values or {}), **before.file})
            settled = settle_values(found.recipe, _with_values_of(before, found, given), use_examples=True)
            take = Take(subject, root.root, case, settled, {}, source, _now(), expects_error, sandbox_key=sandbox_key)
            return self._record(take)

    def again(self, days: int | None) -> tuple[list[Recorded], SomeFailed | None]:
        """Record cases of the repository in use anew, each with its own values and from where it came.

        Args:
            days: Only those recorded longer ago; None takes all.

        Returns:
            What was recorded, and the error for what was not: all are tried, and what fails is shown at once. Where no
            case is old enough, nothing.

        Raises:
            AskedWrongly: There is no case.
        """
        root = repository_in_use(self._session).root
        recorded, failed = list[Recorded](), list[RunnerError]()
        for path in all_case_files(root):
            try:
                case = read_case(path)
                if self._is_due(case, days):
                    recorded.append(self.again_one(case))
            except RunnerError as error:
                api, recipe, _ = path.relative_to(root / "cassettes").parts
                click.echo(f"{api}/{recipe.replace('_', '-')} --case {path.stem}", err=True)
                show_error(error)
                failed.append(error)
        tried = len(recorded) + len(failed)
        if not tried and days is None:
            raise AskedWrongly(f"There is no case in {root}.", hint="recipes record RECIPE")
        message = f"{len(failed)} of {tried} cases were not recorded; they stay as they were."
        return recorded, SomeFailed(message, failed) if failed else None

    def again_one(self, case: Case) -> Recorded:
        """Record a case anew with its own values and from where it came.

        Raises:
            RunnerError: The case cannot be recorded or kept; the one before it stays.
        """
        with self._take_of(case) as take:
            return self._record(take)

    def today(self, case: Case) -> Outcome:
        """Run a case's values where it came from and keep nothing.

        Raises:
            RunnerError: The run cannot begin.
        """
        with self._take_of(case) as unlinked:
            take = self._linked(unlinked)
            return rehearse(take, prints=PrintedText(Secrets(take.secrets)))[0]

    @contextmanager
    def _take_of(self, case: Case) -> Iterator[Take]:
        found = self._session.library.find(case.recipe_id, command="recipes record")
        root = self._own(found)
        if case.source == "example":
            raise AskedWrongly(f"{case.path} was written by hand.", hint=f"recipes record {case.recipe_id} --sandbox")
        subject = subject_of(self._session, found)
        with _placed(case) as before:
            values = settle_values(found.recipe, before, use_examples=False)
            about = (case.source, _now(), case.expects_error)
            yield Take(subject, root.root, case.name, values, {}, *about, sandbox_key=case.sandbox_key)

    def _linked(self, take: Take) -> Take:
        """Return the take with its APIs reached from where it comes.

        Raises:
            KeyProblem: A key is missing.
            AskedWrongly: An API has no sandbox.
        """
        apis = take.subject.apis
        if take.source == "live":
            keys = self._ring.find(apis, is_live=True)
            if missing := self._ring.missing(apis, keys, f"recipes record {take.recipe.id}"):
                missing.hint = f"recipes record {take.recipe.id} --sandbox   (needs no key: invented data)"
                raise missing
            if not self._quiet:
                self._ring.say(apis, keys)
            secrets = _other_secrets(keys.file) | keys.secrets(apis)
            return replace(take, links=link_recorder(apis, keys), secrets=secrets)
        links = link_sandbox(apis, take.subject.approval, take.sandbox_key)
        return replace(take, links=links, clock=sandbox_moment(apis))

    def _record(self, unlinked: Take) -> Recorded:
        session, take = self._session, self._linked(unlinked)
        if self._profile:
            take = replace(take, customers=_customer(self._profile), others=_texts(self._profile, take))
        is_shown = session.stderr_is_terminal and session.environ.get("TERM") != "dumb" and not self._quiet
        if take.source == "sandbox" and not self._quiet:
            titles = " and ".join(api.title for api in take.subject.apis.values())
            click.echo(f"Sandbox: invented {titles} data as of {take.clock:%Y-%m-%d %H:%M} UTC.", err=True)
        progress = ProgressLine(is_shown=is_shown)
        try:
            return record(take, now=_now, watcher=progress, prints=PrintedText(Secrets(take.secrets)))
        finally:
            progress.clear()

    def _own(self, found: Found) -> Repository:
        """Return the repository in use, of which the recipe has to be."""
        root = repository_in_use(self._session)
        if found.repository.root != root.root:
            raise AskedWrongly(f"{found.name} belongs to {found.repository.title}, and cases are kept beside recipes.")
        return root

    def _is_due(self, case: Case, days: int | None) -> bool:
        return days is None or _now() - case.recorded_at > timedelta(days=days)


def _other_secrets(file: Mapping[str, str]) -> dict[str, str]:
    """Return what of a .env file is secret; `LOG_LEVEL=info` beside the keys is not, and would be found everywhere."""
    return {
        name: value
        for name, value in file.items()
        if len(value) >= SHORTEST and (weigh_name(name) is Weight.CREDENTIAL or is_mixed(value))
    }


def _customer(profile: Profile) -> dict[str, str]:
    return {f"the customer of profile {profile.name}": profile.customer} if profile.customer else {}


def _texts(profile: Profile, take: Take) -> dict[str, str]:
    """Return the texts of a profile by what to call them; a recipe's own defaults and examples give nobody away."""
    own = {
        text
        for parameter in take.recipe.parameters
        for value in (parameter.default, parameter.example)
        for text in (value if isinstance(value, tuple) else (value,))
    }
    numbered = enumerate(dict.fromkeys(profile.texts()), start=1)
    return {
        f"{name} of profile {profile.name} (value {number})": text
        for number, (name, text) in numbered
        if text not in own
    }


@contextmanager
def _case_before(root: Repository, found: Found, name: str) -> Iterator[Given]:
    """Give the values of the case that is there already; none where there is none or it is broken, to be replaced."""
    try:
        case = read_case(case_folder(root.root, found.recipe.id) / f"{name}.toml")
    except BrokenSource:
        yield Given()
        return
    with _placed(case) as given:
        yield given


def _with_values_of(before: Given, found: Found, given: Given) -> Given:
    """Let the values of the case before count where nothing else is given."""
    known = {parameter.name for parameter in found.recipe.parameters}
    others = {*given.command_line, *given.environment, *given.profile}
    kept = {key: value for key, value in before.file.items() if key in known and key not in others}
    return given._replace(file={**kept, **given.file})


@contextmanager
def _placed(case: Case) -> Iterator[Given]:
    """Give the values of a case, with copies of its input files that have the names the recipe knows."""
    with workspace(case) as folder:
        inputs = {path.name: str(path) for path in folder.iterdir()}
        yield Given(file={key: _found(value, inputs) for key, value in case.values.items()})


def _found(value: object, inputs: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_found(each, inputs) for each in value]
    return inputs.get(value, value) if isinstance(value, str) else value


def _now() -> datetime:
    return datetime.now(UTC)
