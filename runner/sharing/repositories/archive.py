"""A repository in a zip or wheel: every name is checked before anything is read, and what is read is counted.

`zipfile` itself mends names in silence and unpacks a bomb that says it is one (T14, T15), so neither is left to it. It
gives no more of a file than the archive says; no less is taken here either.
A wheel is data here like any other zip: it is never installed, so its `.pth` files and scripts mean nothing (T6).
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from runner.errors import AskedWrongly, RepositoryRefused
from runner.sharing.packs.manifest import MANIFEST, check_manifest
from runner.sharing.repositories.declared import REPOSITORY
from runner.sharing.repositories.snapshot import IN_ARCHIVE, Entry, Snapshot, refuse_entries, take_snapshot

MOST_RATIO: Final = 200
"""Of what comes out to what went in, for each file and for all; text reaches 20."""
_HARDLY_PACKED: Final = 100_000  # bytes: below that, the ratio of one file says nothing
_CENTRAL: Final = b"PK\x01\x02"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
_CHUNK: Final = 1 << 16
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OverflowError),
    *(ValueError, RuntimeError, KeyError),  # RuntimeError is also that something is not implemented
)


def read_archive_file(path: Path) -> bytes:
    """Read a zip or wheel from this machine.

    Raises:
        AskedWrongly: There is none, or it cannot be read.
        RepositoryRefused: It is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(IN_ARCHIVE.total + 1)
    except OSError as error:
        raise AskedWrongly(f"{path} cannot be read: {error.strerror}.", hint="recipes repo add FILE.zip") from None
    if len(content) > IN_ARCHIVE.total:
        raise RepositoryRefused(f"{path} is larger than {IN_ARCHIVE.total // 1_000_000} MB.")
    return content


def read_archive(content: bytes) -> Snapshot:
    """Return the declared files of the one repository in a zip or wheel.

    Raises:
        RepositoryRefused: It is no zip, or holds what none may hold.
        BrokenSource: Its `recipes.toml` is missing or breaks a rule.
    """
    if content.count(_CENTRAL) > 2 * IN_ARCHIVE.files:  # else a list of a million names would be read first
        raise _too_many()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [info for info in archive.infolist() if not info.orig_filename.endswith("/")]
            _check(archive.infolist(), len(content))
            root = _root(info.orig_filename for info in members)
            inside = {info.orig_filename: info for info in members if info.orig_filename.startswith(root)}
            entries = [_entry_of(info, root) for info in inside.values()]
            reader = _Reader(archive, inside)
            snapshot = take_snapshot(entries, reader.read, IN_ARCHIVE)
            if manifest := inside.get(f"{root}{MANIFEST}"):
                check_manifest(b"".join(reader.read([_entry_of(manifest, root)])), snapshot)
            return snapshot
    except _DAMAGE as error:
        raise RepositoryRefused(f"This zip cannot be read: {error}.", hint="fetch it again") from None


def _check(members: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Refuse the whole archive for one bad name, a link, or for what it says of its size."""
    if len(members) > IN_ARCHIVE.files:
        raise _too_many()
    refuse_entries([_entry(info) for info in members])
    odd = [info.orig_filename for info in members if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS]
    if odd:
        raise RepositoryRefused("This zip holds a file that is encrypted or packed in an unusual way.", details=odd[:1])
    total = sum(info.file_size for info in members)
    if total > IN_ARCHIVE.total or total > MOST_RATIO * max(size, _HARDLY_PACKED):
        raise RepositoryRefused(f"This zip of {size:,} bytes says that it holds {total:,}, which is too much.")


def _entry(info: zipfile.ZipInfo) -> Entry:
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    path = info.orig_filename.removesuffix("/")
    if kind == stat.S_IFLNK:
        return Entry(path, "link", info.file_size, path)
    if info.orig_filename.endswith("/"):
        return Entry(path, "folder" if kind in (0, stat.S_IFDIR) else "other", 0, path)
    return Entry(path, "file" if kind in (0, stat.S_IFREG) else "other", info.file_size, path)


def _entry_of(info: zipfile.ZipInfo, root: str) -> Entry:
    name = info.orig_filename
    return Entry(name[len(root) :], "file", info.file_size, name)


def _root(names: Iterator[str]) -> str:
    """Return the folder of the repository in the archive, with a slash at its end, or `""` where it is the top.

    Raises:
        AskedWrongly: There is none, or there are several.
    """
    found = [name.removesuffix(REPOSITORY) for name in names if f"/{name}".endswith(f"/{REPOSITORY}")]
    highest = min((root.count("/") for root in found), default=0)
    roots = [root for root in found if root.count("/") == highest]
    if len(roots) != 1:
        problem = f"{len(roots)} repositories" if roots else f"no {REPOSITORY}"
        raise AskedWrongly(f"This zip holds {problem}; it takes one.", hint="pack one repository a zip")
    return roots[0]


class _Reader:
    """Reads members and counts; what all of them say of their sizes was added up before."""

    def __init__(self, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._members = members

    def read(self, entries: Sequence[Entry]) -> Iterator[bytes]:
        for entry in entries:
            yield self._read(self._members[entry.key])

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        most = min(info.file_size, MOST_RATIO * max(info.compress_size, _HARDLY_PACKED // 10))
        pieces, size = list[bytes](), 0
        with self._archive.open(info) as file:
            while piece := file.read(_CHUNK):
                size += len(piece)
                if size > most:
                    raise RepositoryRefused(f"{info.orig_filename} in this zip unpacks to more than is taken.")
                pieces.append(piece)
        if size != info.file_size:
            raise RepositoryRefused(f"{info.orig_filename} in this zip is not as long as the zip says.")
        return b"".join(pieces)


def _too_many() -> RepositoryRefused:
    return RepositoryRefused(f"This zip holds more than {IN_ARCHIVE.files:,} files.")
