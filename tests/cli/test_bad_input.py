"""Recipes on bad days: nothing found, gaps, too much, wrong words, days and files, a 429 or a kill in the middle."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runner.cli import main
from tests.cli.front import FRONT, KILLED_AT, ROOT, build_repository, capped, first, full, gaps, more, nothing, zeros
from tests.cli.sandboxes import RECIPES

Run = Callable[..., Result]
Rows = list[dict[str, Any]]

ASKING = [name.removeprefix("newswhip/") for name in RECIPES if name != "slack/send-message"]
SHORT = {
    "count-first": ("--since", "2026-10-20"),
    "interest-peaks": ("--weeks", "1"),
    "publisher-history": ("--since", "2026-07-01"),
}
"""Less work for the recipes that have most, where nothing depends on how much."""
PAGES = {"campaign-results", "crisis-watch", "first-query", "morning-digest", "slack/post-digest"}
ROWS = [name for name in ASKING if name not in PAGES]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What leads to a trusted repository whose sandbox is the front."""
    folder = tmp_path_factory.mktemp("bad-days")
    build_repository(folder / "mine")
    environment = {"RECIPES_REPOSITORY": str(folder / "mine"), "RECIPES_HOME": str(folder / "home")}
    assert CliRunner().invoke(main, ["trust", str(folder / "mine")], env=environment).exit_code == 0
    return environment


@pytest.fixture
def run(invoke: Run, environment: dict[str, str]) -> Iterator[Run]:
    """Try a recipe, whose API may answer something else than it would."""

    def run(
        recipe: str, *words: str, change: Callable[[Any], Any] = lambda answer: answer, refused: range = range(0)
    ) -> Result:
        FRONT.change, FRONT.refused, FRONT.moments = change, refused, []
        short = SHORT.get(recipe, ())
        words = words if set(short[:1]) & set(words) else (*short, *words)
        result = invoke(
            "run", recipe, "--try", "--format", "md" if recipe in PAGES else "jsonl", *words, env=environment
        )
        assert "raised" not in result.stderr
        assert re.search(r"\b(None|nan|NaN|inf)\b", result.stdout) is None
        return result

    yield run
    FRONT.change, FRONT.refused = lambda answer: answer, range(0)


def rows_of(result: Result) -> Rows:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def error_of(result: Result) -> str:
    return next(line for line in result.stderr.splitlines() if line.startswith("Error  "))


SAYS_NOTHING = {
    "campaign-results": "# Our coverage: 0 of 6 links are known",
    "crisis-watch": "# Nimbus Vault: calm",
    "first-query": "# What came back: 0 of the 0 articles that match",
    "morning-digest": "A quiet night.",
    "slack/post-digest": "nothing new",
}
COUNTS = ("articles", "interactions", "matches", "found")


@pytest.mark.parametrize("recipe", ASKING)
def test_where_nothing_is_found_the_result_says_so(run: Run, recipe: str) -> None:
    result = run(recipe, change=nothing)
    if recipe in PAGES:
        assert SAYS_NOTHING[recipe] in result.stdout.splitlines()
        return
    rows = rows_of(result)
    if recipe == "error-answers":
        assert rows[0]["says"] == "0 articles"
        return
    assert all(any(name in row for name in COUNTS) for row in rows)
    assert {row[name] for row in rows for name in COUNTS if name in row} <= {0, None}  # False is 0 too


ONE = {
    **{"backfill-history": 2, "competitor-benchmark": 5, "competitor-watch": 6, "count-first": 5, "coverage-corpus": 3},
    **{"duplicates": 5, "engagement-spread": 8, "error-answers": 16, "filter-clinic": 10, "influencers": 2},
    **{"interest-peaks": 7, "merged-queries": 8, "page-audit": 2, "publisher-history": 4, "score-spreadsheet": 7},
    **{"settled-numbers": 7, "shared-rate-limit": 12, "stats-frame": 4, "top-authors": 0, "url-lookup": 3},
    **{"velocity-alert": 3, "velocity-curve": 6, "wallboard": 2},
}
"""How many rows a recipe gives where each answer has one match; one, if it is not here."""


