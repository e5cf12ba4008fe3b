"""The process of a recipe: started with the pipes and nothing else of ours, and ended with all that it started."""

import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, BinaryIO, Final

import runner.running
from runner.running.clock import REAL_MONOTONIC
from runner.running.isolated.frames import Pipe

PATIENCE: Final = 10.0
"""Seconds that a process has to end after its recipe: for what the recipe left to be done at exit."""
_LAST_LINES: Final = 5
_LONGEST_LINE: Final = 4096

_LAUNCHER: Final = """\
import gc
import sys
from types import ModuleType

gc.disable()
for name in ("runner", "runner.running"):
    sys.modules[name] = ModuleType(name)
sys.modules["runner.running"].__path__ = [sys.argv.pop()]
from runner.running.isolated.child.stage import serve
gc.freeze()
gc.enable()
serve()
"""
"""Makes what the other process needs of `runner.running` importable by its path, and of the runner nothing else.

What is imported before the recipe is no garbage, neither now nor at the end, where Python would look through it again.
"""


class Process:
    """A process that waits for a recipe.

    Attributes:
        python: Its interpreter.
        environ: All of its environment.
        pipe: To talk with it.
        said: Takes what it, and what it starts, writes to stdout and stderr by descriptor.
        last_lines: The end of what it wrote to its stderr.
    """

    def __init__(self, python: Path, environ: Mapping[str, str]) -> None:
        """Start it."""
        self.python, self.environ = python, environ
        self.said: Callable[[str], object] = _nobody
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._process = subprocess.Popen(
            [python, "-I", "-X", "utf8", "-c", _LAUNCHER, _folder()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ,
            start_new_session=True,  # Ctrl-C reaches the run alone, which ends all of it
        )
        self.pipe = Pipe(_file(self._process.stdout), _file(self._process.stdin).fileno())
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def kill(self) -> None:
        """End it at once, with all that it started and that did not leave its group."""
        if self._process.returncode is not None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self, *, patience: float = PATIENCE) -> None:
        """Wait until it has ended by itself, or end it; nothing that it started is left."""
        try:
            self._wait_for_end(patience)
        finally:  # Ctrl-C may come while it is waited for
            self._end()

    def how_it_ended(self) -> str:
        """Say how a process ended whose pipe is closed, which is what it does last: `was ended by SIGKILL`."""
        self.kill()
        self._process.wait()
        self._listener.join(timeout=1)
        code = self._process.returncode
        if code >= 0:
            return f"ended by itself with exit code {code}"
        names = {each.value: each.name for each in signal.Signals}
        return f"was ended by {names.get(-code, f'signal {-code}')}"

    def _end(self) -> None:
        self.kill()
        self._process.wait()
        self._listener.join(timeout=1)
        self.said = _nobody  # what has left the group may go on writing
        self.pipe.close()  # a request may still be on its way, and its answer is for nobody
        for file in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                _file(file).close()

    def _wait_for_end(self, patience: float) -> None:
        """Wait for the end of its pipe, before it is waited for itself: until then its number is no other process's."""
        if sys.platform == "win32":
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
            return
        descriptor, until = _file(self._process.stdout).fileno(), REAL_MONOTONIC() + patience
        while (left := until - REAL_MONOTONIC()) > 0:
            if select.select([descriptor], [], [], left)[0] and not os.read(descriptor, 65536):
                return

    def _listen(self) -> None:
        file = _file(self._process.stderr)
        with file:
            while line := file.readline(_LONGEST_LINE):
                text = line.decode("utf-8", "replace")
                self.last_lines.append(text.rstrip())
                self.said(text)


def _nobody(_: str) -> None:
    """Hear nothing."""


def _folder() -> str:
    return str(Path(next(iter(runner.running.__path__))).resolve())


def _file(file: IO[bytes] | None) -> BinaryIO:
    assert file is not None
    return file  # type: ignore[return-value]
