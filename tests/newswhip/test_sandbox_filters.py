import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NOW_MS = 1_795_165_200_000
TWO_DAYS = {"from": NOW_MS - 48 * 3_600_000, "to": NOW_MS}
WORDS = ("ferry", "strike", "storm", "housing", "electric", "place", "talks", "percent", "quill")

Search = Callable[..., list[dict[str, Any]]]
Test = Callable[[set[str]], bool]


def refusal(newswhip: httpx.Client, *filters: str, path: str = "/articles") -> tuple[int, str]:
    body = {"filters": filters, "sort_by": "fb_total.sum", "aggregate_by": "domain"}
    if path != "/stats":
        body = {"filters": filters}
    response = newswhip.post(path, json=body)
    return response.status_code, response.json()["error"]["message"]


def ids(articles: list[dict[str, Any]]) -> set[str]:
    return {article["uuid"] for article in articles}


def words(article: dict[str, Any]) -> set[str]:
    text = " ".join((article["headline"], article["excerpt"], *(article["authors"] or ())))
    return set(re.findall(r"\w+", text.lower()))


def has_word(word: str) -> Test:
    return lambda found: word in found


def queries() -> st.SearchStrategy[tuple[str, Test]]:
    """Build queries together with a naive test of the same meaning."""
    terms = st.sampled_from(WORDS).map(lambda word: (word, has_word(word)))

    def combine(inner: st.SearchStrategy[tuple[str, Test]]) -> st.SearchStrategy[tuple[str, Test]]:
        both = st.tuples(inner, inner).map(
            lambda p: (f"({p[0][0]} AND {p[1][0]})", lambda f: p[0][1](f) and p[1][1](f))
        )
        either = st.tuples(inner, inner).map(
            lambda p: (f"({p[0][0]} OR {p[1][0]})", lambda f: p[0][1](f) or p[1][1](f))
        )
        neither = inner.map(lambda p: (f"(NOT {p[0]})", lambda f: not p[1](f)))
        without = st.tuples(inner, inner).map(
            lambda p: (f"({p[0][0]} -{p[1][0]})", lambda f: p[0][1](f) and not p[1][1](f))
        )
        return both | either | neither | without

    return st.recursive(terms, combine, max_leaves=8)


@pytest.fixture(scope="session")
def two_days(search: Search) -> dict[str, set[str]]:
    return {article["uuid"]: words(article) for article in search(**TWO_DAYS)}


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(query=queries())
def test_operators_mean_what_logic_says(search: Search, two_days: dict[str, set[str]], query: tuple[str, Test]) -> None:
    text, test = query
    assert ids(search(text, **TWO_DAYS)) == {number for number, found in two_days.items() if test(found)}


def test_several_filters_are_joined_with_or(search: Search) -> None:
    irish, ferries = ids(search("country_code:ie")), ids(search("headline:ferry"))
    assert ids(search("country_code:ie", "headline:ferry")) == irish | ferries


def test_one_filter_with_and_needs_both(search: Search) -> None:
    irish, ferries = ids(search("country_code:ie")), ids(search("headline:ferry"))
    assert ids(search("country_code:ie AND headline:ferry")) == irish & ferries
    assert irish & ferries


def test_no_filter_matches_everything(search: Search, week: list[dict[str, Any]]) -> None:
    assert week == search("categories:280")


def test_words_side_by_side_are_joined_with_or(search: Search, assumptions: Any) -> None:
    assert assumptions.DEFAULT_OPERATOR == "OR"
    assert ids(search("film storm")) == ids(search("film")) | ids(search("storm"))


def test_phrase_wants_its_words_in_a_row(search: Search) -> None:
    headlines = {article["headline"].lower() for article in search('headline:"hotels in"')}
    assert {"hotels in" in headline for headline in headlines} == {True}
    assert ids(search('headline:"hotels in"')) < ids(search("headline:(hotels AND in)"))


def test_case_does_not_count(search: Search) -> None:
    assert ids(search('"FERRY Strike"')) == ids(search('"ferry strike"'))


def test_group_belongs_to_its_field(search: Search) -> None:
    together = ids(search("country_code:(ie OR gb)"))
    assert together == ids(search("country_code:ie")) | ids(search("country_code:gb"))


def test_blank_after_the_colon_does_not_matter(search: Search) -> None:
    assert ids(search("country_code: ie AND headline: ferry")) == ids(search("country_code:ie AND headline:ferry"))


@pytest.mark.parametrize("query", ["ferry AND NOT strike", "ferry -strike", "ferry NOT strike", "ferry AND !strike"])
def test_exclusion_has_several_spellings(search: Search, query: str) -> None:
    assert ids(search(query)) == ids(search("ferry")) - ids(search("strike"))


def test_plus_makes_a_word_required(search: Search) -> None:
    assert ids(search("+ferry strike")) == ids(search("ferry"))


def test_symbols_stand_for_operators(search: Search) -> None:
    assert ids(search("ferry && harbour")) == ids(search("ferry AND harbour"))
    assert ids(search("ferry || storm")) == ids(search("ferry OR storm"))


def test_and_binds_tighter_than_or(search: Search) -> None:
    assert ids(search("storm OR ferry AND harbour")) == ids(search("storm OR (ferry AND harbour)"))


def test_escaped_hyphen_and_quoted_hyphen_find_the_same(search: Search) -> None:
    found = ids(search(r"headline:x\-40"))
    assert found == ids(search('headline:"x-40"')) == ids(search('headline:"x 40"')) != set()


