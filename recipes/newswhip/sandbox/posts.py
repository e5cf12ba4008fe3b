"""Facebook posts: those that send people to an article, and those that pages write themselves.

The first are the posts that POST /fbInfluencers lists, with the same ids and numbers. The second are made hour by hour,
as the stories are, from a seed of their own.
"""

from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import NamedTuple

from . import growth
from .accounts import FacebookPage, all_pages
from .dice import SEED, between, mix, pick
from .names import OTHER_COMPANIES
from .pushes import CREATED_MAX_MS, post_number, push_moment, push_seed, push_share, pushing_pages
from .story import DISCOVERY_MAX_MS, HOUR_MS, Event, Story, Text
from .subjects import Subject
from .window import Window
from .world import DAILY_RHYTHM, FIRST_MS, SPREAD_HOURS, WEEKLY_RHYTHM, stories_of_hour, weighted_subjects

CACHED_HOURS = 1_300
"""Slots kept in memory: about eight weeks."""
POSTS_AN_HOUR = 0.035
"""Of a page's own, for each unit of its output."""

KINDS = ("photo", "native_video", "status", "live_video", "embedded_video")
KIND_STEPS = (0.36, 0.66, 0.84, 0.92, 1.0)
FACTORS = {"native_video": 1.9, "live_video": 1.4, "photo": 1.0, "embedded_video": 0.7, "status": 0.45}
"""How much better than usual each kind of a page's own posts does."""
OPENINGS = {
    "photo": "In pictures: ",
    "native_video": "Watch: ",
    "live_video": "Live: ",
    "embedded_video": "",
    "status": "",
}
MOODS = {
    "weather": "sads",
    "health": "sads",
    "politics": "angrys",
    "property": "angrys",
    "sport": "loves",
    "culture": "loves",
}
"""The reaction that a section calls forth more than others."""
REACTIONS = ("comments", "likes", "shares", "loves", "wows", "hahas", "sads", "angrys")


class Post(NamedTuple):
    """One post.

    Attributes:
        story: The article it sends people to; of a page's own post its text and how it grows.
        published: Epoch milliseconds.
        discovered: Epoch milliseconds at which the API learned of it.
        seed: What else there is to know about it follows from it.
        share: Its interactions, as a share of those of the story.
        least: The story must have more interactions than this, or the post was not made.
        kind: A content type of the API.
    """

    page: FacebookPage
    story: Story
    published: int
    discovered: int
    seed: int
    share: float
    least: int
    kind: str

    @property
    def number(self) -> int:
        """Id of the post on its page."""
        return post_number(self.seed)

    @property
    def headline(self) -> str:
        """The title: of the article, or of what the page made itself."""
        opening = OPENINGS.get(self.kind, "") if self.page.voice.language == "en" else ""
        return f"{opening}{self.story.text.headline}"

    @property
    def external_link(self) -> str:
        """The URL that is shared; empty for a page's own posts."""
        return self.story.link if self.kind == "link" else ""

    @property
    def fb_story(self) -> str:
        """What Facebook says about the post; mostly nothing."""
        if self.kind == "live_video":
            return f"{self.page.username} was live."
        return f"{self.page.username} shared a link." if self.kind == "link" and self.seed % 4 == 0 else ""

    @property
    def sponsors(self) -> tuple[str, ...]:
        """The brands that paid for it."""
        return (pick(OTHER_COMPANIES, self.seed, 90),) if self.kind != "link" and self.seed % 9 == 0 else ()


def total(post: Post, now_ms: int) -> int:
    """Return all interactions with a post, comments and shares included."""
    return int(growth.facebook(post.story, now_ms) * post.share)


def reactions(post: Post, now_ms: int) -> dict[str, int]:
    """Return the interactions by kind; they add up to the total."""
    number, seed = total(post, now_ms), post.seed
    talk = {"live_video": 2, "status": 2}.get(post.kind, 1)
    percents = {name: between(0, 3, seed, 91 + salt) for salt, name in enumerate(REACTIONS)}
    percents["comments"] = between(5, 20, seed, 100) * talk
    percents["shares"] = between(4, 16, seed, 101) * (2 if post.kind.endswith("video") else 1)
    mood = MOODS.get(post.story.subject.section)
    if mood:
        percents[mood] += between(4, 12, seed, 102)
    parts = {name: number * percents[name] // 100 for name in REACTIONS}
    parts["likes"] = number - sum(count for name, count in parts.items() if name != "likes")
    return parts


def posts_between(window: Window, now_ms: int) -> Iterator[Post]:
    """Yield the posts of a window that are known by now."""
    first, last = max(window.first_ms, FIRST_MS), min(window.last_ms, now_ms)
    earliest = first - DISCOVERY_MAX_MS - CREATED_MAX_MS - SPREAD_HOURS * HOUR_MS
    for hour in range(max(earliest, FIRST_MS) // HOUR_MS, last // HOUR_MS + 1):
        for post in posts_of_hour(hour):
            if first <= post.published <= last and post.discovered <= now_ms:
                yield post


@lru_cache(maxsize=CACHED_HOURS)
def posts_of_hour(hour: int) -> tuple[Post, ...]:
    """Return the posts about stories on the events of one hour since 1970, and those that pages wrote in it."""
    return (*link_posts(hour), *own_posts(hour))


def link_posts(hour: int) -> Iterator[Post]:
    """Yield the posts that send people to an article."""
    for story in stories_of_hour(hour):
        for number, page, least in pushing_pages(story):
            seed = push_seed(story, number)
            moment = push_moment(story, seed)
            yield Post(page, story, moment, moment, seed, push_share(seed), least, "link")


def own_posts(hour: int) -> Iterator[Post]:
    """Yield what pages wrote themselves."""
    dice = Random((SEED + 2) * 1_000_003 + hour)
    rate = POSTS_AN_HOUR * DAILY_RHYTHM[hour % 24] / 9 * WEEKLY_RHYTHM[(hour // 24 + 3) % 7]
    for page in all_pages():
        if dice.random() < rate * page.voice.output:
            kind = KINDS[bisect(KIND_STEPS, dice.random())]
            subject = subject_of(page, hour // 24, dice.random())
            event = Event(subject, page.voice.country_code or "us", hour, int(dice.random() * 2**53))
            text = Text(event, int(dice.random() * len(event.wordings)))
            story = Story(
                text, page.voice, hour * HOUR_MS + int(dice.random() * 3600) * 1000, dice.random(), is_wire=False
            )
            seed = mix(story.seed, 53)
            yield Post(page, story, story.published, story.discovered, seed, FACTORS[kind], 0, kind)


def subject_of(page: FacebookPage, day: int, luck: float) -> Subject:
    """Return what a page writes about: what is in the news, and within its sections."""
    subjects, steps = weighted_subjects(day, page.voice.language)
    sections = page.voice.sections
    able = [subject for subject in subjects if subject.section in sections]
    return able[int(luck * len(able))] if able else subjects[bisect(steps, luck * steps[-1])]
