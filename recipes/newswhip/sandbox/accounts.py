"""Invented Twitter accounts and Facebook pages that push articles.

Twitter allows 15 characters in a name. The names here are longer, so none of them can be anybody's.
"""

from dataclasses import dataclass
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
    """

    number: int
    username: str
    about: str
    followers: int
    likes: int
    publisher: str


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
    return tuple(
        _page(
            100_300_000 + ord(language[0]) * 100 + number,
            "".join(name.title().split()),
            f"{name}. A community.",
            "",
            100,
        )
        for number, name in enumerate(_COMMUNITIES[language])
    )


@lru_cache(maxsize=64)
def publisher_page(publisher: Publisher) -> FacebookPage:
    """Return the page of an outlet."""
    name = publisher.domain.removesuffix(".example")
    number = 100_200_000 + PUBLISHERS.index(publisher)
    return _page(number, f"{name}.page", f"News from {publisher.domain}", publisher.domain, int(publisher.audience))


def _page(number: int, username: str, about: str, publisher: str, weight: int) -> FacebookPage:
    followers = weight * between(160, 1_040, number, 6)
    return FacebookPage(
        number, username, about, followers, followers - between(0, followers // 20, number, 7), publisher
    )
