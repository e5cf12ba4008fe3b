import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.catalog.index import Index
from runner.catalog.index_file import open_in_memory
from runner.catalog.index_lookup import Lookup
from runner.catalog.index_walk import Place
from runner.catalog.search import Hits, search
from runner.errors import AskedWrongly

Write = Callable[..., Path]
CATALOG = Place(Path(__file__).parents[2], "catalog")
FAR = 4_102_444_800_000_000_000


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Hits]]:
    """Search the catalog of this project."""
    with Index(tmp_path_factory.mktemp("cache"), now_ns=lambda: FAR) as index:
        yield lambda words: index.search([CATALOG], words)


@pytest.mark.parametrize(
    "question, recipe",
    [
        ("does my key work", "first-call"),
        ("what is hot right now on my topic", "top-stories"),
        ("which sites win the month", "publisher-ranking"),
        ("download everything since january", "backfill-history"),
        ("numbers for a list of links", "score-spreadsheet"),
        ("who talks about us on facebook", "influencers"),
        ("spreadsheet of urls", "score-spreadsheet"),
        ("who writes about my brand", "top-authors"),
        ("my api key is not working", "first-call"),
        ("do I have access to the api", "first-call"),
        ("what is trending in ireland", "first-call"),
        ("most shared articles about climate change today", "top-stories"),
        ("viral news about my company", "top-stories"),
        ("latest headlines about electric vehicles", "top-stories"),
        ("check the performance of a list of urls from excel", "score-spreadsheet"),
        ("how is my press release page doing", "url-lookup"),
        ("which facebook pages should I pitch", "influencers"),
        ("accounts with the most followers", "influencers"),
        ("compare newspapers by engagement", "publisher-ranking"),
        ("rank news sites in october", "publisher-ranking"),
        ("give me two years of data", "backfill-history"),
        ("what has our campaign achieved", "campaign-results"),
    ],
)
def test_a_customers_question_finds_its_recipe_first(
    catalog: Callable[[str], Hits], question: str, recipe: str
) -> None:
    assert catalog(question).matches[0].row.name == f"newswhip/{recipe}"


@pytest.mark.parametrize(
    "question, recipe",
    [
        ("post to slack", "slack/post-digest"),
        ("tell our slack channel", "newswhip/velocity-alert"),
        ("notify the team", "newswhip/velocity-alert"),
        ("send a message", "slack/send-message"),
        ("webhook for alerts", "newswhip/velocity-alert"),
    ],
)
def test_what_writes_to_slack_is_found_by_what_people_ask(
    catalog: Callable[[str], Hits], question: str, recipe: str
) -> None:
    assert catalog(question).matches[0].row.name == recipe


class Shop:
    """A repository whose recipes differ in what a search looks at."""

    def __init__(self, write_recipe: Write, root: Path) -> None:
        self.write_recipe = write_recipe
        self.place = Place(root)
        (root / "recipes.toml").write_text('name = "harbour"\ntitle = "Harbour recipes"\n')

    def add(self, name: str, title: str = "What else is there?", *changes: tuple[str, str]) -> None:
        """Write a recipe; what all of them say is taken out of their texts."""
        replaced = [("Which ferries are late right now?", title), ('"getting-started", "ferries"', '"plain"')]
        at = f"recipes/harbour/{name}.py"
        path = self.write_recipe(*replaced, *changes, at=at)
        path.write_text(path.read_text().replace("For a new customer.", "").replace("Words to look for", "It"))

    def search(self, words: str, limit: int = 20) -> Hits:
        with Index(None) as index:
            return index.search([self.place], words, limit=limit)

    def found(self, words: str) -> list[str]:
        return [match.row.id.removeprefix("harbour/") for match in self.search(words).matches]


@pytest.fixture
def shop(write_recipe: Write, tmp_path: Path) -> Shop:
    return Shop(write_recipe, tmp_path)


def test_the_better_field_comes_first(shop: Shop) -> None:
    shop.add("one", "What else is there?", ("        topic: Words", "        topic: Tides, or words"))
    shop.add("two", "What else is there?", ("topic: str", "tides: str"), *RENAMED)
    shop.add("three", "What else is there?", ('"plain"', '"plain", "tides"'))
    shop.add("four", "When are the tides?")
    assert shop.found("tides") == ["four", "three", "two", "one"]


