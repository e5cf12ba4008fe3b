"""One `recipes run`, step by step: nothing is asked before it may run, nothing is sent before all is settled."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from shlex import join
from typing import TYPE_CHECKING

import click

from runner import __version__
from runner.catalog import Api, Found, Value
from runner.cli.connections import (
    Keys,
    find_missing_keys,
    link_live,
    link_nowhere,
    link_sandbox,
    read_env_file,
    sandbox_moment,
)
from runner.cli.delivery import Destination, choose_destination, deliver, open_file
from runner.cli.given import ask_for_missing, gather
from runner.cli.sandbox import parse_moment
from runner.cli.session import Session
from runner.cli.streams import PrintedText, ProgressLine
from runner.errors import BadValues
from runner.output.provenance import Provenance
from runner.output.text import safe_text
from runner.running.curl import as_curl
from runner.running.run import Plan, Run
from runner.running.secrets import Secrets
from runner.running.values import settle_values
from runner.running.wires import FirstRequest

if TYPE_CHECKING:
    from runner.cli.run import Options


class Job:
    """What is known of one run before it starts.

    Attributes:
        secrets: What must not be shown.
    """

    def __init__(self, session: Session, found: Found, options: "Options") -> None:
        self._session, self._found, self._options = session, found, options
        self._recipe = found.recipe
        self._approval = session.trust.approve(found.repository)
        self._apis = {c.api: session.library.api(found.repository, c.api) for c in found.recipe.clients}
        self._keys = Keys(session.environ, read_env_file(session.path(options.env_file) if options.env_file else None))
        self.secrets = Secrets({name: self._keys.find(api) for name, api in self._secret_apis()})

    def carry_out(self, typed: Mapping[str, Sequence[str]], words: Sequence[str]) -> None:
        """Settle the values and where the result goes, then run.

        Args:
            typed: The words given for each parameter.
            words: All that was typed behind `recipes run`.
        """
        self._say_where_from()
        values = self._settle_values(typed, words)
        if self._options.dry_run:
            self._print_first_request(values)
            return
        self._run(values, choose_destination(self._session, self._recipe, self._options))

    def _settle_values(self, typed: Mapping[str, Sequence[str]], words: Sequence[str]) -> dict[str, Value]:
        """Return all values, or raise one error that names all that is missing: values and keys."""
        options = self._options
        no_key = find_missing_keys(self._apis, self._keys, f"recipes run {join(words)}") if options.is_live else None
        file = self._session.path(options.params) if options.params else None
        given = gather(self._recipe, words=typed, pairs=options.param, file=file, environ=self._session.environ)
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
        return values

    def _run(self, values: Mapping[str, Value], destination: Destination) -> None:
        options, recipe = self._options, self._recipe
        clock_at = self._clock()
        links = link_live(self._apis, self._keys) if options.is_live else link_sandbox(self._apis, self._approval)
        printed = PrintedText(self.secrets)
        plan = Plan(recipe, values, links, self._approval, self.secrets, clock_at, printed)
        progress = ProgressLine(is_shown=self._shows_progress(destination))
        with open_file(destination, recipe, self._provenance(values)) as file:
            if clock_at:
                self._say_invented(clock_at)
            with Run(plan, progress) as run:
                notes = deliver(run, recipe, destination, file, progress)
        if self._session.stderr_is_terminal:
            notes.append(progress.summary())
        for text in notes:
            self._note(text)

    def _print_first_request(self, values: Mapping[str, Value]) -> None:
        printed = PrintedText(self.secrets)
        links = link_nowhere(self._apis)
        plan = Plan(self._recipe, values, links, self._approval, self.secrets, self._clock(), printed)
        try:
            with Run(plan) as run:
                run.exhaust()
        except FirstRequest as first:
            click.echo(self.secrets.scrub(as_curl(first.request, first.api.key)))
            return
        self._note("This run sends no request.")

    def _provenance(self, values: Mapping[str, Value]) -> Provenance:
        private = tuple(parameter.name for parameter in self._recipe.parameters if parameter.private)
        return Provenance(
            recipe=self._recipe.id,
            title=self._recipe.title,
            values=self.secrets.scrub_value({name: value for name, value in values.items() if name not in private}),
            private=private,
            started=datetime.now(UTC).replace(microsecond=0),
            source="live" if self._options.is_live else "Sandbox: invented data",
            version=__version__,
        )

    def _clock(self) -> datetime | None:
        if not self._options.try_:
            return None
        return parse_moment(self._options.now) if self._options.now else sandbox_moment(self._apis)

    def _secret_apis(self) -> list[tuple[str, Api]]:
        return [(api.key.env, api) for api in self._apis.values() if api.key is not None]

    def _shows_progress(self, destination: Destination) -> bool:
        """Whether a line on stderr is read by a person and runs into no rows on the same screen."""
        is_read = self._session.stderr_is_terminal and self._session.environ.get("TERM") != "dumb"
        is_apart = not self._session.stdout_is_terminal or destination.format == "table" or destination.path is not None
        return is_read and is_apart and not self._options.quiet

    def _say_where_from(self) -> None:
        if self._found.shadowed:
            where = f"{self._found.name} is taken from {self._found.repository.root}"
            click.echo(safe_text(f"{where}; the catalog has one of that name too."), err=True)

    def _say_invented(self, clock_at: datetime) -> None:
        titles = " and ".join(api.title for api in self._apis.values())
        moment = f"{clock_at:%Y-%m-%d %H:%M} UTC"
        text = f"Sandbox: invented {titles} data as of {moment}. No key used, nothing sent."
        click.echo(safe_text(text), err=True)

    def _note(self, text: str) -> None:
        if not self._options.quiet:
            click.echo(safe_text(text, keep="\n"), err=True)
