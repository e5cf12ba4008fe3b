"""One `recipes export`, step by step: nothing is written before all was checked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from runner import __version__
from runner.catalog import Found, Value
from runner.cli.connections import Keys
from runner.cli.given import gather
from runner.cli.recording import subject_of
from runner.cli.session import Session
from runner.cli.stages import refuse_other_values
from runner.errors import AskedWrongly, HandoverRefused, NotTrusted
from runner.output.files import open_output
from runner.output.text import safe_text
from runner.recording.case import SOURCES, Case, case_files, read_case
from runner.recording.parsed import read_known
from runner.recording.replay import Subject
from runner.running.values import Given, missing_parameters, settle_values
from runner.sharing.export.commands import commands_text
from runner.sharing.export.commit import find_commit
from runner.sharing.export.handover import Handover, customer_name, file_name
from runner.sharing.export.markdown import markdown_text
from runner.sharing.export.provenance import Provenance
from runner.sharing.export.scanning import find_customers, find_faults
from runner.sharing.export.script import script_text
from runner.sharing.export.trial import describe_trial, try_script


class Export:
    """What is known of one export before it is written."""

    def __init__(self, session: Session, found: Found, typed: Mapping[str, Any]) -> None:
        self._session, self._found, self._typed = session, found, typed
        self._format: str = typed["format_"]
        self._subject, self._doubt = self._find_subject()
        self._case = self._find_case()

    def carry_out(self, words: Mapping[str, Sequence[str]]) -> Path:
        """Make, check and write the file, and return where it is.

        Raises:
            BadValues: A value does not fit.
            Mismatch: The script does not give what was recorded.
            HandoverRefused: Something in it must not be handed over.
            AskedWrongly: A file stands there already, or it cannot be written.
        """
        given = self._given(words)
        handover = self._handover(given)
        path = self._path(handover)
        with open_output(path, force=self._typed["force"]) as file:
            verified = self._verified()
            text = self._text(handover, verified, given)
            self._scan(text, handover.customer)
            file.stream.write(text)
            file.commit()
        click.echo(safe_text(f"Checked: {verified}" if self._is_run else verified.capitalize()), err=True)
        return path

    @property
    def _is_run(self) -> bool:
        return not self._doubt

    def _find_subject(self) -> tuple[Subject | None, str]:
        """Return what may run, or why it may not."""
        try:
            return subject_of(self._session, self._found, asks=False), ""
        except NotTrusted:
            return None, "the recipe is not trusted here"

    def _find_case(self) -> Case | None:
        """Return the case that a script is tried on: the default one, or else the first that is meant to work."""
        files = case_files(self._found.repository.root, self._found.recipe.id)
        case = next((case for case in map(read_case, files) if case.error is None), None)
        if case is None:
            self._doubt = self._doubt or "no case of it is recorded"
        return case

    def _given(self, words: Mapping[str, Sequence[str]]) -> Given:
        file = self._session.path(self._typed["params"]) if self._typed["params"] else None
        environ = self._session.environ
        return gather(self._found.recipe, words=words, pairs=self._typed["param"], file=file, environ=environ)

    def _handover(self, given: Given) -> Handover:
        recipe, repository = self._found.recipe, self._found.repository
        missing = missing_parameters(recipe, given)
        settled = replace(recipe, parameters=tuple(each for each in recipe.parameters if each not in missing))
        values: dict[str, Value] = settle_values(settled, given, use_examples=False)
        apis = {each.api: self._session.library.api(repository, each.api) for each in recipe.clients}
        customer = self._typed["customer"]
        return Handover(recipe, apis, values, customer_name(customer) if customer is not None else recipe.customer)

    def _path(self, handover: Handover) -> Path:
        if self._typed["output"]:
            return self._session.path(self._typed["output"])
        return Path(file_name(handover, self._format))

    def _verified(self) -> str:
        """Say how the file is checked; the words stand in the file, so they are made before."""
        if self._format == "curl":
            return f"requests taken from {_described(self._wanted_case())}"
        if self._doubt or self._case is None:
            return f"not run: {self._doubt}"
        return describe_trial(self._case)

    def _text(self, handover: Handover, verified: str, given: Given) -> str:
        provenance = self._provenance(verified)
        if self._format == "curl":
            case = self._wanted_case()
            refuse_other_values(handover.recipe, case, given)
            return commands_text(handover, provenance, read_known(case.cassette, self._session.cassette_cache))
        script = script_text(handover, provenance)
        compile(script, "script", "exec", dont_inherit=True)
        if self._subject is not None and self._case is not None:
            try_script(script, self._subject, self._case, cache=self._session.cassette_cache)
        return script if self._format == "script" else markdown_text(handover, provenance, script, self._case)

    def _wanted_case(self) -> Case:
        if self._case is None:
            hint = f"recipes record {self._found.name}"
            raise AskedWrongly(f"No case of {self._found.name} is recorded, so its requests are not known.", hint=hint)
        return self._case

    def _provenance(self, verified: str) -> Provenance:
        recipe = self._found.recipe
        commit = find_commit(recipe) if self._subject is not None else ""
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        return Provenance(recipe.id, recipe.digest, self._found.repository.title, commit, __version__, day, verified)

    def _scan(self, text: str, customer: str) -> None:
        repositories = self._session.library.repositories
        apis = {
            each.api: self._session.library.api(self._found.repository, each.api) for each in self._found.recipe.clients
        }
        secrets = Keys(self._session.environ, {}).secrets(apis)
        customers = find_customers(repositories, customer)
        faults, notes = find_faults(text, secrets=secrets, customers=customers)
        for note in notes:
            click.echo(safe_text(f"Note  {note}"), err=True)
        if faults:
            message = "What would be handed over holds what it must not, so nothing was written."
            raise HandoverRefused(message, details=faults, hint="change the value, or the recipe")


def _described(case: Case) -> str:
    return f"the case {case.name} ({SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d})"
