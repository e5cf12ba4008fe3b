from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.collection import Collection
from runner.catalog.index import Index
from runner.catalog.index_walk import Place
from runner.catalog.repository import read_repository
from runner.errors import BrokenSource

Write = Callable[..., Path]
FAR = 4_102_444_800_000_000_000
FULL = """\
name = "harbour"
title = "Harbour recipes"

[[collection]]
title = "Start here"
recipes = ["harbour/late", "harbour/first"]

[[collection]]
title = "For captains"
recipes = [
    "sea/tides",
    "harbour/gone",
]
"""


def test_collections_are_read_in_order(write_repository: Write) -> None:
    assert read_repository(write_repository("mine", text=FULL)).collections == (
        Collection("Start here", ("harbour/late", "harbour/first"), 6),
        Collection("For captains", ("sea/tides", "harbour/gone"), 10),
    )


@pytest.mark.parametrize(
    "old, new, line, problem, hint",
    [
        ("[[collection]]\n", "[collection]\n", 4, "collection must be tables", "write [[collection]]"),
        (
            '"For captains"\n',
            '"For captains"\nrecipe = 1\n',
            10,
            "unknown key 'recipe' in [[collection]]",
            "write recipes",
        ),
        ('title = "For captains"\n', "", 8, "title is missing", 'add title = "..."'),
        ("For captains", "START-HERE", 9, "title is 'START-HERE' once more", "put the recipes of both into one"),
        ("For captains", "x" * 61, 9, "title has more than 60 characters", "write a short heading"),
        ("For captains", " ", 9, "title must be text, not ' '", 'write title = "..."'),
        (
            '["harbour/late", "harbour/first"]',
            "[]",
            6,
            "recipes names none",
            'write recipes = ["newswhip/top-stories"]',
        ),
        (
            "sea/tides",
            "sea_tides",
            10,
            "recipes names 'sea_tides', which is no id",
            'write ids, like "newswhip/top-stories"',
        ),
        (
            "sea/tides",
            "harbour/first",
            10,
            "recipes names harbour/first, which stands in 'Start here' already",
            "remove it from one of the two",
        ),
        ("sea/tides", "harbour/gone", 10, "recipes names 'harbour/gone' twice", "remove one of them"),
    ],
)
def test_what_breaks_a_rule_is_named_with_its_line(
    write_repository: Write, old: str, new: str, line: int, problem: str, hint: str
) -> None:
    text = FULL.replace(old, new)
    if new == "[collection]\n":
        text = text[: text.rindex("[collection]")]
    root = write_repository("mine", text=text)
    with pytest.raises(BrokenSource) as caught:
        read_repository(root)
    assert (str(caught.value), caught.value.hint) == (f"{root / 'recipes.toml'}:{line}: {problem}", hint)


def placed(cache: Path, root: Path) -> dict[str, str]:
    with Index(cache, now_ns=lambda: FAR) as index:
        listing = index.listing([Place(root)])
    return {row.id: f"{row.collection} {row.position}" for row in listing.recipes if row.collection}


def test_the_index_knows_the_collection_of_each_recipe(write_repository: Write, tmp_path: Path) -> None:
    root = write_repository("mine", "harbour/late", "harbour/first", "harbour/other", "sea/tides", text=FULL)
    expected = {"harbour/late": "Start here 0", "harbour/first": "Start here 1", "sea/tides": "For captains 2"}
    assert placed(tmp_path / "cache", root) == expected
    assert placed(tmp_path / "cache", root) == expected


def test_the_index_sees_that_only_the_collections_changed(write_repository: Write, tmp_path: Path) -> None:
    root = write_repository("mine", "harbour/late", "harbour/first", text=FULL)
    placed(tmp_path / "cache", root)
    (root / "recipes.toml").write_text(FULL.replace('"harbour/late", ', ""), encoding="utf-8")
    assert placed(tmp_path / "cache", root) == {"harbour/first": "Start here 0"}
    with Index(tmp_path / "cache", now_ns=lambda: FAR) as index:
        [match] = index.search([Place(root)], "first ferries").matches
    assert (match.row.name, match.row.collection) == ("harbour/first", "Start here")
