"""What an export must not hold, out of all that this machine knows: keys, other customers, internal hosts, folders."""

from collections.abc import Iterator, Mapping, Sequence

import click

from runner.catalog import Api, Found, Missing, Value, format_value, read_api
from runner.cli.connections import Keys
from runner.cli.profiles import read_profile
from runner.cli.session import Session
from runner.errors import BrokenSource, HandoverRefused
from runner.output.text import safe_text
from runner.recording.known import SHORTEST
from runner.running.keys import secrets_of
from runner.sharing.export.foreign import Belonging, Own, find_belongings
from runner.sharing.export.handover import Handover
from runner.sharing.export.scanning import Content, Finding, Guarded, find_faults
from runner.sharing.profile import Profile

_EVERYBODYS = frozenset({"root", "user", "home", "admin", "ubuntu", "runner", "work", "workspace", "app", "node"})
"""Names of home folders that tell nothing."""


class Guard:
    """Searches what is about to be handed over; knows what belongs to whom."""

    def __init__(self, session: Session, found: Found, handover: Handover, profile: Profile | None) -> None:
        """Read all profiles, the names in all recipes, and the variables in which keys are; no command runs.

        Raises:
            RunnerError: A profile cannot be read, so what belongs to others is not known.
        """
        self._session, self._found, self._handover, self._own_profile = session, found, handover, profile
        own = profile.name if profile else ""
        names = (name for name in session.profiles.names() if name != own)
        self._profiles = (*([profile] if profile else []), *(read_profile(session, name) for name in names))
        self._guarded = Guarded((*self._belongings(), *self._folders()), self._hosts())
        self._secrets = self._find_secrets()

    def check(self, content: Content, accepted: Sequence[str]) -> None:
        """Search all that would be written, and the values on their own, as long ones stand in several pieces.

        Raises:
            HandoverRefused: Something was found.
        """
        faults, notes = list[Finding](), list[Finding]()
        for each in (content, dict(self._inputs())):
            found, doubts = find_faults(each, secrets=self._secrets, guarded=self._guarded, accepted=accepted)
            faults, notes = [*faults, *found], [*notes, *doubts]
        if faults:
            message = "What would be handed over holds what it must not, so nothing was written."
            raise HandoverRefused(message, details=[*map(str, faults)], hint=_hint(faults))
        for note in {each.id or each.what: each for each in reversed(notes)}.values():
            click.echo(safe_text(f"Note  {note.where}: {note.what}"), err=True)

    def _inputs(self) -> Iterator[tuple[str, str]]:
        handover = self._handover
        yield "the recipe's title", handover.recipe.title
        for parameter in handover.recipe.parameters:
            yield f"the value of {parameter.option}", "\n".join(_texts_of(handover.values.get(parameter.name)))

    def _belongings(self) -> Iterator[Belonging]:
        recipe, repository = self._handover.recipe, self._found.repository
        texts = [text for value in self._handover.values.values() for text in _texts_of(value)]
        for parameter in recipe.parameters:
            texts += [*_texts_of(parameter.default), *_texts_of(parameter.example), *map(str, parameter.kind.choices)]
        apis = self._handover.apis.values()
        words = [*recipe.id.split("/"), repository.name, repository.title, *(api.name for api in apis)]
        words += [api.title for api in apis]
        own = Own(
            self._handover.customer, self._own_profile.name if self._own_profile else "", texts, words, recipe.source
        )
        with self._session.index as index:
            rows = index.listing(self._session.places).recipes
        return find_belongings(own, self._profiles, rows)

    def _folders(self) -> Iterator[Belonging]:
        home = self._session.user_home
        named = {"your home folder": home, "the folder of this repository": self._found.repository.root}
        for what, path in named.items():
            if path and len(path.parts) > 2:  # `/work` is a path in many addresses too
                yield Belonging(what, str(path), is_anothers=False)
        if home and home.name.lower() not in _EVERYBODYS:
            yield Belonging("the name of your home folder", home.name, stops=False, is_anothers=False)

    def _hosts(self) -> tuple[str, ...]:
        in_use = self._session.library.in_use
        repositories = [self._found.repository, *([in_use] if in_use else [])]
        return tuple(dict.fromkeys(host for each in repositories for host in each.internal_hosts))

    def _find_secrets(self) -> dict[str, str]:
        """Return each key once, by the name that may be shown: of this recipe, of other APIs, of each profile."""
        environ, own = self._session.environ, self._handover.apis
        secrets = Keys(environ, {}).secrets(own)
        known = {api.key.env: api for api in (*self._apis(), *own.values()) if api.key}
        for variable, api in known.items():
            _add(secrets, secrets_of(api, environ.get(variable, "")), "")
        for number, profile in enumerate(self._profiles, start=1):
            whose = "this profile" if profile is self._own_profile else f"another profile ({number})"
            for variable, reference in profile.keys.items():
                key = environ.get(reference.target, "") if reference.scheme == "env" else ""
                parts = secrets_of(known[variable], key) if variable in known else {variable: key}
                _add(secrets, parts, f" of {whose}")
        return secrets

    def _apis(self) -> Iterator[Api]:
        for repository in self._session.library.repositories:
            for folder in repository.api_folders():
                try:
                    yield read_api(folder)
                except BrokenSource:
                    continue


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