RENAMED = (("parameters.topic", "parameters.tides"), ("        topic: Words", "        tides: Words"))


def test_a_word_as_typed_comes_before_one_that_begins_with_it(shop: Shop) -> None:
    shop.add("a_topical", "Which topical ones are there?")
    shop.add("b_top", "Which are at the top?")
    assert shop.found("top") == ["b-top", "a-topical"]


def test_a_word_that_stands_for_it_comes_before_one_that_only_begins_with_it(shop: Shop) -> None:
    shop.add("a_letter", "Which newsletters are there?")
    shop.add("b_text", "Which articles are there?")
    assert shop.found("news") == ["b-text", "a-letter"]


def test_all_words_must_be_found(shop: Shop) -> None:
    shop.add("one", "Which boats sink?")
    shop.add("two", "Which boats swim?")
    assert (shop.found("boats swim"), shop.found("swim boats")) == (["two"], ["two"])


def test_where_no_recipe_has_all_words_those_with_most_come_first(shop: Shop) -> None:
    shop.add("one", "Which boats sink?")
    shop.add("two", "Which red boats swim?")
    shop.add("three", "Which anchors hold?")
    hits = shop.search("red boats sink fast")
    assert [(match.row.id, match.words) for match in hits.matches] == [("harbour/one", 2), ("harbour/two", 2)]
    assert (hits.words, hits.unknown) == (4, ("fast",))


def test_more_words_in_poor_fields_come_before_fewer_in_good_ones(shop: Shop) -> None:
    shop.add("one", "Which submarines are there?")
    shop.add("two", "What else is there?", ("        topic: Words", "        topic: Red boats, or words"))
    shop.add("three", "What else is there?", ("        topic: Words", "        topic: Red boats, or words"))
    assert shop.found("red boats submarines") == ["three", "two", "one"]


def test_words_across_fields_count_together(shop: Shop) -> None:
    shop.add("one", "Which boats sink?", ('"plain"', '"plain", "winter"'))
    shop.add("two", "Which boats swim?")
    assert shop.found("boats in winter") == ["one"]


@pytest.mark.parametrize(
    "typed", ["ranking", "ranked", "ranks", "RANK", "rankin", "ränking", "r\u0061\u0308nking", "rakning", "rannking"]
)
def test_a_word_is_found_in_other_forms(shop: Shop, typed: str) -> None:
    shop.add("one", "What is the ranking of boats?")
    shop.add("two", "Which anchors hold?")
    assert shop.found(typed) == ["one"]


def test_a_word_without_its_end_is_found_though_its_stem_is_shorter(shop: Shop) -> None:
    shop.add("one", "What is the engagement?")
    hits = shop.search("engagemen")
    assert ([match.row.id for match in hits.matches], hits.replaced) == (
        ["harbour/one"],
        {"engagemen": "engagement"},
    )


def test_a_single_letter_is_the_beginning_of_nothing(shop: Shop) -> None:
    shop.add("one", "Which boats are there?")
    assert (shop.found("b"), shop.found("b boats")) == ([], ["one"])


def test_accents_do_not_matter(shop: Shop) -> None:
    shop.add("one", "Where is the café?")
    assert (shop.found("cafe"), shop.found("CAFÉ")) == (["one"], ["one"])


def test_what_was_looked_for_instead_of_a_typing_error_is_told(shop: Shop) -> None:
    shop.add("one", "How do I compare boats?")
    hits = shop.search("comapre boats")
    assert (hits.replaced, hits.unknown, hits.total) == ({"comapre": "compare"}, (), 1)


def test_a_typing_error_in_a_synonym_is_one_too(shop: Shop) -> None:
    shop.add("one", "Which rivals are there?")
    assert (shop.found("competitor"), shop.found("competitro")) == (["one"], ["one"])


