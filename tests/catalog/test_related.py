from typing import Any

from runner.catalog.index_rows import LAST, Row
from runner.catalog.related import Neighbours, find_neighbours

PLAIN = Row("", "", "", "", (), (), "rows", False, "", "", (), (), "", "Harbour", "", "", "[]")


def row(name: str, tags: str = "", *, at: int = LAST, collection: str = "", **more: Any) -> Row:
    shelf = collection or ("Start here" if at < LAST else "")
    full = f"harbour/{name}"
    return PLAIN._replace(name=full, id=full, tags=tuple(tags.split()), position=at, collection=shelf, **more)


def names(neighbours: Neighbours) -> list[str]:
    return [each.name.removeprefix("harbour/") for each in neighbours.related]


def test_the_next_one_of_the_collection_comes_first_and_has_a_place() -> None:
    rows = [row("a", at=2), row("b", at=0), row("c", at=1), row("d", at=3, collection="Others")]
    found = find_neighbours("harbour/b", rows)
    assert (found.collection, found.at, found.of, names(found)) == ("Start here", 1, 3, ["c"])
    assert found.next is rows[2]


def test_the_last_one_of_a_collection_has_no_next_one() -> None:
    rows = [row("a", at=0), row("b", at=1), row("c", at=2, collection="Others")]
    found = find_neighbours("harbour/b", rows)
    assert (found.at, found.of, found.next, names(found)) == (2, 2, None, [])


def test_what_few_share_counts_more_than_what_many_share() -> None:
    rows = [row("a", "all rare"), row("b", "all"), row("c", "all"), row("d", "rare"), row("e", "other")]
    assert names(find_neighbours("harbour/a", rows)) == ["d", "b", "c"]


def test_recipes_that_call_the_same_endpoint_are_related() -> None:
    rows = [row("a", endpoints=("POST /late",)), row("b", endpoints=("GET /late",)), row("c", endpoints=("GET /x",))]
    assert names(find_neighbours("harbour/a", rows)) == ["b"]


def test_three_are_enough_and_what_is_not_for_all_is_left_out() -> None:
    others = [row(name, "ferry") for name in "edcb"]
    hidden = [row("f", "ferry", customer="Acme"), row("g", "ferry", deprecated="harbour/b")]
    assert names(find_neighbours("harbour/a", [row("a", "ferry"), *hidden, *others])) == ["b", "c", "d"]


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = [row("a", "x y", at=4), row("b", "x", at=5), row("c", "y"), row("d", "x y"), row("e", "y", at=1)]
    assert (
        names(find_neighbours("harbour/a", rows)) == names(find_neighbours("harbour/a", rows[::-1])) == ["b", "d", "e"]
    )


def test_a_recipe_that_is_not_there_has_no_neighbours() -> None:
    assert find_neighbours("harbour/x", [row("a", at=0)]) == Neighbours("", 0, 0, None, ())
