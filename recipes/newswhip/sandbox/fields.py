"""What a filter can compare: one test for each field of the query language."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from .assumptions import ALL_TOPICS_MATCH, SITE_STRUCTURE_IS_PREFIX, TOPIC_INCLUDES_CHILDREN, WORD, normal_url
from .story import WIRE_BYLINE, Text
from .topics import ALL_TOPICS, below
from .vocabulary import can_hold

TOPIC_ID = re.compile(r"[0-9]{1,9}")

Predicate = Callable[[Any], bool]
"""Takes what an endpoint looks through: a story, a video, a post."""


def words_test(field: str) -> Callable[[str], Predicate]:
    """Return what makes tests for a field of running text: the words of the value must stand there in a row."""
    templates = TEMPLATES[field]

    def make(value: str) -> Predicate:
        wanted = tuple(WORD.findall(value.lower()))
        possible: dict[tuple[str, ...], bool] = {}

        def test(story: Any) -> bool:
            made_from = templates(story.text)
            if made_from not in possible:
                possible[made_from] = all(can_hold(made_from, word) for word in wanted)
            return possible[made_from] and has_phrase(story.text.words(field), wanted)

        return test

    return make


def text_test(read: Callable[[Any], str]) -> Callable[[str], Predicate]:
    """Return what makes tests for a short text: the words of the value must stand there in a row."""

    def make(value: str) -> Predicate:
        wanted = tuple(WORD.findall(value.lower()))
        return lambda item: has_phrase(tuple(WORD.findall(read(item).lower())), wanted)

    return make


def has_phrase(words: Sequence[str], wanted: tuple[str, ...]) -> bool:
    """Return whether words stand in a row in a text; no words stand nowhere."""
    if not wanted or wanted[0] not in words:
        return False
    last = len(words) - len(wanted)
    return any(words[start : start + len(wanted)] == wanted for start in range(last + 1))


def authors_test(value: str) -> Predicate:
    """Return the test for words in one of the bylines."""
    wanted = tuple(WORD.findall(value.lower()))
    known: dict[tuple[str, ...], bool] = {}

    def holds(authors: tuple[str, ...]) -> bool:
        if authors not in known:
            known[authors] = any(has_phrase(words, wanted) for words in byline_words(authors))
        return known[authors]

    has_wire = holds((WIRE_BYLINE,))
    # Who signed a story is worked out only where somebody of its outlet may have.
    return lambda story: (has_wire or holds(story.publisher.authors)) and holds(story.authors)


@lru_cache(maxsize=1024)
def byline_words(authors: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the words of each byline, lower case."""
    return tuple(tuple(WORD.findall(author.lower())) for author in authors)


def exact_test(read: Callable[[Any], str]) -> Callable[[str], Predicate]:
    """Return what makes tests for a field that is compared as a whole."""

    def make(value: str) -> Predicate:
        wanted = value.strip().lower()
        return lambda story: read(story) == wanted

    return make


def domains_test(value: str) -> Predicate:
    """Return the test for any of the host's permutations."""
    wanted = value.strip().lower()
    return lambda story: wanted in (story.publisher.domain, story.host)


def topic_test(value: str) -> Predicate:
    """Return the test for a topic id; what is no number matches nothing."""
    if not TOPIC_ID.fullmatch(value):
        return lambda _story: False
    wanted = int(value)
    if wanted == ALL_TOPICS and ALL_TOPICS_MATCH:
        return lambda _story: True
    accepted = below(wanted) if TOPIC_INCLUDES_CHILDREN else frozenset({wanted})
    return lambda story: not accepted.isdisjoint(story.topic_ids)


def href_test(value: str) -> Predicate:
    """Return the test for one URL."""
    wanted = normal_url(value)
    host = wanted.partition("/")[0]
    return lambda story: story.host == host and normal_url(story.link) == wanted


def section_test(value: str) -> Predicate:
    """Return the test for a part of the URL's path."""
    wanted = f"/{value.strip().strip('/').lower()}/"
    if SITE_STRUCTURE_IS_PREFIX:
        return lambda story: story.path.startswith(wanted)
    return lambda story: wanted in story.path


TEMPLATES: dict[str, Callable[[Text], tuple[str, ...]]] = {
    "headline": lambda text: (text.template,),
    "excerpt": lambda text: text.event.subject.excerpts,
    "body": lambda text: (text.template, *text.event.subject.excerpts, *text.event.subject.body),
}
"""What a field of running text is made from."""

TESTS: dict[str, Callable[[str], Predicate]] = {
    "headline": words_test("headline"),
    "summary": words_test("excerpt"),
    "full_text": words_test("body"),
    "authors": authors_test,
    "country_code": exact_test(lambda story: story.publisher.country_code),
    "region_code": exact_test(lambda story: story.publisher.region_code),
    "language": exact_test(lambda story: story.publisher.language),
    "categories": topic_test,
    "publisher": exact_test(lambda story: story.publisher.domain),
    "domain": exact_test(lambda story: story.host),
    "domains": domains_test,
    "href": href_test,
    "siteStructure": section_test,
}

ARTICLE_FIELDS = frozenset(TESTS) - {"full_text"}
INFLUENCER_FIELDS = ARTICLE_FIELDS - {"authors", "domains", "href", "siteStructure"}
