"""What the repositories in sight hold, as their folders tell it: no file is opened.

Strings and plain tuples, and one `scandir` a folder: at 10,000 files a `Path` for each costs more than asking the disk
about all of them.
"""

import os
from operator import attrgetter
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Final, NamedTuple, TypeAlias
from zlib import crc32

from runner.errors import BrokenSource

REPOSITORY_FILE: Final = "recipes.toml"
API_FILE: Final = "api.toml"
CASSETTES: Final = "cassettes"
CATALOG: Final = "catalog"

Stamp: TypeAlias = tuple[int, int, int, int]
"""Size, mtime and ctime in nanoseconds, and inode: a file with the same stamp has the same content."""
CaseStamp: TypeAlias = tuple[int, int, int, int, int]
"""The stamp of a recipe's folder of cases, and a checksum of all APIs, as endpoints are told below their addresses.

Recording replaces the files in such a folder, which changes it; who writes into one of them is not seen."""

_LARGEST = (1 << 63) - 1  # of an SQLite integer; some file systems have inodes above


class Place(NamedTuple):
    """Where a repository is, not read yet.

    Attributes:
        root: Its folder.
        alias: Under which it was added; `""` for the one in use, `catalog` for the catalog.
    """

    root: Path
    alias: str = ""


class Walked(NamedTuple):
    """What one repository holds.

    Attributes:
        root: The folder, absolute and without links.
        alias: Of its place.
        stamp: Of `recipes.toml`; None where that is no plain file.
        files: The recipe files in order, as paths below `recipes/`; a stamp of None is a file to be read each time.
        apis: The same of each `api.toml`.
        stray_files: As `files`, those that a link takes from outside.
        stray_apis: As `apis`, those that a link takes from outside.
        names: A checksum of all names in each folder below `recipes/`, as a recipe must not import what lies beside it.
        unlisted: An error for each folder that cannot be listed.
        cases: The stamp of each recipe that has a folder of recorded cases, by its path as in `files`.
    """

    root: str
    alias: str
    stamp: Stamp | None
    files: dict[str, Stamp | None]
    apis: dict[str, Stamp | None]
    stray_files: dict[str, Stamp | None]
    stray_apis: dict[str, Stamp | None]
    names: dict[str, int]
    unlisted: list[BrokenSource]
    cases: dict[str, CaseStamp]

    @property
    def faults(self) -> list[BrokenSource]:
        """An error for each folder that cannot be listed and each file that a link takes from outside."""
        return self.unlisted + [stray(self.path(relative)) for relative in (*self.stray_apis, *self.stray_files)]

    def path(self, relative: str) -> str:
        """Return the whole path of one below `recipes/`."""
        return os.path.join(self.root, "recipes", relative)  # noqa: PTH118 - see above

    def case_folder(self, relative: str) -> str:
        """Return where the cases of a recipe lie."""
        return os.path.join(self.root, CASSETTES, relative.removesuffix(".py").replace("_", "-"))  # noqa: PTH118

    def names_beside(self, relative: str) -> int:
        """Return the checksum of the names in the folder of a file."""
        return self.names[relative.partition(os.sep)[0]]

    def holds_id(self, api: str, last: str) -> bool:
        """Tell whether there is a plain file, broken or not, for the recipe `api/last`."""
        name = last.replace("-", "_") + ".py"
        folders = (folder for folder in self.names if folder.replace("_", "-") == api)
        paths = [folder + os.sep + name for folder in folders]
        return any(self.files.get(path) or self.stray_files.get(path) for path in paths)


def walk(place: Place) -> Walked:
    """Look into `recipes/` of one repository; what vanishes meanwhile is not there."""
    root = os.path.realpath(place.root)
    stamp = stamp_of(os.path.join(root, REPOSITORY_FILE))  # noqa: PTH118
    found = Walked(root, place.alias, stamp, {}, {}, {}, {}, {}, [], {})
    for folder in visible(listed(found.path(""), found.unlisted)):
        if is_folder(folder):
            _walk_folder(found, folder)
    _walk_cases(found)
    return found


