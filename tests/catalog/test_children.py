"""Processes that share work."""

import json
import os
import sys
from collections import defaultdict

import pytest

from runner.catalog.children import shared

ITEMS = [f"{'long' if number % 2 else 'short'} {number}" for number in range(53)]


def answer() -> None:
    """Answer each item with it, and by whom; of those that end in 9 nothing more."""
    for item in json.load(sys.stdin)["items"]:
        sys.stdout.write(f"{json.dumps([item, os.getpid()])}\n")


def give_up() -> None:
    """Answer the first item only."""
    items = json.load(sys.stdin)["items"]
    sys.stdout.write(f"{json.dumps(items[0])}\n")


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
