import pytest

from runner.catalog.docstring import read_args, split_docstring


@pytest.mark.parametrize(
    "text, title, description",
    [
        ("Which ferries?", "Which ferries?", ""),
        ("Which ferries?\n\nFor all.\n    More.\n", "Which ferries?", "For all.\n    More."),
        ("\n    Which ferries?\n\n    For all.\n      - one\n    ", "Which ferries?", "For all.\n  - one"),
        ("", "", ""),
        ("Which \x1b[31mferries?", "Which \x1b[31mferries?", ""),
    ],
)
def test_a_docstring_is_a_title_and_a_description(text: str, title: str, description: str) -> None:
    assert split_docstring(text) == (title, description)


def test_args_are_read_with_their_continuation_lines() -> None:
    docstring = """Yield rows.

    Args:
        topic: Words, such as `a: b`,
            or: a query.

        hours (int): How far back.
        limit:
            How many.

    Returns:
        rows: Not a parameter.
    """
    assert read_args(docstring) == {
        "topic": "Words, such as `a: b`, or: a query.",
        "hours": "How far back.",
        "limit": "How many.",
    }


@pytest.mark.parametrize("docstring", ["", "Yield rows.", "Yield rows.\n\nArgs:\n", "Yield rows.\n\nArgs: none\n"])
def test_a_docstring_without_args_explains_nothing(docstring: str) -> None:
    assert read_args(docstring) == {}
