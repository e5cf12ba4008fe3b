import ast
from datetime import date

import pytest

from runner.catalog.kinds import UnknownKindError, describe_kind, read_kind
from runner.catalog.model import Kind, Parameter

COMPOSED = "write str, int, float, bool, date, datetime, Path, Literal[...], list[...] or one of these | None"


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    "annotation, kind",
    [
        ("str", Kind("str")),
        ("int", Kind("int")),
        ("float", Kind("float")),
        ("bool", Kind("bool")),
        ("date", Kind("date")),
        ("datetime", Kind("datetime")),
        ("datetime.date", Kind("date")),
        ("datetime.datetime", Kind("datetime")),
        ("Path", Kind("path")),
        ("pathlib.Path", Kind("path")),
        ('Literal["a", "b"]', Kind("str", ("a", "b"))),
        ('typing.Literal["a"]', Kind("str", ("a",))),
        ("Literal[1, -2]", Kind("int", (1, -2))),
        ("list[str]", Kind("str", many=True)),
        ('list[Literal["a"]]', Kind("str", ("a",), many=True)),
        ("int | None", Kind("int", optional=True)),
        ("None | int", Kind("int", optional=True)),
        ("list[date] | None", Kind("date", many=True, optional=True)),
        ("Literal[1] | None", Kind("int", (1,), optional=True)),
    ],
)
def test_an_annotation_becomes_a_kind(annotation: str, kind: Kind) -> None:
    assert read_kind(expression(annotation)) == kind


@pytest.mark.parametrize(
    "annotation, problem, hint",
    [
        ("Any", "has the type 'Any'", COMPOSED),
        ("bytes", "has the type 'bytes'", COMPOSED),
        ("dict[str, int]", "has the type 'dict'", COMPOSED),
        ("f()", "has a type that no value can be typed for", COMPOSED),
        ("int | str", "is a choice between types", "keep one type, or write T | None"),
        ("int | 3", "is a choice between types", "keep one type, or write T | None"),
        ("int & None", "has a type that no value can be typed for", COMPOSED),
        ("int | str | None", "is a choice between types", "keep one type, or write T | None"),
        ("None | None", "is a choice between types", "keep one type, or write T | None"),
        ("Optional[int]", "is written with Optional", "write T | None"),
        ("typing.Union[int, None]", "is written with Union", "write T | None"),
        ("List[int]", "is written with List", "write list[T]"),
        ("list", "does not say what list holds", "write list[...]"),
        ("Literal", "does not say what Literal holds", "write Literal[...]"),
        ('"int"', "is written as text", "write the type without quotes"),
        ("list[list[int]]", "is a list of something composed", "write list[T] with a plain T"),
        ("list[int | None]", "has a type that no value can be typed for", COMPOSED),
        ("Literal[f()]", "has a Literal of more than plain values", 'write Literal["a", "b"]'),
        (
            'Literal["a", 1]',
            "has a Literal that is not all texts or all whole numbers",
            'write Literal["a", "b"]',
        ),
        ("Literal[True]", "has a Literal that is not all texts or all whole numbers", 'write Literal["a", "b"]'),
        ("Literal[None]", "has a Literal that is not all texts or all whole numbers", 'write Literal["a", "b"]'),
        ("Literal[()]", "has a Literal that is not all texts or all whole numbers", 'write Literal["a", "b"]'),
        ('Literal["a", "\\ud800"]', "has a Literal with half a character", "remove the surrogate"),
        (
            f"Literal[1, 0x{'f' * 5000}]",
            "has a Literal with a huge number",
            "take a number of at most 308 digits",
        ),
        ('Literal["a", "a"]', "has a Literal that names a value twice", "remove one of them"),
    ],
)
def test_another_annotation_is_refused(annotation: str, problem: str, hint: str) -> None:
    with pytest.raises(UnknownKindError) as caught:
        read_kind(expression(annotation))
    assert (str(caught.value), caught.value.hint) == (problem, hint)


@pytest.mark.parametrize(
    "parameter, words",
    [
        (Parameter("p", Kind("str")), "text"),
        (Parameter("p", Kind("str"), min=3, max=20), "text, 3..20 characters"),
        (Parameter("p", Kind("int"), min=1, max=168), "whole number 1..168"),
        (Parameter("p", Kind("int"), min=1), "whole number from 1"),
        (Parameter("p", Kind("float"), max=0.5), "number up to 0.5"),
        (Parameter("p", Kind("float")), "number"),
        (Parameter("p", Kind("bool")), "yes/no"),
        (Parameter("p", Kind("date")), "day (YYYY-MM-DD)"),
        (Parameter("p", Kind("date"), min=date(2020, 1, 1)), "day (YYYY-MM-DD) from 2020-01-01"),
        (Parameter("p", Kind("datetime")), "moment (ISO 8601)"),
        (Parameter("p", Kind("path")), "file"),
        (Parameter("p", Kind("str", ("a", "b"))), "one of a, b"),
        (Parameter("p", Kind("int", (1, 2), many=True)), "one of 1, 2 (repeatable)"),
        (Parameter("p", Kind("str", many=True), min=1, max=3), "text (repeatable, 1..3)"),
        (Parameter("p", Kind("int", optional=True)), "whole number"),
    ],
)
def test_a_kind_is_described_in_a_few_words(parameter: Parameter, words: str) -> None:
    assert describe_kind(parameter) == words
