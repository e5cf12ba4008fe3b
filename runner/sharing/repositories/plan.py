"""What an update would change, said before it is taken: recipes, and what they may reach and do from then on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from runner.catalog import Api, Parameter, Recipe, describe_kind, read_api, read_recipe
from runner.catalog.ids import bare_id
from runner.catalog.index_walk import API_FILE, is_folder, listed, visible
from runner.errors import BrokenSource
from runner.running.approval import host
from runner.sharing.approved import unified
from runner.sharing.repositories.folder import walk_files

NOTHING: Final[Mapping[str, bytes | None]] = MappingProxyType({})
_LARGEST_SHOWN: Final = 200_000  # bytes of one file in a diff


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between two states of one repository.

    Attributes:
        added: Ids of new recipes.
        removed: Ids of recipes that are gone.
        renamed: Old and new id of recipes that have another name.
        changed: Ids of recipes that say or do something else, or whose API does.
        grants: What is new to be reached or done, a line each: hosts, keys, dependencies, parameters, writing.
        diff: Unified, of all texts: from what was approved last of a file, else from what is there.
        is_same: Whether no file differs from what is there.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    diff: str = field(default="", repr=False)
    is_same: bool = True

    @property
    def gone(self) -> tuple[str, ...]:
        """Ids that mean nothing any more."""
        return (*self.removed, *(old for old, _ in self.renamed))


def make_plan(
    old: Path,
    new: Path,
    before: Mapping[str, str],
    after: Mapping[str, str],
    reviewed: Mapping[str, bytes | None] = NOTHING,
) -> Plan:
    """Compare two states of a repository; nothing of them is executed.

    Args:
        old: The folder of what is there.
        new: The folder of what would take its place.
        before: The digest of each recipe with what it uses, by id.
        after: The same for the new state.
        reviewed: What a reader of the diff knows already, as that of `Reviewed`.
    """
    was, will_be = read_state(old), read_state(new)
    gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    renamed = tuple(_renamed(was, will_be, gone, come))
    lost, found = {one for one, _ in renamed}, {other for _, other in renamed}
    return Plan(
        added=tuple(each for each in come if each not in found),
        removed=tuple(each for each in gone if each not in lost),
        renamed=renamed,
        changed=tuple(sorted(each for each in before.keys() & after.keys() if before[each] != after[each])),
        grants=tuple(_grants(was, will_be, dict(renamed))),
        diff=diff_trees(old, new, reviewed),
        is_same=old == new,
    )


@dataclass(frozen=True, slots=True)
class State:
    """What can be read of a repository.

    Attributes:
        recipes: By id; those that break a rule are left out, as none of them runs.
        apis: By name.
    """

    recipes: Mapping[str, Recipe]
    apis: Mapping[str, Api]


def read_state(root: Path) -> State:
    """Read all recipes and APIs of a repository in a folder."""
    recipes, apis = dict[str, Recipe](), dict[str, Api]()
    for folder in visible(listed(root / "recipes", [])):
        for entry in visible(listed(folder.path, [])) if is_folder(folder) else ():
            path = Path(entry.path)
            try:
                if entry.name == API_FILE:
                    apis[folder.name.replace("_", "-")] = read_api(path.parent)
                elif path.suffix == ".py" and not is_folder(entry):
                    recipes[bare_id(path)] = read_recipe(path)
            except BrokenSource:
                continue
    return State(recipes, apis)


def diff_trees(old: Path, new: Path, reviewed: Mapping[str, bytes | None] = NOTHING) -> str:
    """Return the unified diff between the texts of two folders; of other files it says only that they differ.

    Args:
        old: The folder that was there.
        new: The other one.
        reviewed: What stands in the place of files of the old folder: content by path, None for no file.
    """
    before = {entry.path: Path(entry.key) for entry in walk_files(old)}
    after = {entry.path: Path(entry.key) for entry in walk_files(new)}
    parts = []
    for path in sorted({*before, *after, *reviewed}):
        was = reviewed[path] if path in reviewed else _content(before.get(path))
        parts.append(_diff(path, was, _content(after.get(path)), "approved" if path in reviewed else "a"))
    return "".join(parts)


def _content(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None


def _diff(path: str, old: bytes | None, new: bytes | None, origin: str) -> str:
    if old == new:
        return ""
    one, other = old or b"", new or b""
    try:
        if max(len(one), len(other)) > _LARGEST_SHOWN:
            return f"{path} differs; it is too large to be shown\n"
        texts = one.decode(), other.decode()
    except UnicodeDecodeError:
        return f"{path} differs; it is no text\n"
    was, name = f"{origin}/{path}" if old is not None else "/dev/null", f"b/{path}" if new is not None else "/dev/null"
    text = unified(was, texts[0], name, texts[1])
    return text or f"{path} is {'new' if new is not None else 'gone'} and empty\n"


def _renamed(was: State, will_be: State, gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair recipes that only changed their names: the same text, or else the same question at the same API."""
    left = list(come)
    for old in gone:
        before = was.recipes.get(old)
        for new in left if before else ():
            after = will_be.recipes.get(new)
            if before and after and _is_same(before, after):
                left.remove(new)
                yield old, new
                break


def _is_same(before: Recipe, after: Recipe) -> bool:
    return before.digest == after.digest or (before.title, before.api) == (after.title, after.api)


def _grants(was: State, will_be: State, renamed: Mapping[str, str]) -> Iterator[str]:
    yield from _new("host", _hosts(was), _hosts(will_be))
    yield from _new("key", _keys(was), _keys(will_be))
    yield from _new("dependency", _dependencies(was), _dependencies(will_be))
    old_names = {new: old for old, new in renamed.items()}
    for recipe_id, after in sorted(will_be.recipes.items()):
        before = was.recipes.get(old_names.get(recipe_id, recipe_id))
        if after.writes and not (before and before.writes):
            yield f"writing: {recipe_id} changes something at {after.api}"
        if before:
            yield from _new("parameter", _parameters(recipe_id, before), _parameters(recipe_id, after))


def _new(what: str, before: set[str], after: set[str]) -> Iterator[str]:
    return (f"{what}: {each}" for each in sorted(after - before))


def _hosts(state: State) -> set[str]:
    return {host(api) for api in state.apis.values()}


def _keys(state: State) -> set[str]:
    return {f"{api.key.env} goes to {host(api)}" for api in state.apis.values() if api.key}


def _dependencies(state: State) -> set[str]:
    return {each for recipe in state.recipes.values() for each in recipe.dependencies}


def _parameters(recipe_id: str, recipe: Recipe) -> set[str]:
    return {f"{recipe_id} {_parameter(each)}" for each in recipe.parameters}


def _parameter(parameter: Parameter) -> str:
    needed = ", required" if parameter.required else ""
    return f"{parameter.option} ({describe_kind(parameter)}{needed})"