def _walk_folder(found: Walked, folder: os.DirEntry[str]) -> None:
    inside = holds(found.root, folder.path)
    entries = listed(folder.path, found.unlisted)
    found.names[folder.name] = crc32("\0".join([entry.name for entry in entries]).encode(errors="surrogatepass"))
    above = folder.name + os.sep
    for entry in entries:
        name = entry.name
        if name.endswith(".py") and name[0] not in "_.":
            stamp = stamp_of(entry)
            if stamp is None and is_folder(entry):
                continue
            is_held = inside and (not entry.is_symlink() or holds(found.root, entry.path))
            (found.files if is_held else found.stray_files)[above + name] = stamp
        elif name == API_FILE and (stamp := stamp_of(entry)) is not None:
            is_held = inside and (not entry.is_symlink() or holds(found.root, entry.path))
            (found.apis if is_held else found.stray_apis)[above + name] = stamp


def _walk_cases(found: Walked) -> None:
    """Look which recipes have recorded cases; as what a link brings may be anybody's, links are passed over."""
    above = os.path.join(found.root, CASSETTES)  # noqa: PTH118
    apis = crc32(repr(list(found.apis.items())).encode())
    for folder in found.names if _is_own_folder(above) else ():
        of_api = os.path.join(above, folder.replace("_", "-"))  # noqa: PTH118
        for entry in listed(of_api, []) if _is_own_folder(of_api) else ():
            path = f"{folder}{os.sep}{entry.name.replace('-', '_')}.py"
            if path in found.files and "_" not in entry.name and (stamp := _stamp_of_folder(entry)):
                found.cases[path] = (*stamp, apis)


def listed(folder: str | Path, faults: list[BrokenSource]) -> list[os.DirEntry[str]]:
    """List a folder by name; a missing one is empty, and one that cannot be listed adds a fault."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=attrgetter("name"))
    except FileNotFoundError:
        return []
    except OSError as error:
        problem = f"the folder cannot be read: {error.strerror}"
        faults.append(BrokenSource(Path(folder), 1, problem, hint="make it a folder that you may read"))
        return []


def visible(entries: list[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    """Leave out what begins with `_` or `.`."""
    return [entry for entry in entries if entry.name[0] not in "_."]


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a folder, also behind a link."""
    # DirEntry.is_dir raises on links in a circle.
    return os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()  # noqa: PTH112


def holds(root: str, path: str | Path) -> bool:
    """Tell whether a path lies in a folder, given without links, when all links are followed."""
    real = os.path.realpath(path)
    return real == root or real.startswith(os.path.join(root, ""))  # noqa: PTH118


def stray(path: str | Path) -> BrokenSource:
    """Make the error for a path that a link takes out of its repository."""
    return BrokenSource(Path(path), 1, "a link leads out of the repository", hint="put the file itself here")


def name_in(root: Path, path: Path) -> str:
    """Return the path of a file in a repository, with slashes.

    Raises:
        BrokenSource: It lies elsewhere, or its name holds what cannot be shown.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root):
        raise stray(path)
    name = real.relative_to(root).as_posix()
    if not name.isprintable():  # a line end would let one file pass for two
        raise BrokenSource(path, 1, f"the file name {name!r} cannot be shown", hint="rename it")
    return name


def stamp_of(file: str | os.DirEntry[str]) -> Stamp | None:
    """Return the stamp of a plain file, None of anything else and of what cannot be asked."""
    try:
        status = os.stat(file) if isinstance(file, str) else file.stat()  # noqa: PTH116
    except OSError:
        return None
    return _stamp(status) if S_ISREG(status.st_mode) else None


def _stamp_of_folder(entry: os.DirEntry[str]) -> Stamp | None:
    """Return the stamp of a folder, None of anything else, also of a link to one."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return _stamp(status) if S_ISDIR(status.st_mode) else None


def _is_own_folder(path: str) -> bool:
    try:
        return S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino & _LARGEST
