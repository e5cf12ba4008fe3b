from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

NOW = 1_795_165_200.0
NOW_MS = int(NOW) * 1000
DAY_MS = 86_400_000
HARBOUR_POST = "100200001"
REACTIONS = ["comments", "likes", "shares", "loves", "wows", "hahas", "sads", "angrys"]


@pytest.fixture(scope="module")
def find(newswhip: httpx.Client) -> Callable[..., Any]:
    def find_posts(*filters: str, **fields: Any) -> Any:
        response = newswhip.post("/fbPosts", json={"filters": filters, "size": 5000, **fields})
        assert response.status_code == 200, response.text
        return response.json()["fbPosts"]

    return find_posts


@pytest.fixture(scope="module")
def week_of_posts(find: Callable[..., Any]) -> Any:
    return find()


def refused(newswhip: httpx.Client, body: dict[str, Any]) -> tuple[int, str]:
    response = newswhip.post("/fbPosts", json={"filters": [], **body})
    return response.status_code, response.json()["error"]["message"]


def test_answer_has_all_documented_fields(newswhip: httpx.Client) -> None:
    answer = newswhip.post("/fbPosts", json={"filters": [], "size": 1}).json()
    assert list(answer) == ["total_match", "fbPosts"]
    post = answer["fbPosts"][0]
    assert list(post) == [
        "page_id",
        "page_name",
        "post_type",
        "is_live_video",
        "fb_story",
        "fb_sponsor_tags",
        "fb_data",
        "uuid",
        "publication_timestamp",
        "link",
        "headline",
        "excerpt",
        "keywords",
        "source",
        "image_link",
        "has_video",
        "nw_score",
        "max_nw_score",
        "topics",
        "authors",
        "entities",
    ]
    assert list(post["fb_data"]["reactions"]) == REACTIONS


def test_reactions_add_up_to_the_total(week_of_posts: Any) -> None:
    data = [post["fb_data"] for post in week_of_posts]
    assert [sum(d["reactions"].values()) for d in data] == [d["total_engagement_count"] for d in data]
    assert min(count for d in data for count in d["reactions"].values()) >= 0


def test_id_of_a_page_is_text_and_stands_in_the_link(week_of_posts: Any) -> None:
    assert {type(post["page_id"]) for post in week_of_posts} == {str}
    assert [
        p for p in week_of_posts if not p["link"].startswith(f"https://www.facebook.com/{p['page_id']}/posts/")
    ] == []


def test_posts_have_no_publisher_and_some_no_language_or_country(week_of_posts: Any) -> None:
    sources = [post["source"] for post in week_of_posts]
    assert {(source["publisher"], source["link"]) for source in sources} == {("", "http://")}
    assert 0 < sum("language" not in source for source in sources) < len(sources) / 5
    assert 0 < sum(source["country_code"] == "" for source in sources) < len(sources) / 2


def test_ids_are_unique_and_pages_have_one_name(week_of_posts: Any) -> None:
    assert len({post["uuid"] for post in week_of_posts}) == len({post["link"] for post in week_of_posts})
    assert len({post["uuid"] for post in week_of_posts}) == len(week_of_posts)
    names = {(post["page_id"], post["page_name"]) for post in week_of_posts}
    assert len(names) == len({page_id for page_id, _ in names}) == len({name for _, name in names})


