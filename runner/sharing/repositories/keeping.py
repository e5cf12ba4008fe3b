"""Adding, taking a newer state, syncing and verifying: from what came to files in the store and a line in the lock.

The files are kept first and the lock is written last, so that whoever is killed in between leaves the old state, and
beside it files that nobody names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from runner.errors import AskedWrongly, NotAsLocked, NotFound
from runner.sharing.repositories.fetching import Fetched, Fetcher
from runner.sharing.repositories.locked import ALIAS, TAKEN, Locked
from runner.sharing.repositories.lockfile import LockFile
from runner.sharing.repositories.plan import NOTHING, Plan, make_plan
from runner.sharing.repositories.snapshot import Snapshot
from runner.sharing.repositories.store import Store

_UNSOUND: Final = "are not what they were when they were kept"


def check_alias(alias: str, taken: Sequence[str]) -> None:
    """Refuse a name under which a repository cannot be added.

    Raises:
        AskedWrongly: It is none, or means something already.
    """
    if not ALIAS.fullmatch(alias):
        hint = "--as team   (lower-case letters, digits and hyphens)"
        raise AskedWrongly(f"{alias!r} is no name for a repository.", hint=hint)
    if alias in TAKEN or alias in taken:
        raise AskedWrongly(f"The name {alias!r} is taken.", hint="--as OTHER-NAME")


def add(lock: LockFile, store: Store, came: Fetched, alias: str) -> Locked:
    """Keep a repository that came, and write it into the lock.

    Args:
        lock: To be written.
        store: Where its files go.
        came: The repository.
        alias: Under which it is named; checked against other locks already.

    Raises:
        AskedWrongly: The name is taken by now, the repository is there under another one, or nothing can be written.
    """
    new = replace(came.locked, alias=alias)
    if came.snapshot is not None:
        store.of(new.source.identity(lock.path.parent)).keep(came.snapshot)

    def edit(before: tuple[Locked, ...]) -> tuple[Locked, ...]:
        check_alias(alias, [each.alias for each in before])
        twin = next((each.alias for each in before if each.source == new.source), None)
        if twin is not None:
            problem = f"{new.source.url} was added already, as {twin}."
            raise AskedWrongly(problem, hint=f"recipes repo update {twin}")
        return (*before, new)

    lock.change(edit)
    return new


def plan_update(
    store: Store, locked: Locked, came: Fetched, reviewed: Mapping[str, bytes | None] = NOTHING
) -> Plan | None:
    """Keep the files that came, and say what would change; None where nothing would.

    Args:
        store: For what came from there.
        locked: What is there.
        came: What would take its place.
        reviewed: What a reader knows already, as that of `Reviewed`.

    Raises:
        NotAsLocked: What is here is not what was locked, so nothing can be compared with it.
    """
    if came.snapshot is None or came.locked == locked:
        return None
    if not store.has(locked.digest):
        raise missing(locked)
    new = store.keep(came.snapshot)
    return make_plan(store.tree(locked.digest), new, locked.recipes, came.locked.recipes, reviewed)


def take(lock: LockFile, before: Locked, after: Locked) -> None:
    """Write what came into the lock in place of what was there.

    Raises:
        AskedWrongly: Another command changed it meanwhile, or it cannot be written.
    """

    def edit(now: tuple[Locked, ...]) -> tuple[Locked, ...]:
        if before not in now:
            problem = f"{lock.path} was changed meanwhile, so nothing was taken."
            raise AskedWrongly(problem, hint=f"recipes repo update {before.alias}")
        return tuple(after if each == before else each for each in now)

    lock.change(edit)


def remove(lock: LockFile, alias: str) -> Locked:
    """Take a repository out of the lock; its files stay in the store, where others may name them.

    Raises:
        NotFound: There is none of that name.
    """
    gone: list[Locked] = []

    def edit(now: tuple[Locked, ...]) -> tuple[Locked, ...]:
        gone.append(find(now, alias, command="recipes repo remove"))
        return tuple(each for each in now if each.alias != alias)

    lock.change(edit)
    return gone[0]


def find(repositories: Sequence[Locked], alias: str, *, command: str) -> Locked:
    """Return the repository of a name.

    Raises:
        NotFound: There is none.
    """
    for each in repositories:
        if each.alias == alias:
            return each
    known = [each.alias for each in repositories]
    raise NotFound("added repository", alias, known, command=command, fallback="recipes repo list")


def sync(fetcher: Fetcher, locked: Locked, *, is_strict: bool) -> str:
    """Make this machine have what is locked.

    Args:
        fetcher: What gets it.
        locked: What the lock says.
        is_strict: Nothing may be mended, and all must be pinned.

    Returns:
        What was done: `here`, `fetched`, `restored` or `linked`.

    Raises:
        NotAsLocked: What comes, or with `is_strict` what is here, is something else.
        SourceUnreachable: It cannot be reached.
    """
    if locked.source.kind == "folder":
        if is_strict:
            problem = f"{locked.alias} is a linked folder, whose content is not locked."
            raise NotAsLocked(problem, hint=f"recipes repo remove {locked.alias}, then recipes repo add its address")
        fetcher.again(locked)
        return "linked"
    store = fetcher.trees(locked.source)
    is_here = store.has(locked.digest)
    kept = store.read(locked.digest) if is_here else None
    if kept is not None:
        return _checked(locked, kept)
    if is_here and is_strict:
        raise unsound(locked)
    came = fetcher.again(locked)
    assert came.snapshot is not None
    store.keep(came.snapshot, anew=is_here)
    return "restored" if is_here else "fetched"


def verify(store: Store, locked: Locked) -> None:
    """Read again all that is kept of a repository.

    Args:
        store: For what came from there.
        locked: What the lock says.

    Raises:
        NotAsLocked: It is not here, or not what it was.
    """
    if locked.source.kind == "folder":
        return
    if not store.has(locked.digest):
        raise missing(locked)
    if not store.is_sound(locked.digest):
        raise unsound(locked)


def check_recipe(locked: Locked, recipe_id: str, digest: str) -> None:
    """Refuse to run a recipe with other files than those that are locked, whoever changed them.

    Args:
        locked: Its repository.
        recipe_id: `api/name`.
        digest: Of all that it would run with.

    Raises:
        NotAsLocked: They are others.
    """
    if locked.recipes.get(recipe_id) != digest:
        raise unsound(locked)


def missing(locked: Locked) -> NotAsLocked:
    """Make the error for a repository that is in the lock and not on this machine."""
    return NotAsLocked(f"{locked.alias} is in recipes.lock and not on this machine.", hint="recipes sync")


def unsound(locked: Locked) -> NotAsLocked:
    """Make the error for files that were changed where they are kept."""
    return NotAsLocked(f"The files kept of {locked.alias} {_UNSOUND}.", hint="recipes sync   (fetches them again)")


def _checked(locked: Locked, snapshot: Snapshot) -> str:
    """Compare what a lock says of the recipes with the files that are here."""
    if snapshot.recipes != locked.recipes:
        problem = f"What recipes.lock says of the recipes of {locked.alias} does not go with its content."
        raise NotAsLocked(problem, hint=locked.anew)
    return "here"