@pytest.mark.parametrize("recipe", ASKING)
def test_one_match_is_enough(run: Run, recipe: str) -> None:
    result = run(recipe, change=partial(first, 1))
    assert result.exit_code == 0
    if recipe in ROWS:
        rows = rows_of(result)
        assert len(rows) == ONE.get(recipe, 1)
        assert all(0 <= (value or 0) <= 100 for row in rows for name, value in row.items() if name == "percent")


EMPTIED = {
    "articles-frame": {
        "authors",
        "country",
        "entities",
        "keywords",
        "topics",
        "overperforming",
        "tweets_overperforming",
    },
    "backfill-history": {"country"},
    "top-authors": {"articles", "best_link", "interactions", "outlets"},  # nobody's name stands below an article
}
PARTS = {"likes", "comments", "shares"}


@pytest.mark.parametrize("recipe", ROWS)
def test_what_is_null_or_left_out_empties_its_own_column_and_no_other(run: Run, recipe: str) -> None:
    rows, expected = rows_of(run(recipe, change=gaps)), rows_of(run(recipe))
    empty = EMPTIED.get(recipe, set()) | (
        PARTS if recipe in ("articles-frame", "score-spreadsheet", "url-lookup") else set()
    )
    assert [{**row, **dict.fromkeys(empty)} for row in rows] == [{**row, **dict.fromkeys(empty)} for row in expected]
    assert not any(row[name] for row in rows for name in empty)


@pytest.mark.parametrize("recipe", sorted(PAGES))
def test_a_page_with_gaps_is_whole(run: Run, recipe: str) -> None:
    page, expected = run(recipe, change=gaps).stdout, run(recipe).stdout
    assert page == re.sub(r": [\d,]+ likes, [\d,]+ comments, [\d,]+ shares", "", expected)


@pytest.mark.parametrize("recipe", ASKING)
def test_nothing_is_divided_by_what_nobody_has_reacted_to(run: Run, recipe: str) -> None:
    result = run(recipe, change=zeros)
    assert result.exit_code == 0
    if recipe in ROWS:
        assert len(rows_of(result)) == (0 if recipe == "velocity-alert" else len(rows_of(run(recipe))))


TOO_MANY = {
    **dict.fromkeys(("merged-queries", "wire-customers"), "too many for one answer: ask for fewer days"),
    **dict.fromkeys(("story-clusters", "syndication-report"), "too many for one answer: ask for fewer hours"),
    "story-spread": "too many for one answer: give more of the headline",
    "who-was-first": "and the first are not in the answer: ask for fewer days",
}
CUT = ("backfill-history", "engagement-spread")
TOTALS = {
    **dict.fromkeys(("count-first", "shared-rate-limit"), "articles"),
    **{"coverage-corpus": "found", "filter-clinic": "matches"},
}
TOLD = {"crisis-watch": "3 of 15,602 articles", "first-query": "5 of the 15,602 articles", "morning-digest": "15,602"}


@pytest.mark.parametrize("recipe", [name for name in ASKING if name not in CUT])
def test_more_than_one_answer_holds_is_refused_or_told_where_it_would_be_wrong(run: Run, recipe: str) -> None:
    result = run(recipe, change=more)
    if recipe in TOO_MANY:
        said = re.sub(" match,? ", " ", TOO_MANY[recipe])
        assert re.sub(" match,? ", " ", error_of(result)).endswith(f"stopped: 15,602 articles {said}.")
        assert (result.stdout, result.exit_code) == ("", 1)
    elif recipe in PAGES:
        assert TOLD.get(recipe, "") in result.stdout
    else:
        rows = rows_of(result)
        assert len(rows) == len(rows_of(run(recipe)))
        assert {row[TOTALS[recipe]] for row in rows if recipe in TOTALS} <= {15_602, None}


@pytest.mark.parametrize("recipe", [*TOO_MANY, "duplicates"])
def test_an_answer_that_is_full_is_not_taken_for_all(run: Run, recipe: str) -> None:
    words = ("--headline", "ferry strike") if recipe in ("story-spread", "who-was-first") else ()
    result = run(recipe, *words, change=full)
    assert "5,000 articles" in error_of(result)
    assert (result.stdout, result.exit_code) == ("", 1)


