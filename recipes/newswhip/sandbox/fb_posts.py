"""POST /fbPosts: the posts of Facebook pages."""

from collections.abc import Callable
from typing import Any

from . import growth
from .article import period_json, story_uuid
from .assumptions import (
    BAD_CHOICE_TEXT,
    POST_TYPES,
    RANK_OF_NOTHING,
    plain_content_type,
)
from .errors import bad_request
from .fields import Predicate, exact_test, text_test
from .lucene import Grammar, compile_filters
from .posts import REACTIONS, Post, posts_between, reactions, total
from .request import Body, Request
from .search import POST_SIZE, POST_SIZE_MAX, read_default_fields
from .topics import TOPIC_NAMES
from .window import read_window

TESTS: dict[str, Callable[[str], Predicate]] = {
    "page_id": exact_test(lambda post: str(post.page.number)),
    "page_name": text_test(lambda post: str(post.page.username)),
    "external_link": text_test(lambda post: str(post.external_link)),
    "fb_story": text_test(lambda post: str(post.fb_story)),
    "authors": lambda _value: lambda _post: False,
    "country_code": exact_test(lambda post: str(post.page.voice.country_code)),
    "region_code": exact_test(lambda post: str(post.page.voice.region_code)),
    "language": exact_test(lambda post: str(post.page.voice.language)),
    "headline": text_test(lambda post: str(post.headline)),
    "summary": text_test(lambda post: str(post.story.text.excerpt)),
}
"""Posts have no authors."""

SEARCHABLE = frozenset(TESTS) - {"fb_story"}
"""What default_fields may name."""
FILTERABLE = frozenset(TESTS) - {"headline", "summary"}
"""What a filter may name."""
DEFAULT_FIELDS = ("page_name", "external_link")

VIDEOS = frozenset({"native_video", "embedded_video", "live_video"})
CONTENT_TYPES: dict[str, Callable[[Post], bool]] = {
    "all": lambda _post: True,
    "all_video": lambda post: post.kind in VIDEOS,
    "branded_content": lambda post: bool(post.sponsors),
    **{kind: lambda post, kind=kind: post.kind == kind for kind in POST_TYPES},  # type: ignore[misc]
}

SORTS: dict[str, Callable[[Post, int], float]] = {
    "nw_max_score": lambda post, now: max_nw_score(post, now),
    "fb_overperforming": lambda post, now: overperforming(post, now) if has_ratio(post) else RANK_OF_NOTHING,
    "fb_total_engagement": total,
    "created_at": lambda post, _now: post.published,
    **{f"fb_{name}": lambda post, now, name=name: reactions(post, now)[name] for name in REACTIONS},  # type: ignore[misc]
}


def post_fb_posts(request: Request) -> Any:
    """Answer POST /fbPosts."""
    body = Body(request.body, required=["filters"])
    window = read_window(body, "/fbPosts", request.now_ms)
    size = body.size(POST_SIZE, POST_SIZE_MAX)
    sort_by = body.choice("sort_by", "default", {*SORTS, "default"})
    is_wanted = read_content_type(body)
    fields = read_default_fields(body, SEARCHABLE, DEFAULT_FIELDS)
    matches = compile_filters(body.texts("filters"), Grammar(FILTERABLE, fields, TESTS))
    language, now = body.text("language", ""), request.now_ms
    found = [
        post
        for post in posts_between(window, now)
        if is_wanted(post)
        and (not language or post.page.voice.language == language)
        and matches(post)
        and growth.facebook(post.story, now) > post.least
        and total(post, now)
    ]
    if sort_by == "default":
        sort_by = "nw_max_score" if window.is_short else "fb_overperforming"
    measure = SORTS[sort_by]
    found.sort(key=lambda post: (-measure(post, now), -post.published, post.seed))
    return {"total_match": len(found), "fbPosts": [post_json(post, now) for post in found[:size]]}


def read_content_type(body: Body) -> Callable[[Post], bool]:
    """Return the test for the kind of posts that is asked for."""
    value = body.text("content_type", "all")
    if plain_content_type(value) not in CONTENT_TYPES:
        raise bad_request(BAD_CHOICE_TEXT.format(name="content_type", value=value))
    return CONTENT_TYPES[plain_content_type(value)]


def has_ratio(post: Post) -> bool:
    """Return whether the API computed how the post compares with others of its page."""
    return growth.has_overperforming(post)


def overperforming(post: Post, now_ms: int) -> float:
    """Return how many times the page's usual a post has."""
    age = growth.collected_age(now_ms - post.published)
    return round(total(post, now_ms) / max(post.page.voice.audience * growth.settled(age, 8.0), 1.0), 2)


def nw_score(post: Post, now_ms: int) -> float:
    """Return the social velocity of this moment."""
    return round(growth.nw_score(post.story, now_ms) * post.share, 1)


def max_nw_score(post: Post, now_ms: int) -> float:
    """Return the highest social velocity so far."""
    return round(growth.max_nw_score(post.story, now_ms) * post.share, 1)


def post_json(post: Post, now_ms: int) -> dict[str, Any]:
    """Return a post as the API does: like an article, but without publisher and other networks."""
    text, seed = post.story.text, post.seed
    return {
        "page_id": str(post.page.number),
        "page_name": post.page.username,
        "post_type": POST_TYPES[post.kind],
        "is_live_video": post.kind == "live_video",
        "fb_story": post.fb_story,
        "fb_sponsor_tags": list(post.sponsors),
        "fb_data": facebook_json(post, now_ms),
        "uuid": story_uuid(post),
        "publication_timestamp": post.published,
        "link": f"https://www.facebook.com/{post.page.number}/posts/{post.number}",
        "headline": post.headline,
        "excerpt": text.excerpt,
        "keywords": "",
        "source": source_json(post),
        "image_link": "" if post.kind == "status" else f"https://img.example/post/{seed >> 40:x}.jpg",
        "has_video": post.kind in VIDEOS,
        "nw_score": nw_score(post, now_ms),
        "max_nw_score": max_nw_score(post, now_ms),
        "topics": [{"id": number, "name": TOPIC_NAMES[number]} for number in text.event.subject.topics if seed % 5],
        "authors": None,
        "entities": text.event.entities(text.headline),
    }


def facebook_json(post: Post, now_ms: int) -> dict[str, Any]:
    """Return the numbers of a post."""
    asked_at = growth.collected_age(now_ms - post.published)
    period = growth.delta_minutes(post, asked_at)
    count = total(post, now_ms)
    numbers: dict[str, Any] = {
        "total_engagement_count": count,
        "total_count_delta": count - total(post, post.published + asked_at - period * 60_000),
        **period_json(period),
    }
    if has_ratio(post):
        numbers["fb_overperforming"] = overperforming(post, now_ms)
    return numbers | {"reactions": reactions(post, now_ms)}


def source_json(post: Post) -> dict[str, str]:
    """Return where a post comes from; the language is missing for some."""
    voice = post.page.voice
    source = {"publisher": "", "link": "http://", "country": voice.country, "country_code": voice.country_code}
    return source if post.seed % 10 == 0 else source | {"language": voice.language}
