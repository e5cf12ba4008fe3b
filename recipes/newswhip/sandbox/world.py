"""The invented world: which stories were published when.

Time is cut into hours. The stories of the events of one hour follow from SEED and the hour alone, so any part of the
years since 2018 can be made on its own, in any order, and always the same.
"""

from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate
from random import Random

from .dice import SEED, fraction, mix
from .publishers import AGENCY, PUBLISHERS, Publisher
from .story import DISCOVERY_MAX_MS, HOUR_MS, Event, Story, Text
from .subjects import Subject
from .subjects_business import BUSINESS
from .subjects_leisure import FOOTBALL_FINAL, LEISURE
from .subjects_news import NEWS, STORM
from .subjects_world import WORLD

FIRST_MS = 1_514_764_800_000
"""2018-01-01T00:00Z: the API has nothing older."""

SPREAD_HOURS = 13
"""An event of one hour is still carried by outlets in this many hours after it."""

CACHED_HOURS = 4_400
"""Slots kept in memory: half a year, 40 MB of stories that were passed over, some 90 MB if every one was shown."""

EVENTS_AN_HOUR = 9.2
STORM_WEEK = (11, 2, 7)
"""Month, day, days: each year, the query `storm` alone matches more than 5,000 articles in this week."""
FINAL_DAY = (5, 30, 1)
"""Month, day, days: each year, `football final` matches more than 5,000 articles on this day."""
STORM_EVENTS = (3.4, 13.2, 16.8, 10.0, 6.8, 5.0, 3.4)
FINAL_EVENTS = (52.0,)
BURSTS = ((STORM, STORM_WEEK, STORM_EVENTS), (FOOTBALL_FINAL, FINAL_DAY, FINAL_EVENTS))

DAILY_RHYTHM = (4, 3, 3, 3, 4, 6, 9, 12, 13, 13, 12, 12, 12, 12, 12, 12, 12, 12, 11, 10, 9, 8, 6, 5)
WEEKLY_RHYTHM = (1.1, 1.15, 1.15, 1.1, 1.05, 0.7, 0.75)
COUNTRIES = ("us", "gb", "ie", "in", "de", "au", "fr", "es", "br", "it")
COUNTRY_STEPS = tuple(accumulate((0.24, 0.2, 0.14, 0.1, 0.09, 0.07, 0.05, 0.05, 0.04, 0.02)))
REPRINTED = 0.05
"""How many of the stories an outlet prints once more."""
CARRIER_STEPS = (0.45, 0.65, 0.78, 0.87, 0.93, 0.96, 0.98, 0.99)
LANGUAGES = {"de": "de", "fr": "fr", "es": "es", "it": "it", "br": "pt"}
SUBJECTS: tuple[Subject, ...] = (*NEWS, *BUSINESS, *LEISURE, *WORLD)