@pytest.mark.parametrize("typed", ["bots", "2025", "xoats"])
def test_short_words_and_numbers_are_taken_as_typed(shop: Shop, typed: str) -> None:
    shop.add("one", "Which bot has 2026 cars?")
    assert shop.search(typed).unknown == (() if typed == "bots" else (typed,))


def test_nothing_found_suggests_the_nearest_known_word(shop: Shop) -> None:
    shop.add("one", "Which lighthouses are there?")
    hits = shop.search("litehose")
    assert (hits.matches, hits.unknown, hits.suggestion) == ([], ("litehose",), "lighthouses")


def test_nothing_like_it_suggests_nothing(shop: Shop) -> None:
    shop.add("one")
    assert shop.search("zzqqxx") == Hits([], 0, 1, {}, ("zzqqxx",), "")


def test_words_that_everybody_uses_decide_nothing(shop: Shop) -> None:
    shop.add("one", "Which of the boats is it?")
    shop.add("two", "Which anchors hold?")
    assert shop.found("what is the anchor of my life") == ["two"]


def test_alone_they_are_looked_for(shop: Shop) -> None:
    shop.add("one", "Which is it?")
    shop.add("two", "Whom do anchors hold?")
    assert shop.found("whom") == ["two"]


@pytest.mark.parametrize("text", ["", "   ", "?!", "\0", "😀"])
def test_without_a_word_nothing_is_found(shop: Shop, text: str) -> None:
    shop.add("one")
    assert shop.search(text) == Hits([], 0, 0, {}, (), "")


def test_why_names_fields_and_words(shop: Shop) -> None:
    shop.add("boat_prices", "What does a boat cost, and which boats are cheap?", ('"plain"', '"boat-trade", "x"'))
    [match] = shop.search("boats cost").matches
    assert match.why == "name: boat; title: boat, cost, boats; tag: boat-trade"


def test_why_names_three_words_of_a_field_at_most(shop: Shop) -> None:
    shop.add("one", "Which boats are red, late and cheap?")
    assert [match.why for match in shop.search("boats red late cheap").matches] == ["title: boats, red, late"]


def record(root: Path, name: str, *endpoints: str, row: str = "") -> None:
    """Put a case of a recipe of the shop in its place."""
    folder = root / "cassettes" / "harbour" / name
    folder.mkdir(parents=True)
    pairs = [endpoint.split(" ") for endpoint in endpoints]
    requests = [f'- request:\n    method: {method}\n    uri: "https://x.example{path}"\n' for method, path in pairs]
    (folder / "default.yaml").write_text("interactions:\n" + "".join(requests))
    (folder / "default.jsonl").write_text(row)


@pytest.mark.parametrize("typed", ["/fbPosts", "fbposts", "POST /fbPosts", "v1 fbPosts", "fbP"])
def test_a_recipe_is_found_by_the_endpoints_it_calls(shop: Shop, tmp_path: Path, typed: str) -> None:
    shop.add("one")
    shop.add("two")
    record(tmp_path, "two", "POST /v1/fbPosts", "GET /v1/fbPosts", "GET /v1/fbPages")
    assert shop.found(typed) == ["two"]
    assert shop.search("fbPosts").matches[0].why == (
        "endpoint: POST https://x.example/v1/fbPosts, GET https://x.example/v1/fbPosts"
    )


def test_several_endpoints_find_the_recipe_that_calls_both(shop: Shop, tmp_path: Path) -> None:
    for name, endpoints in (("one", ["/articles"]), ("two", ["/stats"]), ("three", ["/stats", "/articles"])):
        shop.add(name)
        record(tmp_path, name, *(f"POST {path}" for path in endpoints))
    assert shop.found("articles stats") == ["three"]


def test_the_method_alone_finds_nothing(shop: Shop, tmp_path: Path) -> None:
    shop.add("one")
    record(tmp_path, "one", "POST /articles")
    assert shop.found("post") == []


def test_a_recipe_is_found_by_its_recorded_columns_after_those_that_ask_for_them(shop: Shop, tmp_path: Path) -> None:
    shop.add("one")
    shop.add("two", "What else is there?", ("topic: str", "followers: str"), *ASKING_FOR_FOLLOWERS)
    record(tmp_path, "one", row='{"followers":1}\n')
    assert shop.found("followers") == ["two", "one"]
    assert shop.search("followers").matches[1].why == "column: followers"


