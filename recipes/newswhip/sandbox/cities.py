"""The cities and local regions of GET /local, as public clients once listed them, and what happens there."""

from functools import lru_cache

from .dice import mix
from .story import Event

_US = """
Atlanta, GA; Austin, TX; Baltimore, MD; Boston, MA; Chicago, IL; Cincinnati, OH; Cleveland, OH; Columbus, OH;
Connecticut, CT; Dallas, TX; Denver, CO; Des Moines, IA; Detroit, MI; Houston, TX; Indianapolis, IN; Jacksonville, FL;
Kansas City, MO; L.A., CA; Las Vegas, NV; Little Rock, AR; Long Island, NY; Memphis, TN; Miami, FL; Milwaukee, WI;
Minneapolis, MN; Mobile, AL; Montgomery, AL; Nashville, TN; New Orleans, LA; New York, NY; Newark, NJ; North Carolina;
Oklahoma City, OK; Omaha, NE; Orlando, FL; Philadelphia, PA; Phoenix, AZ; Pittsburgh, PA; Portland, OR; Richmond, VA;
Sacramento, CA; Salt Lake City, UT; San Antonio, TX; San Diego, CA; San Francisco, CA; San Jose, CA; Seattle, WA;
South Carolina; St. Louis, MO; Tampa, FL; Washington, DC
"""
_UK = """
Birmingham; East England; Edinburgh; Glasgow; Liverpool; London; Manchester; Midlands; North England; Northern Ireland;
Scotland; South East England; South West England; Wales; Yorkshire and Humber
"""
_CANADA = "Calgary; Edmonton; Montreal; Ottawa; Quebec; Toronto; Vancouver"
# Germany has 14; no public source names the others.
_GERMANY = "Baden-Württemberg; Bayern; Berlin-Brandenburg; Hamburg-Schleswig-Holstein; Hessen"

_LISTS = {"us": _US, "gb": _UK, "ca": _CANADA, "de": _GERMANY}
CITIES = {name.strip(): country for country, names in _LISTS.items() for name in names.split(";")}
"""Each name as it stands in the path, to the country: ISO 3166, lower case."""

_BIG = {"London": 12, "Manchester": 4, "New York, NY": 12, "L.A., CA": 8, "Chicago, IL": 6, "Washington, DC": 6}


def is_in(event: Event, city: str) -> bool:
    """Return whether something happened in a city; each event of a country with cities happens in one of them."""
    return event.country == CITIES[city] and city_of(event) == city


def city_of(event: Event) -> str:
    """Return the city of an event; big ones have more of them."""
    names = _weighted(event.country)
    return names[mix(event.seed, 70) % len(names)]


@lru_cache(maxsize=8)
def _weighted(country: str) -> tuple[str, ...]:
    return tuple(name for name, where in CITIES.items() if where == country for _ in range(_BIG.get(name, 1)))
