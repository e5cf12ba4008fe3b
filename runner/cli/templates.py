"""`recipes templates`."""

from typing import TYPE_CHECKING, Any

import click

from runner.cli.completing import complete_template
from runner.cli.session import Session
from runner.errors import BrokenSource

if TYPE_CHECKING:
    from runner.catalog import Value
    from runner.scaffolding.questions import Question
    from runner.scaffolding.templates import Shelved


@click.command("templates")
@click.argument("name", required=False, shell_complete=complete_template)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array, with all questions.")
@click.pass_obj
def command(session: Session, name: str | None, as_json: bool) -> None:
    """See what `recipes new --template` can start from: all templates, or what NAME makes and asks.

    A repository's own templates lie in its `templates/recipe/` and come before those of the catalog.
    """
    from runner.cli.group import show_error
    from runner.cli.list import write_json
    from runner.scaffolding.templates import find_template, find_templates

    broken: list[BrokenSource] = []
    if name is None:
        shelved, broken = find_templates(session.library.lenders)
    else:
        shelved = [find_template(session.library.lenders, name)]
    if as_json:
        write_json(session, list(map(as_data, shelved)))
    else:
        click.echo(_list(session, shelved) if name is None else _description(session, shelved[0]), nl=False)
    for error in broken:
        show_error(error)


def as_data(shelved: "Shelved") -> dict[str, Any]:
    """Return what `templates --json` says of one template; the keys are a contract."""
    template = shelved.template
    return {
        "name": template.name,
        "title": template.title,
        "help": template.help.strip(),
        "repository": shelved.repository.name,
        "path": str(template.folder),
        "questions": list(map(_question_data, template.questions)),
    }


def _question_data(question: "Question") -> dict[str, Any]:
    parameter = question.parameter
    return {
        "name": question.name,
        "type": question.type,
        "help": parameter.help,
        "default": _plain(parameter.default),
        "defaults": {api: _plain(value) for api, value in question.defaults.items()},
        "choices": list(parameter.kind.choices),
        "pattern": question.pattern,
        "when": question.when,
        "min": _plain(parameter.min),
        "max": _plain(parameter.max),
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; None stands for no default."""
    from runner.catalog import MISSING, format_value

    if value is MISSING or value is None or isinstance(value, bool | int | float):
        return None if value is MISSING else value
    return [_plain(each) for each in value] if isinstance(value, tuple) else format_value(value)


def _list(session: Session, shelved: "list[Shelved]") -> str:
    from runner.output.grid import render_table

    cells = [(each.template.name, each.template.title, _asks(each)) for each in shelved]
    table = render_table(("TEMPLATE", "MAKES", "ASKS"), cells, width=session.width, wrap=1)
    return f"{table}\nAll it asks  recipes templates NAME\nUse it       recipes new NAME --template NAME\n"


def _asks(shelved: "Shelved") -> str:
    """Name the questions: how many there are, and which have no default for every API."""
    from runner.catalog import MISSING

    questions = shelved.template.questions
    open_ = [each.name for each in questions if each.parameter.default is MISSING]
    return f"{len(questions)}{': ' if open_ else ''}{', '.join(open_)}"


def _description(session: Session, shelved: "Shelved") -> str:
    from runner.catalog import describe_kind
    from runner.output.grid import render_table
    from runner.output.text import safe_text

    template = shelved.template
    cells = [(each.name, describe_kind(each.parameter), _default(each), _means(each)) for each in template.questions]
    table = render_table(("QUESTION", "TAKES", "DEFAULT", "MEANS"), cells, width=session.width, wrap=3)
    head = safe_text(f"{template.title}\n\n{template.help.strip()}\n\n".lstrip("\n"), keep="\n")
    return f"{head}{table}\nUse it  recipes new NAME --template {template.name} -P question=...\n"


def _default(question: "Question") -> str:
    from runner.catalog import MISSING

    general = [] if question.parameter.default is MISSING else [_text(question.parameter.default)]
    return "; ".join([*general, *(f"{_text(value)} ({api})" for api, value in question.defaults.items())])


def _text(value: "Value | Any") -> str:
    from runner.catalog import format_value

    values = value if isinstance(value, tuple) else (value,)
    return ", ".join(format_value(each) for each in values) or "(empty)"


def _means(question: "Question") -> str:
    return f"{question.parameter.help}{f'; asked only when {question.when}' if question.when else ''}"
