"""`recipes show --provenance`: every format says where it comes from, and nothing that a file says does harm."""

import json
import subprocess
from pathlib import Path

import pytest

from runner import __version__
from runner.catalog import read_recipe
from tests.cli.conftest import Invoke, Repo
from tests.cli.test_export import FORMATS

LONG = "Recipes of the team that " + "answers, " * 30 + "always"


def commit(root: Path) -> str:
    git = ["git", "-C", str(root), "-c", "user.name=n", "-c", "user.email=e@x.example"]
    for words in (["init", "-q"], ["add", "recipes"], ["commit", "-q", "-m", "x", "--no-gpg-sign"]):
        subprocess.run([*git, *words], check=True)
    answer = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return answer.stdout.strip()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("title", ["Team recipes", LONG])
def test_every_format_says_where_it_comes_from(kind: str, title: str, recorded: Repo, invoke: Invoke) -> None:
    (recorded.root / "recipes.toml").write_text(f'name = "team"\ntitle = "{title}"\n', encoding="utf-8")
    head = commit(recorded.root)
    exported = invoke("export", "things", "--to", kind, "-o", "out", "--customer", "Acme News")
    assert exported.exit_code == 0, exported.stderr
    told = json.loads(invoke("show", "--provenance", "out", "--json").stdout)
    verified = exported.stderr.strip().removeprefix("Checked: ")
    recipe = read_recipe(recorded.root / "recipes" / "echo" / "things.py")
    day = told.pop("day")
    assert told == {
        "recipe": "echo/things",
        "digest": recipe.digest,
        "repository": title,
        "commit": head,
        "version": __version__,
        "verified": verified,
        "now": "current",
    }
    assert "the case default (invented data recorded from the sandbox on 2" in verified
    assert day[:2] == "20"


def test_what_is_not_committed_as_it_stands_has_no_commit(recorded: Repo, invoke: Invoke) -> None:
    commit(recorded.root)
    recorded.write_recipe(title="Which things are there?")
    assert invoke("export", "things", "--to", "script").exit_code == 0
    assert json.loads(invoke("show", "--provenance", "things.py", "--json").stdout)["commit"] == ""


@pytest.fixture
def exported(recorded: Repo, invoke: Invoke) -> Path:
    assert invoke("export", "things", "--to", "script").exit_code == 0
    return recorded.root / "things.py"


def test_it_says_whether_the_recipe_has_changed(exported: Path, recorded: Repo, invoke: Invoke) -> None:
    def now() -> str:
        return invoke("show", "--provenance", "things.py").stdout.partition("Recipe now  ")[2]

    assert now() == "current\n"
    recorded.write_recipe(title="Which things are there?")
    again = "Make anew   recipes export echo/things ...\n"
    assert now() == f"outdated: the recipe has changed since\n{again}"
    (recorded.root / "recipes.toml").write_text('name = "team"\ntitle = "Other"\n', encoding="utf-8")
    assert now() == "unknown: a recipe of that name is in Other, which is another repository\n"
    path = recorded.root / "recipes" / "echo" / "things.py"
    path.write_text("x", encoding="utf-8")
    assert now().startswith(f"unknown: {path}:1: ")
    path.unlink()
    assert now() == "unknown: no recipe of that name is in sight\n"


@pytest.mark.parametrize("change", ["edited", "mailed", "crlf", "huge", "binary around"])
def test_it_is_read_out_of_a_file_that_went_through_hands(change: str, exported: Path, invoke: Invoke) -> None:
    content = exported.read_bytes()
    changed = {
        "edited": content.replace(b"count", b"number") + b"\nprint('more')\n",
        "mailed": b"".join(b"> " + line for line in content.splitlines(keepends=True)),
        "crlf": content.replace(b"\n", b"\r\n"),
        "huge": b"# x\n" * 2_000_000 + content,
        "binary around": b"\x00\xff\x1b[31m\n" * 100 + content + b"\n\xfe\x00" * 100,
    }[change]
    exported.write_bytes(changed)
    told = json.loads(invoke("show", "--provenance", "things.py", "--json").stdout)
    assert (told["recipe"], told["verified"][:23]) == ("echo/things", "ran on the case default")


@pytest.mark.parametrize(
    "old, new, what",
    [
        ("recipe: echo/things\n# ", "", "recipe"),
        ("recipe: echo/things", "recipe: ../../etc", "recipe"),
        ("digest: ", "digest: \x1b]0;x\x07", "digest"),
        ("# digest: ", "# other: ", "recipe and digest"),
        ("\n# recipe: ", "\n\n# recipe: ", "recipe and digest and verified"),
    ],
)
def test_a_damaged_origin_is_said_to_be_so(old: str, new: str, what: str, exported: Path, invoke: Invoke) -> None:
    text = exported.read_text(encoding="utf-8")
    assert old in text
    exported.write_text(text.replace(old, new), encoding="utf-8")
    result = invoke("show", "--provenance", "things.py")
    assert (result.stderr, result.stdout, result.exit_code) == (
        f"Error  things.py was made by recipe-runner, but what it says of its origin is damaged: {what}.\n"
        "Fix    ask for the file as it was sent\n",
        "",
        2,
    )


def test_what_steers_a_terminal_is_not_obeyed(exported: Path, invoke: Invoke) -> None:
    text = exported.read_text(encoding="utf-8")
    hostile = text.replace("repository: Team", "repository: \x1b]0;owned\x07\u202eTeam").replace(
        "0.1.0 on", "\x1b[2J on"
    )
    exported.write_text(hostile, encoding="utf-8")
    for words in ((), ("--json",)):
        result = invoke("show", "--provenance", "things.py", *words)
        assert (result.exit_code, {"\x1b", "\x07", "\u202e"} & set(result.output)) == (0, set())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 1000,
        b"PK\x03\x04" + b"\xff" * 100,
        b'{"cells": 1}',
        b"[" * 200_000,
        b"# Made with another tool 1.0 on 2026-01-01.\n# recipe: a/b\n",
        b"x = '# Made with recipe-runner 1 on 2026-01-01.'\n",
    ],
)
def test_other_files_do_not_say_it(content: bytes, folder: Path, invoke: Invoke) -> None:
    (folder / "file").write_bytes(content)
    result = invoke("show", "--provenance", "file")
    assert (result.stderr, result.exit_code) == (
        "Error  file does not say where it comes from.\nFix    only exported files do\n",
        2,
    )


def test_a_folder_and_a_missing_file_cannot_be_read(folder: Path, invoke: Invoke) -> None:
    for name, why in (("nowhere.py", "No such file or directory"), (".", "Is a directory")):
        result = invoke("show", "--provenance", name)
        assert (result.stderr, result.exit_code) == (
            f"Error  {name} cannot be read: {why}.\nFix    --provenance FILE\n",
            2,
        )
