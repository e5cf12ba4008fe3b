"""The README of a zip: what lies in it, and the exact commands, for bash and for PowerShell."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from runner.catalog import Parameter
from runner.recording.case import SOURCES, Case
from runner.sharing.export.arguments import option_of
from runner.sharing.export.handover import Handover, file_name
from runner.sharing.export.markdown import inline

_ABOUT: Final = {
    ".env.example": "The variables of the keys it needs, without the keys.",
    "requirements.txt": "The libraries it needs, for pip.",
    "PROVENANCE.txt": "Where it comes from and how it was checked.",
}


def readme_text(handover: Handover, files: Sequence[str], case: Case | None) -> str:
    """Return the page.

    Args:
        handover: What is handed over.
        files: Names of the others in its folder.
        case: Of the sample among them, or None.
    """
    recipe, script = handover.recipe, file_name(handover, "script")
    parts = [f"# {inline(recipe.title)}"]
    if handover.customer:
        parts.append(f"For {inline(handover.customer)}.")
    parts += [escape(recipe.description, quote=False)] if recipe.description else []
    parts += list(_key_part(handover))
    parts += ["## Run it", *_run_part(handover, script)]
    parts += ["## What lies here", "\n".join(f"- `{name}`: {_about(name, script, case)}" for name in sorted(files))]
    return "\n\n".join(parts) + "\n"


def sample_name(case: Case, ending: str) -> str:
    """Return the name of a sample, which says so where the data is invented."""
    return f"sample-result{'' if case.source == 'live' else '-invented-data'}.{ending}"


def _key_part(handover: Handover) -> Iterator[str]:
    if not handover.keys:
        return
    yield "## Give it the key"
    for client in handover.recipe.clients:
        api = handover.apis[client.api]
        if api.key is not None:
            yield f"Your {inline(api.title)} key goes into the variable `{api.key.env}`. {inline(api.key.help)}".strip()
    yield "In bash or zsh:"
    yield _fenced("bash", [f"export {name}='your key'" for name in handover.keys])
    yield "In PowerShell:"
    yield _fenced("powershell", [f"$env:{name} = 'your key'" for name in handover.keys])
    yield (
        "Or copy `.env.example` to `.env`, write the key into it, and run with `uv run --env-file .env`. "
        "Without any of this you are asked for the key; it is not shown."
    )


def _run_part(handover: Handover, script: str) -> Iterator[str]:
    script = " ".join([script, *(f"{option_of(each)} VALUE" for each in _missing(handover))])
    if script.endswith(" VALUE"):
        yield "In place of each VALUE goes one of yours."
    yield "With [uv](https://docs.astral.sh/uv/), which fetches Python and what the script needs by itself:"
    yield _fenced("sh", [f"uv run {script}"])
    yield "With [pipx](https://pipx.pypa.io/), which fetches what the script needs:"
    yield _fenced("sh", [f"pipx run --path {script}"])
    yield "With pip, for Python 3.11 or later; in bash or zsh:"
    activate = "source .venv/bin/activate"
    commands = ["python3 -m venv .venv", activate, "python -m pip install -r requirements.txt", f"python {script}"]
    yield _fenced("bash", commands)
    yield "In PowerShell:"
    yield _fenced("powershell", ["py -m venv .venv", r".venv\Scripts\Activate.ps1", *commands[2:]])
    yield "With `--help` it says what it takes, with `--json` it writes JSON, and in a pipe or a file CSV."


def _missing(handover: Handover) -> Iterator[Parameter]:
    return (each for each in handover.recipe.parameters if each.name not in handover.values)


def _about(name: str, script: str, case: Case | None) -> str:
    if name == script:
        return "The script."
    if case is not None and name.startswith("sample-result"):
        return f"What it gives: {SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d}, with example values."
    return _ABOUT.get(name, "The licence.")


def _fenced(language: str, lines: Sequence[str]) -> str:
    return "\n".join([f"```{language}", *lines, "```"])
