"""Ids of recipes."""

from pathlib import Path

import pytest

from runner.catalog.ids import bare_id, is_id


@pytest.mark.parametrize(
    "text, proper",
    [
        ("harbour/late-ferries", True),
        ("harbour", False),
        ("a/b/c", False),
        ("a/B", False),
        ("a/b c", False),
        ("../b", False),
    ],
)
def test_the_form_of_an_id_is_known(text: str, *, proper: bool) -> None:
    assert is_id(text) == proper


def test_a_bare_id_is_made_of_any_names() -> None:
    assert bare_id(Path("recipes/Old_harbour/x y_z.py")) == "Old-harbour/x y-z"
