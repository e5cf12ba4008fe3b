import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from runner.catalog import Api, Key, read_recipe
from runner.recording.case import read_case
from runner.recording.cassette import read_cassette
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse
from runner.recording.outcome import Outcome
from runner.recording.recorder import Recorded, Take, record
from runner.recording.replay import Subject, replay
from runner.running.approval import Approval
from runner.running.clock import REAL_SLEEP
from runner.running.pace import Pace
from runner.running.serving import answering
from runner.running.transports import Link, Patience
from runner.running.values import Given, settle_values
from runner.running.wires import network

NUMBERS = ["0", "-0", "1.10", "1E400", "1e-7", "12345678901234567890123", "NaN"]
STRINGS = [
    r'"\ud800"',
    '"\x85"',
    '"\u2028"',
    '"\ufeff"',
    '"⛴️"',
    r'"\"},{"',
    '"a,b:[c]{d}  "',
    '"\x7f"',
    '"# no"',
]
SPACES = ["", " ", "\n", "\r\n", "\t", "  "]


def exchange(body: bytes = b"{}", *, sent: bytes = b"", status: int = 200) -> Exchange:
    """A call to an invented API."""
    headers = (("accept", "*/*"), ("content-type", "application/json"))
    return Exchange(
        RecordedRequest("POST", "https://api.example/v1/articles?key=__API_KEY__&q=a%20b", headers, sent),
        RecordedResponse(status, "OK", (("content-type", "application/json"), ("x-count", "1")), body),
    )


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Write a cassette's text into a file."""

    def write(text: str | bytes) -> Path:
        path = tmp_path / "default.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """JSON as APIs write it: any spacing, any spelling of numbers, duplicate keys, any character."""
    comma, colon = draw(st.sampled_from([",", ", ", " ,", ",\n", ",\n  "])), draw(st.sampled_from([":", ": ", " : "]))
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    string = st.sampled_from(STRINGS) | st.builds(json.dumps, text, ensure_ascii=st.booleans())
    leaf = string | st.sampled_from([*NUMBERS, "true", "null"])

    def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        fields = st.lists(st.builds(lambda key, value: key + colon + value, string, inner), max_size=4)
        return st.lists(inner, max_size=4).map(lambda items: f"[{comma.join(items)}]") | fields.map(
            lambda items: f"{{{comma.join(items)}}}"
        )

    around = st.sampled_from(SPACES)
    return draw(around) + draw(st.recursive(leaf, containers, max_leaves=25)) + draw(around)


@dataclass(frozen=True)
class Seen:
    """What the API was sent: `target` is path and query as they stood in the request line."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the API says; a body that is no bytes is sent as JSON.

    Attributes:
        drop: Hang up instead.
        after: Seconds it takes.
    """

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    drop: bool = False
    after: float = 0.0

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class ApiServer(ThreadingHTTPServer):
    """A real server on loopback that answers as a test says."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[Seen] = []
        self.reply: Callable[[Seen], Answer] = lambda _: Answer()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def says(self, *answers: Answer) -> None:
        """Give these answers, the last one again and again."""
        left = list(answers)
        self.reply = lambda _: left.pop(0) if len(left) > 1 else left[0]


