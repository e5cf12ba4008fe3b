"""The clock of a live recording: it waits really, and is moved by the recipe's own sleeps only."""

import asyncio
import selectors
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from runner.catalog import Rate
from runner.running.clock import REAL_MONOTONIC, REAL_SLEEP, stopped_clock
from runner.running.pace import MARGIN, Pace

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WAIT = 0.04


def since_noon() -> float:
    return round((datetime.now(UTC) - NOON).total_seconds(), 6)


async def answer() -> None:
    """What an API does: it takes a while, and no timer of the loop is behind it."""
    await asyncio.to_thread(REAL_SLEEP, WAIT)


def run_waiting(main: Callable[[], Awaitable[Any]]) -> tuple[Any, float]:
    """Run a coroutine function at noon; return what it gives and how long it really took."""

    async def step() -> Any:
        return await main()

    with stopped_clock(NOON, waits=True) as clock:
        started = REAL_MONOTONIC()
        with asyncio.Runner(loop_factory=clock.event_loop) as runner:
            return runner.run(step()), REAL_MONOTONIC() - started


def test_a_sleep_lasts_as_long_as_it_says_and_moves_the_clock_by_it() -> None:
    with stopped_clock(NOON, waits=True):
        started = REAL_MONOTONIC()
        time.sleep(WAIT)
        assert (since_noon(), time.monotonic()) == (WAIT, WAIT)
        assert REAL_MONOTONIC() - started >= WAIT


def test_what_takes_time_by_itself_does_not_move_the_clock() -> None:
    with stopped_clock(NOON, waits=True):
        REAL_SLEEP(WAIT)
        assert (since_noon(), time.monotonic(), time.perf_counter()) == (0, 0, 0)


def test_a_sleep_of_a_loop_lasts_as_long_as_it_says_and_moves_the_clock_by_it() -> None:
    async def main() -> float:
        await asyncio.sleep(WAIT)
        return since_noon()

    moved, took = run_waiting(main)
    assert moved == WAIT
    assert took >= WAIT


def test_a_loop_that_the_recipe_makes_waits_as_well() -> None:
    async def main() -> float:
        await asyncio.sleep(WAIT)
        return since_noon()

    with stopped_clock(NOON, waits=True):
        started = REAL_MONOTONIC()
        assert asyncio.run(main()) == WAIT
        assert REAL_MONOTONIC() - started >= WAIT


def test_answers_take_no_time_on_the_clock() -> None:
    async def main() -> float:
        for _ in range(3):
            await answer()
        return since_noon()

    assert run_waiting(main)[0] == 0


def test_a_sleep_beside_answers_moves_the_clock_when_it_is_over() -> None:
    async def sleep() -> float:
        await asyncio.sleep(2.5 * WAIT)
        return since_noon()

    async def ask() -> int:
        count = 0
        while since_noon() == 0 and count < 25:
            await answer()
            count += 1
        return count

    async def main() -> Any:
        return await asyncio.gather(sleep(), ask())

    (slept, asked), _ = run_waiting(main)
    assert slept == 2.5 * WAIT
    assert 1 <= asked < 25


def test_each_of_many_waits_with_the_same_deadline_has_its_own_time() -> None:
    """As the calls of an httpx client: the clock stands, so the deadline of all is the same moment."""

    async def main() -> float:
        for _ in range(6):
            async with asyncio.timeout(2 * WAIT):
                await answer()
        return since_noon()

    assert run_waiting(main)[0] == 0


def test_a_deadline_that_passes_is_still_heard() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(WAIT):
                await asyncio.to_thread(REAL_SLEEP, 3 * WAIT)
        return since_noon()

    assert run_waiting(main)[0] == WAIT


def test_sleeps_one_after_the_other_add_up() -> None:
    async def main() -> float:
        for _ in range(3):
            await answer()
            await asyncio.sleep(WAIT)
        return since_noon()

    moved, took = run_waiting(main)
    assert moved == pytest.approx(3 * WAIT, abs=1e-6)
    assert took >= 6 * WAIT


def test_all_is_as_before_afterwards() -> None:
    before = (time.sleep, time.monotonic, selectors.DefaultSelector, asyncio.BaseEventLoop.call_at)
    with stopped_clock(NOON, waits=True):
        pass
    assert (time.sleep, time.monotonic, selectors.DefaultSelector, asyncio.BaseEventLoop.call_at) == before


def test_a_wait_for_a_rate_that_is_apart_does_not_move_the_clock() -> None:
    pace = Pace((Rate(1, 0.05),), is_apart=True)
    with stopped_clock(NOON, waits=True):
        started = REAL_MONOTONIC()
        for _ in range(2):
            while seconds := pace.take():
                pace.wait(seconds)
        assert since_noon() == 0
        assert REAL_MONOTONIC() - started >= 0.05 + MARGIN


def test_a_wait_of_a_loop_for_a_rate_that_is_apart_does_not_move_the_clock() -> None:
    pace = Pace((Rate(1, 0.05),), is_apart=True)

    async def main() -> float:
        for _ in range(2):
            while seconds := pace.take():
                await pace.wait_async(seconds)
        return since_noon()

    moved, took = run_waiting(main)
    assert moved == 0
    assert took >= 0.05 + MARGIN
