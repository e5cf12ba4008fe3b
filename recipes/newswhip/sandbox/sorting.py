"""The orders in which articles can be asked for, always from the highest value down."""

from collections.abc import Callable, Iterable

from . import growth
from .assumptions import DEFAULT_SORT_OF_LONG_WINDOWS, RANK_OF_NOTHING, combined_ratio
from .story import Story

Measure = Callable[[Story, int], float]
"""A number of a story at a moment in epoch milliseconds."""


def overperforming(measure: Measure) -> Measure:
    """Return a measure that is lowest for stories without such a ratio."""
    return lambda story, now: measure(story, now) if growth.has_overperforming(story) else RANK_OF_NOTHING


def networks(*measures: Measure) -> Measure:
    """Return the sum of several measures."""
    return lambda story, now: sum(int(measure(story, now)) for measure in measures)


MEASURES: dict[str, Measure] = {
    "fb_total_engagement": growth.facebook,
    "fb_overperforming": overperforming(growth.facebook_overperforming),
    "tw_overperforming": overperforming(growth.twitter_overperforming),
    "fb_tw_overperforming": overperforming(
        lambda story, now: combined_ratio(
            growth.facebook_overperforming(story, now), growth.twitter_overperforming(story, now)
        )
    ),
    "predicted_interactions": lambda story, now: growth.prediction(story, now)[0],
    "twitter": growth.twitter,
    "linkedin": growth.linkedin,
    "fb_tw_and_li": networks(growth.facebook, growth.twitter, growth.linkedin),
    "fb_tw_li_and_pi": networks(growth.facebook, growth.twitter, growth.linkedin, growth.pinterest),
    "nw_score": growth.nw_score,
    "nw_max_score": growth.max_nw_score,
    "created_at": lambda story, _now: story.published,
}

ARTICLE_SORTS = frozenset(MEASURES) - {"nw_score"} | {"default"}
GET_SORTS = frozenset(MEASURES) - {"fb_tw_overperforming", "fb_overperforming", "tw_overperforming", "created_at"} | {
    "default"
}


def sorted_stories(stories: Iterable[Story], sort_by: str, now_ms: int, *, is_short: bool) -> list[Story]:
    """Return stories from the highest value down; equal ones from the newest down.

    Args:
        stories: Those that match.
        sort_by: A name of the API, or `default`.
        now_ms: Epoch milliseconds for which the numbers hold.
        is_short: Whether the window is so short that `default` means velocity.
    """
    if sort_by == "default":
        sort_by = "nw_max_score" if is_short else DEFAULT_SORT_OF_LONG_WINDOWS
    measure = MEASURES[sort_by]
    # Each tuple is decided by its number at the latest, so stories themselves are never compared.
    ranked = [(-measure(s, now_ms), -s.published, s.seed, number, s) for number, s in enumerate(stories)]
    ranked.sort()
    return [entry[-1] for entry in ranked]
