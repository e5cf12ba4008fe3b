"""POST /stats: articles counted and added up by publisher, topic, author, ..."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from math import sqrt
from typing import Any

from . import growth
from .assumptions import EMPTY_KEY_IS_BUCKET, RANK_OF_NOTHING
from .lucene import compile_filters
from .request import Body, Request
from .search import POST_SIZE, POST_SIZE_MAX, find_stories, read_grammar
from .story import Story
from .window import read_window

METRICS = ("fb_total", "twitter", "pinterest", "linkedin")
VALUES = ("count", "min", "max", "avg", "sum", "sum_of_squares", "variance", "std_deviation")
SORTS = frozenset(f"{metric}.{value}" for metric, value in product(METRICS, VALUES))

KEYS: dict[str, Callable[[Story], Iterable[str]]] = {
    "publisher": lambda story: (story.publisher.domain,),
    "domain": lambda story: (story.host,),
    "domains": lambda story: dict.fromkeys((story.publisher.domain, story.host)),
    "language": lambda story: (story.publisher.language,),
    "authors": lambda story: story.authors or ("",),
    "categories": lambda story: map(str, story.topic_ids),
    "country_code": lambda story: (story.publisher.country_code,),
}


class Bucket:
    """The numbers of the articles that have one key: a list for each network."""

    __slots__ = ("facebook", "linkedin", "pinterest", "twitter")

    def __init__(self) -> None:
        self.facebook: list[int] = []
        self.twitter: list[int] = []
        self.pinterest: list[int] = []
        self.linkedin: list[int] = []

    def add(self, facebook: int, twitter: int, pinterest: int, linkedin: int) -> None:
        """Take in one article. Facebook counts every article, the others only what is above zero."""
        self.facebook.append(facebook)
        if twitter:
            self.twitter.append(twitter)
        if pinterest:
            self.pinterest.append(pinterest)
        if linkedin:
            self.linkedin.append(linkedin)


def post_stats(request: Request) -> Any:
    """Answer POST /stats."""
    body = Body(request.body, required=["aggregate_by", "filters", "sort_by"])
    window = read_window(body, "/stats", request.now_ms)
    size = body.size(POST_SIZE, POST_SIZE_MAX)
    metric, value = body.choice("sort_by", "", SORTS).split(".")
    keys = KEYS[body.choice("aggregate_by", "", KEYS)]
    matches = compile_filters(body.texts("filters"), read_grammar(body))
    found = find_stories(matches, window, request.now_ms, body.text("language", ""))
    buckets = [bucket_json(key, bucket) for key, bucket in fill_buckets(found, keys, request.now_ms).items()]
    buckets.sort(key=lambda bucket: (-rank(bucket["stats"][metric][value]), bucket["key"]))
    return buckets[:size]


def rank(value: Any) -> float:
    """Return what a value is sorted by, also when it is a text that stands for an empty metric."""
    return RANK_OF_NOTHING if isinstance(value, str) else float(value)


def fill_buckets(stories: Iterator[Story], keys: Callable[[Story], Iterable[str]], now_ms: int) -> dict[str, Bucket]:
    """Return the numbers of all stories by key."""
    buckets: dict[str, Bucket] = {}
    for story in stories:
        numbers = (
            growth.facebook(story, now_ms),
            growth.twitter(story, now_ms),
            growth.pinterest(story, now_ms),
            growth.linkedin(story, now_ms),
        )
        for key in keys(story):
            if key or EMPTY_KEY_IS_BUCKET:
                buckets.setdefault(key, Bucket()).add(*numbers)
    return buckets


def bucket_json(key: str, bucket: Bucket) -> dict[str, Any]:
    """Return one element of the answer. The total leaves Pinterest out, as the API does."""
    return {
        "key": key,
        "stats": {
            "fb_total": metric_json(bucket.facebook),
            "twitter": metric_json(bucket.twitter),
            "pinterest": metric_json(bucket.pinterest),
            "linkedin": metric_json(bucket.linkedin),
        },
        "total": float(sum(bucket.facebook) + sum(bucket.twitter) + sum(bucket.linkedin)),
        "total_matched_articles": len(bucket.facebook),
    }


def metric_json(numbers: list[int]) -> dict[str, Any]:
    """Return the figures of one network; without numbers some are the texts of what is no number."""
    count, total, squares = len(numbers), sum(numbers), sum(number * number for number in numbers)
    figures: dict[str, Any] = {"count": count}
    if not numbers:
        figures |= {"min": "Infinity", "max": "-Infinity", "avg": "NaN", "sum": 0.0, "sum_of_squares": 0.0}
        return figures | {"variance": "NaN", "std_deviation": "NaN"}
    # Whole numbers up to here, so that the variance is exact and the same everywhere.
    variance = (count * squares - total * total) / (count * count)
    figures |= {"min": float(min(numbers)), "max": float(max(numbers)), "avg": total / count}
    figures |= {"sum": float(total), "sum_of_squares": float(squares)}
    return figures | {"variance": variance, "std_deviation": sqrt(variance)}
