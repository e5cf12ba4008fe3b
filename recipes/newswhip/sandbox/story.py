"""What the world is made of: an event, the texts that tell it, and the stories that carry a text."""

import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from .assumptions import WORD
from .dice import between, fraction, mix, pick
from .names import CARS, COMPANIES, CURRENCIES, FILMS, OTHER_COMPANIES, PEOPLE, PLACES, STORMS, TEAMS
from .publishers import Publisher
from .subjects import Subject

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
STRIKE_DAYS = 23
STORM_DAYS = 14
NAME_KINDS = ("place", "person", "company", "team", "rival", "film", "car", "storm")


class Event:
    """Something that happened, told by one or more outlets.

    Attributes:
        hour: Hours since 1970 at which the first outlet may write about it.
        country: ISO 3166, lower case.
        heat: How much more than usual it moves people.
    """

    __slots__ = ("_values", "country", "heat", "hour", "seed", "subject", "wordings")

    def __init__(self, subject: Subject, country: str, hour: int, seed: int) -> None:
        self.subject = subject
        self.country = country
        self.hour = hour
        self.seed = seed
        self.heat = min(0.6 / sqrt(1.0 - fraction(seed, 18)), 25.0)
        self.wordings: tuple[str, ...] = pick(subject.headlines, seed, 0)
        self._values: dict[str, str] | None = None

    @property
    def values(self) -> dict[str, str]:
        """What goes into the templates of the subject."""
        if self._values is None:
            self._values = {**self._names(), **self._numbers()}
        return self._values

    def _names(self) -> dict[str, str]:
        seed, language = self.seed, self.subject.language
        teams = TEAMS[language]
        first = mix(seed, 1) % len(teams)
        return {
            "place": pick(PLACES[self.country], seed, 2),
            "person": pick(PEOPLE[language], seed, 3),
            "company": pick(COMPANIES.get(self.subject.section, OTHER_COMPANIES), seed, 4),
            "team": teams[first],
            "rival": teams[(first + 1 + mix(seed, 5) % (len(teams) - 1)) % len(teams)],
            "film": pick(FILMS, seed, 6),
            "car": pick(CARS, seed, 7),
            "storm": storm_name(self.hour),
        }

    def _numbers(self) -> dict[str, str]:
        seed, sign = self.seed, CURRENCIES.get(self.country, "€")
        return {
            "day": str(self.hour // 24 % STRIKE_DAYS + 1),
            "n": str(between(2, 9, seed, 8)),
            "big": f"{max(between(2, 230, seed, 9) * between(2, 230, seed, 17) // 230, 3) * 100:,}",
            "pct": f"{between(3, 38, seed, 10) / 4:g}",
            "money": f"{sign}{between(2, 90, seed, 11) * 5}m",
            "cheap": f"{sign}{between(3, 90, seed, 12) * 100:,}",
            "gust": str(between(90, 165, seed, 13)),
            "teen": str(between(13, 17, seed, 14)),
            "late": str(between(84, 94, seed, 15)),
        }

    def entities(self, headline: str) -> list[str]:
        """Return the proper nouns of a headline, in a fixed order."""
        return [self.values[kind] for kind in NAME_KINDS if self.values[kind] in headline]


class Text:
    """Headline, summary and body of an event in one wording, shared by the outlets that print it.

    Everything is built when first asked for: most stories are counted and never shown.
    """

    __slots__ = ("_body", "_excerpt", "_headline", "_words", "event", "wording")

    def __init__(self, event: Event, wording: int) -> None:
        self.event = event
        self.wording = wording
        self._headline = ""
        self._excerpt = ""
        self._body = ""
        self._words: dict[str, tuple[str, ...]] = {}

    @property
    def headline(self) -> str:
        """The headline as printed."""
        if not self._headline:
            self._headline = self.event.wordings[self.wording].format_map(self.event.values)
        return self._headline

    @property
    def excerpt(self) -> str:
        """The summary."""
        if not self._excerpt:
            template = pick(self.event.subject.excerpts, self.event.seed, 16)
            self._excerpt = template.format_map(self.event.values)
        return self._excerpt

    @property
    def body(self) -> str:
        """The full text, which is searched and never returned."""
        if not self._body:
            sentences = (self.headline, *self.event.subject.excerpts, *self.event.subject.body)
            self._body = " ".join(sentences).format_map(self.event.values)
        return self._body

    def words(self, field: str) -> tuple[str, ...]:
        """Return the words of `headline`, `excerpt` or `body`, in order and lower case."""
        if field not in self._words:
            self._words[field] = tuple(WORD.findall(getattr(self, field).lower()))
        return self._words[field]


class Story(NamedTuple):
    """One article, as light as can be: a window holds thousands.

    Attributes:
        published: Epoch milliseconds.
        discovered: Epoch milliseconds at which the API learned of it; earlier it is in no answer.
        seed: 53 bits from which all details follow.
        page: Number that makes the URL unique.
        scale: Facebook interactions that the article settles at.
        pace: Hours after which it has half of them.
        is_twin: The same page under a second form of its URL.
        is_wire: Copy of the agency.
    """

    text: Text
    publisher: Publisher
    published: int
    discovered: int
    seed: int
    page: int
    scale: float
    pace: float
    is_twin: bool
    is_wire: bool

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
            return ("Meridian Wire",)
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
