"""The files of a new repository, in memory: from answers, or from a curl command."""

import re
from pathlib import Path
from typing import Any

from runner.catalog import Api, Repository, catalog_root
from runner.catalog.text_file import read_text
from runner.cli.session import Session
from runner.scaffolding.answers import settle_answers
from runner.scaffolding.apis import without_sandbox
from runner.scaffolding.draft import Draft
from runner.scaffolding.naming import Target
from runner.scaffolding.rendering import draft_from_template
from runner.scaffolding.repository_files import FIRST_COLUMNS, FIRST_PATH, NewRepository, api_files, repository_files
from runner.scaffolding.templates import find_template

_FIRST = "first-call"


def described_draft(root: Path, api: Api, title: str | None) -> Draft:
    """Make the files of a repository for an API that was described, with a sandbox of its own.

    Args:
        root: Where they will stand.
        api: As described.
        title: Of the repository, or None to call it after its folder.
    """
    recipe = _first_recipe(api)
    files = repository_files(_named(root, title, api), first=recipe.recipe_id)
    return Draft({**files, **api_files(api), **recipe.files}, recipe.recipe_id)


def captured_draft(session: Session, root: Path, typed: dict[str, Any]) -> Draft:
    """Make the files of a repository whose first recipe is a pasted call; what was captured stays in `typed`.

    Raises:
        AskedWrongly: It is no curl command, or its API cannot be called so.
    """
    from runner.cli.new_curl import answers_of, capture_command
    from runner.scaffolding.naming import check_api_name

    name = f"{check_api_name(typed['api'])}/{_FIRST}" if typed["api"] else _FIRST
    # What stands around the current folder was allowed nothing: its api.toml would be copied and trusted.
    captured = capture_command(session, name, typed["curl"], answers_of(typed["param"]), repositories=[_catalog()])
    typed["captured"] = captured
    files = repository_files(_named(root, typed["title"], captured.api), first=captured.draft.recipe_id)
    return captured.draft._replace(files={**files, **_with_api(captured.draft, captured.api)})


def _named(root: Path, title: str | None, api: Api) -> NewRepository:
    name = name_of_folder(root)
    words = name.replace("-", " ").capitalize()
    return NewRepository(name, title or (words if words.lower().endswith("recipes") else f"{words} recipes"), api)


def name_of_folder(root: Path) -> str:
    """Return the name that a repository has by default: that of its folder, as a name."""
    name = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-")
    return (name if name[:1].isalpha() else f"recipes-{name}".strip("-"))[:64].strip("-")


def _catalog() -> Repository:
    return Repository(catalog_root(Path(__file__).parents[1]), "catalog", "")


def _first_recipe(api: Api) -> Draft:
    """Make the first recipe: one call, a row for each thing in its answer; its sandbox gives just that."""
    target = Target(api.name, _FIRST, api.title, api.folder.name)
    template = find_template([_catalog()], "blank").template
    file = {
        "question": f"Which items does {api.title[:60].strip()} have?",
        "about": "For a new developer, as a first call. Its sandbox is as new: write into both what your API has.",
        "path": FIRST_PATH,
        "items": "items",
        "columns": list(FIRST_COLUMNS),
    }
    answers = settle_answers(template, target, words={}, file=file, ask=None)
    return draft_from_template(template, target, answers)


def _with_api(draft: Draft, api: Api) -> dict[str, str]:
    """Return the files of a captured call with the `api.toml` that its repository needs, also of an API known here."""
    path = f"recipes/{api.folder.name}/api.toml"
    known = {} if path in draft.files else {path: without_sandbox(read_text(api.folder / "api.toml"))}
    return {**draft.files, **known}
