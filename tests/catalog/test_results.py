from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.source import read_recipe
from runner.errors import BrokenSource

ROWS = "Iterator[dict[str, Any]]"
CLASSES = '''
class Place(TypedDict):
    """Where."""

    port: str
    port.odd: int


class Ferry(Place, total=False):
    name: str
    late: int


class Other:
    nothing: int


def main(harbour'''


@pytest.mark.parametrize(
    "annotation, gives",
    [
        (ROWS, "rows"),
        ("Iterable[dict[str, Any]]", "rows"),
        ("Generator[dict[str, Any], None, None]", "rows"),
        ("collections.abc.Iterator[dict]", "rows"),
        ("AsyncIterator[dict[str, Any]]", "rows"),
        ("AsyncIterable[Mapping[str, Any]]", "rows"),
        ("AsyncGenerator[dict[str, Any], None]", "rows"),
        ("list[dict[str, Any]]", "rows"),
        ("Sequence[Mapping[str, Any]]", "rows"),
        ("dict[str, Any]", "record"),
        ("dict", "record"),
        ("Mapping[str, Any]", "record"),
        ("str", "text"),
    ],
)
def test_the_return_type_says_what_a_recipe_gives(
    write_recipe: Callable[..., Path], annotation: str, gives: str
) -> None:
    recipe = read_recipe(write_recipe((f"-> {ROWS}", f"-> {annotation}")))
    assert (recipe.gives, recipe.columns) == (gives, ())


@pytest.mark.parametrize(
    "annotation, gives, columns",
    [
        ("Iterator[Ferry]", "rows", ("port", "name", "late")),
        ("list[Place]", "rows", ("port",)),
        ("Ferry", "record", ("port", "name", "late")),
    ],
)
def test_a_typed_dict_names_the_columns(
    write_recipe: Callable[..., Path], annotation: str, gives: str, columns: tuple[str, ...]
) -> None:
    recipe = read_recipe(write_recipe(("\ndef main(harbour", CLASSES), (f"-> {ROWS}", f"-> {annotation}")))
    assert (recipe.gives, recipe.columns) == (gives, columns)


@pytest.mark.parametrize(
    "returns, problem",
    [
        ("", "main does not say what it returns"),
        (" -> None", "main returns neither rows, nor a record, nor text"),
        (" -> int", "main returns neither rows, nor a record, nor text"),
        (" -> list[str]", "main returns neither rows, nor a record, nor text"),
        (" -> Iterator", "main returns neither rows, nor a record, nor text"),
        (" -> list[list[dict]]", "main returns neither rows, nor a record, nor text"),
        (" -> Generator[()]", "main returns neither rows, nor a record, nor text"),
        (" -> dict[str, Any] | None", "main returns neither rows, nor a record, nor text"),
        (" -> Iterator[Other]", "main returns neither rows, nor a record, nor text"),
        (" -> Iterator[TypedDict]", "main returns neither rows, nor a record, nor text"),
        (' -> "str"', "main returns neither rows, nor a record, nor text"),
    ],
)
def test_another_return_type_is_refused(write_recipe: Callable[..., Path], returns: str, problem: str) -> None:
    path = write_recipe(("\ndef main(harbour", CLASSES), (f" -> {ROWS}", returns))
    line = (
        path.read_text().split("\n").index(next(each for each in path.read_text().split("\n") if "def main" in each))
        + 1
    )
    with pytest.raises(BrokenSource) as caught:
        read_recipe(path)
    assert (caught.value.line, caught.value.problem) == (line, problem)
    assert caught.value.hint == (
        "write -> Iterator[dict[str, Any]] for rows, dict[str, Any] for a record, str for Markdown"
    )
