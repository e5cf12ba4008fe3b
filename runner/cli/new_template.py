"""A new recipe from a template: find it, ask its questions, render it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from runner.catalog import Missing, Value, describe_kind, format_value
from runner.cli.given import read_values, split_pairs
from runner.cli.permission import approve
from runner.cli.session import Session
from runner.errors import BadValues
from runner.output.text import safe_text
from runner.scaffolding.answers import check_words, settle_answers, typed_words
from runner.scaffolding.naming import Target
from runner.scaffolding.questions import Question
from runner.scaffolding.rendering import draft_from_template
from runner.scaffolding.templates import find_template

if TYPE_CHECKING:
    from runner.scaffolding.draft import Draft


def make_draft(session: Session, target: Target, typed: Mapping[str, Any]) -> "tuple[Draft, list[str]]":
    """Make a recipe from the template that was chosen, asking on a terminal.

    Raises:
        NotTrusted: The template belongs to a repository that was not approved.
    """
    found = find_template(session.library.lenders, "blank" if typed["template"] is None else typed["template"])
    approve(session, found.repository)
    asked = Asked()
    answers = settle_answers(
        found.template,
        target,
        words=split_pairs(typed["param"]),
        file=read_values(session.path(typed["params"])) if typed["params"] else {},
        ask=asked.ask if session.is_interactive else None,
    )
    return draft_from_template(found.template, target, answers), asked.words


class Asked:
    """Questions put to a person, and the words that would have spared them."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def ask(self, question: Question, default: Value | Missing) -> Sequence[str] | None:
        """Ask until the answer fits; just Enter takes the default."""
        click.echo(safe_text(_explained(question, default)), err=True)
        if question.parameter.kind.many:
            answers = self._ask_many(question, default)
        else:
            answer = _ask_once(question, f"  {question.name}", may_be_empty=not isinstance(default, Missing))
            answers = [answer] if answer else []
        if answers:
            self.words += typed_words(question.name, tuple(answers))
        return answers or None

    def _ask_many(self, question: Question, default: Value | Missing) -> list[str]:
        answers: list[str] = []
        while True:
            may_be_empty = bool(answers) or not isinstance(default, Missing)
            answer = _ask_once(question, f"  {len(answers) + 1} (empty line ends)", may_be_empty=may_be_empty)
            if not answer:
                return answers
            answers.append(answer)


def _ask_once(question: Question, text: str, *, may_be_empty: bool) -> str:
    def check(answer: str) -> str:
        if answer or not may_be_empty:
            try:
                check_words(question, [answer])
            except BadValues as problem:
                raise click.UsageError(safe_text(str(problem))) from None
        return answer

    default = "" if may_be_empty else None
    answer: str = click.prompt(text, default=default, show_default=False, value_proc=check, err=True)
    return answer


def _explained(question: Question, default: Value | Missing) -> str:
    parameter = question.parameter
    kind = describe_kind(parameter) if parameter.kind.base != "str" or parameter.kind.choices else ""
    shown = "" if isinstance(default, Missing) else _shown(default)
    notes = "; ".join(filter(None, (kind, f"Enter for {shown}" if shown else "")))
    return f"{parameter.help}  [{notes}]" if notes else parameter.help


def _shown(default: Value) -> str:
    values = default if isinstance(default, tuple) else (default,)
    return ", ".join("" if each is None else format_value(each) for each in values)
