"""The question whether something may run: what it would do stands above, the answer without a word is No."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from runner.catalog import readable_apis
from runner.cli.permission import as_shown
from runner.output.text import safe_text
from runner.sharing.disclosure import RUNS_AS_YOU, Disclosure, diff_of, texts_of
from runner.sharing.grants import LEVELS, Candidate, Level

if TYPE_CHECKING:
    from runner.cli.session import Session

Answer: TypeAlias = Literal["once", "version", "recipe", "repository", "folder"]
Choice: TypeAlias = Callable[[], Answer | None]
"""Does what a letter stands for; None asks again."""


class Prompt:
    """One question."""

    def __init__(self, session: "Session", candidate: Candidate, disclosure: Disclosure) -> None:
        self._session, self._candidate, self._disclosure = session, candidate, disclosure

    def show(self) -> None:
        """Say what would run."""
        _say(self._disclosure.heading)
        for line in (self._disclosure.reason, *self._disclosure.lines, RUNS_AS_YOU):
            _say(f"  {line}")

    def ask(self, level: Level | None = None) -> Answer | None:
        """Say what would run, ask until the answer is one, and remember it.

        Args:
            level: The only one that is offered; None offers all.

        Returns:
            What was allowed; None is No, as are Ctrl-C and the end of input.
        """
        self.show()
        choices = self._choices() if level is None else self._choices_for(level)
        letters = {name[name.index("[") + 1]: choice for name, choice in choices.items()}
        while True:
            try:
                letter = _letter("  ".join([*choices, "[N]o"]))
                if letter == "n":
                    return None
                if letter in letters and (answer := letters[letter]()):
                    return answer
            except click.Abort:
                click.echo(err=True)  # the question's line has no end yet
                return None

    def grant(self, level: Level) -> Answer:
        """Remember that it may run, and say so."""
        self._session.trust.grant(self._candidate, level)
        _say(f"Trusted: {self._candidate.name}, {LEVELS[level]}.")
        return level

    def _choices(self) -> Mapping[str, Choice]:
        """Return what each letter does, in the order in which it is offered."""
        once: Mapping[str, Choice] = {"[o]nce": lambda: "once"}
        if self._candidate.origin is None:
            return {"[v]iew": self._view, **once, "[y] trust this folder": self._trust_folder}
        whole: Mapping[str, Choice] = {"[r]epository": lambda: grant_repository(self._session, self._candidate)}
        if not self._candidate.item:
            return {**once, **whole}
        all_versions: Mapping[str, Choice] = {"[a]ll versions of it": lambda: self.grant("recipe")}
        looks: Mapping[str, Choice] = {"[d]iff": self._diff, "[v]iew": self._view}
        return {**looks, **once, "[y] this version": lambda: self.grant("version"), **all_versions, **whole}

    def _choices_for(self, level: Level) -> Mapping[str, Choice]:
        return {"[d]iff": self._diff, "[v]iew": self._view, f"[y] {LEVELS[level]}": lambda: self.grant(level)}

    def _view(self) -> None:
        for path, text in texts_of(self._candidate).items():
            _say(f"--- {path}")
            _say_text(text)

    def _diff(self) -> None:
        changes = diff_of(self._candidate, self._session.trust)
        if changes is None:
            _say("No version of it was approved, so all of it is new.")
            self._view()
        else:
            _say_text(changes or "Nothing has changed in what it runs with.")

    def _trust_folder(self) -> Answer:
        repository = self._candidate.repository
        self._session.trust.trust(repository, as_shown(self._candidate).apis)
        _say(f"Trusted: {repository.root}. Its recipes run as you.")
        return "folder"


def grant_repository(session: "Session", candidate: Candidate) -> Literal["repository"] | None:
    """Trust all of an added repository, once its alias was typed on a terminal; None where it was not."""
    assert candidate.origin is not None
    alias = candidate.origin.alias
    if session.is_interactive:
        question = f"  All recipes of {alias}, now and after every update, would run as you. Type {alias} to allow it"
        if click.prompt(question, default="", show_default=False, err=True) != alias:
            _say("That is not its name, so nothing was allowed.")
            return None
    whole = Candidate(candidate.repository, None, tuple(readable_apis(candidate.repository)), candidate.origin)
    session.trust.grant(whole, "repository")
    _say(f"Trusted: {alias}, {LEVELS['repository']}.")
    return "repository"


def _letter(line: str) -> str:
    answer: str = click.prompt(f"  {line}", default="n", show_default=False, prompt_suffix=" ", err=True)
    return answer.strip().lower()[:1] or "n"


def _say(text: str) -> None:
    click.echo(safe_text(text), err=True)


def _say_text(text: str) -> None:
    click.echo(safe_text(text, keep="\n\t").rstrip("\n"), err=True)
