import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator

from runner.cli.session import MANY_RECIPES

Invoke = Callable[..., Result]
MOMENT = "2026-11-20T09:00:00Z"
ROOT = Path(__file__).parents[2]
CATALOG = tuple(
    f"{path.parent.name}/{path.stem.replace('_', '-')}" for path in sorted((ROOT / "recipes").glob("*/[a-z]*.py"))
)


def test_list_is_csv_in_a_pipe(invoke: Invoke) -> None:
    result = invoke("list")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert tuple(row["id"] for row in rows) == CATALOG
    assert list(rows[0]) == ["id", "title", "audience", "tags", "api", "gives", "repository"]
    assert (result.stderr, result.exit_code) == ("", 0)


def test_list_as_json_keeps_its_keys(invoke: Invoke, repo: Any) -> None:
    path = repo.write_recipe(table='tags = ["things"]\naudience = ["developer"]\n')
    assert json.loads(invoke("list", "--json").stdout)[0] == {
        "id": "echo/things",
        "title": "What things are there?",
        "description": "",
        "api": "echo",
        "audience": ["developer"],
        "tags": ["things"],
        "gives": "rows",
        "columns": [],
        "endpoints": [],
        "writes": False,
        "deprecated": "",
        "customer": "",
        "collection": "",
        "repository": "Team recipes",
        "path": str(path),
    }


def test_list_as_json_tells_what_was_recorded(invoke: Invoke) -> None:
    [shown] = [each for each in json.loads(invoke("list", "--json").stdout) if each["id"] == "newswhip/top-stories"]
    assert shown["endpoints"] == ["POST /articles"]
    assert shown["columns"] == ["headline", "publisher", "interactions", "published", "link"]


def test_a_repository_without_recipes_says_how_one_is_made(invoke: Invoke, repo: Any, folder: Path) -> None:
    result = invoke("list")
    assert result.stderr == f"No recipes yet in {folder}: one is a file recipes/<api>/<name>.py.\n"
    assert len(result.stdout.splitlines()) == 1 + len(CATALOG)


def test_a_broken_recipe_hides_no_other(invoke: Invoke, repo: Any) -> None:
    repo.write_recipe()
    broken = repo.write_recipe("broken", code="def main(:")
    result = invoke("list")
    assert "echo/things," in result.stdout
    problem, fix = result.stderr.splitlines()
    assert problem.startswith(f"Broken  {broken}:15: ")
    assert fix.startswith("Fix     ")
    assert result.exit_code == 0


def block(text: str) -> str:
    return "# /// script\n" + text + "# ///\n"


@pytest.mark.parametrize(
    "change, line",
    [
        (lambda text: text.replace("def main(", "def main(:"), 15),
        (lambda text: text + "\n" + block('# dependencies = ["httpx>=0.28"]\n'), 25),
        (lambda text: text.replace("\n", "\r\n"), 1),
        (lambda text: "\ufeff" + text, 1),
        (lambda text: text.replace("# ///\n", "#\n# [tool.recipe-runner]\n# tag = []\n# ///\n"), 6),
        (lambda text: text.replace("count: int = 2", "count: int"), 15),
        (lambda text: text.replace("count: int = 2", "count: set[int] = 2"), 15),
        (lambda text: text.replace("are there?", "there are."), 5),
    ],
    ids=["syntax", "two blocks", "CRLF", "BOM", "unknown key", "no example", "unknown kind", "no question"],
)
@pytest.mark.parametrize("command", ["show", "run"])
def test_a_broken_recipe_is_one_error_with_file_line_and_fix(
    invoke: Invoke, trusted: Any, command: str, change: Callable[[str], str], line: int
) -> None:
    path = trusted.write_recipe()
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode())
    result = invoke(command, "things")
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"Error  {path}:{line}: ")
    assert lines[1].startswith("Fix    ")
    assert (len(lines), result.stdout, result.exit_code) == (2, "", 1)


def test_show_tells_all_that_a_run_needs(invoke: Invoke, repo: Any) -> None:
    code = '''\
def main(echo: httpx.Client, topic: str, hours: int = 24, size: Literal["big", "small"] = "big") -> dict[str, Any]:
    """Return one.

    Args:
        topic: What to look for.
        hours: How far back.
        size: Of a thing.
    """
    return {}'''
    table = 'tags = ["things"]\nparameters.topic.example = "ferry strike"\nparameters.hours = {min = 1, max = 168}\n'
    path = repo.write_recipe(code=code, table=table, title="What things are there?\n\nFor the curious.\n")
    assert (
        invoke("show", "things").stdout
        == f"""\
What things are there?

For the curious.

Recipe    echo/things
Tags      things
Calls     Echo, key in ECHO_API_KEY
Gives     one record
File      {path}

PARAMETER  TAKES                DEFAULT     EXAMPLE       MEANS
--topic    text                 (required)  ferry strike  What to look for.
--hours    whole number 1..168  24                        How far back.
--size     one of big, small    big                       Of a thing.

Recorded  nothing yet: recipes record echo/things --sandbox

Try   recipes run echo/things --try
Run   recipes run echo/things --topic 'ferry strike'
"""
    )


