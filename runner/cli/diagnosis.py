"""What `recipes doctor` finds out. Nothing of a repository is executed, and no key is sent."""

import codecs
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join

import runner
from runner.catalog import Api, Key, Repository, catalog_root, read_repository, readable_apis
from runner.catalog.index_walk import Place
from runner.cli.connections import proxy_for
from runner.cli.diagnosis_keys import HIDDEN, end_of_key
from runner.cli.facts import CacheFact, Diagnosis, Fault, HostFact, KeyFact, RepositoryFact, StoreFact, TerminalFact
from runner.cli.installation import read_extras, read_installation
from runner.cli.keys import Keys
from runner.cli.permission import find_refusal
from runner.cli.profile_facts import profile_facts
from runner.cli.session import Session
from runner.cli.topics import FOUND_SOMETHING
from runner.errors import ApiUnreachable, BrokenSource, RunnerError
from runner.running.approval import host
from runner.running.health import ask_host
from runner.running.keys import is_usable_key
from runner.running.wires import hide_credentials
from runner.sharing.belief import find_doubt
from runner.sharing.trust_file import FILE_NAME


@dataclass(frozen=True, slots=True)
class _SeenApi:
    """An API of a repository in sight.

    Attributes:
        api: As read.
        refusal: Why the user has not approved it, or `""`. Then its host is not asked, as a folder that nobody trusted
            could name any address on this machine or its network.
        fix: What would approve it.
    """

    api: Api
    refusal: str = ""
    fix: str = ""


def diagnose(session: Session, keys: Keys, *, env_file: str, is_offline: bool) -> Diagnosis:
    """Find out how things stand.

    Args:
        session: The process that was asked.
        keys: Where keys may be.
        env_file: As named by the user, or `""`.
        is_offline: Send nothing.
    """
    package = Path(runner.__file__).parent
    repositories, unreadable = _repositories(session, package)
    apis = _without_twins(_seen_apis(session, repositories))
    return Diagnosis(
        installation=read_installation(package, sys.path),
        extras=read_extras(sys.path),
        repositories=(*unreadable, *(_repository_fact(session, each) for each in repositories)),
        keys=tuple(_key_fact(each, each.api.key, keys, env_file) for each in apis if each.api.key),
        profiles=profile_facts(session, is_offline=is_offline),
        hosts=tuple(_host_fact(each, is_offline=is_offline) for each in apis),
        trust_store=_store_fact(session),
        cache=_cache_fact(session.cache_folder),
        terminal=TerminalFact(session.stdout_is_terminal, session.width, codecs.lookup(sys.stdout.encoding).name),
    )


def _repositories(session: Session, package: Path) -> tuple[Sequence[Repository], tuple[RepositoryFact, ...]]:
    """Return the repositories that can be read, and a fact about the one in use if it cannot."""
    try:
        return session.library.repositories, ()
    except RunnerError as error:
        catalog = read_repository(catalog_root(package), alias="catalog", runner_version=runner.__version__)
        return [catalog], (_unreadable(error),)


def _unreadable(error: RunnerError) -> RepositoryFact:
    is_broken = isinstance(error, BrokenSource)
    return RepositoryFact(
        title="",
        folder=str(error.path.parent) if isinstance(error, BrokenSource) else "",
        alias="",
        recipes=0,
        broken=(Fault(str(error), error.hint),),
        trusted=False,
        fix="",
        exit_code=FOUND_SOMETHING if is_broken else error.exit_code,
    )


def _repository_fact(session: Session, repository: Repository) -> RepositoryFact:
    with session.index as index:
        listing = index.listing([Place(repository.root, repository.alias)])
    refusal = find_refusal(session, repository)
    return RepositoryFact(
        title=repository.title,
        folder=str(repository.root),
        alias=repository.alias,
        recipes=len(listing.recipes),
        broken=tuple(Fault(str(error), error.hint) for error in listing.broken),
        trusted=refusal is None,
        fix=refusal.hint if refusal and session.origin_of(repository) is None else "",
        exit_code=FOUND_SOMETHING if listing.broken else 0,
    )


def _seen_apis(session: Session, repositories: Sequence[Repository]) -> Iterator[_SeenApi]:
    """Yield each API that can be read; what is wrong with the others stands among the faults of their repository."""
    for repository in repositories:
        for api in readable_apis(repository):
            refusal = find_refusal(session, repository, api)
            yield _SeenApi(api, str(refusal or ""), refusal.hint if refusal else "")


def _without_twins(apis: Iterable[_SeenApi]) -> tuple[_SeenApi, ...]:
    """Leave out an API that another repository describes alike."""
    unique: dict[tuple[str, ...], _SeenApi] = {}
    for seen in apis:
        variable = seen.api.key.env if seen.api.key else ""
        unique.setdefault((seen.api.title, seen.api.base_url, variable, seen.refusal), seen)
    return tuple(unique.values())


def _key_fact(seen: _SeenApi, key: Key, keys: Keys, env_file: str) -> KeyFact:
    secret = keys.find(seen.api)
    is_in_file = bool(keys.file.get(key.env))
    place = f"--env-file {env_file}" if is_in_file else "environment"
    shown = HIDDEN if seen.refusal else end_of_key(secret, key)
    return KeyFact(
        api=seen.api.title,
        variable=key.env,
        found_in=place if secret else "",
        shown=shown if secret else "",
        remark=_remark(seen.api, secret, keys.environ.get(key.env, "") if is_in_file else ""),
        help=key.help,
    )


def _remark(api: Api, secret: str, other: str) -> str:
    if secret != secret.strip():
        return "there are blanks around it"
    if not is_usable_key(api, secret):
        return f"it is no address at {api.base_url}"
    return "the environment has another, which is not used" if other not in ("", secret) else ""


def _host_fact(seen: _SeenApi, *, is_offline: bool) -> HostFact:
    proxy = proxy_for(seen.api)
    fact = HostFact(seen.api.title, host(seen.api), hide_credentials(proxy))
    if seen.refusal:
        return replace(fact, problem=seen.refusal, fix=seen.fix)
    if is_offline:
        return fact
    try:
        return replace(fact, status=ask_host(seen.api, proxy))
    except ApiUnreachable as error:
        return replace(fact, problem=str(error), fix=error.hint, exit_code=error.exit_code)


def _store_fact(session: Session) -> StoreFact:
    path = session.trust.folder / FILE_NAME
    problem = find_doubt(session.trust)
    if not os.path.lexists(path):  # also where the folder cannot be looked into
        return StoreFact(str(path), False, problem, "set RECIPES_HOME to a folder of yours" if problem else "")
    # What stands there may be another's doing, so a look comes before anything is trusted again.
    return StoreFact(str(path), True, problem, join(["rm", "-i", str(path)]) if problem else "")


def _cache_fact(folder: Path) -> CacheFact:
    nearest = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    return CacheFact(str(folder), os.access(nearest, os.W_OK | os.X_OK))
