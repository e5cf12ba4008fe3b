import tomllib
from pathlib import Path

import pytest

from runner.catalog.toml_lines import line_of, parse_toml
from runner.errors import BrokenSource

TEXT = '''\
# title = "not this one"
title = "a [key] # no comment"
text = """
[key]
name = 1
"""
list = [
  "a", # ]
  "]",
]
"quoted.key" = 'x'

[key]
name = "key"
"odd \\" name".deep = 1
table = {mark = "bar", x = [1, 2]}

[[rates]]
calls = 1

[[rates]]
per = "s"
calls = 2

[a."b.c".d]
e = 1
'''


@pytest.mark.parametrize(
    "key_path, line",
    [
        (["title"], 2),
        (["text"], 3),
        (["list"], 7),
        (["quoted.key"], 11),
        (["key"], 13),
        (["key", "name"], 14),
        (["key", 'odd " name'], 15),
        (["key", 'odd " name', "deep"], 15),
        (["key", "table", "mark"], 16),
        (["rates"], 18),
        (["rates", "calls"], 19),
        (["rates", "0", "calls"], 19),
        (["rates", "1"], 21),
        (["rates", "1", "calls"], 23),
        (["a"], 25),
        (["a", "b.c", "d", "e"], 26),
    ],
)
def test_a_key_is_found_where_it_stands(key_path: list[str], line: int) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, key_path) == line


def test_a_missing_key_is_at_its_table() -> None:
    assert line_of(TEXT, ["key", "env"]) == 13


def test_a_missing_table_is_at_the_first_line() -> None:
    assert line_of(TEXT, ["limits"]) == 1


@pytest.mark.parametrize(
    "text, line, problem",
    [
        ("a = 1\nb = = 2\n", 11, "this is no TOML: Invalid value"),
        ("a = 1\na = 2\n", 11, "this is no TOML: Cannot overwrite a value"),
        ("a = 1\nb = [\n", 12, "this is no TOML: Invalid value"),
        ("a = " + "[" * 5000, 10, "this TOML is nested too deeply"),
        ("a = 1\nb" + ".b" * 50 + " = 1\n", 11, "this line has more than 40 dots"),
        ("a" + ".a" * 60_000 + " = 1\n", 10, "this TOML is larger than 100 kB"),
    ],
)
def test_broken_toml_names_the_line_in_its_file(text: str, line: int, problem: str) -> None:
    with pytest.raises(BrokenSource) as caught:
        parse_toml(text, Path("api.toml"), first_line=10)
    assert (caught.value.line, caught.value.problem) == (line, problem)


def test_an_endless_number_is_no_toml() -> None:
    with pytest.raises(BrokenSource, match=r"^api\.toml:1: this is no TOML: Exceeds the limit"):
        parse_toml("a = " + "9" * 5000, Path("api.toml"))
