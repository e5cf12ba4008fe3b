from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from runner.catalog.source import read_recipe
from runner.errors import BrokenSource
from runner.sharing.profile import Profile, customer_problem, profile_text, read_profile_text, value_problem
from runner.sharing.references import Reference

PATH = Path("acme.toml")
SECRET = "test-key-A1b2C3d4E5f6G7"
TEXT = """\
customer = "Acme News"

[values]
topic = "heat pumps"
hours = 48
names = [
    "Ann O",
    "Bo",
]
loud = true
share = 0.5
day = 2026-01-31
moment = 2026-01-31 09:00:00+00:00

[values."newswhip/top-stories"]
limit = 20

[keys]
NEWSWHIP_API_KEY = "env:ACME_KEY"
"""


def read(text: str) -> Profile:
    return read_profile_text(text, PATH, "acme")


def refused(text: str) -> BrokenSource:
    with pytest.raises(BrokenSource) as caught:
        read(text)
    return caught.value


def test_a_file_is_read_and_written_alike() -> None:
    profile = read(TEXT)
    assert profile == Profile(
        "acme",
        "Acme News",
        {
            "topic": "heat pumps",
            "hours": 48,
            "names": ["Ann O", "Bo"],
            "loud": True,
            "share": 0.5,
            "day": date(2026, 1, 31),
            "moment": datetime(2026, 1, 31, 9, tzinfo=UTC),
        },
        {"newswhip/top-stories": {"limit": 20}},
        {"NEWSWHIP_API_KEY": Reference("env", "ACME_KEY")},
    )
    assert (profile_text(profile), profile.count) == (TEXT, 8)


def test_an_empty_file_is_an_empty_profile() -> None:
    assert (read(""), profile_text(Profile("acme"))) == (Profile("acme"), "")


def test_hyphens_in_names_of_values_are_underscores() -> None:
    assert read("[values]\nopen-since = 1").values == {"open_since": 1}


def test_the_texts_of_all_values_are_known_by_name() -> None:
    text = '[values]\na = "x"\nb = ["y", "z"]\nc = 1\nd = " "\n[values."echo/things"]\na = "w"'
    assert list(read(text).texts()) == [("a", "x"), ("b", "y"), ("b", "z"), ("a", "w")]


KINDS = "must be a text, a number, true, false, a day, a moment, or a list of these"
LIKE_A_KEY = "looks like a key, and a profile only says where keys are kept"
A_KEY = "a key stands here, and a profile only says where keys are kept"
NO_SCHEME = (
    "this is no reference: it must be env:NAME, keyring:SERVICE/USER or cmd:COMMAND; a key itself does not belong here"
)
HOLDS_KEY = "this is no reference: it holds what looks like a key; only where the key is kept belongs here"


@pytest.mark.parametrize(
    "text, line, problem",
    [
        ("\ntopic = \n", 2, "this is no TOML: Invalid value"),
        ('x = 1\ncolour = "red"', 1, "a profile holds customer, values, keys and nothing else"),
        ("values = 1", 1, "values must be a table"),
        ("\nkeys = []", 2, "keys must be a table"),
        ("customer = 1", 1, "customer must be a text"),
        ('customer = "Acme\\nNews"', 1, "customer must be one line of at most 100 characters"),
        (f'customer = "{"x" * 101}"', 1, "customer must be one line of at most 100 characters"),
        ("[values]\na = 1\ntopic = [[1]]", 3, f"the value of topic {KINDS}"),
        ("[values]\ntopic = 09:00:00", 2, f"the value of topic {KINDS}"),
        ('[values]\n"a b" = 1', 2, "what stands here is no name of a parameter"),
        (f"[values]\n{SECRET} = 1", 2, "what stands here is no name of a parameter"),
        (f'[keys]\n{SECRET.replace("-", "_")} = "env:X"', 2, "keys are named by the variable that an api.toml names"),
        ("[values.things]\nx = 1", 1, "a table in values is named after a recipe"),
        ('[keys]\n"a-b" = "env:X"', 2, "keys are named by the variable that an api.toml names"),
        ("[keys]\nX = 1", 2, NO_SCHEME),
        ('[keys]\nA = "env:B"\nX = "test-key"', 3, NO_SCHEME),
        (f'[keys]\nX = "cmd:run {SECRET}"', 2, HOLDS_KEY),
        (f'[values]\nx = 1\ntopic = "{SECRET}"', 3, f"the value of topic {LIKE_A_KEY}"),
        (f'[values]\ntopics = ["a", "{SECRET}"]', 2, f"the value of topics {LIKE_A_KEY}"),
        ('[values]\napi_key = "test-key"', 2, f"the value of api_key {LIKE_A_KEY}"),
        (f'[values."echo/things"]\ntopic = "{SECRET}"', 2, f"the value of topic {LIKE_A_KEY}"),
        ('customer = "Acme"\n# curl https://someone:test-key-1@api.example/\n', 2, A_KEY),
    ],
)
def test_what_does_not_belong_into_a_profile_is_named_with_its_line(text: str, line: int, problem: str) -> None:
    error = refused(text)
    assert (error.line, error.problem) == (line, problem)
    assert "test-key" not in f"{error}{error.hint}{error.details}"


def test_where_a_key_was_the_fix_says_what_to_write() -> None:
    hint = (
        "write env:NAME, keyring:SERVICE/USER or cmd:COMMAND, and have the key replaced if others could read this file"
    )
    assert refused('[keys]\nX = "test-key"').hint == hint


@pytest.mark.parametrize(
    "name, value", [("topic", "heat pumps"), ("names", ["Ann", 1]), ("token_count", "3"), ("key", "")]
)
def test_plain_values_are_fine(name: str, value: object) -> None:
    assert value_problem(name, value) == ""


def test_a_plain_name_of_a_customer_is_fine() -> None:
    assert customer_problem("Müller & Söhne, 東京 (press)") == ""
    assert customer_problem(SECRET) == "holds what looks like a key"


RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What things are there?"""


def main(topic: str = "", hours: int = 1) -> str:
    """Say something.

    Args:
        topic: What.
        hours: How long.
    """
    return topic
'''


def test_a_recipe_gets_what_it_has_of_the_values_for_all_and_every_value_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "recipes" / "echo" / "things.py"
    path.parent.mkdir(parents=True)
    path.write_text(RECIPE, encoding="utf-8")
    own: dict[str, dict[str, object]] = {"echo/things": {"hours": 2, "x": 3}, "echo/others": {"topic": "b"}}
    profile = Profile("acme", values={"topic": "a", "hours": 1, "limit": 5}, recipe_values=own)
    assert profile.values_for(read_recipe(path)) == {"topic": "a", "hours": 2, "x": 3}
