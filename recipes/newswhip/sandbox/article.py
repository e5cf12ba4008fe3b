"""The JSON of one article at one moment."""

from typing import Any, Protocol

from . import growth
from .dice import between, mix
from .story import Story
from .topics import TOPIC_NAMES

UUID_EPOCH_MS = 12_219_292_800_000
"""Version-1 UUIDs count from October 1582; this lies before 1970."""


def article_json(story: Story, now_ms: int, related: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an article as every endpoint returns it.

    Args:
        story: What to show.
        now_ms: Epoch milliseconds for which the numbers hold.
        related: Articles with a similar headline, as JSON.
    """
    asked_at = growth.collected_age(now_ms - story.published)
    period = growth.delta_minutes(story, asked_at)
    facebook = facebook_json(story, now_ms, asked_at, period)
    twitter = twitter_json(story, now_ms, asked_at, period)
    predicted, predicted_for = growth.prediction(story, now_ms)
    body = {
        "delta_time": period,
        "recent_fb_counts": facebook["total_count_delta"],
        "recent_tw_counts": twitter["total_count_delta"],
        "relatedStories": related,
        "fb_data": facebook,
        "tw_data": twitter,
        "li_data": {"li_count": growth.linkedin(story, now_ms), "total_count_delta": 0, **period_json(period)},
        "pi_data": {"pi_count": growth.pinterest(story, now_ms), **period_json(period)},
        "predicted_interactions": predicted,
        "predicted_timestamp": predicted_for,
        **contents_json(story),
        "nw_score": growth.nw_score(story, now_ms),
        "max_nw_score": growth.max_nw_score(story, now_ms),
    }
    if story.has_video:
        body["videos"] = [f"https://video.{story.publisher.domain}/{story.page:x}"]
    return body


def contents_json(story: Story) -> dict[str, Any]:
    """Return what never changes about an article."""
    text, seed = story.text, story.seed
    return {
        "uuid": story_uuid(story),
        "publication_timestamp": story.published,
        "link": story.link,
        "headline": text.headline,
        "excerpt": text.excerpt,
        "keywords": "" if seed % 5 < 2 else story.subject.keywords,
        "source": source_json(story),
        "image_link": "" if seed % 14 == 0 else f"https://{story.host}/img/{story.page:x}.jpg",
        "has_video": story.has_video,
        "topics": [{"id": number, "name": TOPIC_NAMES[number]} for number in story.topic_ids],
        "authors": list(story.authors) or None,
        "entities": [] if seed % 16 == 0 else text.event.entities(text.headline),
    }


def source_json(story: Story) -> dict[str, str]:
    """Return who published an article."""
    publisher, host = story.publisher, story.host
    return {
        "publisher": publisher.domain,
        "domain": host,
        "link": f"https://{host}",
        "country": publisher.country,
        "country_code": publisher.country_code,
        "language": publisher.language,
    }


def facebook_json(story: Story, now_ms: int, asked_at: int, period: int) -> dict[str, Any]:
    """Return the Facebook numbers; likes, comments and shares add up to the total.

    Args:
        story: What to show.
        now_ms: Epoch milliseconds for which the numbers hold.
        asked_at: Age in milliseconds at which Facebook was last asked.
        period: Minutes between that and the time before.
    """
    total = growth.facebook(story, now_ms)
    comments = total * between(5, 25, story.seed, 30) // 100
    shares = total * between(4, 22, story.seed, 31) // 100
    numbers: dict[str, Any] = {
        "total_engagement_count": total,
        "likes": total - comments - shares,
        "comments": comments,
        "shares": shares,
        "total_count_delta": total - growth.facebook_at_age(story, asked_at - period * 60_000),
        **period_json(period),
    }
    if growth.has_overperforming(story):
        numbers["fb_overperforming"] = growth.facebook_overperforming(story, now_ms)
    return numbers


def twitter_json(story: Story, now_ms: int, asked_at: int, period: int) -> dict[str, Any]:
    """Return the Twitter numbers; the arguments are those of `facebook_json`."""
    count = growth.twitter(story, now_ms)
    numbers: dict[str, Any] = {
        "tw_count": count,
        "total_count_delta": count - growth.twitter_at_age(story, asked_at - period * 60_000),
        **period_json(period),
    }
    if growth.has_overperforming(story) and story.seed & 3:
        numbers["tw_overperforming"] = growth.twitter_overperforming(story, now_ms)
    return numbers


def period_json(minutes: int) -> dict[str, Any]:
    """Return the time between the last two collections."""
    return {"delta_period": minutes, "delta_period_unit": "m"}


class Discovered(Protocol):
    """What has an id: an article, a video, a post."""

    @property
    def discovered(self) -> int:
        """Epoch milliseconds."""

    @property
    def seed(self) -> int:
        """What the rest of the id follows from."""


def story_uuid(story: Discovered) -> str:
    """Return the id of an article: a version-1 UUID whose clock reads the moment of discovery."""
    ticks = (story.discovered + UUID_EPOCH_MS) * 10_000 + story.seed % 10_000
    low, middle, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF
    sequence = 0x8000 | mix(story.seed, 32) & 0x3FFF
    return f"{low:08x}-{middle:04x}-{0x1000 | high:04x}-{sequence:04x}-0242ac120002"
