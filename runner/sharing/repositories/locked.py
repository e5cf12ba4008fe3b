"""The text of `recipes.lock`: which repositories were added, and with which content. No secret, and no trust, is in it.

It is TOML that this program writes and anybody may read. What a hand or a merge has made of it is read strictly.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from runner.catalog.digests import DIGEST
from runner.catalog.ids import is_id
from runner.catalog.tables import Table
from runner.catalog.toml_lines import line_of, parse_toml
from runner.catalog.wording import quoted
from runner.errors import BrokenSource
from runner.sharing.repositories.mirror import COMMIT, REF
from runner.sharing.repositories.source import Kind, Source, check_locked

ALIAS: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
TAKEN: Final = frozenset({"catalog", "local"})
"""Aliases that mean something else."""
_VERSION: Final = 1
MOST_CHARACTERS: Final = 5_000_000
_KEYS: Final = ("alias", "kind", "url", "ref", "commit", "digest", "recipes")
_NEEDED: Final = {
    "git": ("ref", "commit", "digest"),
    "zip": ("digest",),
    "pack": ("ref", "digest"),
    "folder": (),
}
AGAIN: Final = "undo the change, or remove the file and add each again: recipes repo add URL"
"""What helps against most damage."""
_HEAD: Final = """\
# Repositories that were added: `recipes repo add` writes this file, `recipes sync` fetches what it names.
# Commit it. It holds no key, and what it names does not run before you trust it.

"""


@dataclass(frozen=True, slots=True)
class Locked:
    """One repository that was added.

    Attributes:
        alias: Under which its recipes are named.
        source: Where it comes from.
        ref: Full name of the branch or tag, or a commit; the version of a pack; else `""`.
        commit: That it was, or `""` where it comes by other ways than git.
        digest: Of its files; `""` for a linked folder, which is read as it is.
        recipes: The digest of each recipe with what it uses, by id.
    """

    alias: str
    source: Source
    ref: str = ""
    commit: str = ""
    digest: str = ""
    recipes: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def anew(self) -> str:
        """What writes its part of the lock anew."""
        return f"recipes repo remove {self.alias}, then recipes repo add {self.source.url} --as {self.alias}"


def lock_text(repositories: tuple[Locked, ...]) -> str:
    """Return the text of a lock."""
    import tomli_w

    tables = [_table(each) for each in repositories]
    return _HEAD + tomli_w.dumps({"lock-version": _VERSION, "repository": tables})


def read_lock(text: str, path: Path) -> tuple[Locked, ...]:
    """Read the text of a lock.

    Raises:
        BrokenSource: It breaks a rule, or is of a newer version.
    """
    plain = text.replace("\r\n", "\n")
    values = parse_toml(plain, path, most_characters=MOST_CHARACTERS)
    table = Table(path, values, lambda keys: line_of(plain, keys))
    _check_version(table)
    table.allow("lock-version", "repository")
    listed = values.get("repository", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise table.broken("repository", "must be tables", "write [[repository]]")
    lines = _lines(plain, len(listed))
    found = tuple(_locked(Table(path, each, lines[at])) for at, each in enumerate(listed))
    aliases = [each.alias for each in found]
    for at, alias in enumerate(aliases):
        if alias in aliases[:at]:
            line = lines[at](("alias",))
            raise BrokenSource(path, line, f"the alias {alias} stands here a second time", hint="remove one of them")
    return found


def _check_version(table: Table) -> None:
    table.require("lock-version")
    version = table.values["lock-version"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise table.broken("lock-version", f"cannot be {quoted(version)}", "write lock-version = 1")
    if version > _VERSION:
        problem = f"is {version}, and this runner reads {_VERSION}"
        raise table.broken("lock-version", problem, "pip install -U recipe-runner")


def _locked(table: Table) -> Locked:
    table.allow(*_KEYS)
    table.require("alias", "kind", "url")
    alias, kind, url = table.text("alias"), table.text("kind"), table.text("url")
    if not ALIAS.fullmatch(alias) or alias in TAKEN:
        raise table.broken("alias", f"cannot be {quoted(alias)}", "use lower-case letters, digits and hyphens")
    if problem := check_locked(kind, url):
        raise BrokenSource(table.path, table.line("url"), f"{alias}: {problem}", hint=AGAIN)
    table.require(*_NEEDED[kind])
    for key in ("ref", "commit", "digest"):
        if key in table and key not in _NEEDED[kind]:
            raise table.broken(key, f"means nothing for a {kind}", "remove it")
    ref, commit, digest = table.text("ref"), table.text("commit"), table.text("digest")
    if kind == "git" and not (COMMIT.fullmatch(ref) or (ref.startswith("refs/") and REF.fullmatch(ref))):
        raise table.broken("ref", f"of {alias} is no full name of a ref", 'write it like "refs/tags/v1"')
    if commit and not COMMIT.fullmatch(commit):
        raise table.broken("commit", f"of {alias} is no commit", AGAIN)
    if digest and not DIGEST.fullmatch(digest):
        raise table.broken("digest", f"of {alias} is no digest", AGAIN)
    return Locked(alias, Source(cast(Kind, kind), url), ref, commit, digest, _recipes(table, alias))


def _recipes(table: Table, alias: str) -> dict[str, str]:
    found = table.table("recipes").values
    for recipe_id, digest in found.items():
        if not is_id(recipe_id) or not isinstance(digest, str) or not DIGEST.fullmatch(digest):
            problem = f"of {alias} holds {quoted(recipe_id)} = {quoted(digest)}, which is no recipe with its digest"
            raise table.broken("recipes", problem, AGAIN)
    return found


def _lines(text: str, count: int) -> list[Callable[[Sequence[str]], int]]:
    """Return for each `[[repository]]` what finds the line of one of its keys."""
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if re.match(r"\s*\[\[\s*repository\s*\]\]", line)]
    ends = [*starts[1:], len(lines)]
    found = [_finder(start, "\n".join(lines[start + 1 : end])) for start, end in zip(starts, ends, strict=False)]
    return found if len(found) == count else [lambda _: 1] * count


def _finder(start: int, part: str) -> Callable[[Sequence[str]], int]:
    def find(keys: Sequence[str]) -> int:
        try:
            return start + 1 + (line_of(part, keys) if keys else 0)
        except ValueError:  # a text of several lines was cut
            return start + 1

    return find


def _table(locked_: Locked) -> dict[str, Any]:
    values = {
        "alias": locked_.alias,
        "kind": locked_.source.kind,
        "url": locked_.source.url,
        "ref": locked_.ref,
        "commit": locked_.commit,
        "digest": locked_.digest,
        "recipes": dict(sorted(locked_.recipes.items())),
    }
    return {key: value for key, value in values.items() if value}
