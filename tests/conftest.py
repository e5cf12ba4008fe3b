import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")

TIMEOUT = 20


@dataclass(frozen=True)
class Screen:
    """What a terminal was sent, with plain line ends, and how the command ended."""

    text: str
    exit_code: int


@pytest.fixture
def in_terminal(tmp_path: Path) -> Callable[..., Screen]:
    """Run `recipes` with these words in a real terminal, where `typed` is typed at once, and `when` after a text."""

    def run(
        *words: str,
        cwd: Path = tmp_path,
        env: Mapping[str, str] | None = None,
        columns: int = 88,
        typed: str = "",
        when: Mapping[str, str] | None = None,
        program: Sequence[str] = (sys.executable, "-m", "runner"),
    ) -> Screen:
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        settings = termios.tcgetattr(terminal)
        settings[3] &= ~termios.ECHO  # what is typed would show before the questions
        termios.tcsetattr(terminal, termios.TCSANOW, settings)
        process = subprocess.Popen(
            [*program, *words],
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "TERM": "dumb", "RECIPES_HOME": str(tmp_path / "home"), **(env or {})},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=_listen_to_ctrl_c,
        )
        os.close(terminal)
        os.write(controller, typed.encode())
        try:
            text = _read_all(controller, dict(when or {})).decode().replace("\r\n", "\n")
            return Screen(text, process.wait(TIMEOUT))
        finally:
            process.kill()
            process.wait()

    return run


def _listen_to_ctrl_c() -> None:
    """Make the terminal the process's own, and undo what a shell did that started the tests in the background."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _read_all(controller: int, when: dict[str, str]) -> bytes:
    sent = b""
    while select.select([controller], [], [], TIMEOUT)[0]:
        try:
            chunk = os.read(controller, 65536)
        except OSError:  # the terminal's last user has gone
            break
        if not chunk:
            break
        sent += chunk
        for text in [text for text in when if text.encode() in sent]:
            os.write(controller, when.pop(text).encode())
    os.close(controller)
    return sent