def test_show_source_prints_the_file_as_it_is(invoke: Invoke, repo: Any) -> None:
    path = repo.write_recipe()
    assert invoke("show", "things", "--source").stdout == path.read_text(encoding="utf-8")


def test_show_as_json_gives_the_parameters_as_json_schema(invoke: Invoke) -> None:
    shown = json.loads(invoke("show", "top-stories", "--json").stdout)
    Draft202012Validator.check_schema(shown["parameters"])
    validator = Draft202012Validator(shown["parameters"])
    assert validator.is_valid({"topic": "ferry strike", "hours": 24})
    assert not validator.is_valid({"topic": "ferry strike", "hours": 200})
    assert not validator.is_valid({"hours": 24})
    assert list(shown) == [
        "id", "title", "description", "apis", "audience", "tags", "gives", "columns", "writes", "dependencies",
        "deprecated", "based_on", "digest", "path", "parameters", "cases",
        "endpoints", "sample", "collection", "next", "related",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words, error",
    [
        (("shwo",), "Error  No command named 'shwo'.\nFix    recipes show\n"),
        (("frobnicate",), "Error  No command named 'frobnicate'.\nFix    recipes --help\n"),
        (("list", "--jsno"), "Error  No option '--jsno'.\nFix    recipes list ... --json\n"),
        (("--repositry", "x"), "Error  No option '--repositry'.\nFix    recipes ... --repository\n"),
        (
            ("completion",),
            "Error  Missing argument 'SHELL'. Choose from: bash, zsh, fish\nFix    recipes completion --help\n",
        ),
        (("show",), "Error  Missing argument 'RECIPE'.\nFix    recipes show --help\n"),
        (("--repository", "none", "list"), None),
        (("trust",), "Error  Which folder or recipe?\nFix    recipes trust PATH, or recipes trust alias/api/name\n"),
        (("untrust", "x"), "Error  'x' is not among what is trusted.\nFix    recipes trust --list\n"),
        (("sandbox", "newship"), "Error  No API named 'newship'.\nFix    recipes sandbox newswhip\n"),
        (("sandbox", "newswhip", "--now", "x"), f"Error  --now must be a moment, not 'x'.\nFix    --now {MOMENT}\n"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_error_with_a_fix(
    invoke: Invoke, folder: Path, words: tuple[str, ...], error: str | None
) -> None:
    result = invoke(*words)
    none = f"Error  There is no repository at {folder}/none: it has no recipes.toml.\nFix    --repository FOLDER\n"
    assert (result.stderr, result.stdout, result.exit_code) == (error or none, "", 2)


def test_a_folder_that_is_gone_is_named_as_the_reason(invoke: Invoke, folder: Path) -> None:
    folder.rmdir()
    result = invoke("list")
    assert result.stderr == "Error  The folder that you are in does not exist any more.\nFix    cd\n"
    assert (result.stdout, result.exit_code) == ("", 2)


def test_recipes_alone_says_where_to_start(invoke: Invoke) -> None:
    result = invoke()
    assert result.stdout.splitlines()[0] == "Ready-made scripts for APIs: find one, run it, hand it over."
    assert (result.stderr, result.exit_code) == ("", 0)


@pytest.mark.parametrize("words", [("--help",), *((name, "--help") for name in ("list", "show", "run", "trust"))])
def test_every_command_has_help(invoke: Invoke, words: tuple[str, ...]) -> None:
    result = invoke(*words)
    assert result.stdout.startswith("Usage: recipes ")
    assert result.exit_code == 0


def test_the_help_of_a_run_tells_the_recipes_own_parameters_first(invoke: Invoke, repo: Any) -> None:
    repo.write_recipe()
    lines = invoke("run", "things", "--help").stdout.splitlines()
    own = lines.index("Recipe parameters:")
    assert lines[own + 1].split() == ["--count", "NUMBER", "How", "many.", "[whole", "number;", "default:", "2]"]
    assert lines[own + 2 : own + 4] == ["", "Options:"]
    assert lines[own + 4].split()[0] == "--try"


def test_the_repository_in_use_can_be_named(invoke: Invoke, repo: Any, tmp_path: Path) -> None:
    repo.write_recipe()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert "echo/things" in invoke("--repository", str(repo.root), "list").stdout
    assert "echo/things" in invoke("list", env={"RECIPES_REPOSITORY": str(repo.root)}).stdout


def test_reading_many_recipes_for_the_first_time_shows_how_far_it_is(
    repo: Any, in_terminal: Callable[..., Any], folder: Path
) -> None:
    text = repo.write_recipe("r_0").read_text()
    for number in range(1, MANY_RECIPES - 1):  # api.toml is read too
        (repo.root / "recipes" / "echo" / f"r_{number}.py").write_text(text)
    first = in_terminal("list", "--json", cwd=folder).text
    assert [line for line in first.split("\r\x1b[2K") if line.startswith("Reading")] == [
        f"Reading recipes: {read} of {MANY_RECIPES}" for read in range(100, MANY_RECIPES, 100)
    ]
