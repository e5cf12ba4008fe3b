"""Which files each recipe of a repository runs with, and the digest of those: what a lock says is what trust says."""

from collections.abc import Collection, Iterable, Mapping

from runner.catalog.closure import apis_named, lock_name
from runner.catalog.digests import tree_digest
from runner.catalog.ids import is_id
from runner.sharing.repositories.declared import API, RECIPE


def recipe_closures(files: Mapping[str, bytes], sandboxes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the paths of what each recipe runs with, by its id: as `catalog.closure.recipe_closure` does in a folder.

    Args:
        files: Of the repository, by path.
        sandboxes: The folders of sandboxes, with a slash at the end.
    """
    of_api = _files_by_api(files, sandboxes)
    found: dict[str, frozenset[str]] = {}
    for path, content in files.items():
        if recipe_id := recipe_id_of(path):
            used = apis_named(content.decode(errors="replace"), path.split("/")[1], of_api)
            closure = {path, lock_name(path)}.union(*(of_api[api] for api in used))
            found[recipe_id] = frozenset(closure & files.keys())
    return dict(sorted(found.items()))


def recipe_digests(closures: Mapping[str, Iterable[str]], hashes: Mapping[str, str]) -> dict[str, str]:
    """Return the digest of each recipe with all that it runs with, by its id.

    Args:
        closures: As from `recipe_closures`.
        hashes: Of each file, as from `file_hashes`.
    """
    return {name: tree_digest({path: hashes[path] for path in paths}) for name, paths in closures.items()}


def recipe_id_of(path: str) -> str:
    """Return the id of the recipe in a file, or `""` where it can be none."""
    found = RECIPE.fullmatch(path)
    name = f"{found[1]}/{found[2]}".replace("_", "-") if found else ""
    return name if is_id(name) else ""


def _files_by_api(paths: Collection[str], sandboxes: Iterable[str]) -> dict[str, set[str]]:
    """Return `api.toml` and sandbox of each API, by the name of its folder."""
    folders = tuple(sandboxes)
    found: dict[str, set[str]] = {}
    for path in paths:
        if API.fullmatch(path) or path.startswith(folders):
            found.setdefault(path.split("/")[1], set()).add(path)
    return found
