import json
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from runner import __version__
from runner.cli.installation import read_extras, read_installation

Install = Callable[..., None]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed distributions."""
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


@pytest.fixture
def install(site: Path) -> Install:
    """Leave the metadata of an installed distribution."""

    def install(name: str, version: str = "1.0", *, metadata: Sequence[str] = (), origin: str = "") -> None:
        folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata, ""]
        (folder / "METADATA").write_text("\n".join(lines), encoding="utf-8")
        if origin:
            (folder / "direct_url.json").write_text(origin, encoding="utf-8")

    return install


def editable(root: Path) -> str:
    return json.dumps({"url": root.as_uri(), "dir_info": {"editable": True}})


def test_a_wheel_lies_beside_its_metadata(site: Path, install: Install) -> None:
    install("recipe-runner")
    found = read_installation(site / "runner", [str(site)])
    assert (found.kind, found.folder) == ("wheel", str(site / "runner"))
    assert (found.recipes, found.python) == (__version__, platform.python_version())


def test_an_editable_checkout_is_recognised_by_its_folder(site: Path, install: Install, tmp_path: Path) -> None:
    install("recipe-runner", origin=editable(tmp_path / "a checkout"))
    assert read_installation(tmp_path / "a checkout" / "runner", [str(site)]).kind == "editable checkout"


@pytest.mark.parametrize(
    "origin",
    [
        "",
        '{"url": "https://files.example/x.whl", "archive_info": {}}',
        '{"url": "CHECKOUT", "dir_info": {}}',
        '{"url": "CHECKOUT/../other", "dir_info": {"editable": true}}',
    ],
)
def test_what_is_installed_elsewhere_says_nothing_about_the_code_that_runs(
    site: Path, install: Install, tmp_path: Path, origin: str
) -> None:
    install("recipe-runner", origin=origin.replace("CHECKOUT", (tmp_path / "checkout").as_uri()))
    assert read_installation(tmp_path / "checkout" / "runner", [str(site)]).kind == "not installed"


def test_code_that_runs_from_its_folder_is_not_installed(site: Path, tmp_path: Path) -> None:
    assert read_installation(tmp_path / "runner", [str(site)]).kind == "not installed"
    assert read_extras([str(site)]) == ()


EXTRAS = [
    "Requires-Dist: always-there",
    "Provides-Extra: sheets",
    "Provides-Extra: old",
    "Provides-Extra: keys",
    "Provides-Extra: test",
    'Requires-Dist: sheet-writer>=2; extra == "sheets"',
    'Requires-Dist: old-thing; extra == "old" and python_version < "3"',
    'Requires-Dist: key-ring>=3; extra == "keys"',
    'Requires-Dist: tester; extra == "test"',
]


def test_an_extra_is_installed_when_all_that_it_needs_here_is(site: Path, install: Install) -> None:
    install("recipe-runner", metadata=EXTRAS)
    install("sheet-writer", "2.1")
    install("key-ring", "2.9")
    found = {extra.name: extra.installed for extra in read_extras([str(site)])}
    assert found == {"keys": False, "old": True, "sheets": True}


def test_an_extra_comes_with_the_command_that_adds_it(site: Path, install: Install) -> None:
    install("recipe-runner", metadata=EXTRAS)
    [keys, *_] = read_extras([str(site)])
    assert keys.add.endswith(" -m pip install 'recipe-runner[keys]'")
