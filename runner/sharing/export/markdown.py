"""A recipe as a page for a ticket or a wiki: the question, the steps, the script, a sample of the result."""

import re
from collections.abc import Iterator
from html import escape
from io import StringIO

from runner.output.markdown import markdown_cell
from runner.output.writers import open_writer, write_record
from runner.recording.case import SOURCES, Case
from runner.recording.sample import read_sample
from runner.scaffolding.literals import comment_text
from runner.sharing.export.arguments import option_of
from runner.sharing.export.handover import Handover, file_name
from runner.sharing.export.provenance import Provenance

SAMPLE_ROWS = 5


def markdown_text(handover: Handover, provenance: Provenance, script: str, case: Case | None) -> str:
    """Return the page.

    Args:
        handover: What is handed over.
        provenance: Of the page.
        script: As `script_text` makes it.
        case: For the sample; None shows none.
    """
    recipe = handover.recipe
    parts = [f"# {inline(recipe.title)}"]
    if handover.customer:
        parts.append(f"For {inline(handover.customer)}.")
    parts += [escape(recipe.description, quote=False)] if recipe.description else []
    parts += ["## Steps", "\n".join(_steps(handover))]
    if recipe.parameters:
        parts += ["## Values", "\n".join(_values(handover))]
    if case is not None:
        parts += ["## Sample result", *_sample(handover, case)]
    parts += ["## The script", fenced(script, "python"), _hidden(provenance)]
    return "\n\n".join(parts) + "\n"


def _steps(handover: Handover) -> Iterator[str]:
    name = file_name(handover, "script")
    needs = " ".join(f'"{each}"' for each in handover.recipe.dependencies) or '"httpx>=0.28"'
    steps = [
        f"Save the script below as `{name}`.",
        f"Install what it needs, for Python 3.11 or later: `pip install {needs}`.",
    ]
    for client in handover.recipe.clients:
        api = handover.apis[client.api]
        if api.key is not None:
            words = f"Put your {inline(api.title)} key into the variable `{api.key.env}`, or be asked for it."
            steps.append(f"{words} {inline(api.key.help)}".strip())
    steps.append(f"Run `python {name}`; `--help` says what it takes, and `--json` writes JSON.")
    yield from (f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _values(handover: Handover) -> Iterator[str]:
    yield from ("| option | value | means |", "| --- | --- | --- |")
    for parameter in handover.recipe.parameters:
        value = handover.values.get(parameter.name, "(required)")
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else value
        cells = [markdown_cell("option", option_of(parameter)), markdown_cell("value", shown)]
        yield f"| {' | '.join([*cells, markdown_cell('means', ' '.join(parameter.help.split()))])} |"


def _sample(handover: Handover, case: Case) -> Iterator[str]:
    sample = read_sample(case.result, SAMPLE_ROWS, handover.recipe.gives)
    source = f"{SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d}"
    yield f"{len(sample.rows)} of {sample.total:,}, {source}."
    match handover.recipe.gives:
        case "text":
            yield fenced(str(sample.rows[0]) if sample.rows else "", "markdown")
        case "record" if sample.rows:
            text = StringIO()
            write_record("md", text, sample.rows[0], excel=False, for_terminal=False)
            yield text.getvalue().rstrip("\n")
        case "rows" if sample.rows:
            text = StringIO()
            writer = open_writer("md", text, columns=(), excel=False, width=None, limit=None, for_terminal=False)
            for row in sample.rows:
                writer.write(row)
            writer.close()
            yield text.getvalue().rstrip("\n")


def fenced(text: str, language: str) -> str:
    """Return a block that nothing in the text can end."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def inline(text: str) -> str:
    """Return a text to stand in a line of Markdown, where it shows as it is."""
    return markdown_cell("text", " ".join(text.split()))


def _hidden(provenance: Provenance) -> str:
    lines = (comment_text(line).replace("--", "- -") for line in provenance.lines())
    first, *rest = lines
    return "\n".join(["<!--", first.replace("- -provenance", "--provenance"), *rest, "-->"])
