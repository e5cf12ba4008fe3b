"""One `recipes export`, step by step: nothing is written before all was checked."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from runner import __version__
from runner.catalog import Found, Value
from runner.cli.export_formats import FORMATS, Materials, Product
from runner.cli.export_guard import handover_guard, inputs_of
from runner.cli.export_profile import say_given, say_meant, say_not_searched
from runner.cli.given import gather
from runner.cli.profiles import choose_profile
from runner.cli.recording import subject_of
from runner.cli.session import Session
from runner.errors import AskedWrongly, Mismatch, NotTrusted
from runner.output.files import open_output
from runner.output.text import safe_text
from runner.recording.case import Case, case_files, read_case
from runner.recording.replay import Subject
from runner.running.values import Given, missing_parameters, settle_values
from runner.sharing.export.commit import find_commit
from runner.sharing.export.handover import Handover, customer_name, file_name
from runner.sharing.export.provenance import Provenance


class Export:
    """What is known of one export before it is written."""

    def __init__(self, session: Session, found: Found, typed: Mapping[str, Any]) -> None:
        self._session, self._found, self._typed = session, found, typed
        self._format = FORMATS[typed["format_"]]
        self._profile = choose_profile(session, typed["profile"])
        self._subject, self._doubt = self._find_subject()
        self._case = self._find_case()

    def carry_out(self, words: Mapping[str, Sequence[str]]) -> Path | None:
        """Make, check and write the file, and return where it is; None after writing to stdout.

        Raises:
            BadValues: A value does not fit.
            Mismatch: The script does not give what was recorded.
            HandoverRefused: Something in it must not be handed over.
            AskedWrongly: A file stands there already, or it cannot be written.
        """
        given = self._given(words)
        materials = self._materials(given)
        self._say_profile(given, materials.handover.customer)
        path = self._path(materials.handover)
        with open_output(path, force=self._typed["force"]) as file:
            verified = self._format.describe_check(materials, self._doubt)
            product = self._format.make(materials, self._provenance(verified))
            self._try(product, materials.cache)
            guard = handover_guard(self._session, self._found, materials.handover, self._profile)
            guard.check(product.searched, self._typed["accept"], inputs_of(materials.handover))
            file.stream.buffer.write(product.content)
            file.commit()
        click.echo(safe_text(verified.capitalize() if self._doubt else f"Checked: {verified}"), err=True)
        return path

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
        environ, profile = self._session.environ, self._profile
        if self._typed["format_"] == "curl" and self._typed["profile"] is None:
            profile = None  # the requests were recorded, and RECIPES_PROFILE is not meant for this file alone
        return gather(
            self._found.recipe, words=words, pairs=self._typed["param"], file=file, environ=environ, profile=profile
        )

    def _materials(self, given: Given) -> Materials:
        cache = self._session.cassette_cache
        if (with_output := self._typed["with_output"]) and self._typed["format_"] != "notebook":
            raise AskedWrongly("--with-output is for notebooks.", hint="--to notebook --with-output")
        return Materials(self._handover(given), given, self._found, self._case, cache, with_output)

    def _handover(self, given: Given) -> Handover:
        recipe, repository = self._found.recipe, self._found.repository
        missing = missing_parameters(recipe, given)
        settled = recipe._replace(parameters=tuple(each for each in recipe.parameters if each not in missing))
        values: dict[str, Value] = settle_values(settled, given, use_examples=False)
        apis = {each.api: self._session.library.api(repository, each.api) for each in recipe.clients}
        return Handover(recipe, apis, values, self._customer())

    def _customer(self) -> str:
        """Return whom it is for: as typed, else as the profile says, else as the recipe does."""
        typed: str | None = self._typed["customer"]
        if typed is None:
            typed = self._profile.customer if self._profile and self._profile.customer else None
        return customer_name(typed) if typed is not None else self._found.recipe.customer

    def _say_profile(self, given: Given, customer: str) -> None:
        if self._profile is None:
            say_meant(self._session, customer)
            return
        gives_customer = bool(self._profile.customer) and self._typed["customer"] is None
        say_given(given._replace(profile_name=self._profile.name), gives_customer=gives_customer)
        say_not_searched(self._profile, self._session.environ)

    def _path(self, handover: Handover) -> Path | None:
        if self._typed["output"]:
            return self._session.result_path(self._typed["output"])
        return Path(file_name(handover, self._typed["format_"]))

    def _try(self, product: Product, cache: Path | None) -> None:
        """Run it on the case; where it differs, say so if the recipe is not that of the case any more."""
        if self._subject is None or self._case is None:
            return
        try:
            product.trial(self._subject, self._case, cache)
        except Mismatch as error:
            if self._case.digest != self._found.recipe.digest:
                when = f"{self._case.recorded_at:%Y-%m-%d}"
                stale = f"The recipe was changed after its case {self._case.name} was recorded on {when}."
                error.details = (*error.details, stale)
            raise

    def _provenance(self, verified: str) -> Provenance:
        recipe = self._found.recipe
        commit = find_commit(recipe) if self._subject is not None else ""
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        return Provenance(recipe.id, recipe.digest, self._found.repository.title, commit, __version__, day, verified)
