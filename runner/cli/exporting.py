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
from runner.cli.export_formats import FORMATS, Materials
from runner.cli.given import gather
from runner.cli.recording import subject_of
from runner.cli.session import Session
from runner.errors import AskedWrongly, HandoverRefused, NotTrusted
from runner.output.files import open_output
from runner.output.text import safe_text
from runner.recording.case import Case, case_files, read_case
from runner.recording.replay import Subject
from runner.running.values import Given, missing_parameters, settle_values
from runner.sharing.export.commit import find_commit
from runner.sharing.export.handover import Handover, customer_name, file_name
from runner.sharing.export.provenance import Provenance
from runner.sharing.export.scanning import find_customers, find_faults


class Export:
    """What is known of one export before it is written."""

    def __init__(self, session: Session, found: Found, typed: Mapping[str, Any]) -> None:
        self._session, self._found, self._typed = session, found, typed
        self._format = FORMATS[typed["format_"]]
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
        materials = self._materials(self._given(words))
        path = self._path(materials.handover)
        with open_output(path, force=self._typed["force"]) as file:
            verified = self._format.describe_check(materials, self._doubt)
            product = self._format.make(materials, self._provenance(verified))
            if product.trial is not None and self._subject is not None and self._case is not None:
                product.trial(self._subject, self._case, materials.cache)
            self._scan(product.searched, materials.handover.customer)
            file.stream.buffer.write(product.content)
            file.commit()
        click.echo(safe_text(verified.capitalize() if self._doubt else f"Checked: {verified}"), err=True)
        return path

    def _find_subject(self) -> tuple[Subject | None, str]:
        """Return what may run, or why it may not."""
        try:
            return subject_of(self._session, self._found), ""
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

    def _materials(self, given: Given) -> Materials:
        cache = self._session.cassette_cache
        if (with_output := self._typed["with_output"]) and self._typed["format_"] != "notebook":
            raise AskedWrongly("--with-output is for notebooks.", hint="--to notebook --with-output")
        return Materials(self._handover(given), given, self._found, self._case, cache, with_output)

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
        return Path(file_name(handover, self._typed["format_"]))

    def _provenance(self, verified: str) -> Provenance:
        recipe = self._found.recipe
        commit = find_commit(recipe) if self._subject is not None else ""
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        return Provenance(recipe.id, recipe.digest, self._found.repository.title, commit, __version__, day, verified)

    def _scan(self, content: str | Mapping[str, str], customer: str) -> None:
        repositories = self._session.library.repositories
        apis = {
            each.api: self._session.library.api(self._found.repository, each.api) for each in self._found.recipe.clients
        }
        secrets = Keys(self._session.environ, {}).secrets(apis)
        customers = find_customers(repositories, customer)
        faults = list[str]()
        for part, text in ({"": content} if isinstance(content, str) else content).items():
            found, notes = find_faults(text, secrets=secrets, customers=customers)
            start = f"{part}, " if part else ""
            faults += [start + fault for fault in found]
            for note in notes:
                click.echo(safe_text(f"Note  {start}{note}"), err=True)
        if faults:
            message = "What would be handed over holds what it must not, so nothing was written."
            raise HandoverRefused(message, details=faults, hint="change the value, or the recipe")
