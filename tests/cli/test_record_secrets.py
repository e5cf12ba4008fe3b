"""Wherever an API echoes the key, or a recipe sends it: it is in no file and on no screen."""

import gzip
import html
import json
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import Result

from runner.recording.layers import layers

Invoke = Callable[..., Result]
KEY = "test-key-a1B2/c3+D4=&e5"
ENV = {"ECHO_API_KEY": KEY}

ASK = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield what the API says."""
    yield {{"said": {said}}}'''
TEXT = ASK.format(said='echo.get("/things").raise_for_status().text')
REDIRECTED = ASK.format(said='str(echo.get("/things").url)')
RAW = KEY.encode()


def as_json(text: str) -> bytes:
    return json.dumps({"you said": text}).encode()


def packed(data: bytes) -> dict[str, Any]:
    return {"body": gzip.compress(data), "headers": {"Content-Encoding": "gzip"}}


ESCAPED = "".join(f"\\u{ord(each):04x}" for each in KEY)
ANSWERS: dict[str, dict[str, Any]] = {
    "body": {"body": RAW},
    "JSON": {"body": as_json(KEY)},
    "JSON in JSON": {"body": as_json(json.dumps({"inner": KEY}))},
    "JSON escapes": {"body": f'{{"a": "{ESCAPED}"}}'.encode()},
    "escaped slash": {"body": as_json(KEY).replace(b"/", b"\\/")},
    "percent": {"body": as_json(quote(KEY, safe=""))},
    "lower percent": {"body": as_json(quote(KEY, safe="").lower().replace("test-key-a1b2", "test-key-a1B2"))},
    "percent twice": {"body": as_json(quote(quote(KEY, safe=""), safe=""))},
    "HTML": {"body": f"<p>{html.escape(KEY)}</p>".encode(), "headers": {"Content-Type": "text/html"}},
    "base64": {"body": as_json(b64encode(RAW).decode())},
    "base64 in the middle": {"body": as_json(b64encode(b"user:" + RAW + b":more").decode())},
    "base64 for URLs": {"body": as_json(urlsafe_b64encode(b"?" + RAW).decode().rstrip("="))},
    "base64 of JSON": {"body": as_json(b64encode(as_json(KEY)).decode())},
    "hex": {"body": as_json(RAW.hex())},
    "gzip": packed(as_json(KEY)),
    "gzip in base64": {"body": as_json(b64encode(gzip.compress(RAW)).decode())},
    "gzip in base64 in gzip": packed(as_json(b64encode(gzip.compress(as_json(KEY))).decode())),
    "zlib in base64": {"body": as_json(b64encode(zlib.compress(RAW)).decode())},
    "data address": {"body": as_json("data:text/plain;base64," + b64encode(RAW).decode())},
    "UTF-16": {"body": KEY.encode("utf-16-le"), "headers": {"Content-Type": "text/plain; charset=utf-16-le"}},
    "cookie": {"headers": {"Set-Cookie": f"session={quote(KEY)}; Path=/"}},
    "kept header": {"headers": {"ETag": f'"{KEY}"'}},
    "link header": {"headers": {"Link": f'</v1/things?key={quote(KEY, safe="")}>; rel="next"'}},
    "other header": {"headers": {"X-You-Said": KEY}},
    "name of a header": {"headers": {"X-test-key-a1B2": "1"}},
    "reason": {"body": b"{}", "reason": f"OK {KEY}"},
    "error": {"status": 400, "body": {"error": {"message": f"The key {KEY} may not do this.", "id": KEY}}},
    "error page": {"status": 400, "body": f"<h1>No {html.escape(KEY)}</h1>".encode()},
    "refused key": {"status": 403, "body": {"error": {"message": f"The key {KEY} has expired."}}},
    "no JSON": {"body": f"<html>{KEY}".encode()},
}

SENT = {
    "path": 'echo.get("/things/" + KEY).text',
    "query": 'echo.get("/things", params={"again": KEY}).text',
    "another name": 'echo.get("/things", params={KEY: "1"}).text',
    "JSON": 'echo.post("/search", json={"q": KEY}).text',
    "value that is cut": 'echo.post("/search", json={"q": "x" * 45 + KEY}).text',
    "result that is cut": 'echo.get("/things").text + "x" * 25 + KEY',
    "JSON name": 'echo.post("/search", json={KEY: 1}).text',
    "form": 'echo.post("/search", data={"q": KEY}).text',
    "part": 'echo.post("/search", files={"file": (KEY, KEY.encode())}).text',
    "base64": 'echo.post("/search", json={"q": __import__("base64").b64encode(KEY.encode()).decode()}).text',
    "header": 'echo.get("/things", headers={"X-Other": KEY, "Accept": KEY}).text',
    "print": 'print(KEY) or echo.get("/things").text',
    "result": 'echo.get("/things").text + KEY',
    "error": '[][echo.get("/things").text + KEY]',
}


def leaks_in(text: bytes) -> list[str]:
    """Where the key or its beginning stands in any layer, in any case of its letters."""
    wanted = RAW[:12].lower()
    return [" > ".join(layer.path) for layer in layers(text) if wanted in layer.data.lower()]


def everything(result: Result, folder: Path) -> dict[str, bytes]:
    """All that can be read afterwards: the screen and each file but the recipe and the API's description."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"]
    return {"stdout": result.stdout.encode(), "stderr": result.stderr.encode()} | {
        str(path.relative_to(folder)): path.read_bytes() for path in files
    }


