"""A file for a result: written aside in the same folder, then put in its place whole."""

import errno
import io
import os
import shlex
import stat
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from runner.errors import AskedWrongly

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_SIZE = 1 << 16  # bytes
_FULL = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The disk is full for you (quota)",
    errno.EFBIG: "The disk is full, or the file larger than the system allows",
}
_NO_HARD_LINKS = {errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}


def open_output(path: Path | None, *, force: bool = False) -> "OutputFile":
    """Open a file for a result; do it before the run, so that no call is made in vain.

    Args:
        path: Where the result shall stand in the end. A link is followed; a device or pipe is written directly, as is
            stdout, for which None stands.
        force: A file that stands there may be replaced.

    Raises:
        AskedWrongly: A file stands there, it is a folder, or its folder is missing or not writable.
    """
    if path is None:
        sys.stdout.flush()
        return OutputFile(None, os.dup(sys.stdout.fileno()))
    try:
        target = path.resolve()
        mode = _mode(target)
        if _is_direct(path, mode):
            return OutputFile(path, os.open(path, os.O_WRONLY | os.O_APPEND))
        _check(path, target, mode, force=force)
        return SideFile(path, target, mode, force=force)
    # A ring of links is a RuntimeError to Python 3.11.
    except (OSError, RuntimeError) as error:
        raise _failed(path, error) from error


def check_place(path: Path) -> Path:
    """Return where a path leads to, sure that a file stands there or could; for a file that something else writes.

    Raises:
        AskedWrongly: It is a folder, or its folder is missing.
    """
    try:
        target = path.resolve()
        _check(path, target, _mode(target), force=True)
    except (OSError, RuntimeError) as error:
        raise _failed(path, error) from error
    return target


class OutputFile:
    """A stream to write to; leaving its `with` closes it. This one goes directly to a device or pipe.

    Attributes:
        stream: Text; what fails on the way to the disk raises AskedWrongly, a closed pipe BrokenPipeError.
    """

    def __init__(self, path: Path | None, descriptor: int) -> None:
        """Write to an open descriptor.

        Args:
            path: As the user gave it, for messages; None for stdout.
            descriptor: It is closed with the stream.
        """
        self._buffer = _Buffer(descriptor, path)
        self.stream = io.TextIOWrapper(self._buffer, encoding="utf-8", newline="")

    def commit(self) -> None:
        """Write out what is left; only now does the file stand in its place.

        Raises:
            AskedWrongly: The disk is full, or a file stands there by now; what stood there before is untouched.
        """
        self.stream.close()
        self._buffer.check()

    def keep_partial(self) -> Path | None:
        """Keep what was written, after the writer ended its document, when the run failed in the middle.

        Returns:
            The file that holds it, e.g. `rows.partial.csv`; None after a failure of the disk and for a device or pipe.
        """
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stream.close()


