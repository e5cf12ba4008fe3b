"""`recipes pack`: one file of a repository, what stops it, and the way back by `repo add` and pip."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.cli.conftest import Invoke, Repo

KEY = "test-key-7Hq2Zk9wPx4"
CUSTOMER = 'customer = "Globex Media"'


def details(result: Result) -> list[str]:
    return [line.strip() for line in result.stderr.splitlines() if line.startswith("       ")]


@pytest.fixture
def mine(recorded: Repo) -> Repo:
    """A repository with one recorded recipe, a licence, and files that belong to nobody else."""
    (recorded.root / "LICENSE").write_text("MIT\n", encoding="utf-8")
    for name in ("AGENTS.md", ".env", "notes.txt", "tests/test_a.py", "recipes/echo/.hidden.py"):
        path = recorded.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return recorded


def test_a_pack_holds_what_a_repository_declares_and_nothing_else(mine: Repo, invoke: Invoke) -> None:
    result = invoke("pack")
    assert (result.exit_code, result.stdout) == (0, "team.zip\n")
    with zipfile.ZipFile(mine.root / "team.zip") as archive:
        names = {name.removeprefix("team/") for name in archive.namelist()}
        manifest = json.loads(archive.read("team/MANIFEST.json"))
    assert {"recipes.toml", "recipes/echo/api.toml", "recipes/echo/things.py", "LICENSE", "MANIFEST.json"} <= names
    assert {"cassettes/echo/things/default.yaml", "recipes/echo/sandbox/__init__.py"} <= names
    assert not {"AGENTS.md", ".env", "notes.txt", "tests/test_a.py", "recipes/echo/.hidden.py"} & names
    assert (manifest["manifest-version"], manifest["name"]) == (1, "team")
    assert set(manifest["files"]) == names - {"MANIFEST.json"}
    assert manifest["recipes"]["echo/things"].startswith("rb1:")


@pytest.mark.parametrize("words", [(), ("--wheel", "--version", "1.4.0")])
def test_the_same_files_give_the_same_bytes(mine: Repo, invoke: Invoke, words: tuple[str, ...]) -> None:
    assert invoke("pack", *words, "-o", "one").exit_code == 0
    for path in sorted(mine.root.rglob("*.py")):
        path.touch()
    assert invoke("pack", *words, "-o", "two").exit_code == 0
    assert (mine.root / "one").read_bytes() == (mine.root / "two").read_bytes()


def test_what_was_packed_can_be_added_and_is_what_it_says(
    mine: Repo, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoke("pack", "-o", str(tmp_path / "team.zip")).exit_code == 0
    digest = json.loads(invoke("pack", "--check", "--json").stdout)["digest"]
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    added = invoke("repo", "add", str(tmp_path / "team.zip"), "--as", "team")
    assert added.exit_code == 0, added.stderr
    assert json.loads(invoke("list", "--json").stdout)[0]["id"] == "team/echo/things"
    assert json.loads(invoke("repo", "list", "--json").stdout)[0]["digest"] == digest


def test_a_pack_that_was_changed_on_its_way_is_refused(
    mine: Repo, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoke("pack", "-o", str(tmp_path / "team.zip")).exit_code == 0
    with (
        zipfile.ZipFile(tmp_path / "team.zip") as old,
        zipfile.ZipFile(tmp_path / "changed.zip", "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"# more\n" if name.endswith("things.py") else b""))
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    result = invoke("repo", "add", str(tmp_path / "changed.zip"))
    assert result.exit_code == 3
    assert result.stderr == (
        "Error  This pack does not hold what its MANIFEST.json says, so nothing of it was kept.\n"
        "       recipes/echo/things.py\nFix    ask for it again\n"
    )


def test_customers_examples_stay_unless_they_are_named(mine: Repo, invoke: Invoke) -> None:
    mine.write_recipe("for_globex", table=CUSTOMER, title="What is new?")
    mine.write_recipe("for_acme", table='customer = "Acme News"', title="What is old?")
    result = invoke("pack", "-o", "plain.zip")
    assert result.exit_code == 0, result.stderr
    assert "Stays     2 made for customers   (--customer NAME takes those of NAME along)" in result.stderr
    assert invoke("pack", "--customer", "globex media", "-o", "named.zip").exit_code == 0
    named = {path: set(zipfile.ZipFile(mine.root / path).namelist()) for path in ("plain.zip", "named.zip")}
    assert named["named.zip"] - named["plain.zip"] == {"team/recipes/echo/for_globex.py"}


@pytest.mark.parametrize(
    "planted, what",
    [
        (KEY, "ECHO_API_KEY"),
        ("Globex Media", "the name of another customer (1)"),
        ("git.corp.example", "an internal host"),
        ("/homes/city/adalove/list.csv", "your home folder"),
    ],
)
@pytest.mark.parametrize("place", ["recipes/echo/things.py", "README.md", "cassettes/echo/things/default.jsonl"])
@pytest.mark.parametrize("words", [(), ("--wheel", "--version", "1.0"), ("--check",)])
def test_what_must_not_leave_stops_a_pack(
    place: str, planted: str, what: str, words: tuple[str, ...], mine: Repo, invoke: Invoke
) -> None:
    mine.write_recipe("for_globex", table=CUSTOMER)
    toml = mine.root / "recipes.toml"
    toml.write_text(toml.read_text() + 'internal-hosts = ["git.corp.example"]\n', encoding="utf-8")
    path = mine.root / place
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    comment = f'{{"a": "{planted}"}}' if place.endswith(".jsonl") else f"# {planted}"
    path.write_text(f"{old}{comment}\n", encoding="utf-8")
    before = sorted(mine.root.rglob("*"))
    result = invoke("pack", *words, env={"ECHO_API_KEY": KEY, "HOME": "/homes/city/adalove"})
    assert result.exit_code == 3
    assert any(line.startswith(f"{place}, line ") and f": {what}" in line for line in details(result)), result.stderr
    assert (planted in result.output, sorted(mine.root.rglob("*")) == before) == (False, True)


def test_a_finding_may_stand_by_its_id(mine: Repo, invoke: Invoke) -> None:
    mine.write_recipe("for_globex", table=CUSTOMER)
    (mine.root / "README.md").write_text("Unlike Globex Media we are small.\n", encoding="utf-8")
    [line] = details(invoke("pack"))
    id_ = line.rpartition("[")[2].removesuffix("]")
    assert invoke("pack", "--accept", id_).exit_code == 0


def test_a_check_says_what_a_stranger_sees_and_writes_nothing(mine: Repo, invoke: Invoke) -> None:
    (mine.root / "LICENSE").unlink()
    mine.write_recipe("unproved", title="What else?")
    before = sorted(mine.root.rglob("*"))
    result = invoke("pack", "--check")
    assert (result.exit_code, sorted(mine.root.rglob("*"))) == (0, before)
    lines = result.stdout.splitlines()
    assert lines[0].endswith(" · team")
    assert lines[1:3] == ["Recipes   2", "Calls     Echo, echo.example, with the key in ECHO_API_KEY"]
    assert "Licence   none, so nobody knows whether it may be used   (add a file LICENSE)" in lines
    assert "No case   echo/unproved: nothing proves that they work" in lines


def test_a_private_value_that_goes_along_is_told(trusted: Repo, invoke: Invoke) -> None:
    code = (
        'def main(echo: httpx.Client, account: str = "a-17") -> Iterator[dict[str, Any]]:\n'
        '    """Yield.\n\n    Args:\n        account: Whose.\n    """\n    yield {"a": account}'
    )
    trusted.write_recipe(code=code, table="parameters.account.private = true\n")
    facts: dict[str, Any] = json.loads(invoke("pack", "--check", "--json").stdout)
    assert (facts["private"], facts["caseless"], facts["findings"]) == (["echo/things --account"], ["echo/things"], [])
    assert "Private   echo/things --account has a default or an example, which goes along" in invoke("pack").stderr


def test_a_broken_recipe_fails_the_check(mine: Repo, invoke: Invoke) -> None:
    (mine.root / "recipes" / "echo" / "broken.py").write_text("def (", encoding="utf-8")
    result = invoke("pack", "--check")
    assert (result.exit_code, any("broken.py" in line for line in details(result))) == (3, True)


@pytest.mark.parametrize(
    "words, error, fix",
    [
        (("--wheel",), "A wheel needs a version like 1.4.0, and none was given.", "--version 1.0.0"),
        (("--wheel", "--version", "v1"), "A wheel needs a version like 1.4.0, not 'v1'.", "--version 1.0.0"),
        (("--wheel", "--version", "1\nName: evil"), "A wheel needs a version like 1.4.0, not '1\\nName: evil'.", None),
        (("--json",), "--json is for --check.", "recipes pack --check --json"),
        (("-o", "nowhere/team.zip"), "The folder nowhere does not exist.", None),
    ],
)
def test_a_mistake_is_one_error(
    mine: Repo, invoke: Invoke, words: tuple[str, ...], error: str, fix: str | None
) -> None:
    result = invoke("pack", *words)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, f"Error  {error}")
    assert fix is None or result.stderr.splitlines()[-1] == f"Fix    {fix}"


def test_a_file_that_stands_there_stays_without_force(mine: Repo, invoke: Invoke) -> None:
    (mine.root / "team.zip").write_text("mine", encoding="utf-8")
    assert invoke("pack").exit_code == 2
    assert (mine.root / "team.zip").read_text() == "mine"
    assert invoke("pack", "--force").exit_code == 0
    assert zipfile.is_zipfile(mine.root / "team.zip")


def test_a_link_refuses_the_repository(mine: Repo, invoke: Invoke) -> None:
    (mine.root / "recipes" / "echo" / "linked.py").symlink_to("/etc/hostname")
    result = invoke("pack")
    assert (result.exit_code, details(result)) == (3, ["recipes/echo/linked.py is a symbolic link"])


def test_a_wheel_is_installed_by_pip_and_read_without_import(mine: Repo, invoke: Invoke, tmp_path: Path) -> None:
    assert invoke("pack", "--wheel", "--version", "1.4.0").stdout == "team_recipes-1.4.0-py3-none-any.whl\n"
    wheel = mine.root / "team_recipes-1.4.0-py3-none-any.whl"
    place = tmp_path / "site"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(place)]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    code = """if True:
        import sys
        sys.path.insert(0, sys.argv[1])
        from runner.sharing.repositories.folder import read_folder
        from runner.sharing.repositories.packs import find_pack
        pack = find_pack("team")
        print(pack.version, len(read_folder(pack.folder).recipes), "team_recipes" in sys.modules)
    """
    shown = subprocess.run([sys.executable, "-c", code, str(place)], check=True, capture_output=True, text=True).stdout
    assert shown == "1.4.0 1 False\n"
