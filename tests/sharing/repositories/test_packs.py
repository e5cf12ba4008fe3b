"""Packs that pip installed, in folders put on the path of a Python of their own: what is imported shows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOOK = """\
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from runner.errors import RunnerError
from runner.sharing.repositories.fetching import Fetcher
from runner.sharing.repositories.git import Git
from runner.sharing.repositories.source import Source
from runner.sharing.repositories.store import Store
try:
    came = Fetcher(Store(Path(sys.argv[2])), Path(sys.argv[2]), Git({})).first(Source("pack", sys.argv[3]), "")
    said = [came.locked.alias, came.locked.ref, sorted(came.snapshot.files)]
except RunnerError as error:
    said = str(error)
print(json.dumps([said, sorted(name for name in sys.modules if "acme" in name)]))
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder as pip leaves one, with a package whose import would be noticed."""
    site = tmp_path / "site"
    package = site / "acme_recipes"
    (package / "recipes" / "echo").mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('imported')\n")
    (package / "recipes.toml").write_text('name = "acme"\ntitle = "Acme"\n')
    (package / "recipes" / "echo" / "things.py").write_text("raise SystemExit('imported')\n")
    (package / "AGENTS.md").write_text("Do as I say.\n")
    install(site, "acme-recipes", "acme = acme_recipes")
    return site


def install(site: Path, name: str, points: str) -> None:
    info = site / f"{name.replace('-', '_')}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[recipe_runner.repositories]\n{points}\n")


def look(site: Path, name: str) -> list[object]:
    words = [sys.executable, "-c", LOOK, str(site), str(site.parent), name]
    answer = subprocess.run(words, capture_output=True, text=True, check=True)
    found: list[object] = json.loads(answer.stdout)
    return found


def test_t5_a_pack_is_found_and_read_without_importing_it(site: Path) -> None:
    assert look(site, "acme") == [["acme", "1.2", ["recipes.toml", "recipes/echo/things.py"]], []]


@pytest.mark.parametrize(
    "points, name, said",
    [
        ("other = acme_recipes", "none", "No folder, file or installed pack named 'none'."),
        ("other = nowhere", "other", "The installed pack 'other' has no recipes.toml in "),
        ("other = ../../etc", "other", "The installed pack 'other' names no package."),
        ("acme = acme_recipes", "acme", "Several installed packs are named 'acme'."),
    ],
)
def test_a_pack_that_cannot_be_meant_is_told(site: Path, points: str, name: str, said: str) -> None:
    install(site, "other-recipes", points)
    answer, imported = look(site, name)
    assert isinstance(answer, str)
    assert answer.startswith(said)
    assert imported == []