class SideFile(OutputFile):
    """A file that is written aside; without `commit` or `keep_partial` nothing stays of it."""

    def __init__(self, path: Path, target: Path, mode: int | None, *, force: bool) -> None:
        """Make the file aside.

        Args:
            path: As the user gave it.
            target: Where it leads to.
            mode: Of the file that stands there; None if there is none.
            force: Such a file may be replaced, also one made meanwhile.
        """
        self._path = path
        self._target = target
        self._may_replace = force
        self._side: Path | None = target.with_name(f".{target.name[:40]}.{os.urandom(4).hex()}.partial")
        # What was private stays so.
        permissions = 0o666 if mode is None else mode & 0o777
        super().__init__(path, os.open(self._side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, permissions))

    def commit(self) -> None:  # noqa: D102
        side = self._finished()
        try:
            if self._may_replace:
                side.replace(self._target)
            else:
                _move_to_new(side, self._target)
        except FileExistsError:
            problem = f"{self._path} was made by something else meanwhile; the result is in {self.keep_partial()}."
            raise AskedWrongly(problem, hint="--force") from None
        except OSError as error:
            raise _failed(self._path, error) from error
        self._side = None

    def keep_partial(self) -> Path | None:  # noqa: D102
        if self._buffer.error or not self._side:
            return None
        side = self._finished()
        try:
            name = _move_beside(side, self._target)
        except OSError as error:
            raise _failed(self._path, error) from error
        self._side = None
        return (self._target if self._path.is_symlink() else self._path).with_name(name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._side:
            self._buffer.drop()
            self.stream.close()
            self._side.unlink(missing_ok=True)
            self._side = None

    def _finished(self) -> Path:
        if not self.stream.closed:
            self.stream.flush()
            self._buffer.sync()
            self.stream.close()
        self._buffer.check()
        if not self._side:
            raise ValueError("the file stands in its place already")
        return self._side


class _Buffer(io.BufferedWriter):
    """The bytes before they are written; after a failure it swallows what comes, so that the stream can be closed.

    What writes them has no code of ours: there Ctrl-C would come between writing bytes and telling so,
    and they would be written again.

    Attributes:
        error: What was raised, or None.
    """

    def __init__(self, descriptor: int, path: Path | None) -> None:
        super().__init__(io.FileIO(descriptor, "wb"), _SIZE)
        self._path = path
        self._drops = False
        self.error: Exception | None = None

    def write(self, data: "ReadableBuffer") -> int:
        if self._drops:
            return memoryview(data).nbytes
        try:
            return super().write(data)
        except OSError as error:
            raise self._noted(error) from error

    def flush(self) -> None:
        if self._drops:
            return
        try:
            super().flush()
        except OSError as error:
            raise self._noted(error) from error

    def close(self) -> None:
        if self._drops:
            self.raw.close()  # then there is nothing that what is left could be written to
        super().close()

    def sync(self) -> None:
        try:
            os.fsync(self.fileno())
        except OSError as error:
            raise self._noted(error) from error

    def drop(self) -> None:
        self._drops = True

    def check(self) -> None:
        if self.error:
            raise self.error

    def _noted(self, error: OSError) -> Exception:
        self._drops = True
        self.error = error if isinstance(error, BrokenPipeError) else _failed(self._path, error)
        return self.error


def _mode(target: Path) -> int | None:
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


def _is_direct(path: Path, mode: int | None) -> bool:
    # /dev/stdout leads to a regular file after `> file`; replacing that would cut the shell's redirection off.
    if path.parts[:2] == ("/", "dev") and path.parts[2:3] in {("stdout",), ("stderr",), ("fd",)}:
        return True
    return mode is not None and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _check(path: Path, target: Path, mode: int | None, *, force: bool) -> None:
    if mode is not None and stat.S_ISDIR(mode):
        raise AskedWrongly(f"{path} is a folder.", hint=f"-o {shlex.quote(str(path / 'result.csv'))}")
    if mode is not None and not force:
        raise AskedWrongly(f"{path} exists.", hint="--force")
    if not target.parent.exists():
        folder = target.parent if path.is_symlink() else path.parent
        raise AskedWrongly(f"The folder {folder} does not exist.", hint=f"mkdir -p {shlex.quote(str(folder))}")


def _move_to_new(side: Path, place: Path) -> None:
    """Move a file to a name that is free.

    Raises:
        FileExistsError: It is not.
    """
    try:
        place.hardlink_to(side)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if place.exists():
            raise FileExistsError from None
        side.rename(place)
    else:
        side.unlink()


def _move_beside(side: Path, target: Path) -> str:
    """Move a file to the first free name like `rows.partial.csv`, `rows.partial-2.csv`; return that name."""
    number = 1
    while True:
        name = f"{target.stem}.partial{f'-{number}' if number > 1 else ''}{target.suffix}"
        try:
            _move_to_new(side, target.with_name(name))
        except FileExistsError:
            number += 1
        else:
            return name


def _failed(path: Path | None, error: OSError | RuntimeError) -> AskedWrongly:
    hint = f"-o another/folder/{shlex.quote(path.name)}" if path else "-o FILE"
    name = path or "stdout"
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL:
        return AskedWrongly(f"{_FULL[number]}; {name} was not written.", hint=hint)
    reason = error.strerror if isinstance(error, OSError) else error
    return AskedWrongly(f"{name} cannot be written: {reason}.", hint=hint)
