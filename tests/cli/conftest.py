import base64
import json
import os
import shutil
import subprocess
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import runner
from runner.catalog import catalog_root, read_api
from runner.cli import main
from runner.running.approval import Approval
from runner.running.loading import load_sandbox
from runner.running.serving import answering, open_server
from tests.cli.sandboxes import PLAY
from tests.conftest import GitServer, Upstream

Invoke = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def invoke(home: Path, folder: Path) -> Invoke:
    """Run `recipes` with these words, in a folder of its own and with no key in the environment."""

    def invoke(*words: str, env: dict[str, str | None] | None = None, stdin: str = "") -> Result:
        names = (
            "NEWSWHIP_API_KEY",
            "SLACK_WEBHOOK_URL",
            "RECIPES_REPOSITORY",
            "GITHUB_ACTIONS",
            "GITHUB_WORKSPACE",
        )
        nothing = {**dict.fromkeys(names), "RECIPES_HOME": str(home)}
        return CliRunner().invoke(main, words, env=nothing | (env or {}), input=stdin, prog_name="recipes")

    return invoke


API = """\
title = "Echo"
base-url = "{base_url}"
sandbox = "sandbox:app"
sandbox-now = 2026-11-20T09:00:00Z
read-posts = ["/search"]
timeout = 5

[key]
in = "header"
name = "X-Key"
env = "ECHO_API_KEY"
help = "Ask the person at the desk."

[errors]
message = "error.message"
id = "error.id"
"""

SANDBOX = """
import json
import time


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    answer = {"key": environ.get("HTTP_X_KEY"), "path": environ["PATH_INFO"], "now": int(time.time())}
    return [json.dumps(answer).encode()]
"""

RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
{table}# ///
"""{title}"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import httpx


{code}
'''

MAIN = '''\
def main(echo: httpx.Client, count: int = 2) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        count: How many.
    """
    for number in range(count):
        answer = echo.get("/things", params={"number": number}).raise_for_status().json()
        yield {"number": number, "path": answer["path"], "now": answer["now"]}'''


class Repo:
    """A repository on disk, to be filled by a test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "recipes" / "echo" / "sandbox").mkdir(parents=True)
        (root / "recipes.toml").write_text('name = "team"\ntitle = "Team recipes"\n', encoding="utf-8")
        self.write_api("https://echo.example/v1")
        (root / "recipes" / "echo" / "sandbox" / "__init__.py").write_text(SANDBOX, encoding="utf-8")

    def write_api(self, base_url: str) -> None:
        (self.root / "recipes" / "echo" / "api.toml").write_text(API.format(base_url=base_url), encoding="utf-8")

    def write_recipe(
        self, name: str = "things", code: str = MAIN, *, title: str = "What things are there?", table: str = ""
    ) -> Path:
        """Write a recipe; `table` holds TOML lines of our table in the block."""
        lines = ["#", "# [tool.recipe-runner]", *(f"# {line}" if line else "#" for line in table.splitlines())]
        text = RECIPE.format(title=title, code=code, table="\n".join(lines) + "\n" if table else "")
        path = self.root / "recipes" / "echo" / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def repo(folder: Path) -> Repo:
    """A repository around the current folder, not trusted."""
    return Repo(folder)


@pytest.fixture
def trusted(repo: Repo, invoke: Invoke) -> Repo:
    assert invoke("trust", ".").stderr.startswith("Trusted: ")
    return repo


@pytest.fixture
def recorded(trusted: Repo, invoke: Invoke) -> Repo:
    """A trusted repository with one recipe and its case."""
    trusted.write_recipe()
    assert invoke("record", "things", "--sandbox").exit_code == 0
    return trusted


@dataclass
class Answer:
    """What the server says to one request; a dict is sent as JSON."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    reason: str | None = None


@dataclass
class Seen:
    """What the server was sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Server(ThreadingHTTPServer):
    """A real server on loopback that gives the answers of a list, the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = [Answer()]
        self.seen: list[Seen] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append(Seen(self.command, self.path, dict(self.headers), body))
        answer = self.server.next_answer()
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status, answer.reason)
        for name, value in ({"Content-Type": "application/json"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names are the base class's

    def log_message(self, *_: object) -> None:
        """Keep silent."""


@pytest.fixture
def server() -> Iterator[Server]:
    with answering(Server()) as server:
        yield server


@pytest.fixture
def url(upstream: Upstream, git_server: GitServer) -> str:
    """The address of the publisher's repository."""
    return f"{git_server.url}/{upstream.root.name}"


@pytest.fixture
def acme(invoke: Invoke, url: str, upstream: Upstream) -> Upstream:
    """The publisher's repository, added as `acme`."""
    assert invoke("repo", "add", url, "--as", "acme").exit_code == 0
    return upstream


@pytest.fixture
def live(repo: Repo, server: Server, invoke: Invoke) -> Repo:
    """A trusted repository whose API is the server."""
    repo.write_api(f"{server.url}/v1")
    repo.write_recipe(code=LIVE)
    assert invoke("trust", ".").stderr.startswith("Trusted: ")
    return repo


LIVE = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield what the API says."""
    response = echo.post("/search", json={"q": 1})
    response.raise_for_status()
    yield {"answer": response.json(), "url": str(response.request.url)}'''