@pytest.mark.parametrize(
    "field, value, read",
    [
        ("headline", "ferry", lambda a: "ferry" in a["headline"].lower()),
        ("summary", "sandbags", lambda a: "sandbags" in a["excerpt"]),
        ("authors", '"mara quill"', lambda a: "mara quill" in " ".join(a["authors"] or ()).lower()),
        ("country_code", "ie", lambda a: a["source"]["country_code"] == "ie"),
        ("region_code", "na", lambda a: a["source"]["country_code"] == "us"),
        ("language", "fr", lambda a: a["source"]["language"] == "fr"),
        ("categories", "20", lambda a: 20 in [topic["id"] for topic in a["topics"]]),
        ("publisher", "harbourpost.example", lambda a: a["source"]["publisher"] == "harbourpost.example"),
        ("domain", "harbourpost.example", lambda a: a["source"]["domain"] == "harbourpost.example"),
        ("domains", "harbourpost.example", lambda a: a["source"]["publisher"] == "harbourpost.example"),
        ("siteStructure", '"/transport"', lambda a: "/transport/" in a["link"]),
    ],
)
def test_field_compares_its_part_of_the_article(
    search: Search, week: list[dict[str, Any]], field: str, value: str, read: Callable[[dict[str, Any]], bool]
) -> None:
    expected = {article["uuid"] for article in week if read(article)}
    assert ids(search(f"{field}:{value}")) == expected != set()


def test_href_finds_the_article_at_a_url(search: Search) -> None:
    article = search("ferry", size=1)[0]
    assert article["uuid"] in ids(search(f'href:"{article["link"]}"'))
    assert ids(search('href:"https://harbourpost.example/nothing"')) == set()


def test_several_urls_fit_into_one_query(search: Search) -> None:
    first, second = search('"heat pump"', size=2)
    query = f'href:"{first["link"]}" OR href:"{second["link"]}"'
    assert ids(search(query)) >= {first["uuid"], second["uuid"]}


@pytest.mark.parametrize("path", ["/articles", "/stats", "/fbInfluencers", "/twitterInfluencers"])
def test_unknown_field_is_named(newswhip: httpx.Client, path: str) -> None:
    assert refusal(newswhip, "foo:1", path=path) == (400, "Fields 'foo' is not allowed for filters query!")


@pytest.mark.parametrize("field", ["countryCode", "authors", "domains", "href", "siteStructure"])
def test_influencers_know_fewer_fields(newswhip: httpx.Client, field: str) -> None:
    for path in ("/twitterInfluencers", "/fbInfluencers"):
        expected = (400, f"Fields '{field}' is not allowed for filters query!")
        assert refusal(newswhip, f"{field}:x", path=path) == expected


def test_twenty_filters_are_allowed_and_one_more_is_not(
    newswhip: httpx.Client, search: Search, assumptions: Any
) -> None:
    assert search(*["ferry"] * 20, size=1)
    assert refusal(newswhip, *["ferry"] * 21) == (400, assumptions.TOO_MANY_FILTERS_TEXT.format(limit=20))


@pytest.mark.parametrize(
    "query, terms",
    [
        ("country_code:us", 1),
        ("country_code:(us OR gb)", 2),
        ('headline:"The Right Way"', 3),
        (r"f\-150", 1),
        ('"f-150"', 2),
        ('href:"https://harbourpost.example/2026/11"', 4),
    ],
)
def test_terms_are_counted_as_documented(
    newswhip: httpx.Client, search: Search, assumptions: Any, query: str, terms: int
) -> None:
    full = " OR ".join([query, *["word"] * (150 - terms)])
    search(full, **{"from": NOW_MS - 3_600_000, "size": 1})
    expected = (400, assumptions.TOO_MANY_TERMS_TEXT.format(limit=150))
    assert refusal(newswhip, f"{full} OR word") == expected


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "(ferry",
        '"ferry',
        'ferry"',
        'fer"ry',
        '"ferry "strike"',
        "ferry AND",
        "headline:",
        "ferry OR OR strike",
    ],
)
def test_query_that_does_not_parse_is_refused(newswhip: httpx.Client, assumptions: Any, query: str) -> None:
    assert refusal(newswhip, query) == (400, assumptions.BAD_QUERY_TEXT.format(query=query))


def test_a_quote_ends_a_word(search: Search) -> None:
    assert (
        ids(search('heat"pump"'))
        == ids(search('""heat pump""'))
        == ids(search("heat pump"))
        > ids(search('"heat pump"'))
    )
    assert ids(search(r'"\"heat pump\""')) == ids(search('"heat pump"'))


@pytest.mark.parametrize("query", ["(" * 3000 + "x" + ")" * 3000, "-" * 3000 + "x", "NOT " * 3000 + "x"])
def test_query_nested_too_deep_is_refused(newswhip: httpx.Client, assumptions: Any, query: str) -> None:
    assert refusal(newswhip, query) == (400, assumptions.BAD_QUERY_TEXT.format(query=query))


@pytest.mark.parametrize(
    "query, kind",
    [
        ("ferr*", "a wildcard"),
        ("f?rry", "a wildcard"),
        ("ferry~1", "fuzzy"),
        ('"ferry strike"~3', "proximity"),
        ("ferry^2", "boost"),
        ("[a TO b]", "range"),
        ("/fer.*/", "regex"),
    ],
)
def test_undocumented_syntax_is_refused(newswhip: httpx.Client, assumptions: Any, query: str, kind: str) -> None:
    expected = (400, assumptions.UNSUPPORTED_SYNTAX_TEXT.format(kind=kind, query=query))
    assert refusal(newswhip, query) == expected
