"""Copies of what was approved last, kept by their digests, so that a change can be shown whatever became of its origin.

A folder of files, each named after the SHA-256 of what it holds: the manifest of a closure, or one of its files. What
does not fit its name counts as not there.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.catalog.closure import Closure
from runner.catalog.digests import digest_name, file_hash

FOLDER_NAME: Final = "approved"
MOST_BYTES: Final = 1_000_000
"""Of one file: larger ones are data, which nobody reads in a diff."""

_OURS: Final = re.compile(r"[0-9a-f]{64}|\.[0-9a-f]{64}\.[0-9a-f]{8}")  # the second is being written, or was


@dataclass(frozen=True, slots=True)
class Approved:
    """The copies.

    Attributes:
        folder: Made with mode 0700 when first written to.
    """

    folder: Path

    def keep(self, closure: Closure) -> None:
        """Keep the files of a closure, but the largest.

        Raises:
            OSError: They cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for content in (*closure.files.values(), closure.manifest):  # the manifest last: its files are there then
            if len(content) <= MOST_BYTES:
                self._write(content)

    def recall(self, digest: str) -> dict[str, bytes] | None:
        """Return the files of a closure by their paths, but the largest; None where it was not kept."""
        manifest = self._read(digest_name(digest))
        if manifest is None:
            return None
        found = ((path, self._read(name)) for name, path in _lines(manifest))
        return {path: content for path, content in found if content is not None}

    def prune(self, digests: Iterable[str]) -> None:
        """Remove what belongs to none of these closures."""
        names = {digest_name(each) for each in digests}
        kept = {file for name in names for file, _ in _lines(self._read(name) or b"")} | names
        if self.folder.is_symlink():  # then it is not certain whose files these are
            return
        with suppress(OSError):  # what stays does no harm
            for path in self.folder.iterdir():
                if path.name not in kept and _OURS.fullmatch(path.name):
                    path.unlink()

    def _write(self, content: bytes) -> None:
        path = self.folder / file_hash(content)
        if self._read(path.name) is not None:
            return
        aside = self.folder / f".{path.name}.{os.urandom(4).hex()}"
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)

    def _read(self, name: str) -> bytes | None:
        with suppress(OSError), (self.folder / name).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
            if file_hash(content) == name:
                return content
        return None


def diff_files(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> str:
    """Return what changed in all files, in the form of `diff -u`; `""` where nothing did."""
    paths = sorted({*before, *now})
    return "".join(_diff(path, before.get(path), now.get(path)) for path in paths)


def unified(was: str, old: str, name: str, new: str) -> str:
    """Return the difference between two texts in the form of `diff -u`, with a name before each.

    Their lines end at LF alone: at a CR too, a diff would hide that there is one.
    """
    from difflib import unified_diff

    before, now = (re.findall(r"[^\n]*\n|[^\n]+", each) for each in (old, new))
    lines = unified_diff(before, now, was, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _diff(path: str, before: bytes | None, now: bytes | None) -> str:
    if before == now:
        return ""
    try:
        old, new = ((each or b"").decode() for each in (before, now))
    except UnicodeDecodeError:
        return f"{path} is no text, and has changed\n"
    was = "/dev/null" if before is None else f"approved/{path}"
    return unified(was, old, "/dev/null" if now is None else f"now/{path}", new)


def _lines(manifest: bytes) -> Iterator[tuple[str, str]]:
    for line in manifest.decode().split("\n")[:-1]:
        name, _, path = line.partition("  ")
        yield name, path
