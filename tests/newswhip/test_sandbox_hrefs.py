from typing import Any

import httpx
import pytest


def look_up(newswhip: httpx.Client, *hrefs: str) -> Any:
    return newswhip.post("/articlesByHrefs", json={"hrefs": hrefs}).json()


@pytest.fixture(scope="session")
def article(week: list[dict[str, Any]]) -> dict[str, Any]:
    return next(article for article in week if "?" not in article["link"] and article["source"]["country_code"] == "ie")


def test_url_leads_to_its_article(newswhip: httpx.Client, article: dict[str, Any]) -> None:
    assert look_up(newswhip, article["link"]) == [{"href": article["link"], "articles": [article]}]


def test_answer_is_an_array_in_the_order_of_the_request(newswhip: httpx.Client, article: dict[str, Any]) -> None:
    unknown = "https://nowhere.example/2026/01/01/x"
    assert [entry["href"] for entry in look_up(newswhip, unknown, article["link"])] == [unknown, article["link"]]


@pytest.mark.parametrize(
    "spelling",
    [
        "http://{rest}",
        "https://www.{rest}",
        "https://{rest}/",
        "https://{rest}?utm_source=x&fbclid=1",
        "https://{rest}#comments",
        "{rest}",
    ],
)
def test_spellings_of_a_url_are_one(newswhip: httpx.Client, article: dict[str, Any], spelling: str) -> None:
    url = spelling.format(rest=article["link"].removeprefix("https://"))
    assert look_up(newswhip, url)[0]["articles"] == [article]


def test_page_known_under_two_urls_has_two_articles(newswhip: httpx.Client, week: list[dict[str, Any]]) -> None:
    links = {article["link"] for article in week}
    twin = next(link for link in links if "?" in link and link.split("?")[0] in links)
    found = look_up(newswhip, twin)[0]["articles"]
    assert {entry["link"] for entry in found} == {twin, twin.split("?")[0]}
    assert len({entry["uuid"] for entry in found}) == 2


@pytest.mark.parametrize(
    "url",
    [
        "https://nowhere.example/",
        "https://harbourpost.example/transport/2026/11/19/no-such-story-1",
        "https://harbourpost.example/transport/2026/13/45/x-1",
        "https://harbourpost.example/transport/1999/01/01/x-1",
        "https://harbourpost.example/transport/9999/12/31/x-1",
        "",
    ],
)
def test_unknown_url_has_no_articles(newswhip: httpx.Client, url: str) -> None:
    assert look_up(newswhip, url) == [{"href": url, "articles": []}]


def test_old_articles_are_found_without_a_window(newswhip: httpx.Client, search: Any) -> None:
    old = search(**{"from": 1_600_000_000_000, "to": 1_600_003_600_000})[0]
    assert look_up(newswhip, old["link"])[0]["articles"][0]["uuid"] == old["uuid"]


def test_more_than_five_urls_are_refused(newswhip: httpx.Client) -> None:
    response = newswhip.post("/articlesByHrefs", json={"hrefs": ["https://x.example/"] * 6})
    assert (response.status_code, response.json()["error"]["message"]) == (
        400,
        "Number of HREFs exceeds max limit of 5",
    )
