"""Getting a repository from where it comes: for the first time, exactly as it was locked, or as it is by now."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from runner.catalog import read_repository
from runner.errors import AskedWrongly, NotAsLocked, SourceUnreachable
from runner.sharing.repositories.git import Git
from runner.sharing.repositories.locked import Locked
from runner.sharing.repositories.mirror import COMMIT, Mirror, Refs, short
from runner.sharing.repositories.snapshot import Snapshot
from runner.sharing.repositories.source import Source
from runner.sharing.repositories.store import Store

_REDIRECTED: Final = re.compile(r"error: 30[12378]\b")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A repository that came.

    Attributes:
        locked: What a lock says of it.
        snapshot: Its files; None for a linked folder, which is read where it is.
    """

    locked: Locked
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True)
class Fetcher:
    """What gets repositories.

    Attributes:
        store: Where they are kept.
        base: The folder of the lock, to which paths in it are relative.
        git: Runs git.
        proxy: For downloads, or `""`.
        is_offline: The network is not asked.
        runner_version: Of this runner.
    """

    store: Store
    base: Path
    git: Git
    proxy: str = ""
    is_offline: bool = False
    runner_version: str = ""

    def trees(self, source: Source) -> Store:
        """Return the store for what came from there."""
        return self.store.of(source.identity(self.base))

    def first(self, source: Source, ref: str) -> Fetched:
        """Get a repository that is new, under the name it gives itself.

        Args:
            source: Where it comes from.
            ref: Branch, tag or commit as typed, or `""` for what its server calls its own.

        Raises:
            SourceUnreachable: It cannot be reached.
            RepositoryRefused: It holds what none may hold.
            BrokenSource: Its `recipes.toml` breaks a rule.
            AskedWrongly: There is no such ref, file, folder or pack.
        """
        if ref and source.kind != "git":
            raise AskedWrongly(f"--ref is for a git repository, and this is a {source.kind}.", hint="drop --ref")
        if source.kind == "folder":
            repository = read_repository(self.base / source.url, runner_version=self.runner_version)
            return Fetched(Locked(repository.name, source), None)
        if source.kind != "git":
            version, snapshot = self._other(source)
            return _fetched(Locked("", source, ref=version), snapshot)
        self._ask_network(source)
        with self.store.mirror(source.url, self.git) as mirror:
            name = _refs(mirror).choose(ref)
            commit = mirror.fetch(name)
            return _fetched(Locked("", source, name, commit), mirror.snapshot(commit))

    def again(self, locked: Locked) -> Fetched:
        """Get a repository as it was locked.

        Raises:
            NotAsLocked: What comes has other content.
            SourceUnreachable: It cannot be reached, or may not be asked for.
        """
        if locked.source.kind == "folder":
            read_repository(self.base / locked.source.url, runner_version=self.runner_version)
            return Fetched(locked, None)
        if locked.source.kind != "git":
            version, snapshot = self._other(locked.source)
            return _compared(locked, version, snapshot)
        with self.store.mirror(locked.source.url, self.git) as mirror:
            if not mirror.has(locked.commit):
                self._ask_network(locked.source)
                _bring(mirror, locked)
            return _compared(locked, locked.ref, mirror.snapshot(locked.commit))

    def newest(self, locked: Locked, ref: str = "") -> Fetched:
        """Get a repository as it is by now.

        Args:
            locked: As it was.
            ref: Another branch, tag or commit, as typed; `""` keeps to the one that is locked.

        Raises:
            NotAsLocked: A tag has moved, history was rewritten, or its address leads elsewhere by now.
            SourceUnreachable: It cannot be reached.
        """
        if locked.source.kind != "git":
            found = self.first(locked.source, ref)
            return Fetched(replace(found.locked, alias=locked.alias), found.snapshot)
        self._ask_network(locked.source)
        with self.store.mirror(locked.source.url, self.git) as mirror:
            refs = _refs(mirror)
            name = refs.choose(ref) if ref else locked.ref
            if name == locked.ref:
                _refuse_moved(locked, refs)
            commit = mirror.fetch(name)
            if name == locked.ref and not mirror.follows(commit, locked.commit):
                raise _rewritten(locked, commit)
            return _fetched(replace(locked, ref=name, commit=commit), mirror.snapshot(commit))

    def _other(self, source: Source) -> tuple[str, Snapshot]:
        """Return version and files of what comes without git."""
        if source.kind == "pack":
            from runner.sharing.repositories.folder import read_folder
            from runner.sharing.repositories.packs import find_pack

            pack = find_pack(source.url)
            return pack.version, read_folder(pack.folder)
        from runner.sharing.repositories.archive import read_archive, read_archive_file

        if not source.is_remote:
            return "", read_archive(read_archive_file(self.base / source.url))
        self._ask_network(source)
        from runner.sharing.repositories.download import download

        return "", read_archive(download(source.url, proxy=self.proxy))

    def _ask_network(self, source: Source) -> None:
        if self.is_offline and source.is_remote:
            problem = f"{source.url} is not on this machine, and the network is not to be asked."
            raise SourceUnreachable(problem, hint="drop --offline, or unset RECIPES_OFFLINE")


