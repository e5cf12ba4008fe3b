"""What an exported script does when things go wrong, and what nobody gets to see of the key."""

import json
import os
import subprocess
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.cli.conftest import API, KEY, Answer, Invoke, Play, Repo, Server, export

GETTING = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield what the API says."""
    response = echo.get("/things", params={"q": "a b"})
    response.raise_for_status()
    yield {"answer": response.json(), "url": str(response.request.url), "headers": dict(response.request.headers)}'''

LOGGING = f"""\
import logging

logging.basicConfig(level=logging.DEBUG)


{GETTING}"""

TOGETHER = '''\
import asyncio


async def main(echo: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return what the API says."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(echo.get(f"/things/{number}")) for number in range(3)]
    return [task.result().raise_for_status().json() for task in tasks]'''

GATHERED = TOGETHER.replace(
    """\
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(echo.get(f"/things/{number}")) for number in range(3)]
    return [task.result().raise_for_status().json() for task in tasks]""",
    """\
    answers = await asyncio.gather(*(echo.get(f"/things/{number}") for number in range(3)))
    return [answer.raise_for_status().json() for answer in answers]""",
)

TWO = '''\
def main(echo: httpx.Client, other_one: httpx.Client) -> dict[str, Any]:
    """Return one record."""
    first = echo.get("/things").raise_for_status().json()
    return {"first": first, "second": other_one.get("/more").raise_for_status().json()}'''


@pytest.fixture
def script(live: Repo, invoke: Invoke) -> Path:
    live.write_recipe(code=GETTING)
    return export(invoke, live.root, "things")


def with_key(repo: Repo, server: Server, place: str) -> None:
    """Let the API want its key in another place."""
    name = '\nname = "X-Key"' if place in ("query", "header") else ""
    base_url = server.url if place == "path" else f"{server.url}/v1"
    text = API.format(base_url=base_url).replace('in = "header"\nname = "X-Key"', f'in = "{place}"{name}')
    (repo.root / "recipes" / "echo" / "api.toml").write_text(text, encoding="utf-8")


def test_an_api_that_stays_busy_ends_the_run_with_one_line(script: Path, server: Server, play: Play) -> None:
    server.answers = [Answer(status=429, headers={"Retry-After": "0"})]
    answer = play(script)
    assert (answer.returncode, answer.stdout, len(server.seen)) == (2, "", 5)
    *waits, last = answer.stderr.splitlines()
    assert waits == ["Echo answered 429: waiting 0 s."] * 4
    assert last == "Echo refused the request (429 Too Many Requests). {}"


def test_an_api_may_say_until_when_to_wait(script: Path, server: Server, play: Play) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    server.answers = [Answer(status=503, headers={"Retry-After": until}), Answer()]
    answer = play(script)
    assert (answer.returncode, answer.stderr[-6:] in (" 2 s.\n", " 3 s.\n")) == (0, True), answer.stderr


@pytest.mark.parametrize("said", ["", "soon", "-5", "1e9", "Fri, 31 Foo 2026 10:00:00 GMT", "\xb2"])
def test_an_api_that_says_nothing_clear_is_asked_again_after_a_second(
    said: str, script: Path, server: Server, play: Play
) -> None:
    server.answers = [Answer(status=503, headers={"Retry-After": said}), Answer()]
    assert play(script).stderr == "Echo answered 503: waiting 1 s.\n"


@pytest.mark.parametrize("place", ["query", "header", "bearer", "basic", "path"])
def test_the_key_is_where_the_api_wants_it_and_nowhere_to_be_seen(
    place: str, live: Repo, server: Server, invoke: Invoke, play: Play
) -> None:
    with_key(live, server, place)
    live.write_recipe(code=LOGGING)
    assert invoke("trust", ".").exit_code == 0
    script = export(invoke, live.root, "things")
    answer = play(script, "--json")
    assert (answer.returncode, KEY in answer.stdout + answer.stderr) == (0, False), answer.stderr
    [seen] = server.seen
    basic = b64encode(f"{KEY}:".encode()).decode()
    sent = {name: seen.headers.get(name) for name in ("X-Key", "Authorization") if name in seen.headers}
    wanted: dict[str, tuple[str, dict[str, str]]] = {
        "query": (f"/v1/things?q=a+b&X-Key={KEY}", {}),
        "header": ("/v1/things?q=a+b", {"X-Key": KEY}),
        "bearer": ("/v1/things?q=a+b", {"Authorization": f"Bearer {KEY}"}),
        "basic": ("/v1/things?q=a+b", {"Authorization": f"Basic {basic}"}),
        "path": (f"/{KEY}/things?q=a+b", {}),
    }
    assert (seen.path, sent) == wanted[place]
    server.answers = [Answer({"error": f"no {KEY}"}, status=401)]
    refused = play(script)
    assert (refused.returncode, KEY in refused.stdout + refused.stderr) == (2, False)
    last = refused.stderr.splitlines()[-1]
    assert last == 'Echo refused the key in ECHO_API_KEY (401 Unauthorized). {"error": "no [ECHO_API_KEY]"}'


@pytest.mark.parametrize("place, key", [("header", "a\nb"), ("header", "kéy"), ("path", "../x"), ("path", "a b")])
def test_a_damaged_key_is_one_line_that_does_not_show_it(
    place: str, key: str, live: Repo, server: Server, invoke: Invoke, play: Play
) -> None:
    with_key(live, server, place)
    live.write_recipe(code=GETTING)
    assert invoke("trust", ".").exit_code == 0
    answer = play(export(invoke, live.root, "things"), key=key)
    assert (answer.returncode, answer.stdout, server.seen) == (2, "", [])
    assert answer.stderr in (
        "The key for Echo is missing or damaged: set ECHO_API_KEY. Ask the person at the desk.\n",
        "What ECHO_API_KEY holds is no address of Echo, and no path.\n",
    )


@pytest.mark.parametrize(
    "answers, message",
    [
        ([Answer(status=404)], "Echo refused the request (404 Not Found). {}"),
        (
            [Answer(status=307, headers={"Location": "http://localhost:1/x"})],
            "Echo is at 127.0.0.1: neither request nor key was sent to localhost.",
        ),
    ],
)
@pytest.mark.parametrize("code", [TOGETHER, GATHERED], ids=["group", "gather"])
def test_calls_at_once_end_with_one_line(
    code: str, answers: list[Answer], message: str, live: Repo, server: Server, invoke: Invoke, play: Play
) -> None:
    live.write_recipe(code=code)
    server.answers = answers
    answer = play(export(invoke, live.root, "things"))
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert answer.stderr.startswith(message)


def test_no_network_ends_calls_at_once_with_one_line(live: Repo, invoke: Invoke, play: Play) -> None:
    live.write_recipe(code=TOGETHER)
    answer = play(export(invoke, live.root, "things"), "--base-url", "http://127.0.0.1:9")
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert answer.stderr.startswith("Echo could not be reached: ")


@pytest.fixture
def two(live: Repo, server: Server, invoke: Invoke) -> Path:
    """A script that calls two APIs, of which the server is both."""
    other = live.root / "recipes" / "other_one"
    other.mkdir()
    text = API.format(base_url=f"{server.url}/other").replace("ECHO_API_KEY", "OTHER_KEY").replace("Echo", "Other")
    (other / "api.toml").write_text(text, encoding="utf-8")
    live.write_recipe(code=TWO)
    assert invoke("trust", ".").exit_code == 0
    return export(invoke, live.root, "things")


def test_each_of_two_apis_gets_its_own_key(two: Path, server: Server, play: Play) -> None:
    answer = play(two, env={"OTHER_KEY": "test-key-of-the-other"})
    assert (answer.returncode, json.loads(answer.stdout)) == (0, {"first": {}, "second": {}})
    assert [(each.path, each.headers["X-Key"]) for each in server.seen] == [
        ("/v1/things", KEY),
        ("/other/more", "test-key-of-the-other"),
    ]
    assert play(two).stderr.startswith("The key for Other is missing or damaged: set OTHER_KEY. ")


def test_an_error_names_the_one_of_two_apis(two: Path, play: Play) -> None:
    for option, title in (("--echo-base-url", "Echo"), ("--other-one-base-url", "Other")):
        answer = play(two, option, "http://127.0.0.1:9", env={"OTHER_KEY": "test-key-of-the-other"})
        assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
        assert answer.stderr.startswith(f"{title} could not be reached: ")


def test_a_proxy_of_the_environment_is_for_other_machines_only(script: Path, server: Server, play: Play) -> None:
    proxies = dict.fromkeys(("http_proxy", "https_proxy"), server.url)
    assert play(script, env=proxies).returncode == 0
    assert [each.path for each in server.seen] == ["/v1/things?q=a+b"]
    answer = play(script, "--base-url", "https://api.example/v1", env=proxies)
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert answer.stderr.startswith("Echo could not be reached: 501 Unsupported method ('CONNECT')")


def test_a_number_that_is_none_is_null(script: Path, server: Server, play: Play) -> None:
    server.answers = [Answer(b'{"share": [NaN, -Infinity, 0.5]}')]
    [row] = json.loads(play(script, "--json").stdout, parse_constant=str)
    assert row["answer"] == {"share": [None, None, 0.5]}


def test_any_text_can_be_printed_anywhere(script: Path, server: Server, play: Play) -> None:
    server.answers = [Answer({"text": "Żółw 🐢 \ud83d"})]
    answer = play(script, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_reader_that_has_had_enough_is_no_error(script: Path, python: Path, server: Server) -> None:
    server.answers = [Answer({"text": "x" * 1_000_000})]
    env = {"PATH": os.environ["PATH"], "ECHO_API_KEY": KEY}
    command = [str(python), "-I", str(script), "--json"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout:
        process.stdout.read(1)
    with process.stderr:
        assert (process.stderr.read(), process.wait(20)) == (b"", 0)


def test_a_recipe_with_names_like_those_of_a_script_runs_as_before(
    live: Repo, server: Server, invoke: Invoke, play: Play
) -> None:
    path = live.write_recipe(code=f"_plain = csv = sys = os = datetime.UTC\n\n\n{GETTING}")
    imports = "from datetime import UTC, date, datetime\n"
    text = path.read_text().replace(imports, "import datetime\nfrom datetime import time\n")
    path.write_text(text, encoding="utf-8")
    server.answers = [Answer(status=429, headers={"Retry-After": "0"}), Answer()]
    answer = play(export(invoke, live.root, "things"))
    assert (answer.returncode, answer.stderr) == (0, "Echo answered 429: waiting 0 s.\n")
    assert answer.stdout.startswith("answer,url,headers\n")


BOUND = '''\
def main(
    echo: httpx.Client,
    count: int = 2,
    share: float = 0.5,
    word: str | None = None,
    words: list[str] = ["a", "b"],
    since: date = date(2026, 1, 1),
    until: datetime | None = None,
    days: list[date] = [date(2026, 1, 1)],
    sure: list[bool] | None = None,
    size: Literal["s", "m"] | None = "m",
    level: Literal[1, 2] = 1,
    limit: int | None = 5,
) -> Iterator[dict[str, Any]]:
    """Yield what it was given.

    Args:
        count: C.
        share: S.
        word: W.
        words: Ws.
        since: D.
        until: U.
        days: Ds.
        sure: B.
        size: Z.
        level: L.
        limit: M.
    """
    yield {"given": [count, share, word, words, since, until, days, sure, size, level, limit]}'''
BOUNDS = """
[tool.recipe-runner.parameters]
count = {min = 1, max = 3}
share = {max = 0.75}
word = {min = 2}
words = {min = 1, max = 2}
since = {min = 2018-01-01}
until = {max = 2026-12-31T00:00:00Z}
limit = {min = 2}
"""


@pytest.fixture
def bound(live: Repo, invoke: Invoke) -> Path:
    """A script with every kind of value, within bounds."""
    live.write_recipe(code=BOUND, table=BOUNDS)
    return export(invoke, live.root, "things")


@pytest.mark.parametrize(
    "words, message",
    [
        (["--count", "0"], "--count: must be 1 to 3, not 0"),
        (["--count", "4"], "--count: must be 1 to 3, not 4"),
        (["--count", "1.5"], "--count: invalid int value: '1.5'"),
        (["--share", "0.8"], "--share: must be at most 0.75, not 0.8"),
        (["--share", "nan"], "--share: invalid number value: 'nan'"),
        (["--word", "x"], "--word: must have at least 2 characters, not 1"),
        (["--words"], "--words: must have 1 to 2 values, not 0"),
        (["--words", "a", "b", "--words", "c"], "--words: must have 1 to 2 values, not 3"),
        (["--since", "2017-12-31"], "--since: must be at least 2018-01-01, not 2017-12-31"),
        (["--since", "today"], "--since: invalid day value: 'today'"),
        (["--until", "2027-01-01"], "--until: must be at most 2026-12-31T00:00:00Z, not 2027-01-01 00:00:00+00:00"),
        (["--until", "x"], "--until: invalid moment_or_nothing value: 'x'"),
        (["--days", "2026-02-30"], "--days: invalid day value: '2026-02-30'"),
        (["--sure", "maybe"], "--sure: invalid yes_or_no value: 'maybe'"),
        (["--size", "l"], "--size: invalid choice: 'l' (choose from"),
        (["--level", "3"], "--level: invalid choice: 3 (choose from 1, 2)"),
        (["--limit", "1"], "--limit: must be at least 2, not 1"),
    ],
)
def test_bounds_and_choices_hold(words: list[str], message: str, bound: Path, server: Server, play: Play) -> None:
    answer = play(bound, *words)
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n"), server.seen) == (2, "", 1, [])
    assert answer.stderr.startswith(f"things.py: error: argument {message}")


@pytest.mark.parametrize(
    "words, given",
    [
        ([], [2, 0.5, None, ["a", "b"], "2026-01-01", None, ["2026-01-01"], None, "m", 1, 5]),
        (
            ["--word=", "--size=", "--limit=", "--until="],
            [2, 0.5, None, ["a", "b"], "2026-01-01", None, ["2026-01-01"]],
        ),
        (
            [
                "--count=3",
                "--share=.25",
                "--word=xy",
                "--words=c",
                "--since=2018-01-01",
                "--until=2026-06-01",
                "--days",
            ],
            [3, 0.25, "xy", ["c"], "2018-01-01", "2026-06-01T00:00:00Z", []],
        ),
        (
            ["--sure", "yes", "no", "--size=s", "--level=2", "--limit=2", "--until=2026-06-01T02:00:00+02:00"],
            [2, 0.5, None, ["a", "b"], "2026-01-01", "2026-06-01T00:00:00Z", ["2026-01-01"], [True, False], "s", 2, 2],
        ),
    ],
)
def test_each_kind_of_value_arrives(words: list[str], given: list[object], bound: Path, play: Play) -> None:
    answer = play(bound, *words, "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    [row] = json.loads(answer.stdout)
    nothing = [None, None, 1, None] if "--size=" in words else [None, "m", 1, 5]
    assert row["given"] == [*given, *nothing[len(given) - 7 :]]


def test_what_else_a_recipe_needs_stands_on_top(live: Repo, invoke: Invoke) -> None:
    path = live.write_recipe(code=GETTING)
    path.write_text(path.read_text().replace('["httpx>=0.28"]', '["httpx>=0.28", "click>=8"]'), encoding="utf-8")
    lines = export(invoke, live.root, "things").read_text(encoding="utf-8").split("\n")
    assert lines[2] == '# dependencies = ["httpx>=0.28", "click>=8"]'
    assert '`pip install "httpx>=0.28" "click>=8"`' in lines[5]
