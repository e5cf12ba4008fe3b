"""What `recipes profile` and `recipes doctor` say of profiles: what each holds, and whether its keys can be had."""

from collections.abc import Iterator, Mapping

from runner.catalog import Key, readable_apis
from runner.cli.diagnosis_keys import HIDDEN, end_of_key
from runner.cli.facts import ProfileFact, ReferenceFact
from runner.cli.permission import find_refusal
from runner.cli.profiles import read_profile
from runner.cli.session import Session
from runner.errors import KeyProblem, RunnerError
from runner.sharing.profile import Profile
from runner.sharing.references import Reference, fetch_key


def profile_facts(session: Session, *, is_offline: bool) -> tuple[ProfileFact, ...]:
    """Look at all profiles.

    Args:
        session: Of the command.
        is_offline: Run no command of a reference: it may ask something over the network.
    """
    forms = trusted_keys(session) if session.profiles.names() else {}
    return tuple(_profile_fact(session, name, forms, is_offline) for name in session.profiles.names())


def reference_facts(
    session: Session, profile: Profile, forms: Mapping[str, Key], *, is_offline: bool = False
) -> tuple[ReferenceFact, ...]:
    """Follow the references of a profile.

    Args:
        session: Of the command.
        profile: Whose references.
        forms: What is known of keys, by variable: of a key in an unknown form nothing is shown.
        is_offline: Run no command.
    """
    return tuple(
        _reference_fact(session, variable, reference, forms.get(variable), is_offline)
        for variable, reference in profile.keys.items()
    )


def trusted_keys(session: Session) -> dict[str, Key]:
    """Return the keys that the APIs of trusted repositories want, by variable."""
    try:
        return {key.env: key for key in _keys(session)}
    except RunnerError:
        return {}


def _keys(session: Session) -> Iterator[Key]:
    for repository in session.library.repositories:
        for api in readable_apis(repository):
            if api.key and find_refusal(session, repository, api) is None:
                yield api.key


def _profile_fact(session: Session, name: str, forms: Mapping[str, Key], is_offline: bool) -> ProfileFact:
    try:
        profile = read_profile(session, name)
    except RunnerError as error:
        return ProfileFact(name, 0, (), str(error), error.hint)
    references = reference_facts(session, profile, forms, is_offline=is_offline)
    return ProfileFact(name, profile.count, references)


def _reference_fact(
    session: Session, variable: str, reference: Reference, form: Key | None, is_offline: bool
) -> ReferenceFact:
    if is_offline and reference.scheme == "cmd":
        return ReferenceFact(variable, str(reference), None, "", "", "")
    try:
        key = fetch_key(reference, session.environ)
    except KeyProblem as error:
        return ReferenceFact(variable, str(reference), False, "", str(error), error.hint)
    return ReferenceFact(variable, str(reference), True, end_of_key(key, form) if form else HIDDEN, "", "")
