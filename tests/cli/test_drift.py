"""`recipes drift` with sandboxes: silent while nothing has changed, and exact when something has."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
ROOT = Path(__file__).parents[2]
THINGS = '''\
def main(echo: httpx.Client, count: int = 2) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        count: How many.
    """
    for number in range(count):
        answer = echo.get("/things", params={"number": number}).raise_for_status().json()
        yield {"number": number, "path": answer["path"]}'''


@pytest.fixture
def copy(folder: Path, invoke: Invoke) -> Path:
    """A trusted copy of the catalog as the repository in use."""
    shutil.copy(ROOT / "recipes.toml", folder)
    for name in ("recipes", "cassettes"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    assert invoke("trust", ".").exit_code == 0
    return folder


@pytest.fixture
def recorded(trusted: Any, invoke: Invoke) -> Any:
    """A repository with a case recorded from its sandbox."""
    trusted.write_recipe(code=THINGS)
    assert invoke("record", "things", "--sandbox", "-q").exit_code == 0
    return trusted


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_catalog_has_not_drifted_from_its_sandbox(invoke: Invoke) -> None:
    cases = sorted((ROOT / "cassettes").glob("*/*/*.toml"))
    result = invoke("drift", "--sandbox")
    assert result.stdout == "".join(f"ok        {'/'.join(path.parts[-3:-1])}  {path.stem}\n" for path in cases)
    assert result.stderr == f"{len(cases)} cases compared with the sandbox (invented data): no drift.\n"
    assert (result.exit_code, len(cases) > 5) == (0, True)


def test_a_renamed_field_is_told_and_nothing_else(copy: Path, invoke: Invoke) -> None:
    change(copy / "recipes" / "newswhip" / "sandbox" / "article.py", '"excerpt":', '"summary":')
    result = invoke("drift", "--sandbox", "--case", "default", "top-stories", "influencers")
    assert result.stdout == (
        "DRIFTED   newswhip/top-stories  default\n"
        "          POST /v1/articles\n"
        "            $.articles[].excerpt lost: string\n"
        "            $.articles[].summary added: string\n"
        "ok        newswhip/influencers  default\n"
    )
    assert (result.stderr, result.exit_code) == (
        "Error  1 of 2 cases drifted.\n"
        "Fix    recipes record newswhip/top-stories --sandbox   (once the recipe copes with it)\n",
        3,
    )


def test_json_says_the_same_under_keys_that_stay(copy: Path, invoke: Invoke) -> None:
    change(copy / "recipes" / "newswhip" / "sandbox" / "article.py", '"excerpt":', '"summary":')
    result = invoke("drift", "--sandbox", "top-stories", "--case", "default", "--json")
    [case] = json.loads(result.stdout)
    assert case.pop("recorded_at").endswith("Z")
    assert case == {
        "recipe": "newswhip/top-stories",
        "case": "default",
        "source": "sandbox",
        "compared_with": "sandbox",
        "state": "drifted",
        "differences": [
            {
                "where": "POST /v1/articles",
                "path": "$.articles[].excerpt",
                "what": "field",
                "kind": "lost",
                "was": "string",
                "now": None,
            },
            {
                "where": "POST /v1/articles",
                "path": "$.articles[].summary",
                "what": "field",
                "kind": "added",
                "was": None,
                "now": "string",
            },
        ],
        "values": [],
        "notes": [],
        "error": None,
    }
    assert (result.stderr, result.exit_code) == (
        "Error  1 of 1 case drifted.\n"
        "Fix    recipes record newswhip/top-stories --sandbox   (once the recipe copes with it)\n",
        3,
    )


def test_a_field_that_the_recipe_needs_stops_it_and_that_is_drift_too(copy: Path, invoke: Invoke) -> None:
    change(copy / "recipes" / "newswhip" / "sandbox" / "article.py", '"headline":', '"title":')
    result = invoke("drift", "--sandbox", "first-call", "--case", "default")
    assert result.stdout == (
        "DRIFTED   newswhip/first-call  default\n"
        "          GET /v1/region/World/All/24\n"
        "            $.articles[].headline lost: string\n"
        "            $.articles[].title added: string\n"
        "          result\n"
        "            error changed: it worked -> exit code 1: "
        "The recipe newswhip/first-call raised KeyError: 'headline' at first_call.py:47.\n"
    )
    assert result.exit_code == 3


def test_fields_that_may_differ_are_ignored(copy: Path, invoke: Invoke) -> None:
    change(copy / "recipes" / "newswhip" / "sandbox" / "article.py", '"excerpt":', '"summary":')
    words = ("--ignore", "$.articles[].excerpt", "--ignore", "*.summary")
    result = invoke("drift", "--sandbox", "top-stories", "--case", "default", *words)
    assert (result.stdout, result.exit_code) == ("ok        newswhip/top-stories  default\n", 0)


def test_nothing_is_written(copy: Path, invoke: Invoke) -> None:
    before = snapshot(copy)
    assert invoke("drift", "--sandbox", "top-stories", "influencers").exit_code == 0
    assert snapshot(copy) == before


def test_columns_are_compared(recorded: Any, invoke: Invoke) -> None:
    recorded.write_recipe(code=THINGS.replace('"number": number', '"count": str(number)'))
    result = invoke("drift", "things", "--sandbox", "-q")
    assert result.stdout == (
        "DRIFTED   echo/things  default\n"
        "          result\n"
        "            number lost: integer\n"
        "            count added: string\n"
        "    Note  the recipe has changed since it was recorded: differences may be its own\n"
    )


def test_a_recipe_reads_the_input_files_of_its_case(trusted: Any, invoke: Invoke) -> None:
    code = THINGS.replace("count: int = 2", "names: Path").replace("range(count)", "names.read_text().split()")
    trusted.write_recipe(
        code=code.replace("count: How many.", "names: A file."),
        table='[tool.recipe-runner.parameters.names]\nexample = "names.txt"',
    )
    (trusted.root / "names.txt").write_text("one two three", encoding="utf-8")
    assert invoke("record", "things", "--sandbox", "--names", "names.txt").exit_code == 0
    (trusted.root / "names.txt").unlink()
    assert invoke("drift", "things", "--sandbox", "--values").stdout == "ok        echo/things  default\n"


def test_one_case_is_chosen_by_its_name(recorded: Any, invoke: Invoke) -> None:
    assert invoke("record", "things", "--sandbox", "--case", "one", "--count", "1").exit_code == 0
    assert invoke("drift", "--sandbox", "--case", "one").stdout == "ok        echo/things  one\n"
    assert invoke("drift", "--sandbox").stdout == "ok        echo/things  default\nok        echo/things  one\n"


def test_without_a_case_there_is_nothing_to_compare(trusted: Any, invoke: Invoke) -> None:
    trusted.write_recipe(code=THINGS)
    result = invoke("drift", "things", "--sandbox", "--json")
    assert (result.stdout, result.stderr, result.exit_code) == (
        "",
        "Error  There is no recorded case to compare.\nFix    recipes record things   (or with --sandbox)\n",
        2,
    )


def test_a_case_that_is_not_there_is_named_with_the_nearest(recorded: Any, invoke: Invoke) -> None:
    result = invoke("drift", "things", "--case", "defualt")
    assert (result.stderr, result.exit_code) == (
        "Error  No recorded case named 'defualt'.\nFix    recipes drift --case default\n",
        2,
    )


def test_a_broken_case_hides_no_other(recorded: Any, invoke: Invoke) -> None:
    folder = recorded.root / "cassettes" / "echo" / "things"
    (folder / "a-broken.toml").write_text("recipe = 1\n", encoding="utf-8")
    result = invoke("drift", "--sandbox")
    assert result.stdout == "FAILED    echo/things  a-broken\nok        echo/things  default\n"
    assert result.stderr.startswith("echo/things --case a-broken\nError  ")
    assert result.stderr.endswith("Error  1 case could not be compared.\n")
    assert result.exit_code == 1
    broken = next(each for each in json.loads(invoke("drift", "--sandbox", "--json").stdout) if each["error"])
    assert (broken["state"], broken["source"], broken["error"]["exit_code"]) == ("failed", None, 1)


def test_drift_counts_more_than_a_broken_case(recorded: Any, invoke: Invoke) -> None:
    folder = recorded.root / "cassettes" / "echo" / "things"
    (folder / "a-broken.toml").write_text("recipe = 1\n", encoding="utf-8")
    recorded.write_recipe(code=THINGS.replace('"number": number', '"number": str(number)'))
    result = invoke("drift", "--sandbox")
    assert result.stderr.endswith("Error  1 of 1 case drifted; 1 case could not be compared.\n")
    assert result.exit_code == 3


def test_a_case_without_its_recipe_is_a_failure(recorded: Any, invoke: Invoke) -> None:
    (recorded.root / "recipes" / "echo" / "things.py").unlink()
    result = invoke("drift", "--sandbox")
    assert (result.stdout, result.exit_code) == ("FAILED    echo/things  default\n", 2)
    assert result.stderr.startswith("Error  No recipe named 'echo/things'.\n")


def test_a_repository_that_is_not_trusted_runs_nothing(recorded: Any, invoke: Invoke) -> None:
    assert invoke("untrust", ".").exit_code == 0
    result = invoke("drift", "--sandbox")
    assert (result.stdout, result.exit_code) == ("FAILED    echo/things  default\n", 7)


@pytest.mark.parametrize(
    "words, message",
    [
        (("--sandbox", "--env-file", "keys.env"), "--env-file gives keys, and a sandbox needs none."),
        (("--ignore", ""), "--ignore needs a path."),
        (("nowhere",), "No recipe named 'nowhere'."),
    ],
)
def test_what_makes_no_sense_is_refused(invoke: Invoke, words: tuple[str, ...], message: str) -> None:
    result = invoke("drift", *words)
    assert (result.stderr.splitlines()[0], result.exit_code) == (f"Error  {message}", 2)


def test_progress_says_which_case_it_is(copy: Path, in_terminal: Callable[..., Any]) -> None:
    screen = in_terminal(
        "--repository", str(copy), "drift", "--sandbox", "influencers", "first-call", env={"TERM": "xterm"}, columns=100
    )
    assert "\r\x1b[2K3 of 5 · newswhip/first-call · " in screen.text
    assert screen.exit_code == 0


def test_quiet_says_only_what_was_found(invoke: Invoke) -> None:
    assert invoke("drift", "first-call", "--sandbox", "-q").stderr == ""
