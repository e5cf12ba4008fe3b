"""POST /syndicatedArticles: where copy of the key's owner was printed. Assumed as a whole, see `assumptions`.

In the sandbox every key that may ask belongs to the agency: its articles are the sources, and what other outlets print
about the same event is matched with them, at a rate from 10 to 100 percent.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from . import growth
from .article import article_json, story_uuid
from .assumptions import (
    BAD_RATE_TEXT,
    MATCH_RATE_FIELD,
    MATCH_SOURCE_FIELD,
    SYNDICATION_ANSWER,
    SYNDICATION_MAX_FIELD,
    SYNDICATION_MIN_FIELD,
    TOPIC_TYPE,
    TOPICS_FILTER_FIELD,
)
from .dice import between, mix
from .errors import bad_request
from .fields import Predicate, exact_test
from .lucene import Grammar, compile_filters
from .publishers import AGENCY
from .request import Body, Request
from .search import POST_SIZE, POST_SIZE_MAX, read_grammar
from .sorting import MEASURES
from .story import HOUR_MS, Story
from .window import Window, read_window
from .world import FIRST_MS, SPREAD_HOURS, stories_of_hour

RATE_LEAST, RATE_MOST = 10, 100
COPIED_LEAST = 60
"""From this rate on it is the agency's text; below, an outlet wrote its own with parts of it."""

SORTS = frozenset(
    {
        "created_at",
        "fb_total_engagement",
        "fb_tw_overperforming",
        "fb_tw_and_li",
        "fb_tw_li_and_pi",
        "linkedin",
        "match_rate",
        "nw_max_score",
        "nw_score",
        "predicted_interactions",
        "twitter",
        "default",
    }
)
TOPIC_TESTS: dict[str, Callable[[str], Predicate]] = {
    "_type": exact_test(lambda topic: str(topic[0])),
    "_value": exact_test(lambda topic: str(topic[1])),
}


class Match(NamedTuple):
    """An article that holds copy of another.

    Attributes:
        story: The matched article.
        source: The agency's article.
        rate: Percent of the text.
    """

    story: Story
    source: Story
    rate: int


def post_syndicated(request: Request) -> Any:
    """Answer POST /syndicatedArticles."""
    body = Body(request.body, required=["filters", "syndication_query"])
    window = read_window(body, "/syndicatedArticles", request.now_ms)
    size = body.size(POST_SIZE, POST_SIZE_MAX)
    sort_by = body.choice("sort_by", "default", SORTS)
    least, most = read_rates(body)
    is_source = read_sources(body.inner("syndication_query"))
    matches = compile_filters(body.texts("filters"), read_grammar(body))
    language, now = body.text("language", ""), request.now_ms
    found = [
        match
        for match in matches_between(window, now)
        if least <= match.rate <= most
        and (not language or match.story.publisher.language == language)
        and is_source(match.source)
        and matches(match.story)
    ]
    found = sorted_matches(found, sort_by, now, is_short=window.is_short)
    return {"total_match": len(found), SYNDICATION_ANSWER: [match_json(match, now) for match in found[:size]]}


def read_rates(body: Body) -> tuple[int, int]:
    """Return the lowest and the highest rate that are asked for."""
    least = body.integer(SYNDICATION_MIN_FIELD, RATE_LEAST)
    most = body.integer(SYNDICATION_MAX_FIELD, RATE_MOST)
    if not 0 <= least <= RATE_MOST:
        raise bad_request(BAD_RATE_TEXT.format(name=SYNDICATION_MIN_FIELD, value=least))
    if not least <= most <= RATE_MOST:
        raise bad_request(BAD_RATE_TEXT.format(name=SYNDICATION_MAX_FIELD, value=most))
    return least, most


def read_sources(query: Body) -> Callable[[Story], bool]:
    """Return the test for source articles: one of their topics must match, if topics are asked for."""
    queries = query.texts(TOPICS_FILTER_FIELD)
    if not queries:
        return lambda _source: True
    test = compile_filters(queries, Grammar(frozenset(TOPIC_TESTS), ("_value",), TOPIC_TESTS))
    return lambda source: any(test((TOPIC_TYPE, number)) for number in source.topic_ids)


def matches_between(window: Window, now_ms: int) -> Iterator[Match]:
    """Yield the matched articles published in a window and known by now."""
    first, last = max(window.first_ms, FIRST_MS), min(window.last_ms, now_ms)
    for hour in range(max(first // HOUR_MS - SPREAD_HOURS, FIRST_MS // HOUR_MS), last // HOUR_MS + 1):
        for match in matches_of_hour(hour):
            if (
                first <= match.story.published <= last
                and max(match.story.discovered, match.source.discovered) <= now_ms
            ):
                yield match


def matches_of_hour(hour: int) -> Iterator[Match]:
    """Yield the matched articles on the events of one hour since 1970; those of an event stand together."""
    source: Story | None = None
    event = None
    for story in stories_of_hour(hour):
        if story.text.event is not event:
            event = story.text.event
            source = story if story.publisher is AGENCY else None
        elif source and story.publisher is not AGENCY:
            yield Match(story, source, match_rate(story, source))


def match_rate(story: Story, source: Story) -> int:
    """Return how much of an article is the source's text, in percent."""
    if story.is_wire or story.text.wording == source.text.wording:
        return RATE_MOST if mix(story.seed, 110) % 3 == 0 else between(COPIED_LEAST, RATE_MOST - 1, story.seed, 111)
    return between(RATE_LEAST, COPIED_LEAST - 1, story.seed, 112)


def sorted_matches(found: list[Match], sort_by: str, now_ms: int, *, is_short: bool) -> list[Match]:
    """Return matches from the highest value down; equal ones from the newest down."""
    if sort_by == "default":
        sort_by = "nw_max_score" if is_short else "fb_tw_and_li"
    measure = MEASURES.get(sort_by, growth.facebook)

    def rank(match: Match) -> tuple[float, int, int]:
        value = match.rate if sort_by == "match_rate" else measure(match.story, now_ms)
        return -value, -match.story.published, match.story.seed

    return sorted(found, key=rank)


def match_json(match: Match, now_ms: int) -> dict[str, Any]:
    """Return a matched article with its rate and the id of its source."""
    added = {MATCH_RATE_FIELD: match.rate, MATCH_SOURCE_FIELD: story_uuid(match.source)}
    return article_json(match.story, now_ms, []) | added
