"""The names that stand for a region or country in the GET paths."""

EVERYWHERE = "World"

_REGIONS = {
    "Europe": "eu",
    "South East Asia": "sea",
    "Middle East": "me",
    "Africa": "af",
}

_COUNTRIES = {
    "U.S.": "us",
    "United States": "us",
    "U.K.": "gb",
    "United Kingdom": "gb",
    "Australia": "au",
    "Canada": "ca",
    "Ireland": "ie",
    "New Zealand": "nz",
    "India": "in",
    "China": "cn",
    "South Africa": "za",
    "Brasil": "br",
    "Brazil": "br",
    "México": "mx",
    "Mexico": "mx",
    "Portugal": "pt",
    "España": "es",
    "Spain": "es",
    "France": "fr",
    "Deutschland": "de",
    "Germany": "de",
    "België": "be",
    "Belgique": "be",
    "Belgium": "be",
    "Nederland": "nl",
    "Netherlands": "nl",
    "Eesti": "ee",
    "Estonia": "ee",
    "Suomi": "fi",
    "Finland": "fi",
    "Sverige": "se",
    "Sweden": "se",
    "Italia": "it",
    "Italy": "it",
    "Argentina": "ar",
    "Norge": "no",
    "Norway": "no",
    "U.S. Hispanic": "ush",
}

REGION_FILTERS = {
    EVERYWHERE: "",
    **{name: f"region_code:{code}" for name, code in _REGIONS.items()},
    **{name: f"country_code:{code}" for name, code in _COUNTRIES.items()},
}
"""Region name to the filter that means the same; empty for no filter."""
