"""Queries over years stay quick and small: most texts are passed over by their template, and memory is bounded."""

import sys
import time
from typing import Any

import pytest

NOW_MS = 1_795_165_200_000
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def module(sandbox: Any) -> Any:
    return lambda name: sys.modules[f"{sandbox.__name__}.{name}"]


def test_a_text_never_holds_a_word_that_its_template_rules_out(module: Any) -> None:
    stories = list(module("world").stories_between(NOW_MS - 20 * DAY_MS, NOW_MS, NOW_MS))
    wrong = set()
    for text in (story.text for story in stories):
        for field, templates in module("fields").TEMPLATES.items():
            for word in text.words(field):
                if not module("vocabulary").can_hold(templates(text), word):
                    wrong.add((text.template, field, word))
    assert len({story.text.template for story in stories}) > 200
    assert wrong == set()


def test_most_texts_are_ruled_out_for_a_word(module: Any) -> None:
    stories = list(module("world").stories_between(NOW_MS - DAY_MS, NOW_MS, NOW_MS))
    possible = [s for s in stories if module("vocabulary").can_hold((s.text.template,), "pump")]
    assert 0 < len(possible) < len(stories) / 10


@pytest.mark.parametrize(
    "template, words",
    [
        ("{n} boats leave", {"boats", "leave"}),
        ("{n}th boat", None),
        ("pre{place}", None),
        ("{n}{pct}", None),
        ("'{money}' for all", {"for", "all", "a", "r"}),
    ],
)
def test_a_placeholder_inside_a_word_rules_nothing_out(module: Any, template: str, words: set[str] | None) -> None:
    assert module("vocabulary").words_of(template) == words


def test_a_year_of_weeks_takes_seconds_at_most(at_unmetered: Any) -> None:
    newswhip = at_unmetered()
    body = {"filters": ['"heat pump"'], "find_related": False, "size": 5000}
    started = time.process_time()
    for week in range(52, 0, -1):
        window = {"from": NOW_MS - week * 7 * DAY_MS, "to": NOW_MS - (week - 1) * 7 * DAY_MS - 1}
        assert newswhip.post("/articles", json=body | window).json()["total_match"] > 0
    assert time.process_time() - started < 10  # 2 on an idle machine


def test_hours_kept_in_memory_are_bounded(module: Any) -> None:
    assert module("world").stories_of_hour.cache_info().maxsize == module("world").CACHED_HOURS == 4_400
