"""The pytest plugin: collects the recorded cases of each recipe that pytest meets.

It works beside pytest-recording, whose options keep their meaning. A case is played from its cassette with the network
closed; `--record-mode` with anything but `none` and `once` records it anew from where it came, and
`--disable-recording` runs it there and compares the columns. Without pytest-recording, cases are played.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from runner.testing.cases import RecipeFile

# Everything else is imported where a recipe is found: pytest loads this in every session on this machine.


@dataclass
class Tally:
    """What was collected.

    Attributes:
        cases: How many recorded cases.
        without: The recipes that have none.
    """

    cases: int = 0
    without: list["RecipeFile"] = field(default_factory=list)


TALLY = pytest.StashKey[Tally]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[TALLY] = Tally()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect the cases of a recipe, and let nobody import it: not as a test module, not for its doctests."""
    collectors = yield
    if not _is_recipe(file_path):
        return collectors
    from runner.testing.cases import RecipeFile

    others = [each for each in collectors if not isinstance(each, pytest.Module)]
    return [RecipeFile.from_parent(parent, path=file_path), *others]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a session fail that looked for cases and found none: it would be green for ever."""
    tally = config.stash[TALLY]
    if tally.without and not tally.cases:
        from runner.testing.cases import NoCase

        items.append(NoCase.from_parent(tally.without[0], name="no-recorded-case"))


@pytest.hookimpl(optionalhook=True)
def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    """Let the cassettes of other tests of a repository be read and written as ours are."""
    if any((folder / "recipes.toml").is_file() for folder in (config.rootpath, *config.rootpath.parents)):
        from runner.recording.vcr_hooks import configure

        configure(vcr)


def _is_recipe(path: Path) -> bool:
    """Tell whether a file is `recipes/<api>/<name>.py` of a repository."""
    if path.suffix != ".py" or path.name.startswith(("_", ".")):
        return False
    return _is_recipe_folder(path.parent)


@lru_cache(maxsize=256)
def _is_recipe_folder(folder: Path) -> bool:
    recipes = folder.parent
    return recipes.name == "recipes" and (recipes.parent / "recipes.toml").is_file()
