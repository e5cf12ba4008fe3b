"""An API that was not written for this project: the httpbin package, tried, recorded, replayed and called live."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Recipes = Callable[..., Result]

REDIRECTS = [
    {"status": 302, "path": "/redirect/2", "to": "/relative-redirect/1"},
    {"status": 302, "path": "/relative-redirect/1", "to": "/get"},
    {"status": 200, "path": "/get", "to": ""},
]
ABSOLUTE = [
    {"status": 302, "path": "/redirect/2", "to": "https://httpbin.org/absolute-redirect/1"},
    {"status": 302, "path": "/absolute-redirect/1", "to": "https://httpbin.org/get"},
    {"status": 200, "path": "/get", "to": ""},
]
COOKIES = [{"when": "before", "cookies": {}}, {"when": "after", "cookies": {"colour": "green"}}]
LINES = [{"id": number, "url": "https://httpbin.org/stream/3"} for number in range(3)]
PACKED = [{"path": path, "packed": True} for path in ("/gzip", "/deflate")]

EXAMPLES = [
    (("httpbin/key-in-header",), {"arrived": True}),
    (("httpbin-bearer/sign-in",), {"accepted": True}),
    (("httpbin-basic/sign-in",), {"accepted": True, "user": "sandbox"}),
    (("httpbin/follow-redirects", "--steps", "2"), REDIRECTS),
    (("httpbin/follow-redirects", "--steps", "2", "--absolute"), ABSOLUTE),
    (("httpbin/stream-lines", "--lines", "3"), LINES),
    (("httpbin/keep-cookie",), COOKIES),
    (("httpbin/unpack", "--kind", "gzip"), {"kind": "gzip", "packed": True}),
    (("httpbin/unpack", "--kind", "deflate"), {"kind": "deflate", "packed": True}),
    (("httpbin/unpack", "--kind", "brotli"), {"kind": "brotli", "packed": True}),
    (("httpbin/unpack-many", "--times", "1"), PACKED),
    (("httpbin/wait-for-answer",), {"began": "2026-11-20T09:00:00+00:00", "url": "https://httpbin.org/delay/8"}),
]
REFUSED = (
    "Error  httpbin was to be called at https://elsewhere.example, but its address is https://httpbin.org. Nothing was "
    "sent there: neither the key nor the request leaves the API's own host.\n"
    "Fix    If the API has moved, change base-url in recipes/httpbin/api.toml.\n"
)


def title(example: Any) -> str:
    return " ".join(example) if isinstance(example, tuple) else ""


def files_of(folder: Path) -> dict[str, str]:
    cassettes = folder / "cassettes"
    return {str(path.relative_to(cassettes)): path.read_text() for path in cassettes.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words, expected", EXAMPLES, ids=title)
def test_a_recipe_gives_the_same_in_the_sandbox_and_from_its_recording(
    recipes: Recipes, words: tuple[str, ...], expected: Any
) -> None:
    tried = recipes("run", *words, "--try", "--format", "json")
    assert (json.loads(tried.stdout), tried.exit_code) == (expected, 0)
    recorded = recipes("record", *words, "--sandbox")
    assert (recorded.exit_code, recorded.stdout.split()[:3]) == (0, [words[0], "default", "sandbox"])
    replayed = recipes("run", words[0], "--replay", "--format", "json")
    assert (json.loads(replayed.stdout), replayed.exit_code) == (expected, 0)
    assert recipes("test", words[0]).exit_code == 0


def test_a_repository_with_a_case_of_each_recipe_passes_every_check(recipes: Recipes, folder: Path) -> None:
    ids = [each["id"] for each in json.loads(recipes("list", "--json").stdout) if each["id"].startswith("httpbin")]
    assert len(ids) == 10
    for each in ids:
        expects = ["--expect-error"] if each == "httpbin/leave-the-host" else []
        assert recipes("record", each, "--sandbox", *expects).exit_code == 0
    checked, tested = recipes("check"), recipes("test")
    assert (checked.stdout, checked.stderr, checked.exit_code) == ("", "10 recipes checked, nothing found.\n", 0)
    assert (tested.stderr, tested.exit_code) == ("10 cases, all as recorded.\n", 0)
    again = json.loads(recipes("record", "--all", "--json", "-q").stdout)
    assert {each["change"] for each in again} == {"same"}


def test_a_redirect_to_another_host_is_refused_in_the_sandbox_as_well(recipes: Recipes, folder: Path) -> None:
    tried = recipes("run", "httpbin/leave-the-host", "--try")
    assert (tried.stdout, tried.stderr.split("\n", 1)[1], tried.exit_code) == ("", REFUSED, 5)


def test_a_session_cookie_is_in_no_recording(recipes: Recipes, folder: Path) -> None:
    recipes("record", "httpbin/keep-cookie", "--sandbox")
    headers = files_of(folder)["httpbin/keep-cookie/default.yaml"].lower()
    assert "set-cookie" not in headers
    assert "cookie:" not in headers


@pytest.mark.parametrize(
    "recipe, variable, echo",
    [
        ("httpbin/key-in-header", "HTTPBIN_API_KEY", '"X-Api-Key": "__HTTPBIN_API_KEY__"'),
        ("httpbin-bearer/sign-in", "HTTPBIN_TOKEN", '"token": "__HTTPBIN_TOKEN__"'),
    ],
)
def test_a_live_recording_holds_no_key_although_the_api_echoes_it(
    recipes: Recipes, served: str, folder: Path, recipe: str, variable: str, echo: str
) -> None:
    key = "test-key-Quartz/77+2="
    recorded = recipes("record", recipe, **{variable: key})
    assert (recorded.exit_code, recorded.stderr) == (0, "")
    files = files_of(folder)
    assert "Quartz" not in "".join(files.values())
    assert echo in files[f"{recipe}/default.yaml"]
    assert recipes("test", recipe).exit_code == 0


@pytest.mark.parametrize("login, exit_code", [("someone:test-key-7712", 0), ("someone:wrong", 4), ("someone", 4)])
def test_user_and_password_are_sent_and_refused_as_a_key(
    recipes: Recipes, served: str, login: str, exit_code: int
) -> None:
    words = ("run", "httpbin-basic/sign-in", "--user", "someone", "--password", "test-key-7712", "--format", "json")
    result = recipes(*words, HTTPBIN_LOGIN=login)
    assert result.exit_code == exit_code
    assert ("refused the key in HTTPBIN_LOGIN (401" in result.stderr) == bool(exit_code)


def test_live_answers_are_followed_streamed_and_unpacked_alike(recipes: Recipes, served: str) -> None:
    def run(*words: str) -> Any:
        return json.loads(recipes("run", *words, "--format", "json", HTTPBIN_API_KEY="test-key-1").stdout)

    assert [row["path"] for row in run("httpbin/follow-redirects", "--absolute")][-1] == "/get"
    assert len(run("httpbin/stream-lines", "--lines", "20")) == 20
    assert run("httpbin/keep-cookie") == COOKIES
    assert run("httpbin/unpack-many", "--times", "1") == PACKED