def test_every_type_of_post_is_there_and_native_videos_do_better(find: Callable[..., Any]) -> None:
    posts = find(f"page_id:{HARBOUR_POST}", **{"from": NOW_MS - 90 * DAY_MS})
    types = Counter(post["post_type"] for post in posts)
    assert set(types) == {"Link", "Photo", "Native Video", "Status", "Live Video", "Embedded Video"}
    assert {post["page_id"] for post in posts} == {HARBOUR_POST}
    middles = {
        name: sorted(p["fb_data"]["total_engagement_count"] for p in posts if p["post_type"] == name)[types[name] // 2]
        for name in types
    }
    assert middles["Native Video"] > middles["Photo"] > middles["Status"]


@pytest.mark.parametrize("asked", ["status", "Status"])
def test_content_type_narrows_in_any_case(find: Callable[..., Any], asked: str) -> None:
    assert {post["post_type"] for post in find(content_type=asked)} == {"Status"}


def test_all_video_is_every_kind_of_video(find: Callable[..., Any]) -> None:
    posts = find(content_type="all_video")
    assert {post["post_type"] for post in posts} == {"Native Video", "Embedded Video", "Live Video"}
    assert {post["has_video"] for post in posts} == {True}
    assert {post["is_live_video"] for post in posts if post["post_type"] == "Live Video"} == {True}


def test_branded_content_names_its_sponsors(find: Callable[..., Any], week_of_posts: Any) -> None:
    branded = find(content_type="branded_content")
    assert branded
    assert len(branded) == sum(bool(post["fb_sponsor_tags"]) for post in week_of_posts)


@pytest.mark.parametrize("name", [*REACTIONS])
def test_posts_can_be_sorted_by_each_reaction(find: Callable[..., Any], name: str) -> None:
    values = [post["fb_data"]["reactions"][name] for post in find(sort_by=f"fb_{name}")]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0


def test_default_sort_is_velocity_for_a_day_and_the_ratio_for_a_week(find: Callable[..., Any]) -> None:
    day = [post["max_nw_score"] for post in find(**{"from": NOW_MS - DAY_MS})]
    assert day == sorted(day, reverse=True)
    week = [post["fb_data"].get("fb_overperforming", -1.0) for post in find()]
    assert week == sorted(week, reverse=True)
    assert -1.0 in week


def test_bare_words_look_at_the_name_of_the_page_and_the_link(find: Callable[..., Any]) -> None:
    by_page = {post["page_name"] for post in find("harbourpost", content_type="photo")}
    assert by_page == {"harbourpost.page"}
    assert {post["post_type"] for post in find("ferry")} == {"Link"}
    assert find('external_link:"harbourpost.example"')


def test_headlines_are_searched_when_asked_for_but_are_no_filter(
    newswhip: httpx.Client, find: Callable[..., Any]
) -> None:
    found = find('"ferry strike"', default_fields=["headline"])
    assert found
    assert [post for post in found if "ferry strike" not in post["headline"].lower()] == []
    expected = (400, "Fields 'headline' is not allowed for filters query!")
    assert refused(newswhip, {"filters": ["headline:ferry"]}) == expected


@pytest.mark.parametrize("field", ["publisher", "categories", "href", "foo"])
def test_fields_of_articles_are_no_fields_of_posts(newswhip: httpx.Client, field: str) -> None:
    expected = (400, f"Fields '{field}' is not allowed for filters query!")
    assert refused(newswhip, {"filters": [f"{field}:1"]}) == expected


@pytest.mark.parametrize(
    "body, name, value",
    [({"content_type": "event"}, "content_type", "event"), ({"sort_by": "fb_thumbs"}, "sort_by", "fb_thumbs")],
)
def test_unknown_choices_are_refused(
    newswhip: httpx.Client, assumptions: Any, body: dict[str, Any], name: str, value: str
) -> None:
    assert refused(newswhip, body) == (400, assumptions.BAD_CHOICE_TEXT.format(name=name, value=value))


def test_language_and_country_narrow(find: Callable[..., Any], week_of_posts: Any) -> None:
    german = find(language="de")
    assert 0 < len(german) < len(week_of_posts)
    assert {post["source"].get("language", "de") for post in german} == {"de"}
    assert len(find("country_code:de")) == len(german)


def test_posts_that_send_to_articles_are_those_of_the_influencers(
    newswhip: httpx.Client, find: Callable[..., Any]
) -> None:
    pages = newswhip.post("/fbInfluencers", json={"filters": ['"ferry strike"']}).json()["fbInfluencers"]
    listed = {post["link"].rpartition("/")[2]: post for post in find(content_type="link")}
    shared = 0
    for page in pages:
        for referral in page["social_referrals"]:
            post = listed.get(referral["fb_post_id"].partition("_")[2])
            if post:  # a post of the week may be about an article of the week before, and the other way round
                shared += 1
                assert post["page_id"] == str(page["fb_page_id"])
                assert post["fb_data"]["total_engagement_count"] == referral["fb_total_interactions"]
                assert post["publication_timestamp"] == referral["created_at"]
    assert shared > 50


def test_pages_of_brands_post_and_are_no_influencers(newswhip: httpx.Client, find: Callable[..., Any]) -> None:
    posting = {post["page_id"] for post in find()}
    pages = newswhip.post("/fbInfluencers", json={"filters": [], "size": 500}).json()["fbInfluencers"]
    assert posting - {str(page["fb_page_id"]) for page in pages} == {"100400000", "100400001", "100400002"}


def test_pages_of_influencers_have_ids_of_their_own(newswhip: httpx.Client) -> None:
    pages = newswhip.post("/fbInfluencers", json={"filters": [], "size": 500}).json()["fbInfluencers"]
    assert len({page["fb_username"] for page in pages}) == len({page["fb_page_id"] for page in pages}) == len(pages)
    spanish = newswhip.post("/fbInfluencers", json={"filters": [], "language": "es"}).json()["fbInfluencers"]
    assert {"VecinosEnVozAlta", "GolDeDomingo"} <= {page["fb_username"] for page in spanish}


def test_fresh_post_grows_and_an_old_one_does_not(at: Any, find: Callable[..., Any]) -> None:
    def count(link: str, published: int, moment: float) -> int:
        body = {"filters": [], "from": published, "to": published, "size": 5000}
        posts = at(moment).post("/fbPosts", json=body).json()["fbPosts"]
        return int(next(p["fb_data"]["total_engagement_count"] for p in posts if p["link"] == link))

    fresh = find(sort_by="nw_max_score", **{"from": NOW_MS - 6 * 3_600_000})[0]
    arguments = fresh["link"], fresh["publication_timestamp"]
    assert count(*arguments, NOW) < count(*arguments, NOW + 600)
    assert count(*arguments, NOW + 40 * 86_400) == count(*arguments, NOW + 400 * 86_400)


def test_posts_are_not_from_the_future_and_stay_in_the_window(find: Callable[..., Any]) -> None:
    moments = [post["publication_timestamp"] for post in find(**{"from": NOW_MS - DAY_MS, "to": NOW_MS + DAY_MS})]
    assert NOW_MS - DAY_MS <= min(moments) <= max(moments) <= NOW_MS


def test_posts_of_a_day_are_those_of_its_hours(find: Callable[..., Any]) -> None:
    hour = 3_600_000
    whole = {post["uuid"] for post in find(**{"from": NOW_MS - DAY_MS, "to": NOW_MS - 1})}
    parts = [find(**{"from": NOW_MS - n * hour, "to": NOW_MS - n * hour + hour - 1}) for n in range(1, 25)]
    assert {post["uuid"] for part in parts for post in part} == whole


def test_storm_week_has_more_posts_than_one_answer_holds(newswhip: httpx.Client) -> None:
    start = NOW_MS // DAY_MS * DAY_MS - 18 * DAY_MS
    body = {"filters": [], "from": start, "to": start + 7 * DAY_MS - 1, "size": 5000}
    answer = newswhip.post("/fbPosts", json=body).json()
    assert answer["total_match"] > len(answer["fbPosts"]) == 5000


def test_size_is_at_most_5000(newswhip: httpx.Client, assumptions: Any) -> None:
    assert refused(newswhip, {"size": 5001}) == (400, assumptions.BAD_SIZE_TEXT.format(size=5001))


def test_community_posts_an_article_only_once_it_is_big_enough(
    newswhip: httpx.Client, find: Callable[..., Any]
) -> None:
    pages = newswhip.post("/fbInfluencers", json={"filters": [], "language": "it"}).json()["fbInfluencers"]
    community = next(page for page in pages if page["fb_username"] == "GenteDiPorto")
    assert len(community["social_referrals"]) < 50  # all of them are listed
    known = {referral["fb_post_id"].partition("_")[2] for referral in community["social_referrals"]}
    recent = {"from": NOW_MS - 6 * DAY_MS}  # so that the articles are of the week that influencers are asked for
    posts = find(f"page_id:{community['fb_page_id']}", content_type="link", **recent)
    assert posts
    assert {post["link"].rpartition("/")[2] for post in posts} <= known
