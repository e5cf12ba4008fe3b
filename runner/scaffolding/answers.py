"""Answers to the questions of a template: those that were given, its defaults, and what a person says when asked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from runner.catalog import MISSING, Missing, Parameter, Value, check_value, format_value
from runner.errors import AskedWrongly, BadValues, nearest
from runner.running.values import parse_words
from runner.scaffolding.language import Language
from runner.scaffolding.manifest import Template
from runner.scaffolding.naming import Target
from runner.scaffolding.questions import Question, with_equals

Words: TypeAlias = Mapping[str, Sequence[str]]
Ask: TypeAlias = Callable[[Question, "Value | Missing"], Sequence[str] | None]
"""Puts a question to a person and returns what was typed; None takes the default."""


def settle_answers(
    template: Template,
    target: Target,
    *,
    words: Words,
    file: Mapping[str, object],
    ask: Ask | None,
) -> dict[str, Value]:
    """Return the answer to each question; one that was not to be asked has its default, or None.

    Args:
        template: Whose questions.
        target: What it is to make.
        words: What was typed for a name; wins over the file.
        file: Values by name, of TOML or JSON.
        ask: For questions without an answer, and those that are always asked; None where nobody can be asked.

    Raises:
        BadValues: Answers are missing, wrong, or for no question; names all of them.
        BrokenSource: An expression of the template is wrong.
    """
    language = Language(template.path, {}, is_strict=False)
    values: dict[str, Value] = {}
    problems = list(_unknown(template, [*words, *file]))
    for question in template.questions:
        given = question.name in words or question.name in file
        default = question.default_for(target.api)
        holds = _holds(language, template, question, {**target.names, **values})
        try:
            if holds is False:
                _refuse(question, given=given)
                values[question.name] = None if isinstance(default, Missing) else default
            elif given:
                values[question.name] = _given(question, words, file)
            elif holds and ask is not None and (question.ask or default is MISSING):
                values[question.name] = _asked(question, default, ask)
            elif not isinstance(default, Missing):
                values[question.name] = default
            elif holds:
                raise _problem(question, f"-P {question.name} is missing: {_lowered(question.parameter.help)}")
        except BadValues as problem:
            problems.append(problem)
    if problems:
        raise _together(template, problems)
    return values


def check_words(question: Question, words: Sequence[str]) -> Value:
    """Return the answer that typed words are.

    Raises:
        BadValues: They are none; the hint is an option to type.
    """
    return _checked(question, parse_words, words)


def _checked(question: Question, read: Callable[[Parameter, Any], Value], given: object) -> Value:
    try:
        value = read(question.parameter, given)
    except BadValues as error:
        raise with_equals(error, question.name) from None
    return _matching(question, value)


def typed_words(name: str, value: Value) -> list[str]:
    """Return the options that give an answer without a question."""
    values = value if isinstance(value, tuple) else (value,)
    return [word for each in values if each is not None for word in ("-P", f"{name}={format_value(each)}")]


def _asked(question: Question, default: Value | Missing, ask: Ask) -> Value:
    words = ask(question, default)
    if words is None and not isinstance(default, Missing):
        return default
    return check_words(question, words or [""])


def _given(question: Question, words: Words, file: Mapping[str, object]) -> Value:
    if question.name in words:
        return check_words(question, words[question.name])
    return _checked(question, check_value, file[question.name])


def _matching(question: Question, value: Value) -> Value:
    if problem := question.misfit(value):
        raise _problem(question, f"-P {question.name} {problem}")
    return value


def _refuse(question: Question, *, given: bool) -> None:
    if given:
        problem = f"-P {question.name} means nothing here: it is asked only when {question.when}"
        raise BadValues(f"{problem}.", hint="leave it out")


def _holds(language: Language, template: Template, question: Question, known: Mapping[str, object]) -> bool | None:
    """Tell whether a question is to be asked; None where that depends on an answer that is missing."""
    if not question.when:
        return True
    unanswered = {each.name for each in template.questions} - set(known)
    line = template.table.line("questions", question.name, "when")
    if language.names(question.when, line=line) & unanswered:
        return None
    return bool(language.evaluate(question.when, known, line=line))


def _unknown(template: Template, names: Sequence[str]) -> Iterator[BadValues]:
    known = [question.name for question in template.questions]
    for name in dict.fromkeys(names):
        if name not in known:
            near = nearest(name, known)
            yield BadValues(
                f"The template {template.name} asks for no {name!r}.", hint=f"-P {near}=..." if near else ""
            )


def _problem(question: Question, message: str) -> BadValues:
    from shlex import quote  # only where something is wrong

    default = question.default_for("")
    example = default[0] if isinstance(default, tuple) and default else default
    plain = isinstance(example, tuple | Missing) or example is None
    text = "..." if plain else quote(format_value(example))  # type: ignore[arg-type]
    return BadValues(f"{message.rstrip('.')}.", hint=f"-P {question.name}={text}")


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _together(template: Template, problems: Sequence[BadValues]) -> AskedWrongly:
    if len(problems) == 1:
        return problems[0]
    return BadValues(
        f"{len(problems)} answers for the template {template.name} are missing or wrong:",
        details=[str(problem) for problem in problems],
        hint=" ".join(dict.fromkeys(problem.hint for problem in problems if problem.hint.startswith("-"))),
    )
