from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.index_listing import shown_name
from runner.catalog.index_walk import Place, walk


@pytest.mark.parametrize(
    "recipe_id, alias, name",
    [
        ("harbour/late", "", "harbour/late"),
        ("sea/tides", "team", "team/sea/tides"),
        ("sea/tides", "catalog", "sea/tides"),
        ("harbour/late", "catalog", "catalog/harbour/late"),
        ("old-harbour/last-ferry", "catalog", "catalog/old-harbour/last-ferry"),
    ],
)
def test_the_alias_is_shown_where_the_id_alone_would_not_do(
    write_repository: Callable[..., Path], recipe_id: str, alias: str, name: str
) -> None:
    mine = walk(Place(write_repository("mine", "harbour/late", "old-harbour/last-ferry")))
    assert shown_name(recipe_id, alias, mine.holds_id) == name
