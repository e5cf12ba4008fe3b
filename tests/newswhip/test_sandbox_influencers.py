from typing import Any

import httpx
import pytest

ENDPOINTS = (("/twitterInfluencers", "twitterInfluencers"), ("/fbInfluencers", "fbInfluencers"))
NOW_MS = 1_795_165_200_000


def influencers(newswhip: httpx.Client, path: str, **fields: Any) -> Any:
    response = newswhip.post(path, json={"filters": [], **fields})
    assert response.status_code == 200, response.text
    return response.json()[path[1:]]


@pytest.mark.parametrize("path, name", ENDPOINTS)
def test_envelope_has_no_total(newswhip: httpx.Client, path: str, name: str) -> None:
    assert list(newswhip.post(path, json={"filters": ["ferry"]}).json()) == [name]


def test_twitter_account_has_all_documented_fields(newswhip: httpx.Client) -> None:
    account = influencers(newswhip, "/twitterInfluencers")[0]
    assert list(account) == [
        "twitter_id",
        "twitter_handle",
        "likes_count",
        "followers_count",
        "following_count",
        "statuses_count",
        "max_retweet_value",
        "social_referrals",
    ]
    assert list(account["social_referrals"][0]) == [
        "article_id",
        "twitter_url",
        "favourite_count",
        "rt_count",
        "created_at",
        "description",
        "article_url",
    ]


def test_facebook_page_has_all_documented_fields(newswhip: httpx.Client) -> None:
    page = influencers(newswhip, "/fbInfluencers")[0]
    assert list(page) == [
        "fb_page_id",
        "fb_username",
        "about",
        "followers_count",
        "likes_count",
        "profile_image",
        "max_fb_interactions",
        "social_referrals",
    ]
    assert list(page["social_referrals"][0]) == [
        "article_id",
        "fb_post_id",
        "headline",
        "description",
        "fb_total_interactions",
        "created_at",
        "article_url",
    ]
    assert type(page["fb_page_id"]) is int


@pytest.mark.parametrize(
    "path, best, reach",
    [
        ("/twitterInfluencers", "max_retweet_value", "rt_count"),
        ("/fbInfluencers", "max_fb_interactions", "fb_total_interactions"),
    ],
)
def test_order_is_by_reach_of_accounts_and_of_their_posts(
    newswhip: httpx.Client, path: str, best: str, reach: str
) -> None:
    found = influencers(newswhip, path, filters=['"ferry strike"'])
    posts = [[post[reach] for post in account["social_referrals"]] for account in found]
    assert [sum(numbers) for numbers in posts] == sorted((sum(numbers) for numbers in posts), reverse=True)
    assert posts == [sorted(numbers, reverse=True) for numbers in posts]
    assert [account[best] for account in found] == [numbers[0] for numbers in posts]


@pytest.mark.parametrize("path, name", ENDPOINTS)
def test_referrals_name_articles_that_match(newswhip: httpx.Client, search: Any, path: str, name: str) -> None:
    assert name
    query = "country_code:ie AND ferry"
    known = {article["uuid"]: article["link"] for article in search(query)}
    posts = [post for account in influencers(newswhip, path, filters=[query]) for post in account["social_referrals"]]
    assert posts
    assert [post for post in posts if known.get(post["article_id"]) != post["article_url"]] == []


@pytest.mark.parametrize("path, name", ENDPOINTS)
def test_posts_are_not_from_the_future(newswhip: httpx.Client, path: str, name: str) -> None:
    assert name
    found = influencers(newswhip, path, **{"from": NOW_MS - 6 * 3_600_000})
    assert max(post["created_at"] for account in found for post in account["social_referrals"]) <= NOW_MS


@pytest.mark.parametrize("path, name", ENDPOINTS)
def test_size_and_language_narrow_the_answer(newswhip: httpx.Client, path: str, name: str) -> None:
    assert name
    everyone, german = influencers(newswhip, path), influencers(newswhip, path, language="de")
    assert influencers(newswhip, path, size=2) == everyone[:2]
    assert 0 < len(german) < len(everyone)


@pytest.mark.parametrize("path, name", ENDPOINTS)
def test_size_is_at_most_500(newswhip: httpx.Client, assumptions: Any, path: str, name: str) -> None:
    assert name
    assert newswhip.post(path, json={"filters": [], "size": 500}).status_code == 200
    response = newswhip.post(path, json={"filters": [], "size": 501})
    assert response.json()["error"]["message"] == assumptions.BAD_SIZE_TEXT.format(size=501)


def test_handles_are_too_long_to_be_anybodys(newswhip: httpx.Client) -> None:
    handles = [account["twitter_handle"] for account in influencers(newswhip, "/twitterInfluencers")]
    assert min(map(len, handles)) > 15