ASKING_FOR_FOLLOWERS = (
    ("parameters.topic", "parameters.followers"),
    ("        topic: Words", "        followers: Words"),
)


def test_the_limit_bounds_what_is_shown_not_what_is_counted(shop: Shop) -> None:
    for number in range(5):
        shop.add(f"boat_{number}")
    hits = shop.search("boat", limit=2)
    assert ([match.row.id for match in hits.matches], hits.total) == (["harbour/boat-0", "harbour/boat-1"], 5)


def test_without_repositories_nothing_is_found() -> None:
    with Index(None) as index:
        assert index.search([], "boats") == Hits([], 0, 1, {}, ("boats",), "")


def test_a_broken_recipe_is_not_found(shop: Shop) -> None:
    shop.add("boats")
    (shop.place.root / "recipes" / "harbour" / "boats.py").write_text('"""Which boats?"""')
    assert shop.search("boats").matches == []


def test_the_row_is_that_of_the_listing(write_repository: Write) -> None:
    places = [
        Place(write_repository("mine", "harbour/late")),
        Place(write_repository("team", "harbour/late"), "team"),
        Place(write_repository("catalog", "harbour/late", "sea/tides"), "catalog"),
    ]
    with Index(None) as index:
        listed = index.listing(places).recipes
        found = [match.row for match in index.search(places, "ferries").matches]
    assert found == listed


def test_other_repositories_in_the_cache_change_no_answer(write_repository: Write, tmp_path: Path) -> None:
    mine, other = Place(write_repository("mine", "harbour/late")), Place(write_repository("other", "sea/ferries"))
    with Index(tmp_path / "cache") as index, Index(None) as alone:
        index.listing([other])
        assert index.search([mine], "ferries harbour") == alone.search([mine], "ferries harbour")


def test_a_number_is_a_word_like_any_other(shop: Shop) -> None:
    shop.add("one", "Which 5 boats are there?")
    assert (shop.found("5"), shop.found("1"), shop.found("5 boats")) == (["one"], [], ["one"])


def test_an_edit_is_found_at_once(write_repository: Write, tmp_path: Path) -> None:
    place = Place(write_repository("mine", "harbour/late"))
    path = place.root / "recipes" / "harbour" / "late.py"
    with Index(tmp_path / "cache", now_ns=lambda: FAR) as index:
        assert index.search([place], "submarines").total == 0
        path.write_text(path.read_text().replace("Which ferries", "Which submarines"))
        assert index.search([place], "submarines").total == 1
        assert index.search([place], "which ferries are late right now").matches[0].words == 3
        path.unlink()
        assert index.search([place], "submarines").total == 0


def test_without_fts5_search_says_so() -> None:
    connection = open_in_memory()
    connection.set_authorizer(hide_modules)
    with pytest.raises(AskedWrongly, match="Search needs an SQLite with FTS5"):
        search(Lookup(connection, []), "boats", 5)
    connection.close()


def hide_modules(_action: int, table: str | None, *_: str | None) -> int:
    """Make the list of SQLite's modules look empty."""
    return sqlite3.SQLITE_IGNORE if table == "pragma_module_list" else sqlite3.SQLITE_OK


HOSTILE = (
    *('"', '""', "'", "*", "a*", "NEAR(a b)", "a NEAR b", "title:x", "-a", "a AND", "OR", "NOT a", "(", ")", "^a"),
    *(
        "\0",
        "a\0b",
        "😀 key",
        "\ud800",
        "x" * 10_000,
        "key " * 10_000,
        "{a}",
        "a+b",
        "ßẞ",
        "\u0345",
        "٣",
        "\uff4b\uff45\uff59",
    ),
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_only_words(catalog: Callable[[str], Hits], text: str) -> None:
    hits = catalog(text)
    assert hits.total >= len(hits.matches)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=40))
def test_any_text_is_only_words(catalog: Callable[[str], Hits], text: str) -> None:
    hits = catalog(text)
    assert hits.total >= len(hits.matches)
