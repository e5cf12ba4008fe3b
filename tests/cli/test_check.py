import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import runner
from runner.catalog import catalog_root, read_recipe
from runner.cli.rule_reference import write_page
from runner.recording.case import Case, case_folder, case_text
from runner.recording.cassette import cassette_text

Invoke = Callable[..., Result]
ROOT = Path(__file__).parents[2]
CATALOG = catalog_root(Path(runner.__file__).parent)
TITLE = "What things are there?\n\nFor the tests.\n"
PRINTS = '''\
def main(echo: httpx.Client, count: int = 2) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        count: How many.
    """
    print(count)
    yield echo.get("/things").raise_for_status().json()'''


@pytest.fixture
def fine(repo: Any, folder: Path) -> Any:
    """A repository in which nothing is wrong."""
    record(folder, repo.write_recipe(title=TITLE))
    return repo


def record(folder: Path, recipe: Path, **changes: Any) -> None:
    """Write a case for a recipe."""
    made = read_recipe(recipe)
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    digest = changes.get("digest", made.digest)
    case = Case(case_folder(folder, made.id), "default", made.id, digest, "sandbox", moment, moment, {"count": 2})
    case.folder.mkdir(parents=True, exist_ok=True)
    for path, text in ((case.path, case_text(case)), (case.cassette, cassette_text(())), (case.result, "")):
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def broken(fine: Any, folder: Path) -> Any:
    """A repository with a finding in one recipe, and a note about another."""
    record(folder, fine.write_recipe("loud", PRINTS, title=TITLE))
    record(folder, folder / "recipes/echo/things.py", digest="0" * 64)
    return fine


FINDING = "print writes past the result"
NOTE = "the recipe has changed since this was recorded"
CASE = "cassettes/echo/things/default.toml"


def test_a_repository_in_order_has_nothing_to_say(invoke: Invoke, fine: Any) -> None:
    result = invoke("check")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "1 recipe checked, nothing found.\n", 0)


def test_a_pipe_gets_one_finding_a_line(invoke: Invoke, broken: Any) -> None:
    result = invoke("check")
    assert result.stdout == (
        f"{CASE}:2: R207 note: {NOTE}  Fix  recipes test echo/things\n"
        f"recipes/echo/loud.py:24: R101 {FINDING}  Fix  yield it as a row, or leave it out\n"
    )
    assert result.stderr == "2 recipes checked: 1 finding, 1 note.  Next  recipes explain R101\n"
    assert result.exit_code == 3


def test_notes_alone_fail_nothing(invoke: Invoke, broken: Any) -> None:
    result = invoke("check", "echo/things")
    assert result.stdout == f"{CASE}:2: R207 note: {NOTE}  Fix  recipes test echo/things\n"
    assert result.stderr == "1 recipe checked: 1 note.  Next  recipes explain R207\n"
    assert result.exit_code == 0


def test_recipes_that_are_named_are_checked_and_no_others(invoke: Invoke, broken: Any) -> None:
    assert invoke("check", "loud", "echo/loud").stdout.count("\n") == 1
    assert "R207" not in invoke("check", "loud").stdout


def test_a_broken_recipe_can_be_named(invoke: Invoke, fine: Any, folder: Path) -> None:
    (folder / "recipes/echo/things.py").write_text("# nothing\n", encoding="utf-8")
    result = invoke("check", "things")
    assert result.stdout.startswith("recipes/echo/things.py:1: R003 there is no `# /// script` block  Fix  ")
    assert result.exit_code == 3


def test_a_wrong_name_suggests_the_nearest(invoke: Invoke, fine: Any) -> None:
    result = invoke("check", "thigs")
    assert result.stderr == "Error  No recipe named 'thigs'.\nFix    recipes check echo/things\n"
    assert (result.stdout, result.exit_code) == ("", 2)


def test_a_broken_recipes_toml_is_a_finding_like_others(invoke: Invoke, broken: Any, folder: Path) -> None:
    (folder / "recipes.toml").write_text("name = 1\n", encoding="utf-8")
    result = invoke("check")
    assert [line.split(": ")[1][:4] for line in result.stdout.splitlines()] == ["R207", "R012", "R101"]
    assert result.exit_code == 3


def test_json_is_a_list_also_when_empty_and_keeps_its_keys(invoke: Invoke, broken: Any, folder: Path) -> None:
    assert json.loads(invoke("check", "--json").stdout)[1] == {
        "code": "R101",
        "name": "print",
        "severity": "finding",
        "path": str(folder / "recipes/echo/loud.py"),
        "line": 24,
        "problem": FINDING,
        "fix": "yield it as a row, or leave it out",
    }
    shutil.rmtree(folder / "recipes/echo")
    shutil.rmtree(folder / "cassettes")
    empty = invoke("check", "--json")
    assert (empty.stdout, empty.stderr, empty.exit_code) == ("[]\n", "0 recipes checked, nothing found.\n", 0)


def test_github_gets_annotations(invoke: Invoke, broken: Any) -> None:
    result = invoke("check", env={"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": None})
    assert result.stdout == (
        f"::notice file={CASE},line=2,title=R207::{NOTE}%0AFix  recipes test echo/things\n"
        f"::error file=recipes/echo/loud.py,line=24,title=R101::{FINDING}%0AFix  yield it as a row, or leave it out\n"
    )
    assert result.exit_code == 3


