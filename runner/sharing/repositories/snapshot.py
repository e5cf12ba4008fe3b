"""What is taken of a repository from elsewhere: its declared files, after every check. Nothing is repaired."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from runner import __version__
from runner.catalog import Repository, read_block
from runner.catalog.closure import sandbox_module
from runner.catalog.digests import canonical, file_hashes, tree_digest
from runner.catalog.repository import repository_of
from runner.catalog.tables import table_of
from runner.catalog.text_file import text_of
from runner.errors import BrokenSource, RepositoryRefused
from runner.sharing.repositories.declared import API, RECIPE, REPOSITORY, is_declared, is_in_place
from runner.sharing.repositories.digest import recipe_closures, recipe_digests
from runner.sharing.repositories.names import find_fault, find_twins

Read: TypeAlias = "Callable[[Sequence[Entry]], Iterable[bytes]]"
"""Gives the contents of files, in order."""

EntryKind: TypeAlias = Literal["file", "folder", "link", "submodule", "other"]
"""A `link` leads elsewhere, a `submodule` is another repository, `other` is a device or the like."""

_MOST_SHOWN: Final = 10
_MEGABYTE: Final = 1_000_000
_CUSTOMER: Final = re.compile(rb"^#.*customer", re.MULTILINE)
"""A block is made of comments, so its key `customer` stands in one."""


class Entry(NamedTuple):
    """Something with a name in a repository from elsewhere.

    Attributes:
        path: Below its root, with `/`.
        kind: What it is.
        size: Bytes, as its source says.
        key: What its source knows it by.
    """

    path: str
    kind: EntryKind
    size: int
    key: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a repository may hold.

    Attributes:
        files: How many.
        total: Bytes of all.
        one: Bytes of each.
    """

    files: int
    total: int
    one: int = 20 * _MEGABYTE


BY_GIT: Final = Limits(files=20_000, total=200 * _MEGABYTE)
IN_ARCHIVE: Final = Limits(files=2_000, total=50 * _MEGABYTE)


