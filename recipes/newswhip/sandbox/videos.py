"""Videos: what POST /articles finds with `content_type: youtube`.

The data are made hour by hour, as the stories are, from a seed of their own.
"""

from bisect import bisect
from collections.abc import Callable, Iterator
from functools import lru_cache
from random import Random
from typing import Any

from . import growth
from .article import contents_json, period_json
from .dice import SEED, between
from .fields import Predicate
from .publishers import Publisher
from .story import HOUR_MS, Event, Story, Text
from .window import Window
from .world import COUNTRIES, DAILY_RHYTHM, FIRST_MS, WEEKLY_RHYTHM, bursts, weighted_subjects

VIDEOS_AN_HOUR = 2.4
CACHED_HOURS = 2_200
"""Slots kept in memory: about three months."""
HOST = "youtube.com"


def _voice(country: str, language: str, audience: float, output: int) -> Publisher:
    return Publisher(HOST, country, language, audience, output)


CHANNELS = {
    "Harbourside Report": _voice("ie", "en", 9_000.0, 4),
    "Grid and Garage": _voice("us", "en", 22_000.0, 4),
    "The Northern Desk": _voice("gb", "en", 14_000.0, 5),
    "Touchline Replay": _voice("gb", "en", 60_000.0, 3),
    "Plain Weather": _voice("au", "en", 5_000.0, 3),
    "Nobody's Newsroom": _voice("", "en", 1_200.0, 3),
    "Wärme und Strom": _voice("de", "de", 8_000.0, 2),
    "Carnet vidéo": _voice("fr", "fr", 7_000.0, 2),
    "Barrio en directo": _voice("es", "es", 11_000.0, 2),
    "Molo 7": _voice("it", "it", 4_000.0, 1),
    "Maré Alta TV": _voice("br", "pt", 26_000.0, 2),
}
"""Channel to its country, language, usual views and output."""

_DRAWN = tuple(name for name, voice in CHANNELS.items() for _ in range(voice.output))


class Video(Story):
    """One video; its success is counted in views."""

    __slots__ = ("channel",)

    def __init__(self, text: Text, channel: str, published: int, luck: float) -> None:
        super().__init__(text, CHANNELS[channel], published, luck, is_wire=False)
        self.channel = channel

    @property
    def name(self) -> str:
        """What names the video in its URL: longer than a real one, so that none of them can be anybody's."""
        return f"sandbox-{self.page:08x}"

    @property
    def path(self) -> str:
        """The path of the URL, from the first slash."""
        return "/watch"

    @property
    def link(self) -> str:
        """The URL."""
        return f"https://www.{HOST}/watch?v={self.name}"

    @property
    def has_video(self) -> bool:
        """Whether a video is embedded; here the page is one."""
        return True

    @property
    def authors(self) -> tuple[str, ...]:
        """The bylines, of which there are none: a video has a channel."""
        return ()


def find_videos(matches: Predicate, window: Window, now_ms: int, language: str) -> Iterator[Video]:
    """Yield the videos of a window that match; `language` is empty for any."""
    first, last = max(window.first_ms, FIRST_MS), min(window.last_ms, now_ms)
    for hour in range(first // HOUR_MS, last // HOUR_MS + 1):
        for video in videos_of_hour(hour):
            is_wanted = not language or video.publisher.language == language
            if first <= video.published <= last and video.discovered <= now_ms and is_wanted and matches(video):
                yield video


@lru_cache(maxsize=CACHED_HOURS)
def videos_of_hour(hour: int) -> tuple[Video, ...]:
    """Return all videos published in one hour since 1970."""
    dice = Random((SEED + 1) * 1_000_003 + hour)
    rate = VIDEOS_AN_HOUR * DAILY_RHYTHM[hour % 24] / 9 * WEEKLY_RHYTHM[(hour // 24 + 3) % 7]
    burst = next((subject for subject, _ in bursts(hour)), None)
    videos = []
    for _ in range(int(rate + dice.random())):
        channel = _DRAWN[int(dice.random() * len(_DRAWN))]
        voice = CHANNELS[channel]
        subjects, steps = weighted_subjects(hour // 24, voice.language)
        subject = subjects[bisect(steps, dice.random() * steps[-1])]
        if burst and burst.language == voice.language and dice.random() < 0.5:
            subject = burst
        event = Event(subject, voice.country_code or COUNTRIES[0], hour, int(dice.random() * 2**53))
        text = Text(event, int(dice.random() * len(event.wordings)))
        videos.append(Video(text, channel, hour * HOUR_MS + int(dice.random() * 3600) * 1000, dice.random()))
    return tuple(videos)


def views(video: Story, now_ms: int) -> int:
    """Return how often a video was watched."""
    return growth.facebook(video, now_ms)


def likes(video: Story, now_ms: int) -> int:
    """Return the thumbs up."""
    return views(video, now_ms) * between(5, 70, video.seed, 80) // 1000


def comments(video: Story, now_ms: int) -> int:
    """Return the comments."""
    return views(video, now_ms) * between(1, 12, video.seed, 81) // 1000


def dislikes(video: Story, now_ms: int) -> int:
    """Return the thumbs down."""
    return likes(video, now_ms) * between(0, 12, video.seed, 82) // 100


VIDEO_SORTS: dict[str, Callable[[Story, int], int]] = {
    "default": lambda video, _now: video.published,
    "created_at": lambda video, _now: video.published,
    "yt_likes": likes,
    "yt_views": views,
    "yt_comments": comments,
}


def sorted_videos(videos: Iterator[Video], sort_by: str, now_ms: int) -> list[Video]:
    """Return videos from the highest value down; equal ones from the newest down."""
    measure = VIDEO_SORTS[sort_by]
    return sorted(videos, key=lambda video: (-measure(video, now_ms), -video.published, video.seed))


def video_json(video: Video, now_ms: int) -> dict[str, Any]:
    """Return a video as an article: without numbers but those of YouTube."""
    minutes = growth.delta_minutes(video, growth.collected_age(now_ms - video.published))
    nothing = {"total_count_delta": 0, **period_json(minutes)}
    return {
        "delta_time": minutes,
        "recent_fb_counts": 0,
        "recent_tw_counts": 0,
        "relatedStories": [],
        "fb_data": {"total_engagement_count": 0, "likes": 0, "comments": 0, "shares": 0, **nothing},
        "tw_data": {"tw_count": 0, **nothing},
        "li_data": {"li_count": 0, **nothing},
        "pi_data": {"pi_count": 0, **period_json(minutes)},
        "predicted_interactions": 0.0,
        "predicted_timestamp": now_ms,
        **contents_json(video),
        "image_link": f"https://img.example/video/{video.page:x}.jpg",
        "nw_score": 0.0,
        "max_nw_score": 0.0,
        "youtube_post": {
            "ytLikes": likes(video, now_ms),
            "ytViews": views(video, now_ms),
            "ytComments": comments(video, now_ms),
            "ytDislikes": dislikes(video, now_ms),
            "author": video.channel,
            "thumbnail": f"https://img.example/video/{video.page:x}.jpg",
            "channel": f"https://www.{HOST}/channel/sandbox-{list(CHANNELS).index(video.channel)}",
        },
    }
