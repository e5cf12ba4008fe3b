import ast
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from runner.catalog.syntax import NoLiteralError, dotted_name, literal, nodes_of


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    "text, value",
    [
        ("None", None),
        ("True", True),
        ("24", 24),
        ("-1.5", -1.5),
        ('"a"', "a"),
        ('["a", -1]', ["a", -1]),
        ('("a",)', ["a"]),
        ("date(2026, 1, 31)", date(2026, 1, 31)),
        ("datetime.date(2026, month=1, day=31)", date(2026, 1, 31)),
        ("datetime(2026, 1, 31, 9, tzinfo=UTC)", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("datetime(2026, 1, 31, tzinfo=timezone.utc)", datetime(2026, 1, 31, tzinfo=UTC)),
        ('Path("a.csv")', Path("a.csv")),
        ('pathlib.Path("a.csv")', Path("a.csv")),
    ],
)
def test_a_literal_is_evaluated(text: str, value: object) -> None:
    found = literal(expression(text))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text, problem",
    [
        ("NAME", "is not a plain value"),
        ("1 + 1", "is not a plain value"),
        ('b"a"', "is not a plain value"),
        ("...", "is not a plain value"),
        ("1j", "is not a plain value"),
        ("{}", "is not a plain value"),
        ('f"{1}"', "is not a plain value"),
        ("open('x')", "is not a plain value"),
        ("date.today()", "is not a plain value"),
        ("[open('x')]", "is not a plain value"),
        ('Path("a", "b")', "is not a plain value"),
        ("date(2026, 2, 30)", "is no day or moment that exists"),
        ("date(2026, 1)", "is no day or moment that exists"),
        ("date(2026, 1, 1, foo=1)", "is no day or moment that exists"),
        ("date(**{})", "is not made of plain numbers"),
        ("date(*x)", "is not made of plain numbers"),
        ("date(2026, 1, True)", "is not made of plain numbers"),
        ("date(1" + "0" * 30 + ", 1, 1)", "is no day or moment that exists"),
        ("datetime(2026, 1, 31)", "needs tzinfo=UTC"),
        ("datetime(2026, 1, 31, tzinfo=None)", "needs tzinfo=UTC"),
    ],
)
def test_more_than_a_literal_is_refused(text: str, problem: str) -> None:
    with pytest.raises(NoLiteralError) as caught:
        literal(expression(text))
    assert str(caught.value) == problem


@pytest.mark.parametrize("text, name", [("a", "a"), ("a.b.c", "a.b.c"), ("f().b", ""), ("a[0]", "")])
def test_a_dotted_name_is_read(text: str, name: str) -> None:
    assert dotted_name(expression(text)) == name


def test_nodes_are_those_of_a_walk_but_whether_a_name_is_read_or_written() -> None:
    source = Path(__file__).read_text(encoding="utf-8")

    def names(nodes: Iterable[ast.AST]) -> list[str]:
        return [ast.dump(node) for node in nodes if not isinstance(node, ast.expr_context)]

    nodes = nodes_of(source)
    assert names(nodes) == names(ast.walk(ast.parse(source)))
    assert nodes_of(source) is nodes
