"""A draft before and after it is on disk: what the checks say of it, how it differs, and writing it in one step."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from shutil import copyfile, rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Final

from runner.catalog.index_walk import API_FILE, REPOSITORY_FILE, holds, is_folder, listed, visible
from runner.checking.check import check_repository
from runner.checking.finding import Finding
from runner.errors import AskedWrongly
from runner.recording.leaks import find_leaks
from runner.scaffolding.draft import Draft

_NOTHING: Final[Mapping[str, str]] = {}
_OF_CASES: Final = "R201"  # nothing of a draft can be recorded before it is written
_SECRET: Final = "R106"
_DOUBTFUL: Final = "R211"


def check_draft(root: Path, draft: Draft, *, secrets: Mapping[str, str] = _NOTHING) -> list[Finding]:
    """Check a draft as `recipes check` would if it stood in its repository, and look for secrets in each of its files.

    Args:
        root: The repository.
        draft: What is about to be written.
        secrets: Values that must not stand in it, by the name to report.

    Returns:
        In order of file, line and code; paths are those that the files will have. A recipe needs no case yet.
    """
    with TemporaryDirectory(prefix="recipe-runner-") as name:
        aside = Path(name).resolve()
        _copy_descriptions(root, aside)
        for path, text in draft.files.items():
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            (aside / path).write_bytes(text.encode(errors="surrogatepass"))
        checked = check_repository(aside, {}).findings
    own = {aside / path: root / path for path in draft.files}
    found = [replace(each, path=own[each.path]) for each in checked if each.path in own and each.code != _OF_CASES]
    known = {(each.path, each.line, each.code) for each in found}
    leaks = [each for each in _leaks(root, draft, secrets) if (each.path, each.line, each.code) not in known]
    return sorted((*found, *leaks), key=lambda each: (str(each.path), each.line, each.code))


def diff_draft(root: Path, draft: Draft) -> str:
    """Return the unified diff between what stands in the repository and a draft; empty where they are alike."""
    return "".join(_diff(root / path, path, text) for path, text in draft.files.items())


def find_existing(root: Path, draft: Draft) -> tuple[str, ...]:
    """Return the paths of a draft at which something else stands already."""
    return tuple(path for path, text in draft.files.items() if not _is_free(root / path, text))


def write_draft(root: Path, draft: Draft, *, force: bool) -> None:
    """Write all files of a draft, or none: aside first, then each to its place; what fails is taken back.

    Args:
        root: The repository.
        draft: What to write; a file that stands there with the same text stays as it is.
        force: Files that stand there may be replaced.

    Raises:
        AskedWrongly: Something stands there already, or it cannot be written there.
    """
    for path in draft.files:
        _check_place(root, path)
    if not force and (existing := find_existing(root, draft)):
        raise _exists(root, existing)
    try:
        aside = Path(mkdtemp(prefix=".new.", dir=root))
    except OSError as error:
        raise _failed(root, error) from None
    try:
        _Move(root, aside, draft).carry_out()
    except OSError as error:
        raise _failed(root, error) from None
    finally:
        rmtree(aside, ignore_errors=True)


class _Move:
    """Files on their way to their places, each of which can be taken back."""

    def __init__(self, root: Path, aside: Path, draft: Draft) -> None:
        self._root = root
        self._aside = aside
        self._files = draft.files
        self._made: list[Path] = []
        self._moved: list[tuple[Path, Path]] = []
        self._is_whole = False

    def carry_out(self) -> None:
        """Write aside, move, and take all of it back where a failure or Ctrl-C comes in between."""
        sides = {path: self._aside / f"new-{number}" for number, path in enumerate(self._files)}
        for path, side in sides.items():
            side.write_bytes(self._files[path].encode())
        try:
            for number, (path, side) in enumerate(sides.items()):
                self._put(side, self._root / path, self._aside / f"old-{number}")
            self._is_whole = True
        finally:
            if not self._is_whole:
                self._take_back()

    def _put(self, side: Path, place: Path, old: Path) -> None:
        self._make_folder(place.parent)
        if place.exists():
            copyfile(place, old)
        self._moved.append((place, old))
        side.replace(place)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folder(folder.parent)
            self._made.append(folder)
            folder.mkdir(exist_ok=True)

    def _take_back(self) -> None:
        for place, old in reversed(self._moved):
            with suppress(OSError):
                if old.exists():
                    old.replace(place)
                else:
                    place.unlink(missing_ok=True)
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()


def _copy_descriptions(root: Path, aside: Path) -> None:
    """Copy what checks compare a recipe with: the description of the repository and of each API."""
    if (root / REPOSITORY_FILE).is_file():
        copyfile(root / REPOSITORY_FILE, aside / REPOSITORY_FILE)
    for folder in visible(listed(root / "recipes", [])):
        path = Path(folder.path) / API_FILE
        if is_folder(folder) and path.is_file():
            (aside / "recipes" / folder.name).mkdir(parents=True)
            copyfile(path, aside / "recipes" / folder.name / API_FILE)


def _leaks(root: Path, draft: Draft, secrets: Mapping[str, str]) -> Iterator[Finding]:
    for path, text in draft.files.items():
        for leak in find_leaks(text, secrets=secrets):
            line = re.match(r"line (\d+)", leak.where)
            number = int(line[1]) if line else 1
            if leak.certain:
                yield Finding(_SECRET, root / path, number, f"{leak.what} stands here", "remove it", "finding")
            else:
                yield Finding(_DOUBTFUL, root / path, number, f"{leak.what} may stand here", "look at it", "note")


def _diff(place: Path, path: str, text: str) -> str:
    try:
        old = place.read_text(encoding="utf-8") if place.is_file() else ""
    except ValueError:
        return f"Binary file {path} differs\n"
    before = path if place.is_file() else "/dev/null"
    lines = difflib.unified_diff(old.splitlines(keepends=True), text.splitlines(keepends=True), before, path)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _is_free(place: Path, text: str) -> bool:
    if not place.exists() and not place.is_symlink():
        return True
    try:
        return place.read_bytes() == text.encode()
    except OSError:
        return False


def _check_place(root: Path, path: str) -> None:
    """Refuse a path that leads out of the repository, also by a link, or to a folder."""
    parts = PurePosixPath(path).parts
    place = root.joinpath(*parts)
    if path.startswith("/") or ".." in parts or not holds(str(root.resolve()), place) or place.is_symlink():
        raise AskedWrongly(f"{path} would lie outside {root}, so nothing was written.")
    if place.is_dir():
        raise AskedWrongly(f"{place} is a folder, so nothing was written.")


def _exists(root: Path, paths: Iterable[str]) -> AskedWrongly:
    first, *others = paths
    message = f"{root / first} exists, so nothing was written."
    details = [f"{root / path} exists too." for path in others]
    return AskedWrongly(message, details=details, hint="another name, or --diff to compare and --force to replace")


def _failed(root: Path, error: OSError) -> AskedWrongly:
    message = f"Nothing could be written to {root}: {error.strerror}."
    return AskedWrongly(message, hint="check the permissions of the folder, or use --repository FOLDER")
