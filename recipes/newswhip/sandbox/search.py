"""Finding articles: POST /articles and the GET endpoints for regions, publishers, cities and words."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from .article import article_json
from .assumptions import (
    BAD_CATEGORY_TEXT,
    BAD_CITY_TEXT,
    FULL_TEXT_FIELDS,
    GET_OPTIONS,
    RELATED_MAX,
    SEARCH_HOURS,
    TOO_MANY_DEFAULT_FIELDS_TEXT,
    TOTAL_MATCH_COUNTS_DROPPED,
    TRUE_TEXTS,
    WORD,
    grouped_stories,
)
from .cities import CITIES, is_in
from .errors import BadNumberError, bad_request, unknown_fields
from .fields import ARTICLE_FIELDS, TESTS, Predicate
from .lucene import Grammar, all_of, any_of, compile_filters
from .regions import REGION_FILTERS
from .related import drop_repeats, group
from .request import Body, Request, checked_choice, checked_size
from .sorting import ARTICLE_SORTS, GET_SORTS, sorted_stories
from .story import Story
from .topics import TOPIC_IDS
from .videos import VIDEO_SORTS, Video, find_videos, sorted_videos, video_json
from .window import Window, last_hours, read_window
from .world import stories_between

DEFAULT_FIELDS = ("headline", "summary", "authors")
DEFAULT_FIELDS_MAX = 3
HOURS_MAX = 168
INT = re.compile(r"-?[0-9]{1,9}")
POST_SIZE, POST_SIZE_MAX = 200, 5000
GET_SIZE, GET_SIZE_MAX = 150, 500


def post_articles(request: Request) -> Any:
    """Answer POST /articles."""
    body = Body(request.body, required=["filters"])
    window = read_window(body, "/articles", request.now_ms)
    size = body.size(POST_SIZE, POST_SIZE_MAX)
    is_youtube = body.choice("content_type", "stories", ("stories", "youtube")) == "youtube"
    sort_by = body.choice("sort_by", "default", VIDEO_SORTS if is_youtube else ARTICLE_SORTS)
    matches = compile_filters(body.texts("filters"), read_grammar(body))
    if is_youtube:
        videos = find_videos(matches, window, request.now_ms, body.text("language", ""))
        return videos_answer(videos, sort_by, size, request.now_ms)
    found = find_stories(matches, window, request.now_ms, body.text("language", ""))
    if body.flag("video_only", default=False):
        found = (story for story in found if story.has_video)
    ranked = sorted_stories(found, sort_by, request.now_ms, is_short=window.is_short)
    if body.flag("find_related", default=True):
        return folded_answer(ranked, size, request.now_ms)
    return {"total_match": len(ranked), "articles": [article_json(s, request.now_ms, []) for s in ranked[:size]]}


def videos_answer(found: Iterator[Video], sort_by: str, size: int, now_ms: int) -> Any:
    """Return the answer that lists videos, which are never folded."""
    ranked = sorted_videos(found, sort_by, now_ms)
    return {"total_match": len(ranked), "articles": [video_json(video, now_ms) for video in ranked[:size]]}


def read_grammar(body: Body) -> Grammar:
    """Return what the filters of a body may name, with its own default fields."""
    fields = read_default_fields(body, ARTICLE_FIELDS, DEFAULT_FIELDS)
    in_body = FULL_TEXT_FIELDS if body.flag("search_full_text", default=False) else ()
    return Grammar(ARTICLE_FIELDS, (*fields, *in_body))


def read_default_fields(body: Body, known: Collection[str], usual: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fields that bare words are looked for in: those that the body names, or the usual ones."""
    fields = body.texts("default_fields", usual)
    if len(fields) > DEFAULT_FIELDS_MAX:
        raise bad_request(TOO_MANY_DEFAULT_FIELDS_TEXT.format(limit=DEFAULT_FIELDS_MAX))
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise unknown_fields(unknown)
    return fields or usual


