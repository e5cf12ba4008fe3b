"""The APIs that a draft needs: those its repository describes already, and those that come along from the catalog."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from runner.catalog import ClientParameter, Library, Repository, read_api, read_block
from runner.catalog.index_walk import API_FILE, CATALOG
from runner.catalog.parsed import Parsed
from runner.catalog.signature import read_signature
from runner.catalog.text_file import read_text
from runner.errors import BrokenSource
from runner.scaffolding.draft import Draft
from runner.scaffolding.naming import Target, unknown_api

_SANDBOX = re.compile(r"^sandbox(?:-now)?[ \t]*=.*\n", re.MULTILINE)


def find_target(api: str, name: str, repositories: Sequence[Repository]) -> Target:
    """Return where a recipe of an API will stand.

    Args:
        api: With hyphens.
        name: With hyphens.
        repositories: The one in use first; an API that it lacks may be one of another.

    Raises:
        NotFound: None of them describes the API.
        BrokenSource: Its `api.toml` breaks a rule.
    """
    for repository in repositories:
        if folder := _folder_of(repository, api):
            return Target(api, name, read_api(folder).title, folder.name)
    known = sorted({name_of(folder) for repository in repositories for folder in repository.api_folders()})
    raise unknown_api(api, name, known, repositories[0].root)


def with_apis(draft: Draft, repository: Repository, others: Sequence[Repository]) -> Draft:
    """Return a draft with the `api.toml` of each API that its recipe calls and its repository lacks.

    Args:
        draft: Its recipe may call APIs that none describes: a check says so.
        repository: In which it will stand.
        others: From which an `api.toml` may come, without its sandbox, which is code; the catalog lends its own.
    """
    for client in _clients(draft, repository.root):
        described = {name_of(folder) for folder in repository.api_folders()}
        written = {name_of(Path(path).parent) for path in draft.files if Path(path).name == API_FILE}
        if client.api not in described | written:
            for other in others:
                if folder := _folder_of(other, client.api):
                    draft = _with_api(draft, other, folder)
                    break
    return draft


def sandboxes(draft: Draft, library: Library, repository: Repository) -> bool:
    """Tell whether a sandbox answers for every API that the recipe of a draft calls."""
    names = {client.api for client in _clients(draft, repository.root)}
    described = {name_of(folder) for folder in repository.api_folders()}
    return bool(names) and names <= described and all(library.api(repository, name).sandbox for name in names)


def name_of(folder: Path) -> str:
    """Return the name of the API in a folder."""
    return folder.name.replace("_", "-")


def without_sandbox(text: str) -> str:
    """Return the text of an `api.toml` that names no sandbox: that one is code, and stays where it is."""
    return _SANDBOX.sub("", text)


def _with_api(draft: Draft, other: Repository, folder: Path) -> Draft:
    text = read_text(folder / API_FILE)
    plain = without_sandbox(text)
    is_catalog = other.alias == CATALOG
    note = f"{folder.name}/{API_FILE} comes along from {'the catalog' if is_catalog else other.title}"
    if plain != text:
        note += ", whose sandbox answers for it" if is_catalog else ", without the sandbox: record live"
    files = {**draft.files, f"recipes/{folder.name}/{API_FILE}": plain}
    return draft._replace(files=files, notes=(*draft.notes, f"{note}."))


def _folder_of(repository: Repository, api: str) -> Path | None:
    return next((folder for folder in repository.api_folders() if name_of(folder) == api), None)


def _clients(draft: Draft, root: Path) -> tuple[ClientParameter, ...]:
    """Return what `main` of the recipe is given; nothing where it cannot be read, which a check says better."""
    clients: list[ClientParameter] = []
    for name, text in draft.files.items():
        path = root / name
        if path.suffix != ".py":
            continue
        try:
            parsed = Parsed(path, text, read_block(text, path), ast.parse(text))
            clients += read_signature(parsed, parsed.main)[0]
        except (BrokenSource, SyntaxError, ValueError):
            continue
    return tuple(clients)
