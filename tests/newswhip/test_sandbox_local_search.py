from typing import Any
from urllib.parse import quote

import httpx
import pytest


def message(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["message"]


def links(response: httpx.Response) -> set[str]:
    assert response.status_code == 200, response.text
    articles = response.json()["articles"]
    return {article["link"] for lead in articles for article in [lead, *lead["relatedStories"]]}


@pytest.mark.parametrize("city", ["London", "New York, NY", "Seattle, WA", "Bayern"])
def test_a_city_has_news_within_a_week(newswhip: httpx.Client, city: str) -> None:
    answer = newswhip.get(f"/local/{quote(city, safe='')}/All/168", params={"size": 500})
    assert list(answer.json()) == ["total_match", "articles"]
    assert answer.json()["total_match"] > 5


def test_a_city_of_a_country_without_news_is_empty(newswhip: httpx.Client) -> None:
    assert newswhip.get("/local/Toronto/All/168").json() == {"total_match": 0, "articles": []}


def test_longer_times_hold_the_shorter_ones(newswhip: httpx.Client) -> None:
    short, long = (newswhip.get(f"/local/London/All/{hours}", params={"size": 500}) for hours in (6, 24))
    assert links(short)
    assert links(short) < links(long)


def test_no_event_is_in_two_cities(newswhip: httpx.Client) -> None:
    london, leeds = (
        links(newswhip.get(f"/local/{name}/All/168", params={"size": 500})) for name in ("London", "Wales")
    )
    assert london
    assert leeds
    assert london & leeds == set()


def test_local_articles_are_articles_like_all_others(newswhip: httpx.Client) -> None:
    article = newswhip.get("/local/London/All/24", params={"size": 1}).json()["articles"][0]
    found = newswhip.post("/articlesByHrefs", json={"hrefs": [article["link"]]}).json()[0]["articles"]
    assert article["uuid"] in {each["uuid"] for each in found}


def test_unknown_city_is_refused(newswhip: httpx.Client, assumptions: Any) -> None:
    assert message(newswhip.get("/local/Atlantis/All/6")) == (400, assumptions.BAD_CITY_TEXT.format(name="Atlantis"))


def test_local_has_no_topics(newswhip: httpx.Client) -> None:
    assert newswhip.get("/local/London/Politics/6").status_code == 404


def test_bad_time_of_a_city_is_refused(newswhip: httpx.Client) -> None:
    expected = (400, "time parameter is invalid. Received: 9999999")
    assert message(newswhip.get("/local/London/All/9999999")) == expected
    assert "Bad Request" in newswhip.get("/local/London/All/soon").text


@pytest.mark.parametrize("parameters", [{}, {"q": ""}, {"q": "  "}, {"q": '"'}])
def test_search_for_nothing_is_refused(newswhip: httpx.Client, parameters: dict[str, str]) -> None:
    assert message(newswhip.get("/search", params=parameters)) == (400, "query can't be empty")


def test_search_finds_what_the_last_day_said_about_a_word(newswhip: httpx.Client, search: Any) -> None:
    found = links(newswhip.get("/search", params={"q": "ferry", "size": 500}))
    day = {"from": 1_795_165_200_000 - 86_400_000}
    assert found
    assert found <= {article["link"] for article in search("ferry", **day)}


def test_every_word_of_a_search_must_be_there(newswhip: httpx.Client) -> None:
    def total(q: str) -> int:
        number: int = newswhip.get("/search", params={"q": q}).json()["total_match"]
        return number

    assert 0 < total("ferry strike talks") < total("ferry strike")
    assert total("ferry xyzzy") == 0


def test_search_folds_similar_headlines(newswhip: httpx.Client) -> None:
    articles = newswhip.get("/search", params={"q": "strike", "size": 500}).json()["articles"]
    nested = [story for article in articles for story in article["relatedStories"]]
    assert nested
    assert {str(story["relatedStories"]) for story in nested} == {"[]"}


@pytest.mark.parametrize("size, status", [("500", 200), ("501", 400), ("0", 400)])
@pytest.mark.parametrize("path", ["/search", "/local/London/All/6", "/region/World/All/6"])
def test_get_endpoints_give_500_at_most(newswhip: httpx.Client, path: str, size: str, status: int) -> None:
    assert newswhip.get(path, params={"q": "ferry", "size": size}).status_code == status


@pytest.mark.parametrize("path", ["/search", "/local/London/All/6"])
def test_answers_hold_for_three_minutes(at: Any, path: str) -> None:
    start = 1_795_165_200.0
    first, inside, after = (at(start + seconds).get(path, params={"q": "ferry"}) for seconds in (0, 179, 180))
    assert first.content == inside.content != after.content
    assert first.headers["cache-control"] == "private, max-age=180"
