import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event
from typing import Any, Self

import httpx
import pytest

from runner.catalog import Api, ClientParameter, Key, Recipe, read_recipe
from runner.running.approval import Approval
from runner.running.clients import open_client
from runner.running.isolated.isolation import Isolation
from runner.running.run import Plan, open_run
from runner.running.secrets import Secrets
from runner.running.serving import answering
from runner.running.transports import Link, Patience
from runner.running.watching import Watcher
from runner.running.wires import network, sandbox

SECRET = "test-key-a/1+2=&"


@dataclass
class Answer:
    """What a script says to one request; a body that is no bytes is sent as JSON.

    Attributes:
        never: Say nothing at all until the test is over.
        drop: Hang up instead.
    """

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    reason: str | None = None
    never: bool = False
    drop: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Seen:
    """What was sent: `target` is path and query as they stood in the request line."""

    method: str
    target: str
    headers: httpx.Headers
    body: bytes


class Script:
    """Gives the answers of a list, the last one again and again, and remembers the requests."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._answers = [Answer()]

    def says(self, *answers: dict[str, Any]) -> Self:
        self._answers = [Answer(**answer) for answer in answers]
        return self

    def next_answer(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def asked(self) -> list[str]:
        return [f"{seen.method} {seen.target}" for seen in self.seen]


class ScriptedApp(Script):
    """A script as a WSGI app, for a sandbox wire."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        headers = httpx.Headers({k[5:].replace("_", "-"): v for k, v in environ.items() if k.startswith("HTTP_")})
        target = environ["PATH_INFO"] + ("?" + environ["QUERY_STRING"] if environ["QUERY_STRING"] else "")
        answer = self.next_answer(Seen(environ["REQUEST_METHOD"], target, headers, environ["wsgi.input"].read()))
        start_response(f"{answer.status} -", [("Content-Type", "application/json"), *answer.headers.items()])
        return [answer.content]


class Server(ThreadingHTTPServer, Script):
    """A script as a real server on loopback."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        ThreadingHTTPServer.__init__(self, ("127.0.0.1", 0), _Handler)
        Script.__init__(self)
        self.over = Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = httpx.Headers(list(self.headers.items()))
        answer = self.server.next_answer(Seen(self.command, self.path, headers, body))
        if answer.never:
            self.server.over.wait()
        if answer.never or answer.drop:
            return
        self.send_response(answer.status, answer.reason)
        for name, value in ({"Content-Type": "application/json"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - of the base class

    def log_message(self, *_: object) -> None:
        """Keep silent."""


def _served() -> Iterator[Server]:
    with answering(Server()) as server:
        yield server
        server.over.set()


@pytest.fixture
def server() -> Iterator[Server]:
    yield from _served()


@pytest.fixture
def other_server() -> Iterator[Server]:
    """A second server: another port, so another place."""
    yield from _served()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens on, and that nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def app() -> ScriptedApp:
    return ScriptedApp()


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def make_api(tmp_path: Path) -> Callable[..., Api]:
    """Describe an API at this address, with `/search` among its read-posts."""

    def make(base_url: str, **more: Any) -> Api:
        usual: dict[str, Any] = {"name": "echo", "title": "Echo", "timeout": 5.0, "read_posts": ("/search",)}
        return Api(folder=tmp_path / "recipes" / "echo", base_url=base_url, **(usual | more))

    return make


@pytest.fixture
def api(server: Server, make_api: Callable[..., Api]) -> Api:
    """The API at the server, which wants its key in a header."""
    return make_api(
        f"{server.url}/v1",
        key=Key("header", "X-Key", "ECHO_API_KEY", "Ask at the desk."),
        error_message="error.message",
        error_id="error.id",
    )


@pytest.fixture
def link(api: Api) -> Link:
    """The API over the network, with a key and little patience."""
    return Link(api, network(api), SECRET, patience=Patience(retries=2, backoff=0.01))


@pytest.fixture
def sandboxed(app: ScriptedApp, make_api: Callable[..., Api]) -> Callable[..., Link]:
    """Reach an API that the scripted app imitates; changes are those of the API."""

    def make(patience: Patience | None = None, **more: Any) -> Link:
        return Link(make_api("https://echo.example/v1", **more), sandbox(app), patience=patience or Patience(jitter=0))

    return make


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Callable[..., httpx.Response]:
    """Send requests one after the other through one client of a link, and return the last answer."""
    parameter = ClientParameter("echo", "echo", is_async=request.param)

    def send(
        link: Link, *requests: tuple[str, str], writes: bool = False, watcher: Watcher | None = None, **more: Any
    ) -> httpx.Response:
        client: Any = open_client(parameter, link, writes=writes, watcher=watcher or Watcher())
        if request.param:
            return asyncio.run(_send_all(client, requests, more))
        with client:
            answers: list[httpx.Response] = [client.request(method, url, **more) for method, url in requests]
        return answers[-1]

    return send


async def _send_all(client: httpx.AsyncClient, requests: tuple[tuple[str, str], ...], more: Any) -> httpx.Response:
    async with client:
        return [await client.request(method, url, **more) for method, url in requests][-1]


RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
{table}# ///
"""What does the API say?"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from typing import Any, TypedDict

