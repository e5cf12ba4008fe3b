import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import runner
from runner.catalog import catalog_root
from runner.cli.new import ORIGINS

Invoke = Callable[..., Result]
CATALOG = catalog_root(Path(runner.__file__).parent)
ANSWERS = ["-P", "path=/things", "-P", "columns=path"]


@pytest.fixture
def newswhip(repo: Any, invoke: Invoke) -> Path:
    """A trusted repository with the APIs of the catalog and their sandboxes."""
    root: Path = repo.root
    for name in ("newswhip", "slack"):
        shutil.copytree(CATALOG / "recipes" / name, root / "recipes" / name, ignore=_recipes)
    assert invoke("trust", ".").exit_code == 0
    return root


def _recipes(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.endswith(".py") and Path(folder).parent.name == "recipes"]


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("template", ["blank", "list", "windows", "report", "alert", "enrich"])
def test_a_recipe_is_made_recorded_tested_and_checked(newswhip: Path, invoke: Invoke, template: str) -> None:
    made = invoke("new", "newswhip/new-things", "--template", template, "--record", "--sandbox")
    assert (made.exit_code, made.stdout.splitlines()[0]) == (0, "recipes/newswhip/new_things.py")
    assert made.stderr.splitlines()[-1] == "Next  recipes test newswhip/new-things"
    tested = invoke("test", "newswhip/new-things")
    assert (tested.exit_code, tested.stdout) == (0, "ok        newswhip/new-things  default\n")
    checked = invoke("check")
    assert (checked.exit_code, checked.stdout) == (0, "")
    tried = invoke("run", "newswhip/new-things", "--try", "--format", "json" if template != "report" else "md")
    assert (tried.exit_code, len(tried.stdout) > 60) == (0, True)


def test_slices_that_are_done_are_not_asked_for_again(newswhip: Path, invoke: Invoke, tmp_path: Path) -> None:
    assert invoke("new", "newswhip/history", "--template", "windows").exit_code == 0
    run = ("run", "newswhip/history", "--try", "--folder", str(tmp_path / "kept"), "--format", "jsonl")
    first = invoke(*run).stdout
    early, late = sorted((tmp_path / "kept").iterdir())
    kept = json.loads(early.read_text(encoding="utf-8"))
    early.write_text(json.dumps(kept | {"found": kept["found"][:1]}), encoding="utf-8")
    second = invoke(*run).stdout
    assert (len(kept["found"]) > 1, second) == (
        True,
        "".join([first.splitlines(keepends=True)[0], *late_rows(first, kept)]),
    )
    assert late.name == "2026-11-15.json"
    other = invoke(*run, "--topic", "ferry strike").stdout
    assert (other != first, json.loads(early.read_text("utf-8"))["request"] != kept["request"]) == (True, True)


def late_rows(rows: str, kept: dict[str, Any]) -> list[str]:
    return rows.splitlines(keepends=True)[len(kept["found"]) :]


def test_rows_of_a_file_get_their_answers(newswhip: Path, invoke: Invoke, tmp_path: Path) -> None:
    assert invoke("new", "newswhip/enrich", "--template", "enrich", "-P", "columns=headline").exit_code == 0
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("\ufeffclient,topic\nA,heat pump\nB,\nC,nobody writes of this\n", encoding="utf-8")
    answer = invoke("run", "newswhip/enrich", "--try", "--file", str(sheet), "--format", "jsonl")
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [list(row) for row in rows] == [["client", "topic", "headline"]] * 3
    assert [row["client"] for row in rows if row["headline"]] == ["A"]
    missing = invoke("run", "newswhip/enrich", "--try", "--file", str(sheet), "--column", "words")
    assert (missing.exit_code, "has no column 'words'" in missing.stderr) == (1, True)


def test_a_team_is_told_only_what_is_above_the_threshold(newswhip: Path, invoke: Invoke) -> None:
    assert invoke("new", "newswhip/alert", "--template", "alert", "-P", "threshold=99999999").exit_code == 0
    quiet = json.loads(invoke("run", "newswhip/alert", "--try", "--format", "json").stdout)
    loud = json.loads(invoke("run", "newswhip/alert", "--try", "--format", "json", "--threshold", "10000").stdout)
    assert ([quiet["above"], quiet["told"]], loud["told"]) == ([0, False], True)
    assert 0 < loud["above"] < loud["looked_at"]


