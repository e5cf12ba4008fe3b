"""Servers that keep no promise."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from runner.errors import RepositoryRefused, RunnerError, SourceUnreachable
from runner.running.serving import answering
from runner.sharing.repositories.archive import read_archive
from runner.sharing.repositories.download import download, redirect_of

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve what a function answers; the headers of each request are kept in `seen`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # the client had enough
                answer(self)

        def log_message(self, *_: object) -> None:
            """Keep silent."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        server.daemon_threads = True
        yield f"http://127.0.0.1:{server.server_address[1]}"


def reply(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def test_what_comes_is_returned_as_it_is() -> None:
    with serving(lambda request: reply(request, 200, b"PK")) as url:
        assert download(f"{url}/a.zip") == b"PK"


def reply_and_tell(seen: list[dict[str, str]]) -> Answer:
    """Answer, and keep the headers that came."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        seen.append(dict(request.headers))
        reply(request, 200)

    return answer


@pytest.mark.parametrize("ask", [lambda url: download(f"{url}/a.zip"), redirect_of])
def test_t30_nothing_of_the_user_goes_along(
    ask: Callable[[str], object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither the password that `.netrc` has for the host, nor the request itself to a proxy that a variable names."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password test-key-netrc\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    seen, at_proxy = list[dict[str, str]](), list[dict[str, str]]()
    with serving(reply_and_tell(seen)) as url, serving(reply_and_tell(at_proxy)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        ask(url)
    assert [set(each) for each in seen] == [{"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}]
    assert "test-key" not in str(seen)
    assert at_proxy == []


def test_t30_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        reply(request, 200)
        for _ in range(200):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.02)

    with serving(drip) as url:
        began = time.monotonic()
        with pytest.raises(SourceUnreachable, match="too slowly"):
            download(f"{url}/a.zip", seconds=1.0)  # more than a busy machine pauses between two drips
        assert time.monotonic() - began < 3.5


def test_t30_a_server_that_says_nothing_is_left() -> None:
    with (
        serving(lambda _: time.sleep(1)) as url,
        pytest.raises(SourceUnreachable, match="cannot be fetched: ReadTimeout"),
    ):
        download(f"{url}/a.zip", seconds=0.2)


def test_t30_an_endless_body_is_refused() -> None:
    def pour(request: BaseHTTPRequestHandler) -> None:
        reply(request, 200)
        for _ in range(100):
            request.wfile.write(bytes(1_000_000))

    with serving(pour) as url, pytest.raises(RepositoryRefused, match="more than 50 MB"):
        download(f"{url}/a.zip")


def test_t30_a_packed_body_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(80_000_000))
    with serving(lambda request: reply(request, 200, bomb, Content_Encoding="gzip")) as url:
        content = download(f"{url}/a.zip")
    assert content == bomb
    with pytest.raises(RepositoryRefused):
        read_archive(content)


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "https://elsewhere.example/a.zip",
        "http://127.0.0.1:1/a.zip",
        "//elsewhere.example/a.zip",
        "http://[bad/a.zip",
        "ext::sh",
        "http://evil.example/\x1b[2J",
    ],
)
def test_t30_what_is_no_such_place_is_refused(target: str) -> None:
    with serving(lambda request: reply(request, 302, Location=target)) as url, pytest.raises(RunnerError) as refused:
        download(f"{url}/a.zip")
    assert isinstance(refused.value, RepositoryRefused | SourceUnreachable)
    assert "\x1b" not in str(refused.value)


def test_t30_another_place_is_named_and_not_asked() -> None:
    asked: list[str] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        reply(request, 200, b"PK")

    with (
        serving(answer) as elsewhere,
        serving(lambda each: reply(each, 302, Location=f"{elsewhere}/b.zip")) as url,
        pytest.raises(RepositoryRefused) as refused,
    ):
        download(f"{url}/a.zip")
    assert f"leads to another place: {elsewhere}/b.zip" in str(refused.value)
    assert asked == []


def test_a_redirect_at_the_same_host_is_followed_a_few_times() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        reply(request, 200, b"PK") if request.path == "/b.zip" else reply(request, 302, Location="/b.zip")

    with serving(answer) as url:
        assert download(f"{url}/a.zip") == b"PK"
    circle = serving(lambda request: reply(request, 302, Location="/a.zip"))
    with circle as url, pytest.raises(SourceUnreachable, match="from one address to the next"):
        download(f"{url}/a.zip")


@pytest.mark.parametrize("status", [404, 500, 204, 401])
def test_an_answer_without_content_is_told(status: int) -> None:
    answering = serving(lambda request: reply(request, status))
    with answering as url, pytest.raises(SourceUnreachable, match=f"answers {status}"):
        download(f"{url}/a.zip")


def test_nobody_there_is_told() -> None:
    with pytest.raises(SourceUnreachable, match="cannot be fetched"):
        download("http://127.0.0.1:9/a.zip")


def test_a_proxy_that_cannot_be_used_is_named_without_its_password() -> None:
    with pytest.raises(SourceUnreachable) as refused:
        download("http://127.0.0.1:9/a.zip", proxy="nonsense://me:test-key-proxy@proxy.example")
    assert "test-key" not in str(refused.value)


def test_where_an_address_leads_is_told() -> None:
    with serving(lambda request: reply(request, 301, Location="https://new.example/x")) as url:
        assert redirect_of(url) == "https://new.example/x"
    assert redirect_of("http://127.0.0.1:9/") == ""
