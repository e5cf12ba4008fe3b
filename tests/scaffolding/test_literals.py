import ast
import io
import tokenize
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runner.catalog.syntax import literal as read_literal
from runner.scaffolding.literals import comment_text, docstring_text, identifier, literal, toml_text

HOSTILE = (
    '"""; import os',
    "'''",
    "\\",
    '\\"',
    "a\nb",
    "{{ x }}",
    "# /// script",
    "\u202e",
    "\u2028",
    "\0",
    "\r",
    "\ud800",
)
TEXTS = st.one_of(st.text(), st.text(st.characters()), st.lists(st.sampled_from(HOSTILE)).map("".join))
SCALARS = st.one_of(
    *(TEXTS, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False), st.dates()),
    st.datetimes(timezones=st.just(UTC)).map(lambda each: each.replace(fold=0)),
)


def evaluated(text: str) -> Any:
    names = {"date": date, "datetime": datetime, "UTC": UTC, "Path": Path}
    return eval(compile(ast.parse(text, mode="eval"), "literal", "eval"), {"__builtins__": {}}, names)


@given(SCALARS | st.lists(SCALARS), st.integers(0, 12))
@example("x" * 500, 4)
@example(["word " * 60, 'it\'s "x"'], 8)
def test_a_literal_gives_the_value_back(value: object, indent: int) -> None:
    written = literal(value, indent=indent, first=indent)
    assert evaluated(written) == value
    assert type(evaluated(written)) is type(value)


@given(TEXTS, st.integers(0, 40))
def test_a_literal_of_text_fits_the_line_and_shows_every_character(text: str, indent: int) -> None:
    lines = literal(text, indent=indent, first=indent).split("\n")
    assert all(len(line) <= 120 for line in lines)
    assert all(char.isprintable() for line in lines for char in line)


@pytest.mark.parametrize(
    "value, written",
    [
        ("plain", '"plain"'),
        ('say "x"', "'say \"x\"'"),
        ("it's", '"it\'s"'),
        ('it\'s "x"', "'it\\'s \"x\"'"),
        ("it's 'x\"", '"it\'s \'x\\""'),
        (True, "True"),
        (date(2026, 1, 31), "date(2026, 1, 31)"),
        (datetime(2026, 1, 31, 9, tzinfo=UTC), "datetime(2026, 1, 31, 9, 0, tzinfo=UTC)"),
        (datetime(2026, 1, 31, 9, tzinfo=timezone(timedelta(hours=1))), "datetime(2026, 1, 31, 8, 0, tzinfo=UTC)"),
        (datetime(2026, 1, 31, 9, 0, 1, tzinfo=UTC), "datetime(2026, 1, 31, 9, 0, 1, tzinfo=UTC)"),
        (Path("a/b.csv"), 'Path("a/b.csv")'),
        (("a", 1), '["a", 1]'),
        ({"a": [1]}, '{"a": [1]}'),
    ],
)
def test_a_literal_is_what_a_person_would_write(value: object, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize(
    "value", [date(2026, 1, 31), datetime(2026, 1, 31, 9, tzinfo=UTC), Path("a.csv"), "a", 1.5, -1]
)
def test_the_catalog_reads_a_literal_as_the_default_of_a_parameter(value: object) -> None:
    assert read_literal(ast.parse(literal(value), mode="eval").body) == value


def test_long_values_are_broken_as_a_formatter_would() -> None:
    assert literal({"words": "ab " * 60, "n": [1]}, indent=4, first=10, after=1) == (
        "{\n"
        '        "words": (\n'
        f'            "{"ab " * 35}"\n'
        f'            "{"ab " * 25}"\n'
        "        ),\n"
        '        "n": [1],\n'
        "    }"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, datetime(2026, 1, 31), object()])
def test_what_has_no_literal_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="has no literal"):
        literal(value)


@given(SCALARS.filter(lambda each: each is not None) | st.lists(TEXTS))
def test_toml_text_is_one_line_that_gives_the_value_back(value: object) -> None:
    written = toml_text(value)
    assert len(written.splitlines()) == 1
    assert tomllib.loads(f"value = {written}")["value"] == mended(value)


def mended(value: object) -> object:
    if isinstance(value, list):
        return list(map(mended, value))
    return (
        value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if isinstance(value, str) else value
    )


@given(TEXTS, st.integers(0, 8))
def test_a_docstring_holds_any_text_and_nothing_ends_it(text: str, indent: int) -> None:
    for written in (docstring_text(text), docstring_text(text, indent=indent, first=indent)):
        module = ast.parse(f'"""\n{" " * indent}{written}\n"""\nx = 1\n')
        assert [type(each) for each in module.body] == [ast.Expr, ast.Assign]
        said = ast.get_docstring(module) or ""
        assert " ".join(said.split()) == " ".join(str(mended(text)).split())
        assert not [line for line in written.split("\n") if line.lstrip().startswith("#") and "///" in line[:6]]


@given(TEXTS)
def test_a_docstring_may_begin_and_end_beside_its_quotes(text: str) -> None:
    module = ast.parse(f'"""{docstring_text(text)}"""\nx = 1\n')
    assert [type(each) for each in module.body] == [ast.Expr, ast.Assign]


@given(TEXTS)
@example("/// script")
@example(" ///")
def test_a_comment_stays_one_comment_and_begins_no_block(text: str) -> None:
    written = f"# {comment_text(text)}\n"
    tokens = list(tokenize.generate_tokens(io.StringIO(written).readline))
    assert [each.type for each in tokens] == [tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER]
    assert not written.startswith("# ///")


@pytest.mark.parametrize("text", ["", "a b", "1a", "a-b", "class", "é", "a\n"])
def test_what_names_nothing_in_python_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no name in Python"):
        identifier(text)