def test_the_next_command_is_said_and_a_recipe_without_sandbox_is_recorded_live(repo: Any, invoke: Invoke) -> None:
    made = invoke("new", "new_things", *ANSWERS)
    assert (made.stdout, made.exit_code) == ("recipes/echo/new_things.py\n", 0)
    assert made.stderr == "Next  recipes record echo/new-things --sandbox\n"
    api = repo.root / "recipes" / "echo" / "api.toml"
    api.write_text(api.read_text("utf-8").replace('sandbox = "sandbox:app"\n', ""), encoding="utf-8")
    assert invoke("new", "more-things", *ANSWERS).stderr == "Next  recipes record echo/more-things\n"


def test_elsewhere_than_on_a_terminal_one_error_names_all_that_is_missing(repo: Any, invoke: Invoke) -> None:
    before = files(repo.root)
    made = invoke("new", "things", "--template", "report", "-P", "colour=3")
    assert made.stderr == (
        "Error  3 answers for the template report are missing or wrong:\n"
        "       The template report asks for no 'colour'.\n"
        "       -P path is missing: path of the call, below the API's base URL.\n"
        "       -P amount is missing: where the number stands that hits are compared by.\n"
        "Fix    -P path=... -P amount=...\n"
    )
    assert (made.stdout, made.exit_code, files(repo.root)) == ("", 2, before)


