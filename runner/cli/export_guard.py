"""What an export must not hold, out of all that this machine knows: keys, other customers, internal hosts, folders."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from runner.catalog import Api, Found, Missing, Repository, Value, format_value, readable_apis
from runner.cli.keys import Keys
from runner.cli.profiles import read_profile
from runner.cli.session import Session
from runner.errors import HandoverRefused
from runner.output.text import safe_text
from runner.recording.known import SHORTEST
from runner.running.keys import secrets_of
from runner.sharing.export.foreign import Belonging, Own, find_belongings
from runner.sharing.export.handover import Handover
from runner.sharing.export.scanning import Content, Finding, Guarded, are_clean, find_faults
from runner.sharing.profile import Profile

_EVERYBODYS = frozenset({"root", "user", "home", "admin", "ubuntu", "runner", "work", "workspace", "app", "node"})
"""Names of home folders that tell nothing."""


class Guard:
    """Searches what is about to be handed over; knows what belongs to whom."""

    def __init__(
        self,
        session: Session,
        own: Own,
        repository: Repository,
        apis: Iterable[Api],
        profile: Profile | None = None,
        *,
        nobodys: Collection[Path] = (),
    ) -> None:
        """Read all profiles, the names in all recipes, and the variables in which keys are; no command runs.

        Args:
            session: Of the command.
            own: What is handed over, and to whom.
            repository: Where it lies.
            apis: Those that it calls.
            profile: The one that gave values, or None.
            nobodys: Folders of repositories in which no recipe is for a customer.

        Raises:
            RunnerError: A profile cannot be read, so what belongs to others is not known.
        """
        self._session, self._repository, self._own_apis, self._own_profile = session, repository, (*apis,), profile
        names = (name for name in session.profiles.names() if name != own.profile)
        self._profiles = (*([profile] if profile else []), *(read_profile(session, name) for name in names))
        self._nobodys = {os.path.realpath(each) for each in nobodys}
        self._guarded = Guarded((*self._belongings(own), *self._folders()), self._hosts())
        self._secrets = self._find_secrets()

    def check(self, content: Content, accepted: Sequence[str], inputs: Mapping[str, str]) -> None:
        """Search all that would be written, and the values on their own, as long ones stand in several pieces.

        Args:
            content: As it would be written.
            accepted: Ids of findings that may stand.
            inputs: Each value as typed, by what to call it.

        Raises:
            HandoverRefused: Something was found.
        """
        faults, notes = list[Finding](), list[Finding]()
        for each in (content, dict(inputs)):
            found, doubts = find_faults(each, secrets=self._secrets, guarded=self._guarded, accepted=accepted)
            faults, notes = [*faults, *found], [*notes, *doubts]
        if faults:
            message = "What would be handed over holds what it must not, so nothing was written."
            raise HandoverRefused(message, details=[*map(str, faults)], hint=_hint(faults))
        for note in {each.id or each.what: each for each in reversed(notes)}.values():
            click.echo(safe_text(f"Note  {note.where}: {note.what}"), err=True)

    @property
    def sought(self) -> list[str]:
        """All that is looked for, keys too: for comparing, never for showing."""
        return [*map(repr, self._secrets.items()), repr(self._guarded)]

    def are_clean(self, texts: Sequence[str], watch: Callable[[int, int], None]) -> list[bool]:
        """Tell of each text whether nothing at all is found in it, not even what a person would only be told."""
        return are_clean(texts, secrets=self._secrets, guarded=self._guarded, watch=watch)

    def _belongings(self, own: Own) -> Iterator[Belonging]:
        places = self._session.places
        if not self._profiles:  # then only what is in recipes for customers can belong to anybody
            places = [each for each in places if os.path.realpath(each.root) not in self._nobodys]
        with self._session.index as index:
            rows = index.listing(places).recipes
        return find_belongings(own, self._profiles, rows)

    def _folders(self) -> Iterator[Belonging]:
        home = self._session.user_home
        named = {"your home folder": home, "the folder of this repository": self._repository.root}
        for what, path in named.items():
            if path and len(path.parts) > 2:  # `/work` is a path in many addresses too
                yield Belonging(what, str(path), is_anothers=False)
        if home and home.name.lower() not in _EVERYBODYS:
            yield Belonging("the name of your home folder", home.name, stops=False, is_anothers=False)

    def _hosts(self) -> tuple[str, ...]:
        in_use = self._session.library.in_use
        repositories = [self._repository, *([in_use] if in_use else [])]
        return tuple(dict.fromkeys(host for each in repositories for host in each.internal_hosts))

    def _find_secrets(self) -> dict[str, str]:
        """Return each key once, by the name that may be shown: of this recipe, of other APIs, of each profile."""
        environ, own = self._session.environ, self._own_apis
        secrets = Keys(environ, {}).secrets({api.name: api for api in own})
        known = {api.key.env: api for api in (*readable_apis(*self._session.library.repositories), *own) if api.key}
        for variable, api in known.items():
            _add(secrets, secrets_of(api, environ.get(variable, "")), "")
        for number, profile in enumerate(self._profiles, start=1):
            whose = "this profile" if profile is self._own_profile else f"another profile ({number})"
            for variable, reference in profile.keys.items():
                key = environ.get(reference.target, "") if reference.scheme == "env" else ""
                parts = secrets_of(known[variable], key) if variable in known else {variable: key}
                _add(secrets, parts, f" of {whose}")
        return secrets


def handover_guard(session: Session, found: Found, handover: Handover, profile: Profile | None) -> Guard:
    """Return what searches a recipe for one customer: values, defaults and names of it are its own."""
    recipe, repository, apis = handover.recipe, found.repository, tuple(handover.apis.values())
    texts = [text for value in handover.values.values() for text in _texts_of(value)]
    for parameter in recipe.parameters:
        texts += [*_texts_of(parameter.default), *_texts_of(parameter.example), *map(str, parameter.kind.choices)]
    words = [*recipe.id.split("/"), repository.name, repository.title]
    words += [word for api in apis for word in (api.name, api.title)]
    own = Own(handover.customer, profile.name if profile else "", texts, words, recipe.source)
    return Guard(session, own, repository, apis, profile)


def inputs_of(handover: Handover) -> dict[str, str]:
    """Return title and values as given, by what to call them."""
    values = {
        f"the value of {each.option}": "\n".join(_texts_of(handover.values.get(each.name)))
        for each in handover.recipe.parameters
    }
    return {"the recipe's title": handover.recipe.title, **values}


def _add(secrets: dict[str, str], parts: Mapping[str, str], whose: str) -> None:
    """Add what no other name stands for; what is too short would be found everywhere."""
    for name, text in parts.items():
        if len(text) >= SHORTEST and text not in secrets.values():
            secrets[name + whose] = text


def _texts_of(value: Value | Missing) -> list[str]:
    """Return a value as typed, of a list each."""
    values = value if isinstance(value, tuple) else (value,)
    return [format_value(each) for each in values if each is not None and not isinstance(each, Missing | tuple)]


def _hint(faults: Sequence[Finding]) -> str:
    if any(not each.id for each in faults):
        return "take the key out of the recipe or the value, and have it replaced if others could read it"
    ids = " ".join(dict.fromkeys(f"--accept {each.id}" for each in faults))
    return f"change the value or the recipe; or, where it may stand in the file:  {ids}"
