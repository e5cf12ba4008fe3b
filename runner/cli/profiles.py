"""The profile of a run: which one is chosen, where its keys come from, and what is said of that."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from runner.catalog import Api
from runner.catalog.wording import listed
from runner.cli.keys import Keys, find_missing_keys, read_env_file
from runner.cli.session import Session
from runner.errors import KeyProblem, NotFound, RunnerError
from runner.output.text import safe_text

if TYPE_CHECKING:
    from runner.sharing.profile import Profile

VARIABLE = "RECIPES_PROFILE"


def choose_profile(session: Session, typed: str | None) -> "Profile | None":
    """Return the profile that the user named with `--profile` or else with `RECIPES_PROFILE`; None without one.

    Raises:
        NotFound: There is none of that name.
        RunnerError: It cannot be read, or is not believed.
    """
    name = typed if typed is not None else session.environ.get(VARIABLE, "")
    if typed is None and not name:
        return None
    try:
        return read_profile(session, name, command="--profile")
    except NotFound as error:
        if typed is None:
            error.details = (f"It is named by the variable {VARIABLE}.",)
        raise


def read_profile(session: Session, name: str, *, command: str = "recipes profile show") -> "Profile":
    """Read a profile, and say so where its file was open to others until now.

    Raises:
        RunnerError: It cannot be read, or is not believed.
    """
    was_open = session.profiles.is_open(name)
    profile = session.profiles.read(name, command=command)
    if was_open:
        path = safe_text(str(session.profiles.path(name)))
        click.echo(f"Others could read {path}; now only you can.", err=True)
    return profile


class KeyRing:
    """Where the keys of one command may be."""

    def __init__(
        self, session: Session, env_file: str | None, profile: "Profile | None", more: Mapping[str, str] | None = None
    ) -> None:
        """Read the `.env` file; no reference is followed yet.

        Args:
            session: Of the command.
            env_file: As named by the user, or None.
            profile: The chosen one, or None.
            more: Other keys, by their variables; those of the file win.

        Raises:
            AskedWrongly: The file cannot be read.
        """
        self._session, self._env_file, self._profile = session, env_file, profile
        self._file = {**(more or {}), **read_env_file(session.path(env_file) if env_file else None)}
        self._fetched: dict[str, str] = {}
        self._said: set[str] = set()

    def find(self, apis: Mapping[str, Api], *, is_live: bool) -> Keys:
        """Return the keys for some APIs; each reference is followed once.

        Args:
            apis: Whose keys are wanted; no reference for another one is followed.
            is_live: Something is sent. Else only variables are looked up, for hiding what they hold: no command runs.

        Raises:
            KeyProblem: A reference that is needed leads to no key.
        """
        references = self._profile.keys if self._profile else {}
        found: dict[str, str] = {}
        for name in (each for each in _variables(apis) if each in references and not self._file.get(each)):
            if is_live:
                found[name] = self._fetched.get(name) or self._fetch(name)
            elif references[name].scheme == "env":
                found[name] = self._session.environ.get(references[name].target, "")
        return Keys(self._session.environ, self._file, found)

    def say(self, apis: Mapping[str, Api], keys: Keys) -> None:
        """Say on stderr which key is used where a profile has to do with it; never the key."""
        for name in (each for each in _variables(apis) if each not in self._said):
            self._said.add(name)
            if text := self._origin(name, keys):
                click.echo(safe_text(f"Key: {name} from {text}"), err=True)

    def missing(self, apis: Mapping[str, Api], keys: Keys, command: str) -> KeyProblem | None:
        """Do what `find_missing_keys` does, and name profiles that have such a key."""
        problem = find_missing_keys(apis, keys, command)
        if problem is None:
            return None
        lacking = [api.key.env for api in apis.values() if api.key and not keys.find(api)]
        offers = [f"Profile {name} has it: --profile {name}" for each in lacking for name in self._having(each)]
        problem.details = (*problem.details, *dict.fromkeys(offers))
        return problem

    def _fetch(self, variable: str) -> str:
        from runner.sharing.references import fetch_key  # most runs have no profile, and need no subprocess

        assert self._profile is not None
        try:
            self._fetched[variable] = fetch_key(self._profile.keys[variable], self._session.environ)
        except KeyProblem as error:
            message = f"Profile {self._profile.name}, key {variable}: {error}"
            raise KeyProblem(message, hint=error.hint) from None
        return self._fetched[variable]

    def _origin(self, name: str, keys: Keys) -> str:
        reference = self._profile.keys.get(name) if self._profile else None
        if self._profile and reference:
            if keys.file.get(name):
                return f"--env-file {self._env_file}; that of profile {self._profile.name} is not used."
            return f"profile {self._profile.name} ({reference})."
        others = list(self._having(name))
        if not others or not (keys.file.get(name) or keys.environ.get(name)):
            return ""
        place = f"--env-file {self._env_file}" if keys.file.get(name) else "the environment"
        noun = "profile" if len(others) == 1 else "profiles"
        return f"{place}, not that of {noun} {listed(others)} (--profile)."

    def _having(self, variable: str) -> Iterator[str]:
        """Yield the profiles that say where a key is; what cannot be read has no say here."""
        for name in self._session.profiles.names():
            try:
                profile = self._session.profiles.read(name)
            except RunnerError:
                continue
            if variable in profile.keys:
                yield name


def _variables(apis: Mapping[str, Api]) -> Iterable[str]:
    return dict.fromkeys(api.key.env for api in apis.values() if api.key is not None)
