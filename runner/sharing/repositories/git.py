"""The git program, told to trust nobody: no checkout, no hook, no submodule, no prompt, no transport but the one asked.

What it fetches goes into a bare repository of ours, from which trees and files are read by name. So filters, links,
line ends and names that clash never come into play (T16).
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Final

from runner.errors import AskedWrongly, RepositoryRefused, SourceUnreachable
from runner.output.text import safe_text

SECONDS: Final = 600
"""For one call of git; what stands still for 30 seconds is given up before."""
_MOST_LISTED: Final = 50_000_000
"""Bytes of a list of refs or files."""
_CHUNK: Final = 1 << 16
_OF_SSH: Final = "fatal: Could not read from remote repository."
# What the user set for reaching hosts stays; all else could lead git to another repository or another configuration.
_KEPT: Final = frozenset(
    {"GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_ASKPASS", "GIT_HTTP_PROXY_AUTHMETHOD"}
)
_SETTINGS: Final = (
    *("core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false"),
    *("http.followRedirects=false", "http.lowSpeedLimit=1000", "http.lowSpeedTime=30", "submodule.recurse=false"),
)


class GitFailedError(Exception):
    """A command of git did not work; what it said is safe to show.

    Attributes:
        status: How it ended.
    """

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True, slots=True)
class Git:
    """How git is run.

    Attributes:
        environ: Of the process.
        progress: Hears, line by line, what git says meanwhile.
        seconds: For one call.
    """

    environ: Mapping[str, str]
    progress: Callable[[str], None] | None = None
    seconds: float = SECONDS

    def read(self, folder: Path, *words: str, url: str = "", stdin: IO[bytes] | None = None) -> bytes:
        """Run git in a bare repository and return what it prints.

        Args:
            folder: The repository.
            words: The command, and behind `--` what came from elsewhere.
            url: What it calls, which decides the one transport it may use.
            stdin: What it reads.

        Raises:
            GitFailedError: It ended with an error.
            RepositoryRefused: It prints too much.
            SourceUnreachable: It takes too long.
        """
        with self._running(folder, words, url, stdin) as process:
            assert process.stdout is not None
            content = process.stdout.read(_MOST_LISTED + 1)
            if len(content) > _MOST_LISTED:
                process.kill()
                raise RepositoryRefused("This repository lists more names than any that is taken.")
        return content

    @contextmanager
    def stream(self, folder: Path, *words: str, stdin: IO[bytes]) -> Iterator[IO[bytes]]:
        """Run git in a bare repository and give what it prints, to be read to its end."""
        with self._running(folder, words, "", stdin) as process:
            assert process.stdout is not None
            yield process.stdout

    def fetch(self, folder: Path, url: str, *refspecs: str) -> None:
        """Fetch from an address into a bare repository, and nothing beside what is named.

        Raises:
            GitFailedError: It ended with an error.
            SourceUnreachable: It takes too long.
        """
        flags = ("--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance")
        shown = "--quiet" if self.progress is None else "--progress"  # else an error would be one line among many
        with self._running(folder, ("fetch", *flags, shown, "--", url, *refspecs), url, None) as process:
            assert process.stdout is not None
            process.stdout.read()

    @contextmanager
    def _running(
        self, folder: Path, words: Sequence[str], url: str, stdin: IO[bytes] | None
    ) -> Iterator["subprocess.Popen[bytes]"]:
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = [self._program(), *settings, f"--git-dir={folder}", *words]
        with TemporaryFile() as said:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment(self.environ, url),
                stdin=stdin or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if self._is_watched(words) else said,
            )
            late = Timer(self.seconds, process.kill)
            late.start()
            try:
                if process.stderr is not None:
                    self._listen(process.stderr, said)
                yield process
                status = process.wait()
            finally:
                is_late = not late.is_alive()
                late.cancel()
                process.kill()
                process.wait()
                for pipe in (process.stdout, process.stderr):
                    if pipe is not None:
                        pipe.close()
            if is_late:
                raise SourceUnreachable(f"git took longer than {self.seconds:,.0f} seconds.", hint="try again later")
            if status:
                said.seek(0)
                raise GitFailedError(_last_words(said.read(_CHUNK)), status)

    def _is_watched(self, words: Sequence[str]) -> bool:
        return self.progress is not None and words[0] == "fetch"

    def _listen(self, stderr: IO[bytes], said: IO[bytes]) -> None:
        """Pass on what git says, and keep the end of it; a server has a say in it, so it is made safe."""
        rest = b""
        while chunk := os.read(stderr.fileno(), _CHUNK):
            *lines, rest = re.split(rb"[\r\n]", rest[-1000:] + chunk)
            for line in lines:
                text = safe_text(line.decode(errors="replace").strip())
                if text and self.progress is not None:
                    self.progress(text)
                if b"% (" not in line and said.tell() < _CHUNK:
                    said.write(line[:1000] + b"\n")
        said.write(rest[:1000])

    def _program(self) -> str:
        program = which("git", path=self.environ.get("PATH"))
        if program is None:
            hint = "install git (https://git-scm.com/downloads), or add the repository as a zip"
            raise AskedWrongly("This takes git, which is not installed.", hint=hint)
        return program


def environment(environ: Mapping[str, str], url: str) -> dict[str, str]:
    """Return the environment of git: the user's, but for what would lead it elsewhere or let it ask.

    Args:
        environ: Of the process.
        url: What is called; without one, no transport is allowed at all.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith("GIT_") or name in _KEPT}
    own = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": _transport(url), "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    return kept | own | {"GIT_LFS_SKIP_SMUDGE": "1", "GIT_NO_LAZY_FETCH": "1"}


def _transport(url: str) -> str:
    if "://" in url:
        return url.partition("://")[0]
    return "ssh" if url else "none"


def _last_words(said: bytes) -> str:
    """Return the line of an error message that says most; of a connection that failed, what ssh said of it."""
    lines = [safe_text(line.strip()) for line in said.decode(errors="replace").splitlines() if line.strip()]
    if _OF_SSH in lines[1:]:
        return lines[lines.index(_OF_SSH) - 1][:300]
    fatal = [line for line in lines if line.startswith(("fatal: ", "error: ", "ERROR: "))]
    return (fatal or lines or ["git said nothing"])[0][:300]
