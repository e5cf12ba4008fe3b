"""Invented publishers, under the reserved domain `.example`."""

from dataclasses import dataclass
from functools import cached_property

COUNTRIES = {
    "ie": ("Ireland", "eu"),
    "gb": ("United Kingdom", "eu"),
    "us": ("United States", "na"),
    "au": ("Australia", "oc"),
    "in": ("India", "as"),
    "de": ("Germany", "eu"),
    "fr": ("France", "eu"),
    "es": ("Spain", "eu"),
    "it": ("Italy", "eu"),
    "br": ("Brazil", "sa"),
    "": ("", ""),
}


@dataclass(frozen=True)
class Publisher:
    """One outlet.

    Attributes:
        domain: Registrable domain, which the API calls `publisher`.
        country_code: ISO 3166, lower case; empty where the API does not know it.
        language: ISO 639-1.
        audience: Interactions that an ordinary article settles at.
        output: Share of the articles, relative to other outlets.
        sections: The only sections it writes about; empty for all.
        hosts: Further hosts, by section: `sport` is served from `sport.harbourpost.example`.
        authors: Bylines; empty where the API finds none.
        extra_topics: Topic ids on all of its articles.
    """

    domain: str
    country_code: str
    language: str
    audience: float
    output: int
    authors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    extra_topics: tuple[int, ...] = ()

    @cached_property
    def country(self) -> str:
        """English name of the country, empty where it is unknown."""
        return COUNTRIES[self.country_code][0]

    @cached_property
    def region_code(self) -> str:
        """Region as filters name it: `eu`, `na`, ..."""
        return COUNTRIES[self.country_code][1]

    def host(self, section: str) -> str:
        """Return the host that serves a section."""
        return f"{section}.{self.domain}" if section in self.hosts else self.domain


AGENCY = Publisher("meridianwire.example", "gb", "en", 100.0, 9)

SPORT = ("sport",)
TECH = ("technology", "science")
GREEN = ("energy", "environment", "motoring", "weather")
MONEY = ("economy", "property", "money", "energy", "technology")

PUBLISHERS = (
    AGENCY,
    Publisher(
        "harbourpost.example", "ie", "en", 237.5, 8, ("Mara Quill", "Fionn Gallowey", "Aoife Rennick"), hosts=SPORT
    ),
    Publisher("dunmarratimes.example", "ie", "en", 150.0, 6, ("Sorcha Fallowby", "Dermot Kilvane")),
    Publisher("ballyfennecho.example", "ie", "en", 35.0, 3, ("Peig Corriven",)),
    Publisher("islandbusiness.example", "ie", "en", 27.5, 3, ("Cormac Yarrowell", "Una Tolmarsh"), MONEY),
    Publisher(
        "dailybeacon.example", "gb", "en", 600.0, 10, ("Hugh Ardmerrin", "Celia Okandu", "Rafe Penhollow"), hosts=SPORT
    ),
    Publisher(
        "thenorthernledger.example", "gb", "en", 300.0, 8, ("Ruth Oakhallow", "Jonah Wexmoor"), hosts=("culture",)
    ),
    Publisher("caldwickgazette.example", "gb", "en", 30.0, 3, ("Edie Marlstone",)),
    Publisher("saltbyadvertiser.example", "gb", "en", 17.5, 2),
    Publisher("touchlineweekly.example", "gb", "en", 175.0, 5, ("Ned Farrowgate", "Talia Brightsea"), SPORT),
    Publisher("warmhouse.example", "gb", "en", 22.5, 3, ("Ines Valcroft",), GREEN),
    Publisher(
        "unionstandard.example", "us", "en", 825.0, 11, ("Dana Holloway-Pike", "Marcus Ferndell", "June Astrovale")
    ),
    Publisher("avariatribune.example", "us", "en", 450.0, 8, ("Theo Marrowick", "Celia Okandu"), hosts=("politics",)),
    Publisher("lakeorrinjournal.example", "us", "en", 40.0, 3, ("Opal Denwright",)),
    Publisher("circuitandcloud.example", "us", "en", 112.5, 5, ("Kofi Lanternby", "Suri Nandakar"), TECH),
    Publisher("patriotbugle.example", "us", "en", 525.0, 4, (), extra_topics=(868,)),
    Publisher("smilefeed.example", "us", "en", 1000.0, 4, ("Team Smilefeed",), extra_topics=(285,)),
    Publisher("electricroad.example", "", "en", 55.0, 3, ("Arlo Finchmere",), ("motoring", "energy")),
    Publisher("southernherald.example", "au", "en", 262.5, 6, ("Kirra Waddell", "Bryce Ollerton"), hosts=SPORT),
    Publisher("tallowadvocate.example", "au", "en", 25.0, 2, ("Jem Corrigal",)),
    Publisher("navalpuramail.example", "in", "en", 375.0, 7, ("Priya Sandelwal", "Arun Tevaram")),
    Publisher("chandripetnow.example", "in", "en", 87.5, 4, ("Leela Varmani",)),
    Publisher("morgenanzeiger.example", "de", "de", 275.0, 7, ("Jutta Falkenrain", "Henrik Moorland"), hosts=SPORT),
    Publisher("hafenbrucker-bote.example", "de", "de", 50.0, 4, ("Nele Tannwieser",)),
    Publisher("technikheute.example", "de", "de", 62.5, 3, ("Emil Harzbrandt",), ("wirtschaft", "verkehr")),
    Publisher("lecourrierdusoir.example", "fr", "fr", 225.0, 6, ("Camille Ravelhon", "Luc Montaubrel")),
    Publisher("rivebelle-info.example", "fr", "fr", 45.0, 3, ("Solène Quimardec",)),
    Publisher(
        "lavozdecampoalto.example", "es", "es", 250.0, 6, ("Iker Salvatorre", "Carmen Ojedilla"), hosts=("deportes",)
    ),
    Publisher("diarioluminar.example", "es", "es", 60.0, 3, ("Tomás Riberalta",)),
    Publisher("corrieredivaldisera.example", "it", "it", 212.5, 5, ("Chiara Montevosco", "Dario Vallelunghi")),
    Publisher("portolucenews.example", "it", "it", 37.5, 3),
    Publisher("folhadejurena.example", "br", "pt", 425.0, 6, ("Joana Tavarelo", "Caio Ribamonte"), hosts=("esporte",)),
    Publisher("alvimhoje.example", "br", "pt", 70.0, 3, ("Lívia Serranova",)),
    Publisher("globaldigest.example", "", "en", 137.5, 4, ("Noor Hallivand",)),
)