@dataclass
class Wire:
    """The NewsWhip sandbox on loopback, which wants a key that looks like one.

    Attributes:
        key: What it takes, in the query or in a header.
        url: Up to the version.
        seen: Method, path and query of each call.
    """

    key: str
    url: str = ""
    seen: list[tuple[str, str, str]] = field(default_factory=list)


@pytest.fixture
def wire() -> Iterator[Wire]:
    catalog = catalog_root(Path(runner.__file__).parent)
    sandbox = load_sandbox(read_api(catalog / "recipes" / "newswhip"), Approval(catalog))
    wire = Wire("test-key-8f3a9c5e7b1d2046")

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        query = environ["QUERY_STRING"]
        wire.seen.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], query))
        in_header = wire.key in str(_sent_with(environ))
        query = f"{query}&key=sandbox" if in_header else query.replace(wire.key, "sandbox")
        return sandbox({**environ, "QUERY_STRING": query}, start_response)

    with answering(open_server(app, port=0, now=None)) as server:
        wire.url = f"http://127.0.0.1:{server.port}/v1"
        yield wire


def _sent_with(environ: dict[str, Any]) -> list[str]:
    """Return the headers that may hold a key, Basic ones decoded."""
    kind, _, rest = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    basic = base64.b64decode(rest).decode() if kind == "Basic" else rest
    return [basic, environ.get("HTTP_COOKIE", ""), environ.get("HTTP_X_TOKEN", "")]


KEY = "test-key-4Kq8Rm2Xv7"
HTTPX = ("httpx", "httpcore", "anyio", "certifi", "h11", "idna", "sniffio", "typing_extensions")


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a customer: a fresh environment with httpx and what that needs.

    It is copied from here, because tests reach no network.
    """
    folder = tmp_path_factory.mktemp("customer")
    venv.create(folder, with_pip=False, symlinks=True)
    [site] = folder.glob("lib/python*/site-packages")
    for name in HTTPX:
        try:
            files = distribution(name).files or []
        except ModuleNotFoundError:
            continue  # an older Python needs more of them
        for file in (each for each in files if ".." not in each.parts):
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), site / file)
    return folder / "bin" / "python"


Play = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def play(python: Path, tmp_path: Path) -> Play:
    """Run a script as a customer does, in an empty folder."""
    folder = tmp_path / "customer"
    folder.mkdir()

    def play(
        script: Path, *words: str, key: str | None = KEY, now: datetime | None = None, env: dict[str, str] | None = None
    ) -> Any:
        shutil.copyfile(script, folder / script.name)
        address = next(
            (text for word, text in pairwise(" ".join(words).replace("=", " ").split()) if "base-url" in word), ""
        )
        start = ["-c", PLAY, now.isoformat(), address] if now else []
        names = ("NEWSWHIP_API_KEY", "SLACK_WEBHOOK_URL", "ECHO_API_KEY")
        env = {"PATH": os.environ["PATH"]} | (dict.fromkeys(names, key) if key else {}) | (env or {})
        command = [str(python), "-I", *start, script.name, *words]
        return subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60
        )

    return play


def export(invoke: Invoke, folder: Path, *words: str) -> Path:
    """Export a script, and return where it is."""
    result = invoke("export", *words, "--to", "script")
    assert result.exit_code == 0, result.stderr
    return folder / result.stdout.strip()
