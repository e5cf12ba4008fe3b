"""What `recipes init` needs to know: asked on a terminal, and elsewhere one error names all that is missing."""

import re
from pathlib import Path
from typing import Any

import click

from runner.catalog import Api, Repository, catalog_root
from runner.catalog.api import api_of
from runner.catalog.tables import table_of
from runner.cli.session import Session
from runner.errors import AskedWrongly, BadValues, BrokenSource
from runner.output.text import safe_text
from runner.scaffolding.answers import settle_answers
from runner.scaffolding.draft import Draft
from runner.scaffolding.naming import Target
from runner.scaffolding.rendering import draft_from_template
from runner.scaffolding.repository_files import FIRST_COLUMNS, FIRST_PATH, SANDBOX_NOW
from runner.scaffolding.templates import find_template

_QUESTIONS = {
    "api": "Name of the API, such as newswhip",
    "base_url": "Its address up to the version, such as https://api.example.com/v1",
    "key_in": "Where it wants its key: none, query, header, bearer or basic",
}


def name_of_folder(root: Path) -> str:
    """Return the name that a repository has by default: that of its folder, as a name."""
    name = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-")
    return (name if name[:1].isalpha() else f"recipes-{name}".strip("-"))[:64]


def settle_api(session: Session, root: Path, typed: dict[str, Any]) -> Api:
    """Return the API as it was described, asking on a terminal for what is missing.

    Raises:
        BadValues: Something is missing, and nobody can be asked.
        AskedWrongly: It cannot be so.
    """
    missing = [name for name in _QUESTIONS if typed[name] is None]
    if missing and not session.is_interactive:
        options = [f"--{name.replace('_', '-')}" for name in missing]
        details = [f"{option}  {_QUESTIONS[name]}" for option, name in zip(options, missing, strict=True)]
        words = " ".join(f"{option} ..." for option in options)
        raise BadValues("What the API is has to be said.", details=details, hint=f"recipes init FOLDER {words}")
    for name in missing:
        typed[name] = str(click.prompt(_QUESTIONS[name], err=True)).strip()
    if typed["key_in"] in ("query", "header") and not typed["key_name"]:
        if not session.is_interactive:
            raise BadValues(f"--key-name is missing: the {typed['key_in']} field of the key.", hint="--key-name key")
        typed["key_name"] = str(click.prompt(f"Name of the {typed['key_in']} field", err=True)).strip()
    return _api(root, typed)


def first_recipe(session: Session, api: Api) -> Draft:
    """Make the first recipe: one call, a row for each thing in its answer; its sandbox gives just that."""
    target = Target(api.name, "first-call", api.title, api.folder.name)
    catalog = Repository(catalog_root(Path(__file__).parents[1]), "catalog", "")
    template = find_template([catalog], "blank").template
    file = {
        "question": f"Which items does {' '.join(api.title.split())[:60]} have?",
        "about": "For a new developer, as a first call. Its sandbox is as new: write into both what your API has.",
        "path": FIRST_PATH,
        "items": "items",
        "columns": list(FIRST_COLUMNS),
    }
    answers = settle_answers(template, target, words={}, file=file, ask=None)
    return draft_from_template(template, target, answers)


def _api(root: Path, typed: dict[str, Any]) -> Api:
    """Read the description as `api.toml` is read, so that the same rules hold."""
    import tomli_w

    name = str(typed["api"]).replace("_", "-")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,63}", name):
        raise AskedWrongly(f"{typed['api']!r} names no API.", hint="--api newswhip   (lower case, digits, hyphens)")
    table: dict[str, Any] = {
        "title": name.replace("-", " ").title(),
        "base-url": str(typed["base_url"]).rstrip("/"),
        "sandbox": "sandbox:app",
        "sandbox-now": SANDBOX_NOW,
    }
    if typed["key_in"] != "none":
        variable = typed["key_env"] or f"{name.upper().replace('-', '_')}_API_KEY"
        key = {"in": typed["key_in"], "name": typed["key_name"] or "", "env": variable}
        table["key"] = {field: value for field, value in key.items() if value}
    if typed["rates"]:
        table["limits"] = {"rates": list(typed["rates"])}
    path = root / "recipes" / name.replace("-", "_") / "api.toml"
    try:
        return api_of(table_of(tomli_w.dumps(table), path), path.parent)
    except BrokenSource as error:
        raise AskedWrongly(safe_text(f"The API cannot be so: {error.problem}."), hint=error.hint) from None
