"""The pytest plugin: collects the cases of the repository that pytest runs in.

It stands on pytest-recording, whose options keep their meaning: a case is played from its cassette. `--record-mode`
with anything but `none` and `once` records it anew from where it came, `--disable-recording` runs it without one.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from runner.testing.cases import Cases

# Everything else is imported where a repository is found: pytest loads this in every session on this machine.

CASES = pytest.StashKey["Cases"]()


def pytest_configure(config: pytest.Config) -> None:
    """Look for the repository in which pytest runs."""
    root = _root(config.rootpath)
    if root is not None and config.pluginmanager.has_plugin("recording"):
        from runner.testing.cases import Cases

        config.stash[CASES] = Cases(root, record_mode=config.getoption("--record-mode") or "none")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the cases of a recipe; one that was named on the command line comes as a module."""
    cases: Cases | None = parent.config.stash.get(CASES, None)
    if cases is None or parent.session.isinitpath(file_path) or not cases.is_recipe(file_path):
        return None
    return cases.collector(parent, file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Let no recipe be imported as a test module."""
    cases = parent.config.stash.get(CASES, None)
    return cases.collector(parent, module_path) if cases is not None and cases.is_recipe(module_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config) -> None:
    """Refuse a session that looked for cases and found none: it would be green for ever."""
    cases = config.stash.get(CASES, None)
    if cases is not None and cases.recipes and not cases.collected:
        raise pytest.UsageError(
            f"{cases.recipes} recipes were collected and not one recorded case. Fix: recipes record RECIPE"
        )


@pytest.hookimpl(optionalhook=True)
def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    """Let cassettes of the repository be read and written as ours are."""
    if CASES in config.stash:
        from runner.recording.vcr_hooks import configure

        configure(vcr)


def _root(start: Path) -> Path | None:
    """Return the nearest folder with a `recipes.toml`, upwards."""
    return next((folder for folder in (start, *start.parents) if (folder / "recipes.toml").is_file()), None)
