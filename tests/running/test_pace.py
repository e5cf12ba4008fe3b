import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog import Rate
from runner.running.clock import stopped_clock
from runner.running.pace import MARGIN, Pace
from runner.running.transports import Link

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RATES = st.lists(st.builds(Rate, st.integers(1, 8), st.sampled_from([1.0, 3.0, 60.0])), min_size=1, max_size=3)
PAUSES = st.lists(st.floats(0, 20), min_size=1, max_size=40)


def moments(pace: Pace, pauses: list[float]) -> list[float]:
    """Return when each call may go, in seconds, if the recipe pauses so long before each."""
    went = []
    with stopped_clock(NOON):
        for pause in pauses:
            time.sleep(pause)
            while seconds := pace.take():
                time.sleep(seconds)
            went.append(time.monotonic())
    return went


@given(RATES, PAUSES)
def test_no_window_ever_holds_more_calls_than_a_rate_allows(rates: list[Rate], pauses: list[float]) -> None:
    went = moments(Pace(tuple(rates)), pauses)
    for rate in rates:
        pairs = zip(went, went[rate.calls :], strict=False)
        assert [last - first for first, last in pairs if last - first < rate.seconds] == []


@given(RATES, PAUSES)
def test_no_call_waits_longer_than_it_must(rates: list[Rate], pauses: list[float]) -> None:
    went = moments(Pace(tuple(rates)), pauses)
    ready = 0.0
    for number, pause in enumerate(pauses):
        freed = [went[number - rate.calls] + rate.seconds + MARGIN for rate in rates if number >= rate.calls]
        assert went[number] == pytest.approx(max([ready + pause, *freed]), abs=1e-5)
        ready = went[number]


@given(RATES, PAUSES)
def test_the_order_of_rates_means_nothing(rates: list[Rate], pauses: list[float]) -> None:
    assert moments(Pace(tuple(rates)), pauses) == moments(Pace(tuple(reversed(rates))), pauses)


def test_without_rates_nothing_waits() -> None:
    assert moments(Pace(()), [0.0] * 50) == [0.0] * 50


def test_calls_go_at_once_until_a_window_is_full() -> None:
    assert moments(Pace((Rate(3, 10.0),)), [0.0] * 7) == pytest.approx([0, 0, 0, 10.05, 10.05, 10.05, 20.1])


def test_two_clients_with_one_pace_keep_its_rate_together(
    send: Callable[..., httpx.Response], sandboxed: Callable[..., Link], app: Any
) -> None:
    link = replace(sandboxed(), pace=Pace((Rate(2, 60.0),)))
    with stopped_clock(NOON) as clock:
        send(link, ("GET", "/things"), ("GET", "/things"))
        send(link, ("GET", "/things"))
        assert clock.monotonic() == pytest.approx(60 + MARGIN)
    assert len(app.seen) == 3


@pytest.fixture
def switching_often() -> Iterator[None]:
    """Let threads interrupt each other wherever they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_never_take_one_place_twice(switching_often: None) -> None:
    paces = [Pace((Rate(1, 3600.0),)) for _ in range(500)]
    taken: list[bool] = []

    def take() -> None:
        taken.extend(not pace.take() for pace in paces)

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 500