class _Handler(BaseHTTPRequestHandler):
    server: ApiServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in two pieces waits 40 ms for the second one

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = Seen(self.command, self.path, dict(self.headers), body)
        self.server.seen.append(seen)
        answer = self.server.reply(seen)
        REAL_SLEEP(answer.after)  # the other one moves the clock of a recording in this process
        if answer.drop:
            self.close_connection = True
            return
        self.send_response(answer.status, answer.reason)
        for name, value in ({"Content-Type": "application/json"} | dict(answer.headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names are the base class's

    def log_message(self, *_: object) -> None:
        """Keep silent."""


def _served() -> Iterator[ApiServer]:
    with answering(ApiServer()) as server:
        yield server


@pytest.fixture
def server() -> Iterator[ApiServer]:
    yield from _served()


@pytest.fixture
def other_server() -> Iterator[ApiServer]:
    yield from _served()


KEY = "test-key-a/1+2=&"

RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
{table}# ///
"""What does the API say?"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx


{code}
'''


@dataclass
class Studio:
    """A repository on disk whose APIs are servers, and what records and plays its recipe."""

    root: Path
    apis: dict[str, Api]

    def subject(self, code: str = "", *, table: str = "") -> Subject:
        """Write the recipe, if there is code, and read it; `table` holds lines of our table in the block."""
        path = self.root / "recipes" / "echo" / "things.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["#", "# [tool.recipe-runner]", *(f"# {line}".rstrip() for line in table.splitlines())]
        if code:
            text = RECIPE.format(code=code, table="\n".join(lines) + "\n" if table else "")
            path.write_text(text, encoding="utf-8")
        recipe = read_recipe(path)
        return Subject(recipe, {each.api: self.apis[each.api] for each in recipe.clients}, Approval(self.root))

    def record(self, code: str = "", *, table: str = "", key: str = KEY, **more: Any) -> Recorded:
        """Record the recipe live."""
        subject = self.subject(code, table=table)
        given = Given(file=more.pop("values", {}))
        now = more.pop("now", NOON)
        patience = more.pop("patience", Patience(retries=2, backoff=0.02, jitter=0.0))
        links = {
            name: Link(api, network(api), key, Pace(api.rates, is_apart=True), patience)
            for name, api in subject.apis.items()
        }
        secrets = {api.key.env: key for api in subject.apis.values() if api.key}
        usual: dict[str, Any] = {"source": "live", "clock": NOON, "secrets": secrets}
        values = settle_values(subject.recipe, given, use_examples=True)
        take = Take(subject, self.root, more.pop("name", "default"), values, links, **(usual | more))
        return record(take, now=lambda: now)

    def replay(self, code: str = "", *, table: str = "", name: str = "default") -> Outcome:
        """Play the case on the recipe, with the network closed."""
        return replay(self.subject(code, table=table), read_case(self.folder / f"{name}.toml"))

    @property
    def folder(self) -> Path:
        return self.root / "cassettes" / "echo" / "things"

    def traffic(self, name: str = "default") -> tuple[Exchange, ...]:
        return read_cassette(self.folder / f"{name}.yaml")

    def files(self) -> dict[str, bytes]:
        """Every file and folder below the repository but the recipe itself; a folder is `b"/"`."""
        found = sorted(path for path in self.root.rglob("*") if "recipes" not in path.relative_to(self.root).parts)
        return {str(path.relative_to(self.root)): b"/" if path.is_dir() else path.read_bytes() for path in found}


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def make_api(tmp_path: Path) -> Callable[..., Api]:
    """Describe an API at this address, which wants its key in a header."""

    def make(base_url: str, **more: Any) -> Api:
        usual: dict[str, Any] = {"name": "echo", "title": "Echo", "timeout": 5.0, "read_posts": ("/search",)}
        usual["key"] = Key("header", "X-Key", "ECHO_API_KEY", "")
        return Api(folder=tmp_path / "recipes" / "echo", base_url=base_url, **(usual | more))

    return make


@pytest.fixture
def studio(tmp_path: Path, server: ApiServer, other_server: ApiServer, make_api: Callable[..., Api]) -> Studio:
    """A repository with two APIs."""
    other = make_api(f"{other_server.url}/v2", name="other", key=None)
    return Studio(tmp_path, {"echo": make_api(f"{server.url}/v1"), "other": other})


@pytest.fixture
def main() -> Callable[..., str]:
    """Write a `main` that gives rows; the lines of `body` stand in it."""

    def write(body: str, signature: str = "echo: httpx.Client", *, arguments: str = "") -> str:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        is_async = "await " in body or "async " in body
        kind = "AsyncIterator" if is_async else "Iterator"
        docstring = f'"""Give rows.\n\n    Args:\n        {arguments}\n    """' if arguments else '"""Give rows."""'
        head = f"{'async ' * is_async}def main({signature}) -> {kind}[dict[str, Any]]:"
        return f"{head}\n    {docstring}\n{lines}".rstrip()

    return write