def find_stories(matches: Predicate, window: Window, now_ms: int, language: str) -> Iterator[Story]:
    """Yield the stories of a window that match; `language` is empty for any."""
    for story in stories_between(window.first_ms, window.last_ms, now_ms):
        if (not language or story.publisher.language == language) and matches(story):
            yield story


def folded_answer(ranked: list[Story], size: int, now_ms: int) -> Any:
    """Return the answer in which similar stories are folded; `size` counts the folded ones too."""
    kept = drop_repeats(ranked)
    articles = []
    for lead, *others in group(grouped_stories(kept, size)):
        articles.append(article_json(lead, now_ms, [article_json(story, now_ms, []) for story in others[:RELATED_MAX]]))
    return {"total_match": len(ranked if TOTAL_MATCH_COUNTS_DROPPED else kept), "articles": articles}


def get_region(request: Request, region: str, category: str, hours: str) -> Any:
    """Answer GET /region/{Region}/{Category}/{Time_Period}."""
    window = read_hours(hours, request.now_ms)
    if region not in REGION_FILTERS:
        raise bad_request(f"Unknown country or region. Received: {region}")
    if category not in TOPIC_IDS:
        raise bad_request(BAD_CATEGORY_TEXT.format(name=category))
    parts = (REGION_FILTERS[region], f"categories:{TOPIC_IDS[category]}")
    return get_answer(request, window, matching(" AND ".join(part for part in parts if part)))


def get_publisher(request: Request, publisher: str, hours: str) -> Any:
    """Answer GET /publisher/{Publisher}/{Time_Period}."""
    window = read_hours(hours, request.now_ms)
    quoted = publisher.replace("\\", "").replace('"', "")
    return get_answer(request, window, matching(f'domains:"{quoted}"'))


def matching(query: str) -> Predicate:
    """Return the test for the articles that a query finds."""
    return compile_filters([query], Grammar(ARTICLE_FIELDS, DEFAULT_FIELDS))


def get_local(request: Request, city: str, hours: str) -> Any:
    """Answer GET /local/{City}/All/{Time_Period}."""
    window = read_hours(hours, request.now_ms)
    if city not in CITIES:
        raise bad_request(BAD_CITY_TEXT.format(name=city))
    return get_answer(request, window, lambda story: is_in(story.text.event, city))


def get_search(request: Request) -> Any:
    """Answer GET /search?q=."""
    words = WORD.findall(request.query.get("q", ""))
    if not words:
        raise bad_request("query can't be empty")
    tests = [any_of([TESTS[field](word) for field in DEFAULT_FIELDS]) for word in words]
    return get_answer(request, last_hours(SEARCH_HOURS, request.now_ms), all_of(tests))


def read_hours(text: str, now_ms: int) -> Window:
    """Return the window of a Time_Period, which is a whole number of hours up to a week."""
    hours = read_int("time", text)
    if not 1 <= hours <= HOURS_MAX:
        raise bad_request(f"time parameter is invalid. Received: {text}")
    return last_hours(hours, now_ms)


def read_int(name: str, text: str) -> int:
    """Return a whole number from the path or the query."""
    if not INT.fullmatch(text):
        raise BadNumberError(name, text)
    return int(text)


def get_answer(request: Request, window: Window, matches: Predicate) -> Any:
    """Return the answer of a GET endpoint."""
    size = checked_size(read_int("size", request.query.get("size", str(GET_SIZE))), GET_SIZE_MAX)
    options = {name: request.query[name] for name in GET_OPTIONS & request.query.keys()}
    sort_by = checked_choice("sort_by", options.get("sort_by", "default"), GET_SORTS)
    found = find_stories(matches, window, request.now_ms, "")
    if options.get("video_only") in TRUE_TEXTS:
        found = (story for story in found if story.has_video)
    ranked = sorted_stories(found, sort_by, request.now_ms, is_short=window.is_short)
    return folded_answer(ranked, size, request.now_ms)