def test_answers_come_from_a_file_too(repo: Any, invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('path = "/things"\ncolumns = ["path", "now"]\nquestion = "What?"\n', encoding="utf-8")
    assert invoke("new", "things", "--params", str(file), "-P", "question=Which things?").exit_code == 0
    text = (repo.root / "recipes" / "echo" / "things.py").read_text(encoding="utf-8")
    assert '"""Which things?\n' in text
    assert '"now": item["now"],' in text


def test_dry_run_prints_the_recipe_and_writes_nothing(repo: Any, invoke: Invoke) -> None:
    before = files(repo.root)
    made = invoke("new", "things", *ANSWERS, "--dry-run")
    assert (made.stderr, made.exit_code, files(repo.root)) == ("File  recipes/echo/things.py\n", 0, before)
    assert made.stdout.startswith("# /// script\n")
    compile(made.stdout, "things.py", "exec")


def test_what_exists_is_kept_compared_and_replaced_only_with_force(repo: Any, invoke: Invoke) -> None:
    path = repo.write_recipe()
    before = path.read_text(encoding="utf-8")
    made = invoke("new", "things", *ANSWERS)
    assert made.stderr == (
        f"Error  echo/things exists: {path}.\n"
        "Fix    recipes new echo/things-2, or --diff to compare and --force to replace\n"
    )
    assert made.exit_code == 2
    compared = invoke("new", "things", *ANSWERS, "--diff")
    assert compared.stdout.startswith("--- recipes/echo/things.py\n+++ recipes/echo/things.py\n@@")
    assert (compared.exit_code, path.read_text(encoding="utf-8")) == (0, before)
    assert invoke("new", "things", *ANSWERS, "--force").exit_code == 0
    assert path.read_text(encoding="utf-8") != before


def test_what_would_break_a_rule_is_not_written(repo: Any, invoke: Invoke) -> None:
    before = files(repo.root)
    made = invoke("new", "things", *ANSWERS, "-P", "about=The key is AKIA" + "Q7" * 8)
    assert made.exit_code == 3
    assert made.stderr.startswith("Error  What would be written breaks rules, so nothing was written.\n")
    assert "recipes/echo/things.py:14: R106 " in made.stderr
    assert made.stderr.endswith("Fix    recipes explain R106\n")
    assert "Q7Q7" not in made.stderr
    assert files(repo.root) == before


@pytest.mark.parametrize(
    "value", ['"""; import os', "{{ 7 * 7 }}", "\\", "a\nb", "'", "# /// script", "PLACE_OF_VALUE_0_"]
)
def test_a_hostile_answer_is_only_text(repo: Any, invoke: Invoke, value: str) -> None:
    answers = ["-P", f"question={value} ok?", "-P", f"about={value}", "-P", f"example={value}"]
    made = invoke("new", "things", "--template", "list", *ANSWERS, *answers)
    if "\n" in value:
        assert "must match" in made.stderr
        return
    assert (made.exit_code, made.stdout) == (0, "recipes/echo/things.py\n")
    data = json.loads(invoke("show", "echo/things", "--json").stdout)
    assert data["title"] == f"{value} ok?"
    assert data["parameters"]["properties"]["topic"]["examples"] == [value]


def test_an_api_of_the_catalog_comes_along(repo: Any, invoke: Invoke) -> None:
    made = invoke("new", "newswhip/things", "--template", "list")
    assert made.stdout == "recipes/newswhip/things.py\nrecipes/newswhip/api.toml\n"
    assert made.stderr == (
        "Note  newswhip/api.toml comes along from the catalog, whose sandbox answers for it.\n"
        "Next  recipes record newswhip/things --sandbox\n"
    )
    checked = invoke("check", "newswhip/things")
    assert [line.split()[1] for line in checked.stdout.splitlines()] == ["R201"]


def test_an_api_that_nobody_describes_is_an_error_that_says_which_there_are(repo: Any, invoke: Invoke) -> None:
    made = invoke("new", "eco/things")
    assert made.stderr == "Error  No API named 'eco'.\nFix    recipes new echo/things\n"
    made = invoke("new", "nobody/things")
    assert made.stderr == f"Error  No API named 'nobody'.\nFix    write {repo.root}/recipes/nobody/api.toml\n"
    made = invoke("new", "import/things")
    assert made.stderr == (
        "Error  'import' names no API: the code of a recipe uses this word itself.\n"
        "Fix    recipes new import-api/things\n"
    )


def test_without_a_repository_nothing_can_be_made(folder: Path, invoke: Invoke) -> None:
    made = invoke("new", "newswhip/things")
    assert made.stderr == (
        "Error  There is no repository here to write to: neither this folder nor one above has a recipes.toml.\n"
        "Fix    recipes init FOLDER, or recipes --repository FOLDER new NAME\n"
    )
    assert (made.exit_code, list(folder.iterdir())) == (2, [])


def test_without_a_name_the_name_is_missing(repo: Any, invoke: Invoke) -> None:
    made = invoke("new")
    assert made.stderr == "Error  The name of the recipe is missing.\nFix    recipes new newswhip/top-stories\n"
    assert made.exit_code == 2


@pytest.mark.parametrize(
    "words, message",
    [
        (["--dry-run", "--diff"], "--dry-run and --diff do not go together."),
        (["--dry-run", "--record"], "--dry-run and --record do not go together."),
        (["--sandbox"], "--sandbox is for recording."),
        (["--env-file", "x"], "--env-file is for recording."),
        (["--template", "lsit"], "No template named 'lsit'."),
        (["-P", "path"], "-P takes name=value, not 'path'."),
    ],
)
def test_options_that_mean_nothing_are_refused(repo: Any, invoke: Invoke, words: list[str], message: str) -> None:
    made = invoke("new", "things", *words)
    assert (made.exit_code, made.stderr.splitlines()[0]) == (2, f"Error  {message}")


def test_recording_needs_trust_before_anything_is_written(repo: Any, invoke: Invoke) -> None:
    before = files(repo.root)
    assert invoke("new", "things", *ANSWERS, "--record", "--sandbox").exit_code == 7
    assert files(repo.root) == before


def test_a_recording_that_fails_leaves_the_recipe(trusted: Any, invoke: Invoke) -> None:
    made = invoke("new", "things", "-P", "path=/things", "-P", "columns=nowhere", "--record", "--sandbox")
    assert (made.exit_code, (trusted.root / "recipes" / "echo" / "things.py").exists()) == (1, True)
    assert not (trusted.root / "cassettes").exists() or files(trusted.root / "cassettes") == set()


@pytest.fixture
def own(repo: Any) -> Path:
    """A template of the repository's own, named like one of the catalog's."""
    folder: Path = repo.root / "templates" / "recipe" / "blank"
    folder.mkdir(parents=True)
    (folder / "template.toml").write_text('title = "Ours"\n', encoding="utf-8")
    (folder / "recipe.py.jinja").write_text("{{ nme | literal }}\n", encoding="utf-8")
    return folder


def test_a_repositorys_own_template_comes_first_and_only_after_trust(own: Path, invoke: Invoke) -> None:
    assert invoke("new", "things").exit_code == 7
    assert invoke("trust", ".").exit_code == 0
    made = invoke("new", "things")
    assert made.stderr == (f"Error  {own / 'recipe.py.jinja'}:1: 'nme' is undefined\nFix    correct the template\n")
    assert made.exit_code == 1


def test_templates_are_listed_and_described(repo: Any, invoke: Invoke) -> None:
    listed = invoke("templates")
    assert [line.split()[0] for line in listed.stdout.splitlines()[:7]] == [
        "TEMPLATE", "alert", "blank", "enrich", "list", "report", "windows"
    ]  # fmt: skip
    described = invoke("templates", "blank").stdout
    assert described.startswith("One call, and a row for each thing in its answer\n\nThe smallest recipe that is whole")
    assert "\npath" in described
    assert invoke("templates", "blnk").stderr == (
        "Error  No template named 'blnk'.\nFix    recipes new NAME --template blank\n"
    )


def test_templates_are_data_too(repo: Any, own: Path, invoke: Invoke) -> None:
    data = json.loads(invoke("templates", "--json").stdout)
    assert [(each["name"], each["repository"]) for each in data][:2] == [("blank", "team"), ("alert", "newswhip")]
    assert list(data[0]) == ["name", "title", "help", "repository", "path", "questions"]
    [path] = [each for each in data[1]["questions"] if each["name"] == "path"]
    assert path == {
        "name": "path",
        "type": "str",
        "help": "Path of the call, below the API's base URL",
        "default": None,
        "defaults": {"newswhip": "/articles"},
        "choices": [],
        "pattern": "/[^\\s?#]*",
        "when": "",
        "min": None,
        "max": None,
    }


def test_a_broken_template_hides_no_other(own: Path, invoke: Invoke) -> None:
    (own / "template.toml").write_text("titel = 1\n", encoding="utf-8")
    listed = invoke("templates", "--json")
    assert [each["name"] for each in json.loads(listed.stdout)] == ["alert", "enrich", "list", "report", "windows"]
    assert listed.stderr == f"Error  {own / 'template.toml'}:1: unknown key 'titel'\nFix    write title\n"


def test_every_origin_has_an_option_and_makes_drafts() -> None:
    from importlib import import_module

    from runner.cli.new import command

    options = {each.name for each in command.params}
    assert all(origin in options and import_module(module).make_draft for origin, module in ORIGINS.items())


def test_questions_are_asked_on_a_terminal_and_the_command_without_them_is_shown(
    repo: Any, in_terminal: Callable[..., Any], folder: Path
) -> None:
    typed = "What is new\nWhat is new?\n\n/things\npath\nnow\n\n"
    screen = in_terminal("new", "things", cwd=folder, typed=typed)
    assert screen.text == (
        "The customer's question; it becomes the title  [Enter for What is trending right now?]\n"
        "  question: Error: -P question must match .*\\S\\?, not 'What is new'.\n"
        "  question: "
        "For whom it is, and what surprises people about this call  "
        "[Enter for For a new developer, as a first call. The rows come in the order in which the API ranks them.]\n"
        "  about: "
        "Path of the call, below the API's base URL\n"
        "  path: "
        "Columns of a row, as name or name=path.in.the.answer\n"
        "  1 (empty line ends): "
        "  2 (empty line ends): "
        "  3 (empty line ends): "
        "Same without questions:\n"
        "  recipes new echo/things -P 'question=What is new?' -P path=/things -P columns=path -P columns=now\n\n"
        "recipes/echo/things.py\n"
        "Next  recipes record echo/things --sandbox\n"
    )
    assert screen.exit_code == 0
    words = ["-P", "question=What is new?", "-P", "path=/things", "-P", "columns=path", "-P", "columns=now"]
    again = in_terminal("new", "echo/things", *words, "--diff", cwd=folder, typed="\n")
    assert "@@" not in again.text


@pytest.mark.parametrize("at", ["path: ", "such as"])
def test_the_end_of_input_in_the_middle_of_the_questions_leaves_nothing(
    repo: Any, in_terminal: Callable[..., Any], folder: Path, at: str
) -> None:
    before = files(folder)
    words = ["things"] if at == "path: " else []
    screen = in_terminal("new", *words, cwd=folder, typed="\n\n" if words else "", when={at: "\x04"})
    assert screen.text.endswith("Error  Stopped.\n")
    assert (screen.exit_code, files(folder)) == (130, before)


def test_a_bad_name_is_an_error_with_a_name_that_would_do(repo: Any, invoke: Invoke) -> None:
    made = invoke("new", "echo/My Things")
    assert (made.exit_code, made.stderr) == (
        2,
        "Error  'echo/My Things' cannot name a recipe: it holds 'M'; use lower-case letters, digits and hyphens.\n"
        "Fix    recipes new echo/my-things\n",
    )