@pytest.mark.parametrize("change", [capped, full])
@pytest.mark.parametrize("recipe", CUT)
def test_a_window_that_holds_more_than_one_answer_is_cut_and_nothing_lost(
    run: Run, recipe: str, change: Callable[[Any], Any]
) -> None:
    words = ("--since", "2026-11-18") if recipe == "backfill-history" else ()
    whole = rows_of(run(recipe, *words))
    calls = len(FRONT.moments)
    assert rows_of(run(recipe, *words, change=change)) == whole
    assert len(FRONT.moments) > 3 * calls


def test_more_names_than_one_call_takes_are_asked_for_in_two(run: Run) -> None:
    brands = ["Hearthwell", *(f"Invented Maker Number {number}" for number in range(760)), "Larkfield Homes"]
    rows = rows_of(run("merged-queries", "--days", "1", *(word for brand in brands for word in ("--brands", brand))))
    assert len(FRONT.moments) == 2  # the last name stands in the second
    found = {row["brand"]: row["articles"] for row in rows if row["articles"]}
    assert list(found) == ["Hearthwell", "Larkfield Homes"]
    assert found == {
        row["brand"]: row["articles"]
        for row in rows_of(run("merged-queries", "--days", "1"))
        if row["brand"] in brands and row["articles"]
    }


def test_what_a_corpus_lacks_stands_in_its_rows(run: Run) -> None:
    rows = rows_of(run("coverage-corpus", change=capped))
    assert {row["day"] for row in rows if row["lost"]} == {"2026-11-18", "2026-11-19"}
    assert all(row["found"] - row["lost"] == min(10, row["found"]) for row in rows)


NOBODY = "nobody-at-all.example"


@pytest.mark.parametrize(
    "recipe, words, expected",
    [
        (
            "competitor-benchmark",
            ("--publishers", NOBODY, "--publishers", "harbourpost.example"),
            {"articles": {0, 141}},
        ),
        ("competitor-watch", ("--publishers", NOBODY), {}),
        ("engagement-spread", ("--publishers", NOBODY), {"articles": {0}, "percent": {None}}),
        ("publisher-history", ("--publisher", NOBODY), {"articles": {0}, "average": {None}}),
        ("page-audit", ("--page", "1"), {}),
        ("story-spread", ("--publisher", NOBODY), {"publisher": {"meridianwire.example", "smilefeed.example"}}),
    ],
)
def test_a_publisher_that_does_not_exist_has_nothing(
    run: Run, recipe: str, words: tuple[str, ...], expected: dict[str, set[Any]]
) -> None:
    rows = rows_of(run(recipe, *words))
    assert bool(rows) == bool(expected)
    assert all(values <= {row[name] for row in rows} for name, values in expected.items())


TOMORROW = "2026-11-21"


@pytest.mark.parametrize(
    "recipe, words, said",
    [
        *(
            (recipe, words, f"since is {words[1]}, which is not before {last}")
            for recipe in ("backfill-history", "count-first", "coverage-corpus")
            for words, last in [
                (("--since", "2026-11-10", "--until", "2026-11-01"), "2026-11-01"),
                (("--since", "2026-11-10", "--until", "2026-11-10"), "2026-11-10"),
                (("--since", "2027-01-01", "--until", "2027-02-01"), "2026-11-20"),
            ]
        ),
        ("publisher-history", ("--until", "2026-07-01"), "there is no full month from 2026-07-01 until 2026-07-01"),
        ("publisher-history", ("--since", "2027-01-01"), "there is no full month from 2027-01-01 until 2026-11-01"),
        ("publisher-ranking", ("--month", "2027-01-01"), "month is 2027-01, which is still to come"),
        ("duplicates", ("--until", TOMORROW), f"until is {TOMORROW}, which is still to come"),
        ("who-was-first", ("--until", TOMORROW), f"until is {TOMORROW}T00:00:00Z, which is still to come"),
        ("story-spread", ("--released", TOMORROW), f"released is {TOMORROW}T00:00:00Z, which is still to come"),
        ("interest-peaks", ("--until", "2018-01-10"), "only 2018-01-01 to yesterday can be counted"),
        ("interest-peaks", ("--until", TOMORROW), "only 2018-01-01 to yesterday can be counted"),
    ],
)
def test_days_the_wrong_way_round_or_to_come_are_told_before_any_call(
    run: Run, recipe: str, words: tuple[str, ...], said: str
) -> None:
    result = run(recipe, *words)
    assert error_of(result).startswith(f"Error  The recipe newswhip/{recipe} stopped: {said}")
    assert (result.stdout, result.exit_code, FRONT.moments) == ("", 1, [])


