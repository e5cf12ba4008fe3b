"""A run that is answered from what was recorded."""

import asyncio
import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import httpx
import pytest

from runner.errors import Mismatch
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse
from runner.recording.player import OffTape, Player

URL = "https://api.example/v1/search"


def asked(body: Any = b"", *, url: str = URL, method: str = "POST") -> RecordedRequest:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RecordedRequest(method, url, (("content-type", "application/json"),), content)


def told(request: RecordedRequest, text: str, *, status: int = 200) -> Exchange:
    headers = (("content-type", "text/plain"), ("x-page", "1"), ("x-page", "2"))
    return Exchange(request, RecordedResponse(status, "As Told", headers, text.encode()))


def player(*exchanges: Exchange) -> Player:
    return Player(exchanges)


def error_of(player: Player, request: RecordedRequest) -> Mismatch:
    with pytest.raises(OffTape) as caught:
        player.answer(request)
    return caught.value.error


def test_answers_to_the_same_request_come_in_recorded_order() -> None:
    one, other = asked({"a": 1}), asked({"a": 2})
    playing = player(told(one, "first"), told(other, "other"), told(one, "second"))
    assert [playing.answer(each).body for each in (one, one, other)] == [b"first", b"second", b"other"]
    playing.check_all_played()


def test_a_request_that_is_sent_once_too_often_is_refused() -> None:
    playing = player(told(asked(), "first"), told(asked(), "second"))
    playing.answer(asked())
    playing.answer(asked())
    error = error_of(playing, asked())
    assert (str(error), error.details) == (f"POST {URL} was recorded twice and is asked for once more.", ())


@pytest.mark.parametrize("times, said", [(1, "once"), (2, "twice"), (3, "3 times")])
def test_it_says_how_often_a_request_was_recorded(times: int, said: str) -> None:
    playing = player(*[told(asked(), "again")] * times)
    for _ in range(times):
        playing.answer(asked())
    assert str(error_of(playing, asked())) == f"POST {URL} was recorded {said} and is asked for once more."


def test_an_unknown_request_is_told_beside_the_nearest() -> None:
    playing = player(
        told(asked(method="GET", url="https://api.example/v1/articles"), ""),
        told(asked({"filters": ["ferry"], "size": 10}), ""),
        told(asked({"filters": ["strike"], "size": 20}), ""),
    )
    error = error_of(playing, asked({"filters": ["ferry"], "size": 20, "sort": "new"}))
    assert str(error) == f"POST {URL} was not recorded."
    assert error.details == (
        f"Nearest  request 2: POST {URL}",
        "Differs  body size: 10 was recorded, 20 is sent",
        "Differs  body sort: nothing was recorded, new is sent",
    )


def test_of_several_that_are_as_near_the_first_that_was_not_asked_is_shown() -> None:
    playing = player(*(told(asked(url=f"{URL}?page={page}"), "") for page in (1, 2, 3)))
    playing.answer(asked(url=f"{URL}?page=1"))
    assert error_of(playing, asked(url=f"{URL}?page=4")).details == (
        f"Nearest  request 2: POST {URL}?page=2",
        "Differs  query page: 2 was recorded, 4 is sent",
    )


def test_an_empty_recording_answers_nothing() -> None:
    assert str(error_of(player(), asked())) == f"POST {URL} was not recorded: the recording is empty."


def test_answers_that_were_not_asked_for_are_an_error() -> None:
    playing = player(*(told(asked(url=f"{URL}?page={page}"), "") for page in range(7)))
    playing.answer(asked(url=f"{URL}?page=3"))
    with pytest.raises(Mismatch, match=r"^6 recorded answers were not asked for\.$") as caught:
        playing.check_all_played()
    assert caught.value.details == (*(f"POST {URL}?page={page}" for page in (0, 1, 2, 4, 5)), "and 1 more")


def test_one_answer_that_was_not_asked_for_is_an_error() -> None:
    with pytest.raises(Mismatch, match=r"^1 recorded answer was not asked for\.$"):
        player(told(asked(), "")).check_all_played()


def test_a_mismatch_that_was_survived_is_told_in_the_end() -> None:
    playing = player(told(asked(), "only"))
    playing.answer(asked())
    first = error_of(playing, asked({"a": 1}))
    error_of(playing, asked({"a": 2}))
    with pytest.raises(Mismatch) as caught:
        playing.check_all_played()
    assert caught.value is first


def test_no_exception_clause_of_a_recipe_catches_it() -> None:
    assert not issubclass(OffTape, Exception)


def test_a_client_reads_the_answer_as_it_was() -> None:
    wire = player(told(asked(method="GET"), "hello", status=404)).wire()(False)
    assert isinstance(wire, httpx.BaseTransport)
    with httpx.Client(transport=wire) as client:
        answer = client.get(URL)
    assert (answer.status_code, answer.reason_phrase, answer.text) == (404, "As Told", "hello")
    assert answer.headers.get_list("x-page") == ["1", "2"]


def test_an_asynchronous_client_is_answered_at_once_and_in_order() -> None:
    wire = player(*(told(asked(method="GET", url=f"{URL}?p={n}"), str(n)) for n in range(4))).wire()(True)
    assert isinstance(wire, httpx.AsyncBaseTransport)

    async def ask() -> list[str]:
        async with httpx.AsyncClient(transport=wire) as client:
            return [each.text for each in await asyncio.gather(*(client.get(f"{URL}?p={n}") for n in (3, 1, 0, 2)))]

    assert asyncio.run(ask()) == ["3", "1", "0", "2"]


def test_a_body_that_is_made_on_the_way_is_matched() -> None:
    def pieces() -> Any:
        yield b'{"a":'
        yield b" 1}"

    wire = player(told(asked({"a": 1}), "found")).wire()(False)
    assert isinstance(wire, httpx.BaseTransport)
    with httpx.Client(transport=wire) as client:
        assert client.post(URL, content=pieces()).text == "found"


def calls_of(action: Callable[[], object]) -> int:
    """Count the calls of Python functions."""
    count = 0

    def hear(_: FrameType, event: str, __: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(hear)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


def play_all(number: int) -> None:
    requests = [asked({"page": page % 7, "filters": ["ferry"]}) for page in range(number)]
    playing = player(*(told(each, str(n)) for n, each in enumerate(requests)))
    for request in requests:
        playing.answer(request)
    playing.check_all_played()


def test_a_long_recording_is_played_in_linear_time() -> None:
    play_all(10)  # what is made once
    short, long = calls_of(lambda: play_all(300)), calls_of(lambda: play_all(900))
    assert long < 3.2 * short
