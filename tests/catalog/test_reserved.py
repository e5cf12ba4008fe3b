from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.reserved import RESERVED_NAMES, find_reserved
from runner.catalog.source import read_recipe

CHANGES = (("topic: str", "{0}: str"), ("topic: Words", "{0}: Words"), ("parameters.topic", "parameters.{0}"))


@pytest.mark.parametrize("name", ["format", "dry_run", "from_", "o"])
def test_a_parameter_with_a_reserved_name_is_found(write_recipe: Callable[..., Path], name: str) -> None:
    recipe = read_recipe(write_recipe(*((old, new.format(name)) for old, new in CHANGES)))
    assert find_reserved(recipe) == (recipe.parameters[0],)


def test_other_parameters_are_not_reserved(write_recipe: Callable[..., Path]) -> None:
    assert find_reserved(read_recipe(write_recipe())) == ()


def test_reserved_names_are_identifiers_in_lower_case() -> None:
    assert [name for name in RESERVED_NAMES if not name.isidentifier() or name != name.lower()] == []