import httpx


{code}
'''


@pytest.fixture
def write_recipe(tmp_path: Path) -> Callable[..., Recipe]:
    """Write a recipe and read it; `table` holds TOML lines of our table in the block."""

    def write(code: str, *, table: str = "") -> Recipe:
        lines = ["#", "# [tool.recipe-runner]", *(f"# {line}".rstrip() for line in table.splitlines())]
        path = tmp_path / "recipes" / "echo" / "things.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RECIPE.format(code=code, table="\n".join(lines) + "\n" if table else ""), encoding="utf-8")
        return read_recipe(path)

    return write


@pytest.fixture
def isolation() -> Isolation | None:
    """How the recipe of a plan runs apart; None lets it run in this process."""
    return None


@pytest.fixture
def apart() -> Isolation:
    """Let a recipe run in a process of its own, under this Python."""
    return Isolation(lambda _: Path(sys.executable), {"PATH": os.environ["PATH"], "ECHO_API_KEY": SECRET})


@pytest.fixture
def plan(write_recipe: Callable[..., Recipe], tmp_path: Path, isolation: Isolation | None) -> Callable[..., Plan]:
    """Plan a run of this code, with these links and values; the key is a secret."""

    def make(code: str, *links: Link, table: str = "", values: dict[str, Any] | None = None, **more: Any) -> Plan:
        by_name = {link.api.name: link for link in links}
        usual: dict[str, Any] = {"secrets": Secrets({"ECHO_API_KEY": SECRET}), "isolation": isolation}
        return Plan(write_recipe(code, table=table), values or {}, by_name, Approval(tmp_path), **(usual | more))

    return make


@pytest.fixture
def rows_of(plan: Callable[..., Plan]) -> Callable[..., list[dict[str, Any]]]:
    """Run this code and return its rows; what else is given goes into the plan."""

    def rows(code: str, *links: Link, **more: Any) -> list[dict[str, Any]]:
        with open_run(plan(code, *links, **more)) as run:
            return list(run.rows())

    return rows


@pytest.fixture
def main() -> Callable[..., str]:
    """Write a `main` without parameters, which gives rows if nothing else is said; the lines of `body` stand in it."""

    def write(body: str, signature: str = "", gives: str = "", *, is_async: bool = False) -> str:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        kind = gives or ("AsyncIterator[dict[str, Any]]" if is_async else "Iterator[dict[str, Any]]")
        return f'{"async " * is_async}def main({signature}) -> {kind}:\n    """Give something."""\n{lines}'.rstrip()

    return write
