"""Invented Twitter accounts and Facebook pages that push articles.

Twitter allows 15 characters in a name. The names here are longer, so none of them can be anybody's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from .dice import between
from .publishers import PUBLISHERS, Publisher

_VOICES = {
    "en": (
        "harbour_watch_example",
        "climate_ledger_example",
        "ev_notebook_example",
        "ferry_diaries_example",
        "touchline_talk_example",
        "money_by_nora_example",
        "cloud_and_cable_example",
        "terrace_and_attic_example",
        "reel_and_popcorn_example",
        "weather_by_kester_example",
        "union_voices_example",
        "ward_nurse_daily_example",
        "grid_frequency_example",
        "rent_diary_example",
        "moonshot_letters_example",
        "school_gate_example",
    ),
    "de": ("bahnsteig_notizen_example", "waermewende_heute_example", "deichblick_nord_example"),
    "fr": ("carnet_du_port_example", "planete_en_bref_example", "salle_obscure_example"),
    "es": ("barrio_y_renta_example", "tribuna_final_example", "motor_sin_humo_example"),
    "it": ("molo_e_traghetti_example", "prima_visione_example"),
    "pt": ("arquibancada_example", "mare_alta_diario_example"),
}

_COMMUNITIES = {
    "en": (
        "We Love The Coast",
        "Heat Pump Owners",
        "Sunday League Stories",
        "Storm Chasers Circle",
        "Small Flat Big City",
    ),
    "de": ("Pendler unter sich", "Haus und Heizung"),
    "fr": ("Amis du littoral", "Ciné du dimanche"),
    "es": ("Vecinos en voz alta", "Gol de domingo"),
    "it": ("Gente di porto",),
    "pt": ("Torcida de domingo",),
}

_FIRST_NUMBERS = {
    "en": 100_310_100,
    "de": 100_310_000,
    "fr": 100_310_200,
    "es": 100_310_150,
    "it": 100_310_500,
    "pt": 100_311_200,
}
"""The id of the first community of each language."""

_COMMUNITY_COUNTRIES = {"en": "", "de": "de", "fr": "fr", "es": "es", "it": "it", "pt": "br"}

_BRANDS = (
    ("HarbourLineFerries", "ie", "transport"),
    ("VoltaroMotors", "us", "motoring"),
    ("Hearthwell", "gb", "energy"),
)
"""Pages that post and send nobody to an article: they are in no list of influencers."""

USUAL_SHARE = 0.25
"""An ordinary post of an outlet's page has this share of what an ordinary article of it has."""


@dataclass(frozen=True, slots=True)
class TwitterAccount:
    """One account; the numbers are of the account, not of a post."""

    number: int
    handle: str
    likes: int
    followers: int
    following: int
    statuses: int


@dataclass(frozen=True, slots=True)
class FacebookPage:
    """One page.

    Attributes:
        number: Id, a number here and a string where posts are listed.
        publisher: Domain of the outlet whose page it is; empty for others.
        voice: Country, language, sections and usual interactions of its posts, in the form of an outlet.
    """

    number: int
    username: str
    about: str
    followers: int
    likes: int
    publisher: str
    voice: Publisher


@lru_cache(maxsize=16)
def twitter_accounts(language: str) -> tuple[TwitterAccount, ...]:
    """Return the accounts that tweet in a language."""
    return tuple(_twitter_account(handle, number) for number, handle in enumerate(_VOICES[language]))


def _twitter_account(handle: str, number: int) -> TwitterAccount:
    seed = len(handle) * 1000 + number
    return TwitterAccount(
        number=900_100_000 + seed,
        handle=handle,
        likes=between(20, 9_000, seed, 1),
        followers=between(10, 1_500, seed, 2) * between(10, 1_500, seed, 3),
        following=between(40, 2_000, seed, 4),
        statuses=between(800, 60_000, seed, 5),
    )


@lru_cache(maxsize=16)
def communities(language: str) -> tuple[FacebookPage, ...]:
    """Return the pages of a language that belong to no publisher."""
    voice = Publisher("", _COMMUNITY_COUNTRIES[language], language, 200.0, 4)
    return tuple(
        _page(_FIRST_NUMBERS[language] + number, "".join(name.title().split()), f"{name}. A community.", voice, 100)
        for number, name in enumerate(_COMMUNITIES[language])
    )


@lru_cache(maxsize=64)
def publisher_page(publisher: Publisher) -> FacebookPage:
    """Return the page of an outlet."""
    name = publisher.domain.removesuffix(".example")
    number = 100_200_000 + PUBLISHERS.index(publisher)
    voice = replace(publisher, domain="", hosts=(), audience=publisher.audience * USUAL_SHARE)
    page = _page(number, f"{name}.page", f"News from {publisher.domain}", voice, int(publisher.audience))
    return replace(page, publisher=publisher.domain)


@lru_cache(maxsize=1)
def all_pages() -> tuple[FacebookPage, ...]:
    """Return every page: those of outlets, of communities and of brands."""
    outlets = (publisher_page(publisher) for publisher in PUBLISHERS)
    others = (page for language in _COMMUNITIES for page in communities(language))
    return (*outlets, *others, *_brand_pages())


def _brand_pages() -> Iterator[FacebookPage]:
    for number, (name, country, section) in enumerate(_BRANDS):
        voice = Publisher("", country, "en", 45.0, 3, sections=(section,))
        yield _page(100_400_000 + number, name, f"The page of {name}.", voice, 80)


def _page(number: int, username: str, about: str, voice: Publisher, weight: int) -> FacebookPage:
    followers = weight * between(160, 1_040, number, 6)
    likes = followers - between(0, followers // 20, number, 7)
    return FacebookPage(number, username, about, followers, likes, "", voice)