def test_githubs_paths_begin_at_its_workspace(invoke: Invoke, broken: Any, folder: Path) -> None:
    result = invoke("check", env={"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(folder.parent)})
    assert "::error file=work/recipes/echo/loud.py,line=24," in result.stdout


def test_nothing_in_a_name_or_a_text_ends_an_annotation(invoke: Invoke, fine: Any, folder: Path) -> None:
    strange = folder / "cassettes/echo/things/50%,a:b\n::error::x.bak"
    strange.write_text("", encoding="utf-8")
    result = invoke("check", env={"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": None})
    shown = "cassettes/echo/things/50%25%2Ca%3Ab%0A%3A%3Aerror%3A%3Ax.bak"
    assert result.stdout == (
        f"::error file={shown},line=1,title=R204::this is no part of a case"
        "%0AFix  move it out of cassettes/, or delete it\n"
    )


def test_a_key_of_this_machine_must_not_stand_in_a_case(invoke: Invoke, fine: Any, folder: Path) -> None:
    key = "test-key-of-this-machine"
    (folder / "cassettes/echo/things/default.jsonl").write_text(f'{{"a": "{key}"}}\n', encoding="utf-8")
    assert invoke("check").exit_code == 0
    result = invoke("check", env={"ECHO_API_KEY": key})
    assert result.stdout.startswith("cassettes/echo/things/default.jsonl:1: R209 ")
    assert (result.exit_code, key in result.stdout) == (3, False)


def test_nothing_in_a_name_steers_the_terminal(invoke: Invoke, fine: Any, folder: Path) -> None:
    (folder / "cassettes/echo/things/\u202e.bak").write_text("", encoding="utf-8")
    for github in (None, "true"):
        result = invoke("check", env={"GITHUB_ACTIONS": github})
        assert ("\u202e" in result.stdout, result.exit_code) == (False, 3)


def test_a_person_sees_findings_by_file(in_terminal: Callable[..., Any], broken: Any, folder: Path) -> None:
    screen = in_terminal("check", cwd=folder)
    assert screen.text == (
        f"{CASE}:2: R207 note: {NOTE}\n"
        "    Fix  recipes test echo/things\n"
        "\n"
        f"recipes/echo/loud.py:24: R101 {FINDING}\n"
        "    Fix  yield it as a row, or leave it out\n"
        "2 recipes checked: 1 finding, 1 note.  Next  recipes explain R101\n"
    )
    assert screen.exit_code == 3


def test_without_a_repository_in_use_the_catalog_is_checked(invoke: Invoke) -> None:
    count = len(list((CATALOG / "recipes").glob("*/*.py")))
    assert invoke("check").stderr.startswith(f"{count} recipes checked")


def test_nothing_of_a_recipe_runs(invoke: Invoke, fine: Any, folder: Path) -> None:
    path = fine.write_recipe("loud", "open('ran', 'w')\n" + PRINTS, title=TITLE)
    path.with_name("sandbox").joinpath("__init__.py").write_text("open('ran', 'w')\n", encoding="utf-8")
    invoke("check")
    assert not (folder / "ran").exists()


def test_explain_says_why_and_what_to_write(invoke: Invoke) -> None:
    result = invoke("explain", "r105")
    assert (
        result.stdout
        == """\
R105  naive-time
A moment has no time zone.

Such a moment is another one on every machine, so the same recipe asks for other data in
Dublin than in New York, and its recording fits only one of them. `date.today()` is the
day of the machine's own zone.

Instead of

    since = datetime.now() - timedelta(hours=24)

Write

    since = datetime.now(UTC) - timedelta(hours=24)
"""
    )
    assert (result.stderr, result.exit_code) == ("", 0)


def test_explain_says_what_is_only_a_note(invoke: Invoke) -> None:
    assert invoke("explain", "R207").stdout.startswith("R207  changed-recipe  (a note: it fails no check)\n")


def test_explain_alone_lists_every_rule(invoke: Invoke) -> None:
    lines = invoke("explain").stdout.splitlines()
    assert lines[0] == "R001  file-name          The names of file and folder make no id"
    assert lines[-1] == "Read one  recipes explain R101"


def test_an_unknown_code_suggests_the_nearest(invoke: Invoke) -> None:
    result = invoke("explain", "R1001")
    assert result.stderr == "Error  No rule named 'R1001'.\nFix    recipes explain R101\n"
    assert (result.stdout, result.exit_code) == ("", 2)


def test_the_page_of_rules_is_what_the_generator_prints() -> None:
    """Mend it with `python -m runner.cli.rule_reference > docs/checks.md`."""
    assert (ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == write_page()


def test_the_readme_leads_to_the_page_of_rules() -> None:
    assert "](docs/checks.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path, is_checked",
    [
        ("recipes.toml", True),
        ("recipes/newswhip/api.toml", True),
        ("cassettes/newswhip/first-call/default.yaml", True),
        ("docs/recipes/cli.md", False),
        ("README.md", False),
    ],
)
def test_the_pre_commit_hook_checks_when_something_of_a_repository_changes(path: str, is_checked: bool) -> None:
    lines = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").splitlines()
    hook = dict(line.removeprefix("- ").strip().split(": ", 1) for line in lines)
    assert (hook["id"], hook["entry"], hook["pass_filenames"]) == ("recipes-check", "recipes check", "false")
    assert bool(re.search(hook["files"], path)) is is_checked
