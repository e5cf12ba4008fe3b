"""The user's profiles on disk: one TOML file each, which nobody else may read or write.

A profile may name a command that runs as the user, so a file that others could have written is not believed.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join
from typing import Final

from runner.errors import AskedWrongly, BrokenProfile, BrokenSource, NotFound, NotTrusted
from runner.output.lock import locked
from runner.sharing.pasted_keys import holds_key
from runner.sharing.profile import Profile, profile_text, read_profile_text
from runner.sharing.references import Reference
from runner.sharing.trust_file import is_mine_alone, open_unlinked

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_STRINGS: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_OPEN: Final = stat.S_IRGRP | stat.S_IROTH
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Changes:
    """What is added to a profile.

    Attributes:
        customer: Its new name, or `""`.
        values: By parameter.
        keys: By variable.
    """

    customer: str
    values: Mapping[str, object]
    keys: Mapping[str, Reference]


@dataclass(frozen=True, slots=True)
class ProfileStore:
    """Where profiles are kept.

    Attributes:
        folder: Made with mode 0700 when the first is written.
    """

    folder: Path

    def names(self) -> tuple[str, ...]:
        """Return what is there, sorted; nothing where the folder cannot be read."""
        try:
            paths = list(self.folder.iterdir())
        except OSError:
            return ()
        return tuple(sorted(path.stem for path in paths if path.suffix == ".toml" and is_profile_name(path.stem)))

    def path(self, name: str) -> Path:
        """Return the file of a profile."""
        return self.folder / f"{name}.toml"

    def find(self, name: str, *, command: str = "recipes profile show") -> Path:
        """Return the file of a profile that is there.

        Args:
            name: As typed.
            command: Put before the nearest name in the hint.

        Raises:
            NotFound: There is none of that name.
        """
        if not is_profile_name(name) or name not in self.names():
            raise NotFound("profile", name, self.names(), command=command, fallback="recipes profile list")
        return self.path(name)

    def read(self, name: str, *, command: str = "recipes profile show") -> Profile:
        """Read a profile; a file that others can read is closed to them.

        Raises:
            NotFound: There is none of that name.
            NotTrusted: It is a link, another's, or others may write to it.
            BrokenProfile: It cannot be read, is no profile, or a key stands in it.
        """
        path = self.find(name, command=command)
        try:
            return read_profile_text(_own_text(path), path, name)
        except BrokenSource as error:
            raise BrokenProfile(str(error), hint=error.hint) from None

    def is_open(self, name: str) -> bool:
        """Whether others can read the file of a profile, to be asked before it is read."""
        try:
            return bool(self.path(name).lstat().st_mode & _OPEN) and hasattr(os, "getuid")
        except OSError:
            return False

    def add(self, name: str, changes: Changes, *, force: bool) -> Profile:
        """Make a profile, or add to one.

        Args:
            name: Lower-case letters, digits and hyphens.
            changes: What is added.
            force: Replace what it has already, and drop the comments of a file that was edited by hand.

        Raises:
            AskedWrongly: The name will not do, something else stands there already, or nothing can be written.
        """
        if not is_profile_name(name):
            near = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
            fitting = near if is_profile_name(near) and not holds_key(name) else "acme-news"
            hint = f"recipes profile add {fitting}   (lower case, digits, hyphens; at most 40)"
            raise AskedWrongly(f"{name!r} is no name for a profile.", hint=hint)
        with self._changing():
            before = self.read(name) if os.path.lexists(self.path(name)) else Profile(name)
            if not force:
                self._check_kept(before, changes)
            profile = replace(
                before,
                customer=changes.customer or before.customer,
                values={**before.values, **changes.values},
                keys={**before.keys, **changes.keys},
            )
            self._write(profile)
        return profile

    def take_out(self, name: str, values: tuple[str, ...], keys: tuple[str, ...], *, force: bool) -> Profile:
        """Take values and references out of a profile.

        Raises:
            NotFound: It has none of that name.
        """
        with self._changing():
            before = self.read(name, command="recipes profile remove")
            for what, asked, there in (("value", values, before.values), ("key reference", keys, before.keys)):
                for each in asked:
                    if each not in there:
                        hint = f"recipes profile show {name}"
                        raise NotFound(f"{what} in profile {name}", each, (), fallback=hint)
            if not force:
                self._check_comments(name)
            left = {key: value for key, value in before.values.items() if key not in values}
            profile = replace(before, values=left, keys={k: v for k, v in before.keys.items() if k not in keys})
            self._write(profile)
        return profile

    def remove(self, name: str) -> None:
        """Delete a profile, whatever its file holds."""
        with self._changing():
            self.find(name, command="recipes profile remove").unlink()

    def _check_kept(self, before: Profile, changes: Changes) -> None:
        if changes.customer and before.customer not in ("", changes.customer):
            raise AskedWrongly(f"Profile {before.name} is of {before.customer!r} already.", hint="--force")
        old: dict[str, object] = {**before.values, **before.keys}
        new: dict[str, object] = {**changes.values, **changes.keys}
        for name, value in new.items():
            if name in old and old[name] != value:
                shown = old[name] if isinstance(old[name], Reference) else repr(old[name])
                raise AskedWrongly(f"Profile {before.name} has {name} already: {shown}.", hint="--force")
        self._check_comments(before.name)

    def _check_comments(self, name: str) -> None:
        """Refuse to write a file anew that a person wrote comments into: they would be lost."""
        path = self.path(name)
        if path.exists() and "#" in _STRINGS.sub("", path.read_text(encoding="utf-8")):
            message = f"{path} has comments, which would be lost."
            raise AskedWrongly(message, hint="edit the file, or --force")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Let one process at a time change profiles."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self.folder / _LOCK):
                yield
        except OSError as error:
            raise AskedWrongly(
                f"The profiles in {self.folder} cannot be written: {error.strerror}.",
                hint="set RECIPES_HOME to a folder of yours",
            ) from None

    def _write(self, profile: Profile) -> None:
        import tempfile  # 5 ms, and reading a profile writes nothing

        path = self.path(profile.name)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".new.") as folder:
            aside = Path(folder) / path.name
            aside.touch(mode=0o600)
            aside.write_text(profile_text(profile), encoding="utf-8")
            aside.replace(path)


def is_profile_name(name: str) -> bool:
    """Whether a profile may be called so: lower-case letters, digits, hyphens, at most 40."""
    return _NAME.fullmatch(name) is not None


def _own_text(path: Path) -> str:
    """Return the text of a file that only this user could have written, and from now on only this user can read.

    Raises:
        NotTrusted: It is a link, another's, or others may write to it.
        BrokenProfile: It cannot be read.
    """
    try:
        with os.fdopen(open_unlinked(path), "rb") as file:
            status = os.fstat(file.fileno())
            if not is_mine_alone(status):
                raise _not_believed(path, "belongs to another user, or others may write to it")
            if status.st_mode & _OPEN and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o600)
            return file.read().decode()
    except UnicodeDecodeError:
        raise BrokenProfile(f"{path} is not UTF-8 text.", hint=f"recipes profile remove {path.stem}") from None
    except OSError as error:
        if path.is_symlink():
            raise _not_believed(path, "is a link") from None
        raise BrokenProfile(f"{path} cannot be read: {error.strerror}.", hint="recipes profile list") from None


def _not_believed(path: Path, why: str) -> NotTrusted:
    message = f"{path} {why}, so it is not believed: a profile can name commands that run as you."
    hint = "put the file itself there" if "link" in why else f"look at it, then  {join(['chmod', '600', str(path)])}"
    return NotTrusted(message, hint=hint)