def stories_between(first_ms: int, last_ms: int, now_ms: int) -> Iterator[Story]:
    """Yield the stories published in a window and known at a moment, both ends included.

    Args:
        first_ms: Epoch milliseconds; so are the others.
        last_ms: Last moment of the window.
        now_ms: Stories that the API has not discovered by then are left out.
    """
    last, known = min(last_ms, now_ms), now_ms - DISCOVERY_MAX_MS
    start = max(first_ms // HOUR_MS - SPREAD_HOURS, FIRST_MS // HOUR_MS)
    for hour in range(start, last // HOUR_MS + 1):
        for story in stories_of_hour(hour):
            if first_ms <= story.published <= last and (story.published <= known or story.discovered <= now_ms):
                yield story


@lru_cache(maxsize=CACHED_HOURS)
def stories_of_hour(hour: int) -> tuple[Story, ...]:
    """Return all stories about the events of one hour since 1970, as they are written."""
    dice = Random(SEED * 1_000_003 + hour)
    stories: list[Story] = []
    rate = EVENTS_AN_HOUR * DAILY_RHYTHM[hour % 24] / 9 * WEEKLY_RHYTHM[(hour // 24 + 3) % 7]
    for _ in range(int(rate + dice.random())):
        country = COUNTRIES[min(bisect(COUNTRY_STEPS, dice.random()), len(COUNTRIES) - 1)]
        subjects, steps = weighted_subjects(hour // 24, LANGUAGES.get(country, "en"))
        subject = subjects[bisect(steps, dice.random() * steps[-1])]
        carriers = 1 + bisect(CARRIER_STEPS, dice.random())
        stories += cover(Event(subject, country, hour, int(dice.random() * 2**53)), carriers, dice)
    for burst, events in bursts(hour):
        for _ in range(int(events + dice.random())):
            country = ("gb", "ie", "gb", "us")[int(dice.random() * 4)]
            event = Event(burst, country, hour, int(dice.random() * 2**53))
            stories += cover(event, 3 + int(dice.random() * 6), dice)
    return tuple(stories)


def bursts(hour: int) -> Iterator[tuple[Subject, float]]:
    """Yield the subjects that everybody writes about in this hour, with the number of extra events."""
    rhythm = DAILY_RHYTHM[hour % 24] / 9
    for subject, (month, day, days), events in BURSTS:
        start = datetime.fromtimestamp(hour * 3600, UTC).replace(month=month, day=day, hour=0)
        passed = (hour - int(start.timestamp()) // 3600) // 24
        if 0 <= passed < days:
            yield subject, events[passed] * rhythm


@lru_cache(maxsize=512)
def weighted_subjects(day: int, language: str) -> tuple[tuple[Subject, ...], tuple[float, ...]]:
    """Return the subjects of a language and their running weights: each has its good weeks and its big days."""
    subjects = tuple(subject for subject in SUBJECTS if subject.language == language)
    weights = []
    for number, subject in enumerate(subjects):
        week = 0.5 + 1.2 * fraction(SEED + number, day // 7)
        peak = 3.0 if mix(SEED + number, day) % 23 == 0 else 1.0
        weights.append(subject.weight * week * peak)
    return subjects, tuple(accumulate(weights))


@lru_cache(maxsize=1024)
def outlets(section: str, language: str, country: str) -> tuple[Publisher, ...]:
    """Return who may write for a section, each as often as is likely; home outlets four times as often."""
    able = [p for p in PUBLISHERS if p.language == language and (not p.sections or section in p.sections)]
    return tuple(p for p in able for _ in range(p.output * (4 if p.country_code == country else 1)))


def cover(event: Event, carriers: int, dice: Random) -> Iterator[Story]:
    """Yield the stories of one event: the first outlet, then others within hours, some twice."""
    draw = dice.random
    texts: dict[int, Text] = {}
    wordings = len(event.wordings)
    pool = outlets(event.subject.section, event.subject.language, event.country)
    first = event.hour * HOUR_MS + int(draw() * 3600) * 1000
    lead = int(draw() * wordings)
    from_wire = event.subject.language == "en" and draw() < 0.35
    seen: set[str] = set()
    for number in range(carriers):
        publisher = AGENCY if from_wire and number == 0 else pool[int(draw() * len(pool))]
        if publisher.domain in seen:
            continue
        seen.add(publisher.domain)
        wording = lead if draw() < 0.6 else int(draw() * wordings)
        if (text := texts.get(wording)) is None:
            text = texts[wording] = Text(event, wording)
        late = int(draw() * draw() * 36_000) * 1000 if number else 0
        story = Story(text, publisher, first + late, draw(), is_wire=from_wire and wording == lead)
        yield story
        if (luck := draw()) < REPRINTED:
            yield from reprints(story, luck)


def reprints(story: Story, luck: float) -> Iterator[Story]:
    """Yield what one outlet makes of its own story: a second page, or the same page under a second URL."""
    if luck < 0.03:
        later = story.published + 600_000 + int(luck * 200_000) * 1000
        seed = mix(story.seed, 5) >> 11
        copy = story.again(later, later + 90_000, seed, story.scale * fraction(seed, 6))
        copy.page = seed >> 29
        yield copy
    else:
        seed = mix(story.seed, 7) >> 11
        lag = 60_000 + seed % 600_000
        copy = story.again(story.published, story.discovered + lag, seed, story.scale * 0.2)
        copy.is_twin = True
        yield copy
