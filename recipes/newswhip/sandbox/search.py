"""Finding articles: POST /articles and the GET endpoints."""

import re
from collections.abc import Iterator
from typing import Any

from .article import article_json
from .assumptions import (
    BAD_CATEGORY_TEXT,
    FULL_TEXT_FIELDS,
    GET_OPTIONS,
    RELATED_MAX,
    TOO_MANY_DEFAULT_FIELDS_TEXT,
    TOTAL_MATCH_COUNTS_DROPPED,
    TRUE_TEXTS,
    grouped_stories,
)
from .errors import BadNumberError, bad_request, unknown_fields
from .fields import ARTICLE_FIELDS, Predicate
from .lucene import Grammar, compile_filters
from .regions import REGION_FILTERS
from .related import drop_repeats, group
from .request import Body, Request, checked_choice, checked_size
from .sorting import ARTICLE_SORTS, GET_SORTS, sorted_stories
from .story import Story
from .topics import TOPIC_IDS
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
    sort_by = body.choice("sort_by", "default", ARTICLE_SORTS)
    matches = compile_filters(body.texts("filters"), read_grammar(body))
    if body.choice("content_type", "stories", ("stories", "youtube")) == "youtube":
        return {"total_match": 0, "articles": []}
    found = find_stories(matches, window, request.now_ms, body.text("language", ""))
    if body.flag("video_only", default=False):
        found = (story for story in found if story.has_video)
    ranked = sorted_stories(found, sort_by, request.now_ms, is_short=window.is_short)
    if body.flag("find_related", default=True):
        return folded_answer(ranked, size, request.now_ms)
    return {"total_match": len(ranked), "articles": [article_json(s, request.now_ms, []) for s in ranked[:size]]}


def read_grammar(body: Body) -> Grammar:
    """Return what the filters of a body may name, with its own default fields."""
    fields = body.texts("default_fields", DEFAULT_FIELDS)
    if len(fields) > DEFAULT_FIELDS_MAX:
        raise bad_request(TOO_MANY_DEFAULT_FIELDS_TEXT.format(limit=DEFAULT_FIELDS_MAX))
    unknown = [name for name in fields if name not in ARTICLE_FIELDS]
    if unknown:
        raise unknown_fields(unknown)
    in_body = FULL_TEXT_FIELDS if body.flag("search_full_text", default=False) else ()
    return Grammar(ARTICLE_FIELDS, (*(fields or DEFAULT_FIELDS), *in_body))


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
    return get_answer(request, window, " AND ".join(part for part in parts if part))


def get_publisher(request: Request, publisher: str, hours: str) -> Any:
    """Answer GET /publisher/{Publisher}/{Time_Period}."""
    window = read_hours(hours, request.now_ms)
    quoted = publisher.replace("\\", "").replace('"', "")
    return get_answer(request, window, f'domains:"{quoted}"')


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


def get_answer(request: Request, window: Window, query: str) -> Any:
    """Return the answer of a GET endpoint."""
    size = checked_size(read_int("size", request.query.get("size", str(GET_SIZE))), GET_SIZE_MAX)
    options = {name: request.query[name] for name in GET_OPTIONS & request.query.keys()}
    sort_by = checked_choice("sort_by", options.get("sort_by", "default"), GET_SORTS)
    matches = compile_filters([query], Grammar(ARTICLE_FIELDS, DEFAULT_FIELDS))
    found = find_stories(matches, window, request.now_ms, "")
    if options.get("video_only") in TRUE_TEXTS:
        found = (story for story in found if story.has_video)
    ranked = sorted_stories(found, sort_by, request.now_ms, is_short=window.is_short)
    return folded_answer(ranked, size, request.now_ms)