def replies(server: Any, *answers: dict[str, Any]) -> None:
    server.answers = [type(server.answers[0])(**answer) for answer in answers]


def check(result: Result, folder: Path) -> None:
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert {name: found for name, data in everything(result, folder).items() if (found := leaks_in(data))} == {}


@pytest.mark.parametrize("expects_error", [False, True], ids=["", "expected"])
@pytest.mark.parametrize("place", ["header", "query", "bearer", "basic"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_echoed_key_is_nowhere(
    answer: dict[str, Any], place: str, expects_error: bool, live: Any, invoke: Invoke, server: Any, folder: Path
) -> None:
    if expects_error and "status" not in answer:
        return
    api = folder / "recipes" / "echo" / "api.toml"
    api.write_text(api.read_text(encoding="utf-8").replace('in = "header"', f'in = "{place}"'), encoding="utf-8")
    live.write_recipe(code=TEXT)
    replies(server, answer)
    result = invoke("record", "things", *["--expect-error"] * expects_error, env=ENV)
    check(result, folder)
    assert result.exit_code == 0 or not (folder / "cassettes").exists()
    if result.exit_code == 0:
        check(invoke("run", "things", "--replay"), folder)


@pytest.mark.parametrize("escaped", [KEY, quote(KEY, safe=""), quote(quote(KEY, safe=""))])
def test_a_key_in_a_redirect_is_nowhere(escaped: str, live: Any, invoke: Invoke, server: Any, folder: Path) -> None:
    live.write_recipe(code=REDIRECTED)
    replies(server, {"status": 302, "headers": {"Location": f"/v1/there?again={escaped}"}}, {"body": {}})
    result = invoke("record", "things", env=ENV)
    check(result, folder)
    assert result.exit_code == 0, result.stderr
    assert b"__ECHO_API_KEY__" in (folder / "cassettes/echo/things/default.yaml").read_bytes()
    assert invoke("run", "things", "--replay").exit_code == 0


@pytest.mark.parametrize("said", SENT.values(), ids=SENT)
def test_a_key_that_the_recipe_sends_by_itself_is_nowhere(
    said: str, live: Any, invoke: Invoke, server: Any, folder: Path
) -> None:
    live.write_recipe(code=f"KEY = {KEY!r}\n\n\n{ASK.format(said=said)}")
    replies(server, {"body": {"ok": True}})
    result = invoke("record", "things", env=ENV)
    check(result, folder)
    assert result.exit_code == 0 or not (folder / "cassettes").exists()


def test_a_recipe_that_sends_the_key_by_itself_is_told_so(live: Any, invoke: Invoke, server: Any) -> None:
    live.write_recipe(code=f"KEY = {KEY!r}\n\n\n{ASK.format(said=SENT['JSON'])}")
    result = invoke("record", "things", env=ENV)
    url = f"{server.url}/v1/search"
    assert result.stderr == (
        f"Error  The recipe has a secret by itself, which a recording may not hold: POST {url} was not recorded.\n"
        f"       Nearest  request 1: POST {url}\n"
        "       Differs  body q: __ECHO_API_KEY__ was recorded, __ECHO_API_KEY__ is sent\n"
        "Fix    let the client alone send the key\n"
    )
    assert (result.stdout, result.exit_code) == ("", 3)


def test_a_key_in_the_file_that_a_recipe_reads_is_refused(live: Any, invoke: Invoke, server: Any, folder: Path) -> None:
    code = ASK.format(said='links.read_text() and echo.get("/things").text').replace(
        "httpx.Client)", "httpx.Client, links: Path)"
    )
    code = code.replace('says."""', 'says.\n\n    Args:\n        links: A file.\n    """')
    live.write_recipe(code=code, table='[tool.recipe-runner.parameters.links]\nexample = "links.txt"')
    (folder / "recipes" / "links.txt").write_text(KEY, encoding="utf-8")
    replies(server, {"body": {"ok": True}})
    result = invoke("record", "things", "--links", "recipes/links.txt", env=ENV)
    assert result.stderr.startswith("Error  The recording holds a secret, so it is not kept.\n")
    assert "default.links.txt, line 1: ECHO_API_KEY" in result.stderr
    assert KEY not in result.stderr
    assert not (folder / "cassettes").exists()


def test_every_way_of_an_echo_is_hidden_and_none_refused(live: Any, invoke: Invoke, server: Any) -> None:
    live.write_recipe(code=TEXT)
    refused = []
    for name, answer in ANSWERS.items():
        replies(server, answer)
        result = invoke("record", "things", *["--expect-error"] * ("status" in answer), env=ENV)
        refused += [(name, result.stderr)] if result.exit_code else []
    assert refused == []
