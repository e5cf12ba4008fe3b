import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]


def first(result: Result) -> str:
    return next(csv.DictReader(io.StringIO(result.stdout)))["id"]


def test_a_question_is_one_word_or_several(invoke: Invoke) -> None:
    question = "who talks about us on facebook"
    assert first(invoke("search", question)) == "newswhip/influencers"
    assert invoke("search", *question.split()).stdout == invoke("search", question).stdout


@pytest.mark.parametrize(
    "question, remark",
    [
        ("who drives my topic", ""),
        ("influencers volcano submarine", "Nothing has 'volcano', 'submarine'; these have most of the rest.\n"),
        ("influencers spreadsheet", "No recipe has all of these words; these have most of them.\n"),
    ],
)
def test_words_that_were_passed_over_are_named(invoke: Invoke, question: str, remark: str) -> None:
    result = invoke("search", question)
    assert (first(result)[:9], result.stderr) == ("newswhip/", remark)


@pytest.mark.parametrize("typed", ["publihser", "publsher", "publlisher", "puublisher"])
def test_one_typing_error_is_forgiven_and_said(invoke: Invoke, typed: str) -> None:
    result = invoke("search", typed, "ranking")
    assert first(result) == "newswhip/publisher-ranking"
    assert result.stderr.startswith(f"Nothing has {typed!r}; this is for ")


def test_the_beginning_of_a_word_will_do(invoke: Invoke) -> None:
    assert first(invoke("search", "influ")) == "newswhip/influencers"


def test_nothing_found_is_no_error_and_suggests_the_nearest_word(invoke: Invoke) -> None:
    result = invoke("search", "infuencrs")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert result.stderr == "Nothing for 'infuencrs'. Did you mean 'influencers'?\n"


def test_json_is_a_list_also_when_empty(invoke: Invoke) -> None:
    assert json.loads(invoke("search", "zzzz", "--json").stdout) == []
    [match] = json.loads(invoke("search", "influencers", "--json", "--limit", "1").stdout)
    assert (match["id"], match["why"].startswith("title: ")) == ("newswhip/influencers", False)
    assert set(match) >= {"id", "title", "description", "tags", "audience", "why"}


@pytest.mark.parametrize(
    "words", ['"', "NEAR(", "title:x", "a AND", "*", "-", "🦊", "x" * 10_000, "'; DROP TABLE files"]
)
def test_no_words_break_the_search(invoke: Invoke, words: str) -> None:
    assert invoke("search", "--", words).exit_code == 0


def test_the_repository_in_use_is_searched_too(invoke: Invoke, repo: Any) -> None:
    repo.write_recipe(title="Which lighthouses are open?")
    assert first(invoke("search", "lighthouse")) == "echo/things"


def test_list_narrows_by_api_tag_and_audience(invoke: Invoke, repo: Any) -> None:
    repo.write_recipe(table='tags = ["things"]\naudience = ["developer"]\n')

    def ids(*words: str) -> list[str]:
        return [row["id"] for row in csv.DictReader(io.StringIO(invoke("list", *words).stdout))]

    assert ids("--api", "echo") == ["echo/things"]
    assert ids("--tag", "messages") == ["slack/post-digest", "slack/send-message"]
    assert ids("--audience", "developer", "--api", "echo") == ["echo/things"]
    result = invoke("list", "--tag", "getting-startd")
    assert result.stderr == "Error  No tag named 'getting-startd'.\nFix    recipes list --tag getting-started\n"
    assert result.exit_code == 2