@pytest.mark.parametrize(
    "recipe, option",
    [
        *((recipe, "since") for recipe in ("backfill-history", "count-first", "coverage-corpus", "publisher-history")),
        *((recipe, "until") for recipe in ("duplicates", "interest-peaks", "who-was-first")),
        *(("publisher-ranking", "month"), ("story-spread", "released")),
    ],
)
def test_what_is_older_than_the_api_is_refused(run: Run, recipe: str, option: str) -> None:
    result = run(recipe, f"--{option}", "2017-12-31")
    assert error_of(result).startswith(f"Error  --{option} must be at least 2018-01-01")
    assert (result.exit_code, FRONT.moments) == (2, [])


@pytest.mark.parametrize("recipe", ["backfill-history", "count-first", "coverage-corpus", "publisher-history"])
def test_what_is_still_to_come_is_not_asked_for(run: Run, recipe: str) -> None:
    words = () if recipe in SHORT else ("--since", "2026-11-15")
    whole = rows_of(run(recipe, *words))
    calls = len(FRONT.moments)
    assert rows_of(run(recipe, *words, "--until", "2027-03-01")) == whole
    assert len(FRONT.moments) == calls


def test_a_week_that_is_not_over_is_not_kept_as_done(run: Run, tmp_path: Path) -> None:
    words = ("--since", "2026-11-15", "--until", "2026-12-01", "--folder", str(tmp_path / "kept"))
    early = rows_of(run("backfill-history", "--now", "2026-11-18T00:00:00Z", *words))
    late = rows_of(run("backfill-history", *words))
    assert late == rows_of(run("backfill-history", *words[:4]))
    assert len(late) > len(early) > 0


@pytest.mark.parametrize(
    "recipe, words",
    [
        *((name, ("--query", "(ferry")) for name in ("articles-frame", "count-first", "duplicates", "stats-frame")),
        *((name, ("--query", "(ferry")) for name in ("first-query", "prediction-accuracy", "syndication-report")),
        *((name, ("--topic", "ferry\\")) for name in ("backfill-history", "campaign-results", "influencers")),
        *((name, ("--topic", "ferry\\")) for name in ("interest-peaks", "settled-numbers", "shared-rate-limit")),
        *((name, ("--topic", "ferry\\")) for name in ("story-clusters", "top-authors", "top-stories")),
        *((name, ("--topic", "ferry\\")) for name in ("velocity-alert", "youtube-videos")),
        *(("engagement-spread", ("--publishers", "x\\")), ("publisher-history", ("--publisher", "x\\"))),
        *(
            ("coverage-corpus", ("--terms", "x\\")),
            ("crisis-watch", ("--brand", "x\\")),
            ("page-audit", ("--page", "x\\")),
        ),
        *(("morning-digest", ("--beats", "x=(ferry")), ("slack/post-digest", ("--topics", "x\\"))),
        *(("who-was-first", ("--headline", "x\\")), ("story-spread", ("--publisher", "x\\"))),
    ],
)
def test_of_a_query_that_is_none_the_message_of_the_api_is_shown(run: Run, recipe: str, words: tuple[str, ...]) -> None:
    result = run(recipe, *words)
    assert error_of(result).startswith(
        "Error  NewsWhip refused the request (400 Bad Request). It says: Failed to parse query ["
    )
    assert (result.stdout, result.exit_code) == ("", 5)


