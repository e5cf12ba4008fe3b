"""How the numbers of a story grow and settle. They depend on the story and the moment alone.

Only addition, multiplication, division and square roots are used: those give the same bits on every machine, which
exponentials and logarithms do not.
"""

from typing import Protocol

from .assumptions import PREDICTION_AHEAD_MAX_MS
from .dice import fraction, mix
from .story import DAY_MS, HOUR_MS, Story

WEEK_MS = 7 * DAY_MS
LAST_CHECK_MS = 28 * DAY_MS
"""Facebook is asked every 7 days until an article is 30 days old: at this age for the last time."""

LINKEDIN_PARTIAL_MS = 1_518_134_400_000
LINKEDIN_END_MS = 1_518_739_200_000
"""LinkedIn numbers came in part from 2018-02-09 on, and not at all from 2018-02-16 on."""

PEAK_SHARE = 0.5773502691896258
"""The curve below is steepest after this share of the pace: one over the square root of three."""

DELTA_MINUTES = ((1, 5), (3, 15), (6, 30), (24, 60), (48, 180), (168, 480))
"""Up to this age in hours, so many minutes lie between two collections."""


class Seeded(Protocol):
    """A story, or something else whose details follow from a number."""

    @property
    def seed(self) -> int:
        """The number."""


def facebook(story: Story, now_ms: int) -> int:
    """Return likes, comments and shares together."""
    return facebook_at_age(story, now_ms - story.published)


def facebook_at_age(story: Story, age_ms: int) -> int:
    """Return what Facebook counted when the story had this age."""
    return int(story.scale * settled(collected_age(age_ms), story.pace))


def collected_age(age_ms: int) -> int:
    """Return the age at which Facebook was last asked: all the time at first, then each 7 days, at last never."""
    return age_ms if age_ms <= WEEK_MS else min(age_ms // WEEK_MS * WEEK_MS, LAST_CHECK_MS)


def twitter(story: Story, now_ms: int) -> int:
    """Return influencers' tweets and their retweets."""
    return twitter_at_age(story, now_ms - story.published)


def twitter_at_age(story: Story, age_ms: int) -> int:
    """Return the tweets counted when the story had this age; Twitter is asked for 7 days."""
    share = (story.seed & 1023) * 0.00003 + 0.0005
    return int(story.scale * share * settled(min(age_ms, WEEK_MS), story.pace * 0.6))


def pinterest(story: Story, now_ms: int) -> int:
    """Return pins: none for most stories."""
    share = ((story.seed >> 10) & 255) * 0.00002 - 0.0018
    return int(story.scale * share * settled(min(now_ms - story.published, WEEK_MS), story.pace)) if share > 0 else 0


def linkedin(story: Story, now_ms: int) -> int:
    """Return LinkedIn shares, which nobody has counted since February 2018."""
    if story.published >= LINKEDIN_END_MS:
        return 0
    part = 0.25 if story.published >= LINKEDIN_PARTIAL_MS else 1.0
    age = min(now_ms, LINKEDIN_END_MS) - story.published
    return int(story.scale * 0.02 * part * settled(age, story.pace))


def settled(age_ms: int, pace: float) -> float:
    """Return the share of the final count that is reached at an age: slow, steep, then flat."""
    if age_ms <= 0:
        return 0.0
    hours = age_ms / HOUR_MS
    square = hours * hours
    return square / (square + pace * pace)


def velocity(story: Story, age_ms: int) -> float:
    """Return interactions an hour at an age."""
    hours, pace = min(max(age_ms, 0), LAST_CHECK_MS) / HOUR_MS, story.pace
    slope = pace / (hours * hours + pace * pace)
    return 2.0 * story.scale * hours * slope * slope


def nw_score(story: Story, now_ms: int) -> float:
    """Return the social velocity of this moment."""
    weight = (4 + story.seed % 37) / 60.0
    return round(velocity(story, now_ms - story.published) * weight, 1)


def max_nw_score(story: Story, now_ms: int) -> float:
    """Return the highest social velocity so far."""
    weight = (4 + story.seed % 37) / 60.0
    peak = int(story.pace * PEAK_SHARE * HOUR_MS)
    return round(velocity(story, min(now_ms - story.published, peak)) * weight, 1)


def delta_minutes(story: Seeded, age_ms: int) -> int:
    """Return the minutes between the last two collections when the last was at an age: more the older the story."""
    for hours, minutes in DELTA_MINUTES:
        if age_ms <= hours * HOUR_MS:
            return minutes + minutes * (story.seed % 5) // 20
    return WEEK_MS // 60_000


def facebook_overperforming(story: Story, now_ms: int) -> float:
    """Return how many times the publisher's usual the story has."""
    usual = story.publisher.audience * settled(collected_age(now_ms - story.published), 8.0)
    return round(facebook(story, now_ms) / max(usual, 1.0), 2)


def twitter_overperforming(story: Story, now_ms: int) -> float:
    """Return how many times the publisher's usual number of tweets the story has."""
    usual = story.publisher.audience * 0.016 * settled(min(now_ms - story.published, WEEK_MS), 5.0)
    return round(twitter(story, now_ms) / max(usual, 0.5), 2)


def has_overperforming(story: Seeded) -> bool:
    """Return whether the API computed the ratios; for some stories it did not."""
    return mix(story.seed, 20) % 12 != 0


def prediction(story: Story, now_ms: int) -> tuple[float, int]:
    """Return the forecast of Facebook and Twitter together, and the moment in epoch milliseconds it is for."""
    age = now_ms - story.published
    ahead = min(max(age, 0), PREDICTION_AHEAD_MAX_MS)
    now_total = facebook(story, now_ms) + twitter(story, now_ms)
    then_total = facebook(story, now_ms + ahead) + twitter(story, now_ms + ahead)
    error = (fraction(story.seed, 21) - 0.42) / (1.0 + age / (12 * HOUR_MS))
    growth = max(int((then_total - now_total) * (1.0 + error)), 0)
    return float(now_total + growth), now_ms + ahead
