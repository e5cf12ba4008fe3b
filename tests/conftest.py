import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import settings

from runner.running.serving import answering

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")

TIMEOUT = 20


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers() -> int:
    """Take one worker more than there are processors: a third of the time the tests wait for other processes."""
    return (os.cpu_count() or 1) + 1


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


class Upstream:
    """A publisher's repository, in git."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str, stdin: bytes = b"") -> str:
        names = ("-c", "user.name=P", "-c", "user.email=p@acme.example", "-c", "commit.gpgsign=false")
        plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env = plain | {"HOME": str(self.root.parent), "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", *names, *words]
        done = subprocess.run(command, cwd=self.root, check=True, capture_output=True, env=env, input=stdin)
        return done.stdout.decode().strip()

    def write(self, path: str, content: str | bytes) -> Path:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def write_recipe(self, name: str = "echo/things", title: str = "What is there?", *, table: str = "") -> Path:
        """Write a recipe of an API that is described too; `table` holds lines of our table in the block."""
        api, _, last = name.partition("/")
        if not (self.root / "recipes" / api / "api.toml").exists():
            self.write(f"recipes/{api}/api.toml", ECHO_API)
            self.write(f"recipes/{api}/sandbox/__init__.py", ECHO_SANDBOX)
        lines = "".join(f"# {line}\n" if line else "#\n" for line in table.splitlines())
        ours = f"#\n# [tool.recipe-runner]\n{lines}" if table else ""
        text = ECHO_RECIPE.format(title=title, table=ours, api=api)
        return self.write(f"recipes/{api}/{last.replace('-', '_')}.py", text)

    def commit(self, message: str = "Change") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


ECHO_API = """\
title = "Echo"
base-url = "https://echo.example/v1"
sandbox = "sandbox:app"

[key]
in = "header"
name = "X-Key"
env = "ECHO_API_KEY"
"""
ECHO_SANDBOX = """\
import json


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"path": environ["PATH_INFO"]}).encode()]
"""
ECHO_RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
{table}# ///
"""{title}"""

from typing import Any

import httpx


def main({api}: httpx.Client, count: int = 2) -> dict[str, Any]:
    """Return one.

    Args:
        count: How many.
    """
    answer = {api}.get("/things", params={{"count": count}}).raise_for_status()
    return {{"path": answer.json()["path"]}}
'''


@pytest.fixture
def make_upstream(tmp_path: Path) -> Callable[..., Upstream]:
    """Make a publisher's repository with one recipe, committed; by its name below `published/`."""

    def make(name: str = "team", title: str = "Team recipes") -> Upstream:
        upstream = Upstream(tmp_path / "published" / name)
        upstream.write("recipes.toml", f'name = "{name}"\ntitle = "{title}"\npublisher = "Acme"\n')
        upstream.write_recipe()
        upstream.commit("First")
        return upstream

    return make


@pytest.fixture
def upstream(make_upstream: Callable[..., Upstream]) -> Upstream:
    return make_upstream()


class GitServer(ThreadingHTTPServer):
    """Serves git repositories over http on loopback, by git's own CGI program.

    Attributes:
        moved: Where a path leads instead, by its beginning.
        asked: The paths that were asked for.
    """

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), _GitHandler)
        self.root = root
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _GitHandler(BaseHTTPRequestHandler):
    server: GitServer

    def answer(self) -> None:
        path, _, query = self.path.partition("?")
        self.server.asked.append(self.path)
        for beginning, target in self.server.moved.items():
            if path.startswith(beginning):
                self.send_response(301)
                self.send_header("Location", target + self.path.removeprefix(beginning))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        env = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "GIT_CONFIG_KEY_1": "uploadpack.allowAnySHA1InWant",
            "GIT_CONFIG_VALUE_1": "true",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=env, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer  # noqa: N815 - the names are the base class's

    def log_message(self, *_: object) -> None:
        """Keep silent."""


@pytest.fixture
def git_server(tmp_path: Path) -> Iterator[GitServer]:
    """A server of all that `make_upstream` makes: `{url}/team`."""
    with answering(GitServer(tmp_path / "published")) as server:
        yield server
