import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog import Recipe
from runner.errors import AskedWrongly
from runner.running.dependencies import check_dependencies

HERE = ".".join(map(str, sys.version_info[:3]))

CODE = '''\
def main() -> list[dict[str, Any]]:
    """Give rows."""
    return []'''


@pytest.fixture
def needing(
    write_recipe: Callable[..., Recipe], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Recipe]:
    """Make a recipe with these requirements, where made-up packages are installed."""
    for name, version in {"paper_boats": "2.1.0", "paper_kites": "3.0b1"}.items():
        folder = tmp_path / "site" / f"{name}-{version}.dist-info"
        folder.mkdir(parents=True)
        metadata = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
        (folder / "METADATA").write_text(metadata, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    recipe = write_recipe(CODE)

    def make(*requirements: str, python: str = "") -> Recipe:
        return recipe._replace(dependencies=requirements, requires_python=python)

    return make


@pytest.mark.parametrize(
    "requirement",
    [
        "httpx>=0.28",
        "httpx",
        "httpx>=0.28,<99",
        "paper-boats",
        "Paper_Boats>=2",
        "paper-boats[sails]~=2.1",
        "paper-kites>=2",
        "paper-kites>=3.0b1",
        "no-such-package-of-anyone; python_version < '3'",
        "no-such-package-of-anyone; sys_platform == 'no-such-system'",
    ],
)
def test_what_is_installed_or_not_needed_here_passes(needing: Callable[..., Recipe], requirement: str) -> None:
    check_dependencies(needing(requirement))


@pytest.mark.parametrize(
    "requirement",
    [
        "no-such-package-of-anyone",
        "paper-boats>=3",
        "paper-boats==2.0",
        "paper-kites>=3",
        "no-such-package-of-anyone; python_version > '3'",
    ],
)
def test_what_is_missing_or_too_old_is_named_with_the_command(needing: Callable[..., Recipe], requirement: str) -> None:
    with pytest.raises(AskedWrongly) as missing:
        check_dependencies(needing("httpx", requirement))
    assert str(missing.value) == f"echo/things needs {requirement}, which is not installed."
    assert shlex.split(missing.value.hint) == [sys.executable, "-m", "pip", "install", requirement]
    assert missing.value.exit_code == 2


def test_all_that_is_missing_is_named_at_once(needing: Callable[..., Recipe]) -> None:
    with pytest.raises(AskedWrongly) as missing:
        check_dependencies(needing("no-boats>=1", "paper-boats", "no-kites"))
    assert str(missing.value) == "echo/things needs no-boats>=1, no-kites, which are not installed."
    assert shlex.split(missing.value.hint)[-2:] == ["no-boats>=1", "no-kites"]


@pytest.mark.parametrize("python", ["", ">=3.11", ">=3.9", f"=={HERE}", f"~={HERE}"])
def test_this_python_passes(needing: Callable[..., Recipe], python: str) -> None:
    check_dependencies(needing(python=python))


@pytest.mark.parametrize("python", [">=3.99", "<3", f"!={HERE}"])
def test_another_python_is_named_with_what_this_one_is(needing: Callable[..., Recipe], python: str) -> None:
    with pytest.raises(AskedWrongly) as wrong:
        check_dependencies(needing(python=python))
    assert str(wrong.value) == f"echo/things needs Python {python}, and this is {HERE}."
