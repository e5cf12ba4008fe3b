"""A bare copy of a git repository: which commit a ref means, whether history was rewritten, and what a commit holds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from runner.errors import AskedWrongly, NotFound, RepositoryRefused, RunnerError, SourceUnreachable
from runner.sharing.repositories.git import Git, GitFailedError
from runner.sharing.repositories.snapshot import BY_GIT, Entry, EntryKind, Snapshot, take_snapshot

COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
REF: Final = re.compile(r"(?!.*(?:\.\.|//|/\.|\.lock(?:/|$)))[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}(?<![./])")
"""A name of a branch or tag that is safe on a command line and in a refspec."""
# Signal 25 is SIGXFSZ, by which a system ends who writes more than `ulimit -f` lets them.
_NO_ROOM: Final = re.compile(r"No space left|[Qq]uota exceeded|File too large|Read-only file system|died of signal 25")
_OF_SSH: Final = {
    "Host key verification failed": "ssh to that host once, and compare the key that it shows",
    "Permission denied": "let ssh know your key: ssh-add KEY, or GIT_SSH_COMMAND='ssh -i KEY'",
}
_FETCHED: Final = "refs/fetched/"
_KINDS: Final[dict[str, EntryKind]] = {"100644": "file", "100755": "file", "120000": "link", "160000": "submodule"}


@dataclass(frozen=True, slots=True)
class Refs:
    """What a server has.

    Attributes:
        commits: The commit of each branch and tag by full name: `refs/tags/v1`.
        default: The full name of the branch that it calls its own, or `""`.
    """

    commits: dict[str, str]
    default: str

    def choose(self, typed: str) -> str:
        """Return the full name of the ref that was typed, or of the default branch; a commit as it is.

        Raises:
            NotFound: There is none of that name.
            AskedWrongly: A tag and a branch have the name, or there is no default.
        """
        if not typed:
            if self.default:
                return self.default
            raise AskedWrongly("This repository names no branch as its own.", hint="--ref BRANCH")
        if COMMIT.fullmatch(typed):
            return typed
        found = [name for name in (typed, f"refs/tags/{typed}", f"refs/heads/{typed}") if name in self.commits]
        if len(found) > 1:
            raise AskedWrongly(f"{typed!r} is a tag and a branch.", hint=f"--ref {found[0]}")
        if not found or not REF.fullmatch(found[0]):
            known = [short(name) for name in self.commits if REF.fullmatch(name)]
            raise NotFound("tag or branch", typed, known, command="--ref", fallback=f"--ref {short(self.default)}")
        return found[0]


@dataclass(frozen=True, slots=True)
class Mirror:
    """A bare repository of ours for one address.

    Attributes:
        folder: Where it lies; it is there already.
        url: The address.
        git: Runs git.
    """

    folder: Path
    url: str
    git: Git

    def list_refs(self) -> Refs:
        """Ask the server which branches and tags it has.

        Raises:
            SourceUnreachable: It does not answer, or not with those.
        """
        patterns = ("HEAD", "refs/heads/*", "refs/tags/*")
        try:
            listed = self.git.read(
                self.folder, "ls-remote", "--quiet", "--symref", "--", self.url, *patterns, url=self.url
            )
        except GitFailedError as error:
            raise unreachable(self.url, error) from None
        return read_refs(listed.decode(errors="replace"))

    def fetch(self, ref: str) -> str:
        """Fetch a branch, tag or commit by full name, and return its commit.

        A commit is not asked for by its number, as some servers then give those of anybody who has a copy of the
        repository with them: it has to be in the history of a branch or tag.

        Raises:
            SourceUnreachable: The server does not answer, or does not give it.
            AskedWrongly: No branch or tag has the commit.
        """
        if COMMIT.fullmatch(ref):
            if not self.has(ref):
                self.fetch_all()
                if not self.has(ref):
                    raise AskedWrongly(f"No branch or tag of {self.url} has the commit {ref}.", hint="--ref TAG")
            return self.commit_of(ref)
        target = f"{_FETCHED}{ref.removeprefix('refs/')}"
        try:
            self.git.fetch(self.folder, self.url, f"+{ref}:{target}")
        except GitFailedError as error:
            raise unreachable(self.url, error) from None
        return self.commit_of(target)

    def fetch_all(self) -> None:
        """Fetch all branches and tags.

        Raises:
            SourceUnreachable: The server does not answer.
        """
        try:
            self.git.fetch(self.folder, self.url, f"+refs/heads/*:{_FETCHED}heads/*", f"+refs/tags/*:{_FETCHED}tags/*")
        except GitFailedError as error:
            raise unreachable(self.url, error) from None

    def has(self, commit: str) -> bool:
        """Tell whether a commit is here."""
        try:
            self.git.read(self.folder, "cat-file", "-e", f"{commit}^{{commit}}")
        except GitFailedError:
            return False
        return True

    def follows(self, new: str, old: str) -> bool:
        """Tell whether a commit has another one in its history."""
        try:
            self.git.read(self.folder, "merge-base", "--is-ancestor", old, new)
        except GitFailedError:
            return False
        return True

    def commit_of(self, name: str) -> str:
        """Return the commit that a name means here."""
        try:
            found = self.git.read(self.folder, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
        except GitFailedError as error:
            raise SourceUnreachable(f"{self.url} gave something that is no commit: {error}.") from None
        return found.decode().strip()

    def snapshot(self, commit: str) -> Snapshot:
        """Read the declared files of a commit, without a checkout.

        Raises:
            RepositoryRefused: It holds what none may hold.
            BrokenSource: Its `recipes.toml` is missing or breaks a rule.
        """
        try:
            listed = self.git.read(self.folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
            return take_snapshot(_entries(listed), self._read, BY_GIT)
        except GitFailedError as error:
            raise RepositoryRefused(f"The commit {commit} cannot be read: {error}.") from None

    def _read(self, entries: Sequence[Entry]) -> Iterator[bytes]:
        if not entries:
            return
        with TemporaryFile() as wanted:
            wanted.write("".join(f"{entry.key}\n" for entry in entries).encode())
            wanted.seek(0)
            with self.git.stream(self.folder, "cat-file", "--batch", "--buffer", stdin=wanted) as pipe:
                for entry in entries:
                    yield _blob(pipe, entry)


def read_refs(listed: str) -> Refs:
    """Read what `git ls-remote --symref` prints; of an annotated tag the commit counts."""
    commits: dict[str, str] = {}
    head = default = ""
    for line in listed.splitlines():
        value, _, name = line.partition("\t")
        if value.startswith("ref: ") and name == "HEAD":
            default = value.removeprefix("ref: ")
        elif name == "HEAD":
            head = value
        elif COMMIT.fullmatch(value):
            commits[name.removesuffix("^{}")] = value  # the peeled one comes second
    if default not in commits or not REF.fullmatch(default):
        same = [name for name, commit in commits.items() if commit == head and name.startswith("refs/heads/")]
        default = next((name for name in ("refs/heads/main", "refs/heads/master") if name in same), (same or [""])[0])
    return Refs(commits, default if REF.fullmatch(default) else "")


def short(ref: str) -> str:
    """Return a ref as people say it: `v1.4.0`, `main`, the first twelve digits of a commit."""
    if COMMIT.fullmatch(ref):
        return ref[:12]
    return ref.removeprefix("refs/").removeprefix("tags/").removeprefix("heads/")


def unreachable(url: str, error: GitFailedError) -> RunnerError:
    """Make the error for a server that does not give what was asked for, or a disk that does not take it."""
    said = str(error)
    if _NO_ROOM.search(said):
        return AskedWrongly(f"{url} cannot be kept: {said}.", hint="make room on the disk")
    if re.search(r"terminal prompts disabled|Authentication failed|could not read (?:Username|Password)", said):
        hint = "let git know the password: https://git-scm.com/docs/gitcredentials; or take its ssh address"
        return SourceUnreachable(f"{url} asks for a name and password that git does not know.", hint=hint)
    hint = next((hint for sign, hint in _OF_SSH.items() if sign in said), "check the address and the network")
    return SourceUnreachable(f"{url} cannot be fetched: {said}", hint=hint)


def _entries(listed: bytes) -> Iterable[Entry]:
    """Read what `git ls-tree -r -z -l` prints: mode, type, object and size, a tab, the path."""
    for line in filter(None, listed.split(b"\0")):
        head, _, raw = line.partition(b"\t")
        mode, _, number, size = head.decode().split()
        path = raw.decode(errors="surrogateescape")
        yield Entry(path, _KINDS.get(mode, "other"), int(size) if size.isdigit() else 0, number)


def _blob(pipe: IO[bytes], entry: Entry) -> bytes:
    header = pipe.readline(200).split()
    if header[:2] != [entry.key.encode(), b"blob"] or int(header[2]) != entry.size:
        raise RepositoryRefused(f"git gives something else for {entry.path} than it lists.")
    content = pipe.read(entry.size)
    pipe.read(1)
    return content
