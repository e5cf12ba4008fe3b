"""`recipes doctor`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from runner.cli.completing import complete_file
from runner.cli.session import Session
from runner.output.text import safe_text

if TYPE_CHECKING:
    from runner.cli.facts import (
        Diagnosis,
        HostFact,
        KeyFact,
        ProfileFact,
        RepositoryFact,
        State,
        StoreFact,
        TerminalFact,
    )
    from runner.cli.installation import Extra, Installation

MARKS = {"ok": "✓ OK  ", "warn": "! WARN", "fail": "✗ FAIL"}
INDENT = " " * 8
MOST_FAULTS = 5
"""Broken files of one repository that are named."""


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Send nothing: do not ask whether the APIs answer.")
@click.option(
    "--env-file",
    metavar="FILE",
    shell_complete=complete_file,
    help="Look for API keys in this .env file too, as `recipes run` does.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, fit to be sent to support: no secrets.")
@click.pass_obj
def command(session: Session, offline: bool, env_file: str | None, as_json: bool) -> None:
    """Check what runs need: recipes, keys, whether the APIs answer, trust, terminal.

    No recipe runs and no key is sent: each API whose folder is trusted gets one request without it. Of a key only
    the last four characters are shown. Ends with 0 unless something failed: 3 a broken recipe, 6 an API that does
    not answer, 7 a trust store that cannot be believed; of several, the highest. A missing key is a warning.
    """
    from runner.running.lean import prepare_httpx

    prepare_httpx()
    from runner.cli.diagnosis import diagnose
    from runner.cli.keys import Keys, read_env_file

    keys = Keys(session.environ, read_env_file(session.path(env_file) if env_file else None))
    found = diagnose(session, keys, env_file=env_file or "", is_offline=offline)
    if as_json:
        click.echo(json.dumps(as_data(found), ensure_ascii=session.stdout_is_terminal, indent=1))
    else:
        click.echo("\n".join(safe_text(line) for line in _lines(found)))
    if session.stdout_is_terminal and not as_json:
        click.echo("\nNext  recipes doctor --json   (for support: it holds no key)", err=True)
    sys.exit(found.exit_code)


def as_data(found: "Diagnosis") -> dict[str, Any]:
    """Return what `doctor --json` says; the keys are a contract."""
    return {
        "state": found.state,
        "exit_code": found.exit_code,
        "installation": asdict(found.installation),
        "extras": [asdict(each) for each in found.extras],
        "repositories": [{"state": each.state} | asdict(each) for each in found.repositories],
        "keys": [{"state": each.state} | asdict(each) for each in found.keys],
        "profiles": [_profile_data(each) for each in found.profiles],
        "hosts": [{"state": each.state} | asdict(each) for each in found.hosts],
        "trust_store": {"state": found.trust_store.state} | asdict(found.trust_store),
        "cache": {"state": found.cache.state} | asdict(found.cache),
        "terminal": {"state": found.terminal.state} | asdict(found.terminal),
    }


def _profile_data(fact: "ProfileFact") -> dict[str, Any]:
    references = [{"state": each.state} | asdict(each) for each in fact.references]
    return {"state": fact.state} | asdict(fact) | {"references": references}


def _lines(found: "Diagnosis") -> Iterator[str]:
    yield _marked("ok", _installation(found.installation))
    for extra in found.extras:
        yield from _extra(extra)
    for repository in found.repositories:
        yield from _repository(repository)
    for key in found.keys:
        yield from _key(key)
    for profile in found.profiles:
        yield from _profile(profile)
    for each in found.hosts:
        yield from _host(each)
    yield from _store(found.trust_store)
    yield _marked(found.cache.state, f"Cache {found.cache.path}{'' if found.cache.writable else ', not writable'}")
    yield from _terminal(found.terminal)
    yield ""
    yield _summary(found)


def _marked(state: "State", text: str) -> str:
    return f"{MARKS[state]}  {text}"


def _below(label: str, text: str) -> Iterator[str]:
    if text:
        yield f"{INDENT}{label}  {text}"


def _installation(installation: "Installation") -> str:
    version = f"recipes {installation.recipes} · Python {installation.python} · {installation.platform}"
    return f"{version} · {installation.kind}: {installation.folder}"


def _extra(extra: "Extra") -> Iterator[str]:
    yield _marked("ok", f"Extra {extra.name}: {'installed' if extra.installed else 'not installed'}")
    if not extra.installed:
        yield from _below("Add", extra.add)


def _repository(repository: "RepositoryFact") -> Iterator[str]:
    broken = len(repository.broken)
    counts = _counted(repository.recipes, "recipe") + (f", {broken} broken" if broken else "")
    trust = "trusted" if repository.trusted else "not trusted"
    trust = "each recipe asks for trust" if repository.asks_for_each else trust
    is_read = bool(repository.title)
    what = f"{repository.title}: {counts}, {trust} · {repository.folder}" if is_read else "The repository in use"
    yield _marked(repository.state, what)
    for fault in repository.broken[:MOST_FAULTS]:
        yield INDENT + fault.problem
        yield from _below("Fix", fault.fix)
    if broken > MOST_FAULTS:
        yield f"{INDENT}and {broken - MOST_FAULTS} more: recipes list"
    yield from _below("Allow", repository.fix)


def _key(key: "KeyFact") -> Iterator[str]:
    if not key.found_in:
        yield _marked(key.state, f"{key.api}: no key in {key.variable}")
        if key.help:
            yield INDENT + key.help
        yield from _below("Fix", f"export {key.variable}=...   (--try needs none)")
        return
    remark = f"; {key.remark}" if key.remark else ""
    place = "the environment" if key.found_in == "environment" else key.found_in
    yield _marked(key.state, f"{key.api}: key {key.shown} in {key.variable}, from {place}{remark}")


def _profile(fact: "ProfileFact") -> Iterator[str]:
    if fact.problem:
        yield _marked(fact.state, f"Profile {fact.name} cannot be used")
        yield INDENT + fact.problem
        yield from _below("Fix", fact.fix)
        return
    yield _marked(fact.state, f"Profile {fact.name}: {_counted(fact.values, 'value')}")
    for each in fact.references:
        outcome = {True: f"key {each.shown}", False: "no key", None: "not followed (--offline)"}[each.resolves]
        yield f"{INDENT}{each.variable} from {each.reference}: {outcome}"
        if each.problem:
            yield INDENT + each.problem
        yield from _below("Fix", each.fix)


def _host(fact: "HostFact") -> Iterator[str]:
    way = f", through the proxy {fact.proxy}" if fact.proxy else ""
    if fact.status is not None:
        yield _marked(fact.state, f"{fact.api}: {fact.host} answers ({fact.status}){way}")
    elif not fact.problem:
        yield _marked(fact.state, f"{fact.api}: {fact.host} was not asked (--offline){way}")
    else:
        verdict = "does not answer" if fact.exit_code else "was not asked"
        yield _marked(fact.state, f"{fact.api}: {fact.host} {verdict}{way}")
        yield INDENT + fact.problem
        yield from _below("Fix", fact.fix)


def _store(store: "StoreFact") -> Iterator[str]:
    nothing = "" if store.exists or store.problem else ", not written yet"
    yield _marked(store.state, f"Trust store {store.path}{nothing}{', not believed' if store.problem else ''}")
    if store.problem:
        yield f"{INDENT}Nothing but the catalog is trusted, because {store.problem}."
        yield from _below("Fix", store.fix)


def _terminal(terminal: "TerminalFact") -> Iterator[str]:
    kind = f"Terminal, {terminal.columns} columns" if terminal.is_terminal else "No terminal: a pipe or a file"
    yield _marked(terminal.state, f"{kind}, {terminal.encoding}")
    if terminal.state != "ok":
        yield f"{INDENT}It cannot show every character; those it lacks become a question mark."
        yield from _below("Fix", "export LC_ALL=C.UTF-8")


def _summary(found: "Diagnosis") -> str:
    counts = [(found.states.count(state), noun) for state, noun in (("fail", "failure"), ("warn", "warning"))]
    return ", ".join(_counted(number, noun) for number, noun in counts if number) or "All fine."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
