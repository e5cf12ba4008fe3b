"""What the world is made of: an event, the texts that tell it, and the stories that carry a text."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING

from .assumptions import WORD
from .dice import between, fraction, mix, pick
from .names import CARS, COMPANIES, CURRENCIES, FILMS, OTHER_COMPANIES, PEOPLE, PLACES, STORMS, TEAMS
from .publishers import Publisher
from .subjects import Subject

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
STRIKE_DAYS = 23
STORM_DAYS = 14
WIRE_BYLINE = "Meridian Wire"
DISCOVERY_MAX_MS = 40_000_000
"""No story is discovered later than this after its publication."""
DETAILS = frozenset({"discovered", "pace", "page", "scale", "seed"})
"""What a story works out when it is asked for."""
NAME_KINDS = ("place", "person", "company", "team", "rival", "film", "car", "storm")


class Event:
    """Something that happened, told by one or more outlets. As a mapping it fills the templates of its subject.

    Attributes:
        hour: Hours since 1970 at which the first outlet may write about it.
        country: ISO 3166, lower case.
    """

    __slots__ = ("country", "hour", "seed", "subject", "wordings")

    def __init__(self, subject: Subject, country: str, hour: int, seed: int) -> None:
        self.subject = subject
        self.country = country
        self.hour = hour
        self.seed = seed
        self.wordings: tuple[str, ...] = pick(subject.headlines, seed, 0)

    def __getitem__(self, placeholder: str) -> str:
        """Return what stands in place of a placeholder."""
        return VALUES[placeholder](self)

    @property
    def heat(self) -> float:
        """How much more than usual it moves people."""
        return min(0.6 / sqrt(1.0 - fraction(self.seed, 18)), 25.0)

    @property
    def teams(self) -> tuple[str, str]:
        """A team and its rival."""
        teams = TEAMS[self.subject.language]
        first = mix(self.seed, 1) % len(teams)
        return teams[first], teams[(first + 1 + mix(self.seed, 5) % (len(teams) - 1)) % len(teams)]

    @property
    def currency(self) -> str:
        """The sign before an amount."""
        return CURRENCIES.get(self.country, "€")

    def entities(self, headline: str) -> list[str]:
        """Return the proper nouns of a headline, in a fixed order."""
        return [name for kind in NAME_KINDS if (name := self[kind]) in headline]


VALUES: dict[str, Callable[[Event], str]] = {
    "place": lambda event: pick(PLACES[event.country], event.seed, 2),
    "person": lambda event: pick(PEOPLE[event.subject.language], event.seed, 3),
    "company": lambda event: pick(COMPANIES.get(event.subject.section, OTHER_COMPANIES), event.seed, 4),
    "team": lambda event: event.teams[0],
    "rival": lambda event: event.teams[1],
    "film": lambda event: pick(FILMS, event.seed, 6),
    "car": lambda event: pick(CARS, event.seed, 7),
    "storm": lambda event: storm_name(event.hour),
    "day": lambda event: str(event.hour // 24 % STRIKE_DAYS + 1),
    "n": lambda event: str(between(2, 9, event.seed, 8)),
    "big": lambda event: f"{max(between(2, 230, event.seed, 9) * between(2, 230, event.seed, 17) // 230, 3) * 100:,}",
    "pct": lambda event: f"{between(3, 38, event.seed, 10) / 4:g}",
    "money": lambda event: f"{event.currency}{between(2, 90, event.seed, 11) * 5}m",
    "cheap": lambda event: f"{event.currency}{between(3, 90, event.seed, 12) * 100:,}",
    "gust": lambda event: str(between(90, 165, event.seed, 13)),
    "teen": lambda event: str(between(13, 17, event.seed, 14)),
    "late": lambda event: str(between(84, 94, event.seed, 15)),
}
"""What each placeholder becomes."""


class Text:
    """Headline, summary and body of an event in one wording, shared by the outlets that print it.

    Only the headline is kept: memory holds hundreds of thousands of texts, and few are ever shown.
    """

    __slots__ = ("_headline", "event", "wording")

    def __init__(self, event: Event, wording: int) -> None:
        self.event = event
        self.wording = wording
        self._headline = ""

    @property
    def template(self) -> str:
        """What the headline is made from."""
        return self.event.wordings[self.wording]

    @property
    def headline(self) -> str:
        """The headline as printed."""
        if not self._headline:
            self._headline = self.template.format_map(self.event)
        return self._headline

    @property
    def excerpt(self) -> str:
        """The summary."""
        return pick(self.event.subject.excerpts, self.event.seed, 16).format_map(self.event)

    @property
    def body(self) -> str:
        """The full text, which is searched and never returned."""
        sentences = (self.headline, *self.event.subject.excerpts, *self.event.subject.body)
        return " ".join(sentences).format_map(self.event)

    def words(self, field: str) -> tuple[str, ...]:
        """Return the words of `headline`, `excerpt` or `body`, in order and lower case."""
        return tuple(WORD.findall(getattr(self, field).lower()))


class Story:
    """One article, as light as can be: a window holds thousands, of which most are passed over.

    What a filter looks at first is given. The rest follows from it, and is worked out when first asked for.

    Attributes:
        published: Epoch milliseconds.
        luck: From 0 up to 1; details and success follow from it.
        discovered: Epoch milliseconds at which the API learned of it; earlier it is in no answer.
        seed: 53 bits from which all details follow.
        page: Number that makes the URL unique.
        scale: Facebook interactions that the article settles at.
        pace: Hours after which it has half of them.
        is_twin: The same page under a second form of its URL.
        is_wire: Copy of the agency.
    """

    __slots__ = (
        "discovered",
        "is_twin",
        "is_wire",
        "luck",
        "pace",
        "page",
        "published",
        "publisher",
        "scale",
        "seed",
        "text",
    )

    discovered: int
    pace: float
    page: int
    scale: float
    seed: int

    def __init__(self, text: Text, publisher: Publisher, published: int, luck: float, *, is_wire: bool) -> None:
        self.text = text
        self.publisher = publisher
        self.published = published
        self.luck = luck
        self.is_wire = is_wire
        self.is_twin = False

    if not TYPE_CHECKING:  # with it, a checker would take any name for an attribute

        def __getattr__(self, name: str) -> object:
            """Work out the details when one of them is asked for that is not there yet."""
            if name not in DETAILS:
                raise AttributeError(name)
            self._work_out()
            return getattr(self, name)

    def _work_out(self) -> None:
        seed = mix(int(self.luck * 2**53), self.published // 1000) >> 11
        odds = fraction(seed, 1)
        is_slow = mix(seed, 3) % 15 == 0
        lag = mix(seed, 4) % 39_000 if is_slow else 20 + mix(seed, 4) % 340
        self.discovered = self.published + lag * 1000
        self.scale = self.publisher.audience * self.text.event.heat * min(odds / (1.0 - odds), 150.0)
        self.pace = 2.0 + 14.0 * fraction(seed, 2)
        self.page = seed >> 29
        self.seed = seed

    def again(self, published: int, discovered: int, seed: int, scale: float) -> "Story":
        """Return a second story of the same outlet with the same text, at the same pace and on the same page."""
        copy = Story(self.text, self.publisher, published, self.luck, is_wire=self.is_wire)
        copy.discovered, copy.seed, copy.scale = discovered, seed, scale
        copy.pace, copy.page = self.pace, self.page
        return copy

    @property
    def subject(self) -> Subject:
        """The storyline."""
        return self.text.event.subject

    @property
    def host(self) -> str:
        """The exact host, which the API calls `domain`."""
        return self.publisher.host(self.text.event.subject.section)

    @property
    def path(self) -> str:
        """The path of the URL, from the first slash."""
        year, month, day = civil_date(self.published // DAY_MS)
        section = self.text.event.subject.section
        return f"/{section}/{year}/{month:02d}/{day:02d}/{slug(self.text.headline)}-{self.page:x}"

    @property
    def link(self) -> str:
        """The URL."""
        tail = "?utm_source=newsletter&utm_medium=email" if self.is_twin else ""
        return f"https://{self.host}{self.path}{tail}"

    @property
    def has_video(self) -> bool:
        """Whether a video is embedded."""
        return self.seed % 7 == 0

    @property
    def authors(self) -> tuple[str, ...]:
        """The bylines; empty where the API answers null."""
        if self.is_wire and self.seed % 3:
            return (WIRE_BYLINE,)
        bylines = self.publisher.authors
        if not bylines or self.seed % 11 == 0:
            return ()
        first = self.seed // 11 % len(bylines)
        chosen = bylines[first : first + 2] if self.seed % 13 == 0 else bylines[first : first + 1]
        return tuple(name.upper() for name in chosen) if self.seed % 17 == 0 else chosen

    @property
    def topic_ids(self) -> tuple[int, ...]:
        """The topics; empty for some."""
        if self.seed % 19 == 0:
            return ()
        return self.text.event.subject.topics + self.publisher.extra_topics


def storm_name(hour: int) -> str:
    """Return the storm of the season's fortnight; no fortnight changes within the first days of November."""
    day = datetime.fromtimestamp(hour * 3600, UTC).timetuple()
    return STORMS[(day.tm_year * 26 + (day.tm_yday + 3) // STORM_DAYS) % len(STORMS)]


@lru_cache(maxsize=4096)
def civil_date(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a number of days since 1970."""
    shifted = days + 719468
    era, day_of_era = divmod(shifted, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    year = year_of_era + era * 400 + (month <= 2)
    return year, month, day_of_year - (153 * shifted_month + 2) // 5 + 1


@lru_cache(maxsize=8192)
def slug(headline: str) -> str:
    """Return a headline as it stands in a URL: ASCII words joined by hyphens, eight at most."""
    plain = unicodedata.normalize("NFKD", headline.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "-".join(WORD.findall(plain)[:8])
