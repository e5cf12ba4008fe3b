"""What the cases of the catalog show together: each recipe, each boundary, each endpoint with what it refuses."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.recording.case import Case, all_case_files, read_case
from runner.recording.cassette import read_cassette
from runner.recording.exchange import Exchange

ROOT = Path(__file__).parents[2]
CASES = [read_case(path) for path in all_case_files(ROOT)]
RECIPES = sorted(f"{path.parent.name}/{path.stem.replace('_', '-')}" for path in ROOT.glob("recipes/*/*.py"))
EXCHANGES = {case.title: list(read_cassette(case.cassette)) for case in CASES}
ENDPOINTS = {
    *("GET /region", "GET /publisher", "GET /local", "GET /search", "POST /articles", "POST /articlesByHrefs"),
    *("POST /fbPosts", "POST /stats", "POST /fbInfluencers", "POST /twitterInfluencers", "POST /syndicatedArticles"),
}
"""The operations of NewsWhip that are current."""


def endpoint_of(exchange: Exchange) -> str:
    """Return method and first part of the path, such as `GET /region`; Slack has but one."""
    parts = exchange.request.url.split("?")[0].split("/")
    return f"{exchange.request.method} /{parts[4]}" if "newswhip" in parts[2] else "Slack"


def cases_of(recipe: str) -> list[Case]:
    return [case for case in CASES if case.recipe_id == recipe]


def articles_of(exchange: Exchange) -> list[dict[str, Any]] | None:
    """Return the articles or posts of an answer; None where it is of another kind."""
    answer = json.loads(exchange.response.body)
    if isinstance(answer, list):
        return [article for each in answer for article in each["articles"]] if answer and "href" in answer[0] else None
    return next((answer[name] for name in ("articles", "fbPosts") if name in answer), None)


def boundaries_of(exchanges: list[Exchange]) -> Iterator[str]:
    """Yield what a case crosses that a loop may stumble over."""
    answers = [each for each in exchanges if each.response.status < 400 and each.response.body[:1] in (b"{", b"[")]
    lists = [articles for each in answers if (articles := articles_of(each)) is not None]
    ids = Counter(uuid for articles in lists for uuid in {article["uuid"] for article in articles})
    for each in exchanges:
        if each.response.status >= 400:
            yield f"{each.response.status}"
        if b'"NaN"' in each.response.body:
            yield "NaN"
        if each.response.body == b"[]":
            yield "nothing in an answer"
    if [] in lists:
        yield "nothing in an answer"
    if max(ids.values(), default=0) > 1:
        yield "the same article twice"
    if any(article["authors"] is None for articles in lists for article in articles):
        yield "no author"
    ends = Counter(end for end, _ in {window_of(each) for each in exchanges} if end)
    if max(ends.values(), default=0) > 1:  # the second half ends with the whole
        yield "a window that was cut"


def window_of(exchange: Exchange) -> tuple[str, int]:
    """Return what an exchange asks for up to which moment, and from when on; "" and 0 where it names no moments."""
    body = json.loads(exchange.request.body or b"{}")
    return (f"{body['filters']} {body['to']}", body["from"]) if "to" in body else ("", 0)


def test_every_recipe_has_a_default_case() -> None:
    assert sorted(case.recipe_id for case in CASES if case.name == "default") == RECIPES


def test_the_recordings_say_that_they_come_from_the_sandbox() -> None:
    assert {case.source for case in CASES} == {"sandbox"}


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_that_loops_has_a_case_that_crosses_a_boundary(recipe: str) -> None:
    most = max(max(Counter(map(endpoint_of, EXCHANGES[case.title])).values()) for case in cases_of(recipe))
    if most > 1:
        assert {kind for case in cases_of(recipe) for kind in boundaries_of(EXCHANGES[case.title])} != set()


def test_every_current_operation_is_called_and_refuses_something() -> None:
    exchanges = [each for case in CASES for each in EXCHANGES[case.title]]
    assert {endpoint_of(each) for each in exchanges} - {"Slack"} == ENDPOINTS
    assert {endpoint_of(each) for each in exchanges if each.response.status == 400} - {"Slack"} == ENDPOINTS
    assert {endpoint_of(each) for each in exchanges if each.response.status == 404} == {"GET /publisher"}


def test_a_key_is_refused_in_each_product_and_a_call_that_comes_too_fast() -> None:
    statuses = {(endpoint_of(each), each.response.status) for case in CASES for each in EXCHANGES[case.title]}
    refused = {endpoint for endpoint, status in statuses if status == 403}
    assert refused == {"GET /region", "POST /articles", "POST /syndicatedArticles"}
    assert {endpoint for endpoint, status in statuses if status == 429} == {"POST /articles"}


def test_one_case_alone_uses_the_key_with_the_small_budget() -> None:
    """The sandbox counts the calls of a key as long as its process lives, so a second case would begin without any."""
    assert [case.title for case in CASES if "budget" in case.sandbox_key] == ["newswhip/shared-rate-limit too-fast"]
