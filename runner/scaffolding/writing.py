"""A draft before and after it is on disk: what the checks say of it, how it differs, and writing it in one step."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from runner.catalog import Api, Repository, read_api
from runner.catalog.api import api_of
from runner.catalog.index_walk import API_FILE, REPOSITORY_FILE, holds
from runner.catalog.repository import repository_of
from runner.catalog.tables import table_of
from runner.checking.applying import apply_rules, in_order
from runner.checking.finding import Finding, Spot, spot_of
from runner.checking.recipe_rules import check_text
from runner.errors import AskedWrongly, BrokenSource
from runner.recording.leaks import find_leaks
from runner.scaffolding.draft import Draft

_NOTHING: Final[Mapping[str, str]] = {}
_RECIPE: Final = re.compile(r"recipes/[^/_.][^/]*/[^/_.][^/]*\.py")
_SECRET: Final = "R106"
_DOUBTFUL: Final = "R211"


def check_draft(root: Path, draft: Draft, *, secrets: Mapping[str, str] = _NOTHING) -> list[Finding]:
    """Check a draft as `recipes check` would if it stood in its repository, and look for secrets in each of its files.

    Args:
        root: The repository.
        draft: What is about to be written.
        secrets: Values that must not stand in it, by the name to report.

    Returns:
        In order of file, line and code; a recipe needs no case yet.
    """
    folders = Repository(root, name="", title="").api_folders()
    apis, described, findings = dict[str, Api](), set[str](), list[Finding]()
    for folder in folders:
        described.add(_api_name(folder))
        with suppress(BrokenSource):
            apis[_api_name(folder)] = read_api(folder)
    for path, text in draft.files.items():
        if path.endswith(f"/{API_FILE}"):
            described.add(_api_name((root / path).parent))
            findings += apply_rules({"R011": lambda each: _faults(each, apis)}, (root / path, text))
        elif path == REPOSITORY_FILE:
            findings += apply_rules({"R012": _faults_of_repository}, (root / path, text))
    for path, text in draft.files.items():
        if _RECIPE.fullmatch(path):
            findings += check_text(root / path, text, apis, described)
    known = {(each.path, each.line, each.code) for each in findings}
    findings += [each for each in _leaks(root, draft, secrets) if (each.path, each.line, each.code) not in known]
    return list(in_order(findings))


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
        _Move(root, draft, force=force).carry_out()
    except OSError as error:
        raise _failed(root, error) from None


class _Move:
    """Files on their way to their places, each of which can be taken back."""

    def __init__(self, root: Path, draft: Draft, *, force: bool) -> None:
        self._root, self._force, mark = root, force, os.urandom(4).hex()
        self._texts = {root / path: text for path, text in draft.files.items()}
        self._new = {place: place.with_name(f".{place.name}.{mark}.new") for place in self._texts}
        self._old = {place: place.with_name(f".{place.name}.{mark}.old") for place in self._texts}
        self._made: list[Path] = []
        self._moved: list[Path] = []

    def carry_out(self) -> None:
        """Write beside each place, then move; take all of it back where a failure or Ctrl-C comes in between."""
        is_whole = False
        try:
            for place, text in self._texts.items():
                self._make_folder(place.parent)
                self._new[place].write_bytes(text.encode())
            for place in self._texts:
                self._put(place)
            is_whole = True
        finally:
            if not is_whole:
                self._take_back()
            for side in (*self._new.values(), *self._old.values()):
                with suppress(OSError):
                    side.unlink(missing_ok=True)
            if not is_whole:
                self._remove_folders()

    def _put(self, place: Path) -> None:
        self._moved.append(place)
        try:
            place.touch(exist_ok=False)  # of several that make the same at once, one is the first
        except FileExistsError:
            self._moved.remove(place)
            old = place.read_bytes()
            if not self._force and old != self._texts[place].encode():  # it was not there a moment ago
                raise _exists(self._root, [place.relative_to(self._root).as_posix()]) from None
            self._old[place].write_bytes(old)
            self._moved.append(place)
        self._new[place].replace(place)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folder(folder.parent)
            self._made.append(folder)
            folder.mkdir(exist_ok=True)

    def _take_back(self) -> None:
        for place in reversed(self._moved):
            with suppress(OSError):
                if self._old[place].exists():
                    self._old[place].replace(place)
                else:
                    place.unlink(missing_ok=True)

    def _remove_folders(self) -> None:
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()


def _faults(file: tuple[Path, str], apis: dict[str, Api]) -> Iterator[Spot]:
    """Find what is wrong with an `api.toml`, and remember the API if nothing is."""
    path, text = file
    try:
        api = api_of(table_of(text, path), path.parent)
    except BrokenSource as error:
        yield spot_of(error)
    else:
        apis[api.name] = api


def _faults_of_repository(file: tuple[Path, str]) -> Iterator[Spot]:
    path, text = file
    try:
        repository_of(table_of(text, path), path.parent)
    except BrokenSource as error:
        yield spot_of(error)


def _api_name(folder: Path) -> str:
    return folder.name.replace("_", "-")


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
    import difflib  # only who asks for a difference

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
        raise AskedWrongly(f"{path} would lie outside {root}, so nothing was written.", hint="take another name")
    if place.is_dir():
        raise AskedWrongly(f"{place} is a folder, so nothing was written.", hint="take another name")


def _exists(root: Path, paths: Iterable[str]) -> AskedWrongly:
    first, *others = paths
    message = f"{root / first} exists, so nothing was written."
    details = [f"{root / path} exists too." for path in others]
    return AskedWrongly(message, details=details, hint="another name, or --diff to compare and --force to replace")


def _failed(root: Path, error: OSError) -> AskedWrongly:
    message = f"Nothing could be written to {root}: {error.strerror}."
    return AskedWrongly(message, hint="look at the permissions of the folder, or take another one")