def _fetched(locked: Locked, snapshot: Snapshot) -> Fetched:
    """Complete what is locked by the content that came."""
    alias = locked.alias or snapshot.description.name
    return Fetched(replace(locked, alias=alias, digest=snapshot.digest, recipes=snapshot.recipes), snapshot)


def _compared(locked: Locked, ref: str, snapshot: Snapshot) -> Fetched:
    """Return what came if it is what was locked, to the last digest."""
    came = _fetched(replace(locked, ref=ref), snapshot)
    if came.locked.digest != locked.digest:
        raise NotAsLocked(
            f"{locked.alias} has other content than recipes.lock says.",
            details=[f"locked: {locked.digest}", f"came:   {came.locked.digest}"],
            hint=f"undo the change of recipes.lock, or {locked.anew}",
        )
    if came.locked.recipes != locked.recipes or came.locked.ref != locked.ref:
        problem = f"What recipes.lock says of the recipes of {locked.alias} does not go with its content."
        raise NotAsLocked(problem, details=_unlike(locked, came.locked), hint=locked.anew)
    return came


def _unlike(locked: Locked, came: Locked) -> list[str]:
    names = sorted({*locked.recipes, *came.recipes})
    unlike = [name for name in names if locked.recipes.get(name) != came.recipes.get(name)]
    return [f"{locked.alias}/{name}" for name in unlike[:5]]


def _refs(mirror: Mirror) -> Refs:
    """Ask for the refs; an address that leads elsewhere is a stop, and the other one is named."""
    try:
        return mirror.list_refs()
    except SourceUnreachable as error:
        if not _REDIRECTED.search(str(error)):
            raise
        raise NotAsLocked(
            f"{mirror.url} leads to another address, so nothing was taken from there.",
            details=_leads_to(mirror.url),
            hint="recipes repo add with the new address, if you trust it",
        ) from None


def _leads_to(url: str) -> list[str]:
    from runner.sharing.repositories.download import redirect_of

    target = redirect_of(f"{url}/info/refs?service=git-upload-pack")
    return [f"from: {url}", f"to:   {target.partition('/info/refs')[0]}"] if target else []


def _bring(mirror: Mirror, locked: Locked) -> None:
    """Fetch until the commit is here that was locked."""
    refs = _refs(mirror)
    if locked.ref in refs.commits and not COMMIT.fullmatch(locked.ref):
        mirror.fetch(locked.ref)
    if not mirror.has(locked.commit):
        mirror.fetch_all()
    if not mirror.has(locked.commit):
        raise _gone(locked, refs.commits.get(locked.ref, ""))


def _refuse_moved(locked: Locked, refs: Refs) -> None:
    """Stop where a tag means another commit than it did, or where the ref is gone."""
    if COMMIT.fullmatch(locked.ref):
        return
    now = refs.commits.get(locked.ref, "")
    if not now:
        raise NotAsLocked(
            f"{short(locked.ref)} is gone from {locked.source.url}.",
            details=[f"locked: {locked.commit}"],
            hint=f"recipes repo update {locked.alias} --ref OTHER",
        )
    if locked.ref.startswith("refs/tags/") and now != locked.commit:
        raise _stopped(f"The tag {short(locked.ref)} of {locked.alias} was moved; a tag should not.", locked, now)


def _rewritten(locked: Locked, now: str) -> NotAsLocked:
    problem = f"The history of {short(locked.ref)} of {locked.alias} was rewritten: it lacks the commit that is locked."
    return _stopped(problem, locked, now)


def _gone(locked: Locked, now: str) -> NotAsLocked:
    return _stopped(f"{locked.source.url} has the locked commit of {locked.alias} no more.", locked, now)


def _stopped(problem: str, locked: Locked, now: str) -> NotAsLocked:
    hint = f"ask its publisher; to take it all the same: {locked.anew}"
    return NotAsLocked(problem, details=[f"locked: {locked.commit}", f"now:    {now or 'none'}"], hint=hint)
