"""Playing what was recorded: same clock, same order, nothing else."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from runner.catalog import Key, Rate
from runner.errors import BrokenSource, Mismatch
from runner.recording.case import read_case
from runner.recording.replay import check_case
from runner.running.clock import REAL_MONOTONIC
from runner.running.transports import Patience

from .conftest import KEY, NOON, Answer, ApiServer, Seen, Studio

Main = Callable[..., str]

ASK = 'yield echo.get("/things").json()'
NOW = 'echo.post("/search", json={{"at": datetime.now(UTC).isoformat(), "n": {n}}}).raise_for_status()'
NOW_ASYNC = f"(await {NOW.removesuffix('.raise_for_status()')}).raise_for_status()"
ASYNC = "echo: httpx.AsyncClient"


def moments(server: ApiServer) -> list[float]:
    """When the recipe thought it was, in seconds after noon, with each call that the API answered."""
    bodies = [json.loads(seen.body) for seen in server.seen if seen.body]
    return [round((datetime.fromisoformat(body["at"]) - NOON).total_seconds(), 3) for body in bodies]


def arrivals(server: ApiServer) -> list[float]:
    """When requests really arrive, to be filled."""
    moments: list[float] = []
    reply = server.reply

    def note(seen: Seen) -> Answer:
        moments.append(REAL_MONOTONIC())
        return reply(seen)

    server.reply = note
    return moments


def test_the_clock_moves_by_the_sleeps_of_the_recipe_only(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer(after=0.02))
    body = "\n".join([NOW.format(n=1), NOW.format(n=2), "time.sleep(0.05)", NOW.format(n=3), "yield {'n': 1}"])
    arrived = arrivals(server)
    studio.record(main(body))
    assert arrived[2] - arrived[1] >= 0.07
    assert moments(server) == [0, 0, 0.05]
    assert studio.replay().lines == ('{"n":1}',)


def test_the_clock_of_an_asynchronous_recipe_moves_by_its_sleeps_only(
    studio: Studio, main: Main, server: ApiServer
) -> None:
    server.says(Answer(after=0.02))
    arrived = arrivals(server)
    steps = [NOW_ASYNC.format(n=1), "await asyncio.sleep(0.05)", NOW_ASYNC.format(n=2), "yield {'n': 1}"]
    studio.record(main("\n".join(steps), ASYNC))
    assert arrived[1] - arrived[0] >= 0.07
    assert moments(server) == [0, 0.05]
    studio.replay()


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_wait_that_the_api_asks_for_moves_the_clock_alike(
    is_async: bool, studio: Studio, main: Main, server: ApiServer
) -> None:
    server.says(Answer(), Answer(status=429, headers={"Retry-After": "1"}), Answer())
    call = NOW_ASYNC if is_async else NOW
    body = "\n".join([call.format(n=1), call.format(n=2), call.format(n=3), "yield {'n': 1}"])
    studio.record(main(body, *[ASYNC] * is_async))
    assert moments(server) == [0, 0, 0, 1]
    started = time.monotonic()
    studio.replay()
    assert time.monotonic() - started < 0.9


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_wait_for_a_rate_does_not_move_the_clock(
    is_async: bool, studio: Studio, main: Main, server: ApiServer, make_api: Callable[..., Any]
) -> None:
    studio.apis["echo"] = make_api(f"{server.url}/v1", rates=(Rate(1, 0.03),))
    call = NOW_ASYNC if is_async else NOW
    body = "\n".join([call.format(n=1), call.format(n=2), call.format(n=3), "yield {'n': 1}"])
    studio.record(main(body, *[ASYNC] * is_async))
    assert moments(server) == [0, 0, 0]
    studio.replay()


def test_calls_that_take_longer_together_than_one_may_are_not_given_up(
    studio: Studio, main: Main, server: ApiServer, make_api: Callable[..., Any]
) -> None:
    studio.apis["echo"] = make_api(f"{server.url}/v1", timeout=0.4)
    server.says(Answer({"n": 1}, after=0.1))
    studio.record(main("for _ in range(6):\n    answer = await echo.get('/things')\nyield answer.json()", ASYNC))
    assert len(studio.traffic()) == 6


def test_calls_at_once_are_played_whatever_their_answers_took(studio: Studio, main: Main, server: ApiServer) -> None:
    def slow_first(seen: Seen) -> Answer:
        return Answer({"n": int(seen.target[-1])}, after=0.12 - 0.03 * int(seen.target[-1]))

    server.reply = slow_first
    body = "for each in await asyncio.gather(*(echo.get(f'/things/{n}') for n in range(4))):\n    yield each.json()"
    studio.record(main(body, ASYNC))
    assert [each.request.url[-1] for each in studio.traffic()] == ["0", "1", "2", "3"]
    assert studio.replay().lines == ('{"n":0}', '{"n":1}', '{"n":2}', '{"n":3}')


def test_a_recipe_of_two_apis_is_played(studio: Studio, main: Main, server: ApiServer, other_server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    other_server.says(Answer({"n": 2}))
    body = 'yield {"one": echo.get("/things").json()["n"], "two": other.get("/things").json()["n"]}'
    studio.record(main(body, "echo: httpx.Client, other: httpx.Client"))
    server.says(Answer(status=500))
    other_server.says(Answer(status=500))
    assert studio.replay().lines == ('{"one":1,"two":2}',)


def test_an_asynchronous_recipe_of_two_apis_is_played(
    studio: Studio, main: Main, server: ApiServer, other_server: ApiServer
) -> None:
    server.says(Answer({"n": 1}, after=0.05))
    other_server.says(Answer({"n": 2}))
    both = "await asyncio.gather(echo.get('/things'), other.get('/things'))"
    body = f"for each in {both}:\n    yield each.json()"
    studio.record(main(body, f"{ASYNC}, other: httpx.AsyncClient"))
    assert studio.replay().lines == ('{"n":1}', '{"n":2}')


@pytest.mark.parametrize(
    "call",
    [
        'echo.get("/other")',
        "httpx.get('http://127.0.0.1:9/')",
        "__import__('socket').getaddrinfo('localhost', 80)",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1:9/')",
    ],
)
@pytest.mark.parametrize("clause", ["except Exception", "except BaseException", "except"])
def test_no_clause_of_a_recipe_swallows_a_mismatch(
    clause: str, call: str, studio: Studio, main: Main, server: ApiServer
) -> None:
    server.says(Answer({"n": 1}))
    studio.record(main(ASK))
    body = f"{ASK}\ntry:\n    {call}\n{clause}:\n    pass"
    with pytest.raises(Mismatch, match=r"was not recorded\.|no network\."):
        studio.replay(main(body))


def test_a_mismatch_is_told_also_where_the_recipe_fails_of_it(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    studio.record(main(ASK))
    with pytest.raises(Mismatch, match="/other was not recorded"):
        studio.replay(main("try:\n    echo.get('/other')\nexcept BaseException:\n    raise ValueError\nyield {}"))


def test_an_answer_that_is_not_asked_for_is_an_error(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    studio.record(main(f"{ASK}\n{ASK}"))
    with pytest.raises(Mismatch, match=r"^1 recorded answer was not asked for\."):
        studio.replay(main(ASK))


def test_the_key_is_in_no_request_of_a_replay(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    code = main("answer = echo.get('/things')\nyield {'n': 1, 'key': answer.request.headers.get('X-Key')}")
    studio.record(code)
    assert studio.replay().lines == ('{"n":1,"key":null}',)
    assert server.seen[0].headers["X-Key"] == KEY


@pytest.mark.parametrize("place", ["query", "header", "bearer", "basic"])
def test_a_key_is_played_wherever_it_goes(
    place: Any, studio: Studio, main: Main, server: ApiServer, make_api: Callable[..., Any]
) -> None:
    studio.apis["echo"] = make_api(f"{server.url}/v1", key=Key(place, "key", "ECHO_API_KEY", ""))
    server.says(Answer({"n": 1}))
    studio.record(main(ASK))
    assert studio.replay().lines == ('{"n":1}',)
    [exchange] = studio.traffic()
    assert exchange.request.url.partition("?")[2] == ("key=__ECHO_API_KEY__" if place == "query" else "")
    assert {name for name, _ in exchange.request.headers} <= {"accept", "content-type"}


def test_many_answers_are_played(studio: Studio, main: Main, server: ApiServer) -> None:
    server.reply = lambda seen: Answer(json.loads(seen.body))
    body = "for n in range(300):\n    yield echo.post('/search', json={'n': n // 2, 'filters': ['ferry']}).json()"
    studio.record(main(body))
    assert len(studio.replay().lines) == 300


def test_a_changed_result_names_the_column(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    studio.record(main('yield {"a": 1, "b": echo.get("/things").json()["n"]}'))
    subject = studio.subject(main('yield {"a": 1, "b": echo.get("/things").json()["n"] + 1}'))
    with pytest.raises(Mismatch) as caught:
        check_case(subject, read_case(studio.folder / "default.toml"))
    assert caught.value.details == ("Row 1, b: 1 was recorded, 2 now",)


def test_a_new_parameter_takes_its_default_and_one_that_is_gone_is_told(
    studio: Studio, main: Main, server: ApiServer
) -> None:
    server.says(Answer({"n": 1}))
    studio.record(main(ASK))
    newer = main(ASK, "echo: httpx.Client, size: int = 3", arguments="size: How many.")
    assert studio.replay(newer).lines == ('{"n":1}',)
    studio.record(newer)
    with pytest.raises(BrokenSource) as caught:
        studio.replay(main(ASK))
    assert "the values do not fit echo/things any more" in str(caught.value)
    assert caught.value.hint == "recipes record echo/things --case default"


@pytest.mark.parametrize("at", [0.2, 0.5, 0.9])
def test_a_cassette_that_is_cut_off_is_told(at: float, studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1, "text": "x" * 50}))
    studio.record(main(ASK))
    path = studio.folder / "default.yaml"
    path.write_bytes(path.read_bytes()[: int(at * path.stat().st_size)])
    with pytest.raises(BrokenSource):
        studio.replay()


def test_a_cassette_runs_no_code(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(Answer({"n": 1}))
    studio.record(main(ASK))
    path = studio.folder / "default.yaml"
    made = studio.root / "made"
    tag = f"!!python/object/apply:os.mkdir ['{made}']"
    path.write_text(path.read_text(encoding="utf-8").replace("version: 1", f"version: {tag}"), encoding="utf-8")
    with pytest.raises(BrokenSource, match="python"):
        studio.replay()
    assert not made.exists()


def test_patience_is_not_needed_to_play(studio: Studio, main: Main, server: ApiServer) -> None:
    server.says(*[Answer(status=503)] * 2, Answer({"n": 1}))
    studio.record(main(ASK), patience=Patience(retries=2, backoff=0.01, jitter=0.0))
    assert studio.replay().lines == ('{"n":1}',)
