"""What the user allowed to run on this machine.

The store is a JSON file of the user's alone. Where it cannot be believed (another's, open to others, a link, damaged)
nothing is trusted: rules and tests follow what Homebrew does for its taps.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runner.catalog import Api, Recipe, Repository
from runner.errors import AskedWrongly, NotTrusted
from runner.output.lock import locked
from runner.running.approval import Approval, trust_command
from runner.sharing.grants import Candidate, Grant, Level, Origin, destinations_of
from runner.sharing.trust_file import FILE_NAME, LOCK_NAME, Book, Folder, read_book, write_book

if TYPE_CHECKING:
    from runner.sharing.approved import Approved

AS_YOU = "A recipe runs as you: it can read your files and any key this machine can read."


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class TrustStore:
    """The user's word on what may run.

    Attributes:
        folder: The user's state folder; made with mode 0700 when first written to.
        catalog: Root of the repository that comes with this program, which is always trusted.
        words: What may run besides, as `read_words` gives it.
        clock: Says the time.
    """

    def __init__(
        self, folder: Path, catalog: Path, words: frozenset[str] = frozenset(), clock: Callable[[], datetime] = _now
    ) -> None:
        """Read nothing yet; the arguments are the attributes."""
        self.folder, self.catalog, self.words, self.clock = folder, catalog, words, clock

    def approve(
        self,
        repository: Repository,
        recipe: Recipe | None = None,
        *,
        apis: Iterable[Api] = (),
        origin: Origin | None = None,
    ) -> Approval:
        """Return the leave to run a recipe, or something else that a repository holds.

        Args:
            repository: Where it lies.
            recipe: What runs; for a folder it does not matter.
            apis: Those it calls, or the one whose sandbox runs; their keys may go to their hosts.
            origin: Of an added repository, of which only what was approved may run; None for a folder.

        Raises:
            NotTrusted: The user has not given it.
            BrokenSource: A file of an added recipe cannot be read.
        """
        return self.admit(Candidate(repository, recipe, tuple(apis), origin))

    def admit(self, candidate: Candidate) -> Approval:
        """Do what `approve` does."""
        if candidate.repository.root == self.catalog.resolve():
            return Approval(candidate.repository.root)
        approval = self._folder_approval(candidate) if candidate.origin is None else self._grant_approval(candidate)
        for api in candidate.apis:
            approval.check_destination(api)
        return approval

    def approval_of(self, candidate: Candidate) -> Approval:
        """Return the leave that a user gives to what was just shown, for this once."""
        root, pairs = candidate.repository.root, frozenset(candidate.destinations)
        if candidate.origin is None:
            return Approval(root, pairs, self.catalog)
        files = candidate.closure.digests if candidate.closure else {}
        return Approval(root, pairs, self.catalog, files, candidate.name)

    def trust(self, repository: Repository, apis: Iterable[Api]) -> tuple[str, ...]:
        """Remember that a folder may run, and which key may go to which host.

        Returns:
            `VARIABLE host` for each of its APIs that wants a key, sorted.
        """
        granted = destinations_of(apis)
        with self._changing() as book:
            book.folders[str(repository.root)] = Folder(frozenset(granted), self.clock())
        return granted

    def extend(self, repository: Repository, apis: Iterable[Api]) -> tuple[str, ...]:
        """Let the keys of APIs go to their hosts from a folder that may run already; nothing for any other folder.

        Returns:
            `VARIABLE host` for each that is new, sorted.
        """
        wanted = frozenset(destinations_of(apis))
        with self._changing() as book:
            folder = book.folders.get(str(repository.root))
            if folder is None:
                return ()
            new = sorted(wanted - folder.destinations)
            book.folders[str(repository.root)] = Folder(folder.destinations | wanted, folder.when)
        return tuple(new)

    def grant(self, candidate: Candidate, level: Level) -> Grant:
        """Remember that something of an added repository may run, and keep a copy of what was approved.

        Args:
            candidate: What; for all of the repository, one without a recipe and with all its APIs.
            level: How far this goes.

        Raises:
            AskedWrongly: The store cannot be written.
            BrokenSource: A file of it cannot be read.
        """
        assert candidate.origin is not None
        closure = None if level == "repository" else candidate.closure
        item, digest = (candidate.item, closure.digest) if closure else ("", "")
        pairs = frozenset(candidate.destinations)
        grant = Grant(candidate.origin.identity, level, item, digest, pairs, self.clock())
        with self._changing() as book:
            if closure:
                self.copies.keep(closure)
            book.add(grant)
        return grant

    def forget(self, root: Path) -> bool:
        """Take the word for a folder back; return whether there was one."""
        if str(root) not in self._read().folders:
            return False
        with self._changing() as book:
            return book.folders.pop(str(root), None) is not None

    def revoke(self, identity: str, item: str = "") -> int:
        """Take back what was granted to an added repository, or to one thing of it; return how many grants that was."""

        def is_meant(grant: Grant) -> bool:
            return grant.identity == identity and item in ("", grant.item)

        if not any(map(is_meant, self._read().grants)):
            return 0
        with self._changing() as book:
            before = len(book.grants)
            book.grants = [each for each in book.grants if not is_meant(each)]
            return before - len(book.grants)

    def roots(self) -> tuple[Path, ...]:
        """Return the trusted folders, sorted."""
        return tuple(sorted(map(Path, self._read().folders)))

    def folders(self) -> dict[Path, Folder]:
        """Return what was said of each trusted folder, sorted."""
        return {Path(name): each for name, each in sorted(self._read().folders.items())}

    def grants(self) -> tuple[Grant, ...]:
        """Return what was granted to added repositories, the oldest first."""
        return tuple(self._read().grants)

    def last_approved(self, candidate: Candidate) -> Grant | None:
        """Return the last grant that was given after a look at some version of a candidate, or None."""
        identity = candidate.origin.identity if candidate.origin else ""
        of_it = (each for each in self._read().grants if (each.identity, each.item) == (identity, candidate.item))
        return max((each for each in of_it if each.digest), key=lambda each: each.when, default=None)

    def destinations(self, candidate: Candidate) -> frozenset[str] | None:
        """Return `VARIABLE host` for each key that a candidate may send; None where it may not run at all."""
        book = self._read()
        if candidate.origin is None:
            folder = book.folders.get(str(candidate.repository.root))
            return folder.destinations if folder else None
        found = [each.destinations for each in book.grants if each.covers(candidate)]
        return frozenset().union(*found) if found else None

    @property
    def copies(self) -> "Approved":
        """Copies of what was approved, to be compared with."""
        from runner.sharing.approved import FOLDER_NAME, Approved  # only added repositories have copies

        return Approved(self.folder / FOLDER_NAME)

    def _folder_approval(self, candidate: Candidate) -> Approval:
        root, pairs = candidate.repository.root, self.destinations(candidate)
        if pairs is None:
            message = f"{root} is not trusted, so nothing of it runs."
            raise NotTrusted(message, details=[AS_YOU], hint=trust_command(root))
        return Approval(root, pairs, self.catalog)

    def _grant_approval(self, candidate: Candidate) -> Approval:
        once = self.approval_of(candidate)
        if candidate.closure and f"{candidate.name}@{candidate.closure.digest}" in self.words:
            return once
        pairs = self.destinations(candidate)
        if pairs is None:
            message = f"{candidate.name} is not trusted, so it does not run."
            raise NotTrusted(message, details=[AS_YOU], hint=_command(candidate))
        return once._replace(destinations=pairs, files=once.files if candidate.closure else None)

    def _read(self) -> Book:
        return read_book(self.folder / FILE_NAME)

    @contextmanager
    def _changing(self) -> Iterator[Book]:
        """Give what is trusted, and write it when the block has changed it; others wait meanwhile."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self.folder / LOCK_NAME):
                book = self._read()
                yield book
                write_book(self.folder / FILE_NAME, book)
                self.copies.prune(each.digest for each in book.grants if each.digest)
        except OSError as error:
            raise AskedWrongly(
                f"The trust store in {self.folder} cannot be written: {error.strerror}.",
                hint="set RECIPES_HOME to a folder of yours",
            ) from None


def _command(candidate: Candidate) -> str:
    """Return what trusts it; something without a closure is trusted with all of its repository or not at all."""
    return f"recipes trust {candidate.name}{'' if candidate.item else ' --all-recipes'}"
