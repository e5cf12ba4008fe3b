"""Digests of what others wrote, alike for a clone, a zip and a folder, with or without CRLF.

`rb1:` and the base64 of the SHA-256 of lines `<SHA-256 of the file, as hex>  <path>` in order of path, with LF.
"""

import re
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Final

from runner.catalog.source import is_id
from runner.sharing.repositories.declared import API, RECIPE

DIGEST: Final = re.compile(r"rb1:[A-Za-z0-9+/]{43}=")
_WORD: Final = re.compile(r"\w+")


def canonical(content: bytes) -> bytes:
    """Return a text with LF for CRLF, and anything else (no UTF-8, or with NUL) as it is."""
    if b"\r\n" not in content or b"\0" in content:
        return content
    try:
        content.decode()
    except UnicodeDecodeError:
        return content
    return content.replace(b"\r\n", b"\n")


def tree_digest(hashes: Mapping[str, str]) -> str:
    """Return the digest of files, given the SHA-256 of each as hex by its path."""
    lines = "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes, key=str.encode))
    return f"rb1:{b64encode(sha256(lines.encode()).digest()).decode()}"


def file_hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file as hex; the contents are canonical already."""
    return {path: sha256(content).hexdigest() for path, content in files.items()}


def digest_name(digest: str) -> str:
    """Return a digest as the name of a folder: hex, as some systems make no difference between `a` and `A`."""
    return b64decode(digest.removeprefix("rb1:")).hex()


def recipe_digests(files: Mapping[str, bytes], hashes: Mapping[str, str], sandboxes: Iterable[str]) -> dict[str, str]:
    """Return the digest of each recipe with all that a run of it executes or obeys, by its id.

    That is its file, its lock of requirements, and `api.toml` and sandbox of each API it may use: the one of its
    folder, and each whose name stands in it as a word, as a client must be named like its API. It may be one too many,
    never one too few, and no parser has a say in it.

    Args:
        files: Of the repository, by path.
        hashes: Of each, as from `file_hashes`.
        sandboxes: The folders of sandboxes, with a slash at the end.
    """
    of_api = _files_by_api(hashes, sandboxes)
    found: dict[str, str] = {}
    for path in hashes:
        recipe_id = recipe_id_of(path)
        if recipe_id:
            closure = _closure(path, files[path], of_api)
            found[recipe_id] = tree_digest({each: hashes[each] for each in closure if each in hashes})
    return dict(sorted(found.items()))


def recipe_id_of(path: str) -> str:
    """Return the id of the recipe in a file, or `""` where it can be none."""
    found = RECIPE.fullmatch(path)
    name = f"{found[1]}/{found[2]}".replace("_", "-") if found else ""
    return name if is_id(name) else ""


def _files_by_api(paths: Collection[str], sandboxes: Iterable[str]) -> dict[str, set[str]]:
    """Return `api.toml` and sandbox of each API, by its name as an identifier."""
    folders: dict[str, str] = {}
    for folder in sandboxes:
        folders[folder.split("/")[1]] = folder
    found: dict[str, set[str]] = {}
    for path in paths:
        api = API.fullmatch(path)
        if api:
            found.setdefault(api[1].replace("-", "_"), set()).add(path)
        elif any(path.startswith(folder) for folder in folders.values()):
            found.setdefault(path.split("/")[1].replace("-", "_"), set()).add(path)
    return found


def _closure(path: str, content: bytes, of_api: Mapping[str, set[str]]) -> set[str]:
    own = path.split("/")[1].replace("-", "_")
    # Python normalises identifiers like this: https://docs.python.org/3/reference/lexical_analysis.html#identifiers
    words = set(_WORD.findall(unicodedata.normalize("NFKC", content.decode(errors="replace"))))
    used = {own, *(words & of_api.keys())}
    return {path, f"{path.removesuffix('.py')}.lock"}.union(*(of_api.get(api, set()) for api in used))
