import hashlib
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

NOW_MS = 1_795_165_200_000
DAY_MS = 86_400_000
TODAY = {"filters": [], "from": NOW_MS - DAY_MS, "size": 300, "sort_by": "fb_total_engagement"}

# Another machine, Python or operating system must give the same bytes. Changing the data on purpose changes these too.
GOLDEN = {
    "/articles": "cd0369e8b6a84749",
    "/stats": "133190a40edcefab",
    "/twitterInfluencers": "5af4df8bd02df8dd",
    "/fbInfluencers": "260b0f8c6e3f11f8",
    "/fbPosts": "84bc7a617d07ef79",
    "/syndicatedArticles": "13758bc0acf5bcb0",
}
BODIES: dict[str, dict[str, Any]] = {
    "/articles": TODAY,
    "/stats": {"filters": [], "sort_by": "twitter.variance", "aggregate_by": "authors"},
    "/twitterInfluencers": {"filters": ["ferry"]},
    "/fbInfluencers": {"filters": ["ferry"]},
    "/fbPosts": {"filters": [], "sort_by": "fb_sads"},
    "/syndicatedArticles": {"filters": [], "syndication_query": {}},
}

ASK_IN_ANOTHER_PROCESS = """
import importlib.util, json, sys, io
spec = importlib.util.spec_from_file_location("other", sys.argv[1], submodule_search_locations=[sys.argv[2]])
module = importlib.util.module_from_spec(spec)
sys.modules["other"] = module
spec.loader.exec_module(module)
body = sys.argv[3].encode()
environ = {
    "REQUEST_METHOD": "POST", "PATH_INFO": "/v1/articles", "QUERY_STRING": "key=sandbox",
    "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "recipe_runner.now": 1795165200.0,
}
sys.stdout.buffer.write(b"".join(module.app(environ, lambda status, headers: None)))
"""


def millis(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1000


def count(newswhip: httpx.Client, query: str, first: int, days: int) -> int:
    filters = [query] if query else []
    body = {"filters": filters, "from": first, "to": first + days * DAY_MS - 1, "size": 1, "find_related": False}
    number: int = newswhip.post("/articles", json=body).json()["total_match"]
    return number


@pytest.mark.parametrize("path", BODIES)
def test_answer_of_a_fixed_moment_is_the_same_everywhere(newswhip: httpx.Client, path: str) -> None:
    content = newswhip.post(path, json=BODIES[path]).content
    assert hashlib.sha256(content).hexdigest()[:16] == GOLDEN[path]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_gives_the_same_bytes(newswhip: httpx.Client, hash_seed: str) -> None:
    folder = Path(__file__).parents[2] / "recipes" / "newswhip" / "sandbox"
    arguments = [
        sys.executable,
        "-c",
        ASK_IN_ANOTHER_PROCESS,
        str(folder / "__init__.py"),
        str(folder),
        json.dumps(TODAY),
    ]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    process = subprocess.run(arguments, env=environment, capture_output=True, check=True)
    assert (process.stdout, process.stderr) == (newswhip.post("/articles", json=TODAY).content, b"")


def test_order_in_which_times_are_asked_for_does_not_matter(newswhip: httpx.Client, at_unmetered: Any) -> None:
    elsewhere = at_unmetered()
    elsewhere.post("/articles", json={"filters": [], "from": NOW_MS - 5 * DAY_MS, "to": NOW_MS - 4 * DAY_MS})
    assert elsewhere.post("/articles", json=TODAY).content == newswhip.post("/articles", json=TODAY).content


def test_articles_of_a_day_are_those_of_its_hours(search: Any) -> None:
    hour = 3_600_000
    whole = {article["uuid"] for article in search(**{"from": NOW_MS - DAY_MS, "to": NOW_MS - 1})}
    parts = [search(**{"from": NOW_MS - n * hour, "to": NOW_MS - n * hour + hour - 1}) for n in range(1, 25)]
    assert {article["uuid"] for part in parts for article in part} == whole


def test_eight_threads_get_the_same_bytes(at_unmetered: Any) -> None:
    answers: list[bytes] = []
    ready = threading.Barrier(8)

    def ask() -> None:
        newswhip = at_unmetered()
        ready.wait()
        answers.append(newswhip.post("/articles", json={**TODAY, "filters": ["ferry OR (heat AND pump)"]}).content)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), len(set(answers))) == (8, 1)


def test_threads_share_one_budget(at_unmetered: Any) -> None:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(at_unmetered(1000.0, key="test-key-full").get("/publisher/x.example/1").status_code)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 5 + [429] * 7


@pytest.mark.parametrize("year", [2018, 2022, 2025])
def test_storm_week_of_each_year_exceeds_what_one_answer_holds(newswhip: httpx.Client, year: int) -> None:
    assert count(newswhip, "storm", millis(year, 11, 2), 7) > 5000


def test_storm_week_lies_in_the_30_days_before_the_default_moment(newswhip: httpx.Client) -> None:
    start = millis(2026, 11, 2)
    assert start > NOW_MS - 30 * DAY_MS
    assert count(newswhip, "storm", start, 7) > 5000


@pytest.mark.parametrize("year", [2018, 2024, 2026])
def test_football_final_exceeds_it_in_a_single_day(newswhip: httpx.Client, year: int) -> None:
    assert count(newswhip, '"football final"', millis(year, 5, 30), 1) > 5000


@pytest.mark.parametrize("week", [(2018, 2, 5), (2020, 8, 3), (2023, 4, 10), (2026, 9, 7)])
def test_ordinary_week_holds_a_few_thousand_articles(newswhip: httpx.Client, week: tuple[int, int, int]) -> None:
    assert 2500 <= count(newswhip, "", millis(*week), 7) <= 4500


@pytest.mark.parametrize(
    "query",
    [
        "ferry strike",
        "heat pump",
        "electric cars",
        "climate change",
        "flooding",
        "football final",
        "interest rates",
        "housing",
        "data centre",
        "film festival",
        "storm",
    ],
)
def test_every_storyline_is_in_every_week(newswhip: httpx.Client, query: str) -> None:
    weeks = [millis(2026, 10, 24), millis(2026, 11, 13), millis(2021, 6, 7), millis(2018, 1, 15)]
    assert min(count(newswhip, f'"{query}"', week, 7) for week in weeks) >= 15


def test_nights_and_weekends_are_quieter(newswhip: httpx.Client) -> None:
    day, hour = millis(2026, 9, 8), 3_600_000

    def published(start: int) -> int:
        body = {"filters": [], "from": start, "to": start + 4 * hour, "size": 1, "find_related": False}
        number: int = newswhip.post("/articles", json=body).json()["total_match"]
        return number

    night, noon = published(day + hour), published(day + 11 * hour)
    assert night < noon / 2
    assert count(newswhip, "", millis(2026, 9, 12), 2) < 0.8 * count(newswhip, "", millis(2026, 9, 9), 2)


def test_clock_of_the_process_counts_when_no_moment_is_given(sandbox: Any) -> None:
    with httpx.Client(transport=httpx.WSGITransport(sandbox.app), base_url="https://api.newswhip.com/v1") as newswhip:
        before = datetime.now(UTC).timestamp()
        parameters = {"key": "sandbox"}
        answer = newswhip.post("/articles", params=parameters, json={"filters": [], "sort_by": "created_at", "size": 1})
        newest = answer.json()["articles"][0]["publication_timestamp"] / 1000
    assert before - 24 * 3600 < newest < before + 60