@dataclass(frozen=True)
class Snapshot:
    """The declared files of a repository as they are kept: texts with LF line ends, all else as it is.

    Attributes:
        files: Content by path, in order of path.
        sandboxes: The folders that hold sandboxes: `recipes/echo/sandbox/`.
        left_out: How many recipes were made for a customer, and so stay where they are.
    """

    files: Mapping[str, bytes] = field(repr=False)
    sandboxes: tuple[str, ...] = ()
    left_out: int = 0

    @cached_property
    def digest(self) -> str:
        """Of all files: `rb1:...`."""
        return tree_digest(self.hashes)

    @cached_property
    def recipes(self) -> dict[str, str]:
        """The digest of each recipe with all that it runs with, by id."""
        return recipe_digests(self.closures, self.hashes)

    @cached_property
    def closures(self) -> dict[str, frozenset[str]]:
        """The paths of all that each recipe runs with, by its id."""
        return recipe_closures(self.files, self.sandboxes)

    @cached_property
    def description(self) -> Repository:
        """What its `recipes.toml` says.

        Raises:
            BrokenSource: The file breaks a rule, or needs a newer runner.
        """
        path = Path(REPOSITORY)
        table = table_of(text_of(self.files[REPOSITORY], path), path)
        return repository_of(table, Path("/"), runner_version=__version__)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each file as hex, by path."""
        return file_hashes(self.files)


def take_snapshot(entries: Iterable[Entry], read: Read, limits: Limits, customers: Collection[str] = ()) -> Snapshot:
    """Read the declared files of a repository.

    Args:
        entries: All that it holds, folders apart.
        read: Gives their contents.
        limits: How much it may hold.
        customers: Whose examples are taken too; all others stay where they are.

    Raises:
        RepositoryRefused: It holds a link, a name that does not travel, too much, or a recipe whose text can be read in
            two ways; all of it is refused then.
        BrokenSource: `recipes.toml` is missing or breaks a rule.
    """
    placed = [entry for entry in entries if is_in_place(entry.path)]
    refuse_entries(placed)
    apis = [entry for entry in placed if API.fullmatch(entry.path)]
    _refuse_excess(apis, limits)
    sandboxes = _sandboxes(dict(zip((entry.path for entry in apis), read(apis), strict=True)))
    declared = [entry for entry in placed if is_declared(entry.path, sandboxes)]
    _refuse_excess(declared, limits)
    files = {entry.path: content for entry, content in zip(declared, read(declared), strict=True)}
    if REPOSITORY not in files:
        raise BrokenSource(Path(REPOSITORY), 1, "there is no such file", hint="take the folder that holds recipes.toml")
    _refuse_line_ends(files)
    own = {path: canonical(content) for path, content in files.items()}
    kept, left_out = _without_customers(own, {each.casefold() for each in customers})
    snapshot = Snapshot(dict(sorted(kept.items())), sandboxes, left_out)
    assert snapshot.description.name  # it is read once, so that what is wrong with it is told now
    return snapshot


def snapshot_of(files: Mapping[str, bytes]) -> Snapshot:
    """Return files that were taken before, as they are."""
    apis = {path: content for path, content in files.items() if API.fullmatch(path)}
    return Snapshot(dict(sorted(files.items())), _sandboxes(apis))


def refuse_entries(entries: Sequence[Entry]) -> None:
    """Refuse a repository in which anything but plain files stands, or a name that is another one elsewhere.

    Raises:
        RepositoryRefused: Such is there; each is named.
    """
    faults = [f"{entry.path} {fault}" for entry in entries if (fault := _fault(entry))]
    twins = find_twins(entry.path for entry in entries if entry.kind != "folder")
    faults += [f"{one} and {other} are one file on some systems" for one, other in twins]
    if faults:
        more = [f"... and {len(faults) - _MOST_SHOWN:,} more"] if len(faults) > _MOST_SHOWN else []
        message = "This repository holds what none may hold, so nothing of it was kept."
        hint = "ask its publisher to remove them"
        raise RepositoryRefused(message, details=[*faults[:_MOST_SHOWN], *more], hint=hint)


def _fault(entry: Entry) -> str:
    if entry.kind == "link":
        return "is a symbolic link"
    if entry.kind == "submodule":
        return "is a submodule"
    return "is no plain file" if entry.kind == "other" else find_fault(entry.path)


def _refuse_excess(entries: Sequence[Entry], limits: Limits) -> None:
    total = sum(entry.size for entry in entries)
    if len(entries) > limits.files:
        raise RepositoryRefused(f"This repository holds {len(entries):,} files; {limits.files:,} are taken at most.")
    if total > limits.total:
        amounts = f"{total / _MEGABYTE:,.0f} MB; {limits.total / _MEGABYTE:,.0f} MB are taken at most"
        raise RepositoryRefused(f"This repository holds {amounts}.")
    large = [entry.path for entry in entries if entry.size > limits.one]
    if large:
        most = f"{limits.one / _MEGABYTE:,.0f} MB"
        raise RepositoryRefused(f"{large[0]} is larger than {most}, so nothing of this repository was kept.")


def _sandboxes(apis: Mapping[str, bytes]) -> tuple[str, ...]:
    return tuple(sorted(filter(None, (_sandbox(path, content) for path, content in apis.items()))))


def _sandbox(path: str, content: bytes) -> str:
    """Return the folder of the sandbox that an `api.toml` names; `""` where it names none, or cannot be read."""
    module = sandbox_module(Path(path), content)
    return f"{path.removesuffix('api.toml')}{module}/" if module else ""


def _refuse_line_ends(files: Mapping[str, bytes]) -> None:
    """Refuse recipes in which one reader sees a line end and another does not."""
    faults = [path for path, content in files.items() if RECIPE.fullmatch(path) and b"\r" in content]
    if faults:
        raise RepositoryRefused(
            "A recipe here has line ends other than LF, so nothing of this repository was kept.",
            details=faults[:_MOST_SHOWN],
            hint="ask its publisher for a .gitattributes with  *.py text eol=lf",
        )


def _without_customers(files: Mapping[str, bytes], named: Collection[str]) -> tuple[dict[str, bytes], int]:
    """Leave out each recipe that was made for a customer who is not named, with its lock and its cases."""
    made_for = [
        path
        for path, content in files.items()
        if RECIPE.fullmatch(path) and (customer := customer_in(path, content)) and customer.casefold() not in named
    ]
    left_out = tuple(place for path in made_for for place in _places_of(path))
    return {path: content for path, content in files.items() if not path.startswith(left_out)}, len(made_for)


def customer_in(path: str, content: bytes) -> str:
    """Return for whom a recipe was made, `""` for nobody; what cannot be read names nobody."""
    if not _CUSTOMER.search(content):  # in most: to read a thousand blocks takes as long as git takes to clone them
        return ""
    try:
        customer = read_block(text_of(content, Path(path)), Path(path)).table.get("customer", "")
    except BrokenSource:
        return ""
    return customer if isinstance(customer, str) else "?"


def _places_of(recipe: str) -> Iterator[str]:
    _, api, name = recipe.removesuffix(".py").split("/")
    yield recipe
    yield f"{recipe.removesuffix('.py')}.lock"
    yield f"cassettes/{api.replace('_', '-')}/{name.replace('_', '-')}/"