PHRASES = {
    **dict.fromkeys(
        ("backfill-history", "influencers", "interest-peaks", "settled-numbers", "shared-rate-limit"), "topic"
    ),
    **dict.fromkeys(("story-clusters", "top-authors", "top-stories", "velocity-alert", "youtube-videos"), "topic"),
    **{"crisis-watch": "brand", "merged-queries": "brands", "coverage-corpus": "terms", "who-was-first": "headline"},
    **{"story-spread": "headline", "slack/post-digest": "topics"},
}


@pytest.mark.parametrize("recipe", PHRASES)
def test_quotes_around_a_phrase_change_nothing(run: Run, recipe: str) -> None:
    option = f"--{PHRASES[recipe]}"
    plain, quoted = run(recipe, option, "heat pump"), run(recipe, option, '"heat pump"')
    assert quoted.stdout.replace('"heat pump"', "heat pump").replace('\\"heat pump\\"', "heat pump") == plain.stdout
    assert plain.stdout == "" or recipe in PAGES or rows_of(run(recipe, option, "pump heat")) != rows_of(plain)


def test_the_brief_on_no_brand_is_not_calm(run: Run) -> None:
    assert "empty" in error_of(run("crisis-watch", "--brand", ""))


TABLES = [
    ("another column", b"link,name\nhttps://x.example/a,x\n", "no column"),
    ("empty", b"", "no column"),
    ("semicolons", b"url;rating;publisher\nhttps://x.example/a;x;y\n", "no column"),
    ("another encoding", "url,rating,publisher\n\u00e9,x,y\n".encode("latin-1"), "must be saved as CSV in UTF-8"),
    ("an open quote", b'url,rating,publisher\n"x,y,z\nx,y,z\n', "below line 1: unexpected end of data"),
]
FILES = {
    "url-lookup": ("--urls", "https://x.example", "--file", "list.csv"),
    "score-spreadsheet": ("--file", "list.csv"),
    "coverage-corpus": ("--since", "2026-11-19", "--outlets", "list.csv"),
}


@pytest.mark.parametrize("recipe", FILES)
@pytest.mark.parametrize("content, said", [table[1:] for table in TABLES], ids=[table[0] for table in TABLES])
def test_a_broken_table_is_refused_before_any_call(
    run: Run, folder: Path, recipe: str, content: bytes, said: str
) -> None:
    (folder / "list.csv").write_bytes(content)
    result = run(recipe, *FILES[recipe])
    assert error_of(result).startswith(f"Error  The recipe newswhip/{recipe} stopped: list.csv")
    assert said in error_of(result)
    assert (result.stdout, result.exit_code, FRONT.moments) == ("", 1, [])


@pytest.mark.parametrize("recipe", FILES)
def test_a_table_that_is_not_there_is_named(run: Run, recipe: str) -> None:
    said = f"Error  The recipe newswhip/{recipe} stopped: list.csv: No such file or directory."
    assert error_of(run(recipe, *FILES[recipe])) == said


@pytest.mark.parametrize(
    "recipe, content, count",
    [
        ("url-lookup", b"url\n", 1),
        ("url-lookup", b"url,day\nhttps://x.example/a\n\nhttps://x.example/b,2026-11-18,more,still\n,\n", 3),
        ("score-spreadsheet", b"url\n", 0),
        ("score-spreadsheet", b"url,day\nhttps://x.example/a\n\nhttps://x.example/b,2026-11-18,more,still\n,\n", 3),
        ("score-spreadsheet", b"url,day\nhttps://x.example/a,0001-01-01\nhttps://x.example/b,9999-12-31\n", 2),
        ("coverage-corpus", b"publisher,rating\n", 36),
        ("coverage-corpus", b"publisher,rating\nx.example\n\n", 36),
    ],
)
def test_a_table_with_gaps_is_read(run: Run, folder: Path, recipe: str, content: bytes, count: int) -> None:
    (folder / "list.csv").write_bytes(content)
    assert len(rows_of(run(recipe, *FILES[recipe]))) == count


MOMENTS = re.compile(r'(?<=:\d\d):\d\dZ|"(sent_after|waited)":[\d. ]+')
"""What a wait changes: the seconds of a moment, and what shared-rate-limit says of its own waits."""


