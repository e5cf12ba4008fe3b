"""Processes that share work."""

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from runner.catalog.children import Children, shared

ITEMS = [f"{'long' if number % 2 else 'short'} {number}" for number in range(53)]


def answer() -> None:
    """Answer each item with it, and by whom; of those that end in 9 nothing more."""
    for item in json.load(sys.stdin)["items"]:
        sys.stdout.write(f"{json.dumps([item, os.getpid()])}\n")


def give_up() -> None:
    """Answer the first item only."""
    items = json.load(sys.stdin)["items"]
    sys.stdout.write(f"{json.dumps(items[0])}\n")


def answer_at_length() -> None:
    """Answer each item with more than a pipe holds, and note at the end that all are answered."""
    asked = json.load(sys.stdin)
    for item in asked["items"]:
        sys.stdout.write(f"{item}{' ' * 100_000}\n")
    Path(asked["note"], str(os.getpid())).touch()


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor does it all itself")
def test_a_process_goes_on_while_nobody_takes_its_answers(tmp_path: Path) -> None:
    with Children(__name__, "answer_at_length") as children:
        answers = children.answers(ITEMS, lambda share: {"items": share, "note": str(tmp_path)})
        first = next(answers)
        until, count = time.monotonic() + 30, min(os.cpu_count() or 1, 8)
        while len([*tmp_path.iterdir()]) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len([*tmp_path.iterdir()]) == count
        assert [each and each.rstrip() for each in (first, *answers)] == ITEMS


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor does it all itself")
def test_answers_come_in_order_and_each_process_has_of_every_kind() -> None:
    answers = [*shared(__name__, "answer", ITEMS, lambda share: {"items": share})]
    assert [item for item, _ in answers] == ITEMS
    kinds = defaultdict[int, list[str]](list)
    for item, process in answers:
        kinds[process].append(item.split()[0])
    assert len(kinds) == min(os.cpu_count() or 1, 8)
    assert all({*each} == {"long", "short"} for each in kinds.values())


def test_what_a_process_leaves_out_is_for_the_caller() -> None:
    answers = [*shared(__name__, "give_up", ITEMS, lambda share: {"items": share})]
    assert len(answers) == len(ITEMS)
    assert {each for each in answers if each is not None} < {*ITEMS}


def test_what_cannot_be_started_is_for_the_caller() -> None:
    assert [*shared("tests.no_such_module", "answer", ITEMS, lambda share: {"items": share})] == [None] * len(ITEMS)
