"""One `recipes run`, step by step: nothing is asked before it may run, nothing is sent before all is settled."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from shlex import join
from typing import TYPE_CHECKING

import click

from runner import __version__
from runner.catalog import Found, Value
from runner.cli.connections import link_nowhere, sandbox_moment
from runner.cli.delivery import Destination, choose_destination, commit, deliver, open_file
from runner.cli.given import ask_for_missing, gather
from runner.cli.permission import approve
from runner.cli.profiles import KeyRing, choose_profile
from runner.cli.sandbox import parse_moment
from runner.cli.session import Session
from runner.cli.stages import (
    Stage,
    example_files,
    find_case,
    live_stage,
    refuse_other_values,
    replay_stage,
    sandbox_stage,
)
from runner.cli.streams import PrintedText, ProgressLine
from runner.errors import AskedWrongly, BadValues
from runner.output.provenance import Provenance
from runner.output.text import safe_text
from runner.recording.case import DEFAULT_CASE, Case, case_files
from runner.running.curl import as_curl
from runner.running.run import Plan, open_run
from runner.running.secrets import Secrets
from runner.running.values import Given, settle_values
from runner.running.wires import FirstRequest

if TYPE_CHECKING:
    from runner.cli.run import Options
    from runner.running.isolated.isolation import Isolation


class Job:
    """What is known of one run before it starts.

    Attributes:
        secrets: What must not be shown.
    """

    def __init__(self, session: Session, found: Found, options: "Options", isolation: "Isolation | None") -> None:
        self._session, self._found, self._options = session, found, options
        self._recipe = found.recipe
        self._apis = {c.api: session.library.api(found.repository, c.api) for c in found.recipe.clients}
        self._approval = approve(session, found.repository, found.recipe, self._apis.values())
        self._isolation = isolation
        self._profile = choose_profile(session, options.profile)
        self._ring = KeyRing(session, options.env_file, self._profile)
        self._keys = self._ring.find(self._apis, is_live=options.is_live)
        self.secrets = Secrets(self._keys.secrets(self._apis))

    def carry_out(self, typed: Mapping[str, Sequence[str]], words: Sequence[str]) -> None:
        """Settle the values and where the result goes, then run.

        Args:
            typed: The words given for each parameter.
            words: All that was typed behind `recipes run`.
        """
        self._say_where_from()
        if case := self._case():
            self._run(self._replay_stage(case, typed))
            return
        values = self._settle_values(typed, words)
        if self._options.dry_run:
            self._print_first_request(values)
        elif self._options.is_live:
            if not self._options.quiet:
                self._ring.say(self._apis, self._keys)
            self._run(live_stage(values, self._apis, self._keys))
        else:
            self._run(sandbox_stage(values, self._apis, self._approval, self._sandbox_clock()))

    def _settle_values(self, typed: Mapping[str, Sequence[str]], words: Sequence[str]) -> dict[str, Value]:
        """Return all values, or raise one error that names all that is missing: values and keys."""
        options = self._options
        no_key = self._ring.missing(self._apis, self._keys, f"recipes run {join(words)}") if options.is_live else None
        given = self._gather(typed)
        if self._session.is_interactive and not options.try_ and no_key is None:
            given, spared = ask_for_missing(self._recipe, given)
            if spared:
                self._note(f"Same without questions:\n  {join(['recipes', 'run', *words, *spared])}\n")
        try:
            values = settle_values(self._recipe, given, use_examples=options.try_)
        except BadValues as error:
            error.details = (*error.details, *([str(no_key)] if no_key else []))
            raise
        if no_key is not None:
            raise no_key
        return values | example_files(self._found, given) if options.try_ else values

    def _gather(self, typed: Mapping[str, Sequence[str]]) -> Given:
        options, session = self._options, self._session
        file = session.path(options.params) if options.params else None
        return gather(
            self._recipe, words=typed, pairs=options.param, file=file, environ=session.environ, profile=self._profile
        )

    def _run(self, setting: AbstractContextManager[Stage]) -> None:
        recipe = self._recipe
        destination = choose_destination(self._session, recipe, self._options)
        is_shown = self._shows_progress(destination)
        progress = ProgressLine(is_shown=is_shown, counts_rows=recipe.gives == "rows")
        with setting as stage, open_file(destination, recipe, self._provenance(stage)) as file:
            plan = Plan(
                recipe,
                stage.values,
                stage.links,
                self._approval,
                self.secrets,
                clock_at=stage.clock_at,
                prints=PrintedText(self.secrets),
                isolation=self._isolation,
            )
            if stage.notice:
                click.echo(safe_text(stage.notice), err=True)
            with open_run(plan, progress) as run:
                notes = deliver(run, recipe, destination, file, progress)
            stage.check()
            notes += commit(destination, file)
        if self._session.stderr_is_terminal:
            notes.append(progress.summary())
        for text in notes:
            self._note(text)

    def _sandbox_clock(self) -> datetime | None:
        if not self._options.try_:
            return None
        return parse_moment(self._options.now) if self._options.now else sandbox_moment(self._apis)

    def _case(self) -> Case | None:
        """Return the case that answers: one that was asked for, or for --try one where an API has no sandbox."""
        if self._options.replay is not None:
            return find_case(self._found, self._options.replay)
        unimitated = [api for api in self._apis.values() if not api.sandbox] if self._options.try_ else []
        if not unimitated:
            return None
        if not case_files(self._found.repository.root, self._recipe.id):
            message = f"{unimitated[0].title} has no sandbox, and {self._recipe.id} no recorded case to answer --try."
            raise AskedWrongly(message, hint="run it without --try")
        if self._options.now:
            raise AskedWrongly("--now sets the clock of a sandbox, and a recording has its own.", hint="drop --now")
        return find_case(self._found, DEFAULT_CASE)

    def _replay_stage(self, case: Case, typed: Mapping[str, Sequence[str]]) -> AbstractContextManager[Stage]:
        given = self._gather(typed)
        if self._options.profile is None:  # what RECIPES_PROFILE names is not meant for this run alone
            given = given._replace(profile={})
        refuse_other_values(self._recipe, case, given)
        return replay_stage(self._recipe, case, self._apis)

    def _print_first_request(self, values: Mapping[str, Value]) -> None:
        printed = PrintedText(self.secrets)
        links = link_nowhere(self._apis)
        clock, isolation = self._sandbox_clock(), self._isolation
        plan = Plan(
            self._recipe, values, links, self._approval, self.secrets, clock, prints=printed, isolation=isolation
        )
        try:
            with open_run(plan) as run:
                run.exhaust()
        except FirstRequest as first:
            click.echo(self.secrets.scrub(as_curl(first.request, first.api.key)))
            return
        self._note("This run sends no request.")

    def _provenance(self, stage: Stage) -> Provenance:
        private = tuple(parameter.name for parameter in self._recipe.parameters if parameter.private)
        return Provenance(
            recipe=self._recipe.id,
            title=self._recipe.title,
            values=self.secrets.scrub_value({k: value for k, value in stage.values.items() if k not in private}),
            private=private,
            started=datetime.now(UTC).replace(microsecond=0),
            source=stage.source,
            version=__version__,
        )

    def _shows_progress(self, destination: Destination) -> bool:
        """Whether a line on stderr is read by a person and runs into no rows on the same screen."""
        is_read = self._session.shows_progress
        is_apart = not self._session.stdout_is_terminal or destination.format == "table" or destination.path is not None
        return is_read and is_apart and not self._options.quiet

    def _say_where_from(self) -> None:
        if self._found.shadowed:
            where = f"{self._found.name} is taken from {self._found.repository.root}"
            other = "another repository" if self._session.added else "the catalog"
            click.echo(safe_text(f"{where}; {other} has one of that name too."), err=True)

    def _note(self, text: str) -> None:
        if not self._options.quiet:
            click.echo(safe_text(text, keep="\n"), err=True)