@pytest.mark.parametrize("recipe", ASKING)
def test_a_429_in_the_middle_is_waited_out_and_changes_no_row(run: Run, recipe: str) -> None:
    whole = run(recipe)
    calls = len(FRONT.moments)
    middle = calls // 2 + 1
    result = run(recipe, refused=range(middle, middle + 1))
    assert (result.exit_code, len(FRONT.moments)) == (0, calls + 1)
    assert MOMENTS.sub("", result.stdout) == MOMENTS.sub("", whole.stdout)
    assert max(later - moment for moment, later in pairwise(FRONT.moments)) >= 7


@pytest.mark.parametrize("recipe", [name for name in ASKING if name != "error-answers"])
def test_a_429_that_stays_ends_the_run_with_what_the_api_says(run: Run, recipe: str) -> None:
    result = run(recipe, refused=range(1, 1000))
    said = "NewsWhip kept failing (429 Too Many Requests). It says: Request limit exceeded for this API key."
    assert error_of(result) == f"Error  {said}"
    assert (result.stdout, result.exit_code) == ("", 6)


def test_a_429_that_stays_is_a_row_of_the_recipe_on_errors(run: Run) -> None:
    rows = rows_of(run("error-answers", refused=range(1, 6)))
    assert (rows[0]["status"], rows[0]["try_again"], rows[1]["status"]) == (429, True, 400)


Try = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def in_process(environment: dict[str, str], folder: Path) -> Try:
    """Try a recipe in a process of its own, which is killed without any warning while it makes a certain call."""

    def run(recipe: str, *words: str, killed_at: int = 0) -> Any:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), KILLED_AT: str(killed_at), **environment}
        command = [sys.executable, "-m", "runner", "run", recipe, "--try", "-o", "rows.jsonl", "--force", *words]
        result = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60)
        assert result.returncode == (-9 if killed_at else 0), result.stderr
        return result

    return run


@pytest.mark.parametrize(
    "recipe, words",
    [
        ("competitor-watch", ()),
        ("interest-peaks", ("--weeks", "1")),
        ("score-spreadsheet", ("--file", "list.csv")),
        ("coverage-corpus", ("--codebook", "codebook.md")),
    ],
)
def test_a_kill_in_the_middle_leaves_the_file_before_it_as_it_was(
    in_process: Try, folder: Path, recipe: str, words: tuple[str, ...]
) -> None:
    lines = "".join(f"https://x.example/{number}\n" for number in range(12))
    (folder / "list.csv").write_text(f"url\n{lines}", encoding="utf-8")
    (folder / "rows.jsonl").write_text("before\n", encoding="utf-8")
    in_process(recipe, *words, killed_at=3)
    assert (folder / "rows.jsonl").read_text(encoding="utf-8") == "before\n"
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} == {"list.csv", "rows.jsonl"}


def test_forecasts_that_were_kept_give_the_rows_of_a_run_that_was_left_alone(in_process: Try, folder: Path) -> None:
    in_process("prediction-accuracy")
    whole = (folder / "rows.jsonl").read_text(encoding="utf-8")
    in_process("prediction-accuracy", "--kept", "kept.json", killed_at=9)
    for words in (("--kept", "kept.json"), ()):  # with the forecasts of nine o'clock, and with those of a quarter past
        in_process("prediction-accuracy", "--now", "2026-11-20T09:15:00Z", *words)
        assert ((folder / "rows.jsonl").read_text(encoding="utf-8") == whole) is bool(words)
    assert len(whole.splitlines()) == 20


def test_a_killed_alert_tells_each_story_once(in_process: Try, folder: Path) -> None:
    in_process("velocity-alert", "--told", "whole.txt")
    whole = (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    in_process("velocity-alert", "--told", "told.txt", killed_at=3)
    told = (folder / "told.txt").read_text(encoding="utf-8").splitlines()
    in_process("velocity-alert", "--told", "told.txt")
    rest = (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    assert 0 < len(told) < len(whole)
    assert rest == whole[len(told) :]
    assert (folder / "told.txt").read_text(encoding="utf-8") == (folder / "whole.txt").read_text(encoding="utf-8")
