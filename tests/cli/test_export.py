"""`recipes export`: what is written, what is checked before, and what stops it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from runner.cli.export import command
from tests.cli.conftest import MAIN, Invoke, Repo
from tests.cli.sandboxes import one_of_each_kind

ROOT = Path(__file__).parents[2]
[FORMATS] = [tuple(each.type.choices) for each in command.params if isinstance(each.type, click.Choice)]
CATALOG = sorted(f"{path.parent.name}/{path.stem.replace('_', '-')}" for path in ROOT.glob("recipes/*/*.py"))

TEXT = '''\
def main(echo: httpx.Client) -> str:
    """Return a page."""
    return "# Things\\n\\n" + echo.get("/things").raise_for_status().json()["path"]'''

ASYNC = '''\
async def main(echo: httpx.AsyncClient, count: int = 2) -> {returns}:
    """Give rows.

    Args:
        count: How many.
    """
{body}'''
YIELDING = ASYNC.format(
    returns="AsyncIterator[dict[str, Any]]",
    body="""\
    import asyncio

    for number in range(count):
        await asyncio.sleep(900)
        answer = (await echo.get("/things")).raise_for_status().json()
        yield {"number": number, "now": answer["now"], "at": datetime.now(UTC), "nothing": None, "half": 0.5}""",
)
RETURNING = ASYNC.format(
    returns="list[dict[str, Any]]",
    body="""\
    answers = [(await echo.get("/things")).raise_for_status().json() for _ in range(count)]
    return [{"path": answer["path"], "day": date(2026, 1, 2), "list": [1, {"a": True}]} for answer in answers]""",
)
TWO = '''\
def main(echo: httpx.Client, other_one: httpx.Client) -> dict[str, Any]:
    """Return one record."""
    first = echo.get("/things").raise_for_status().json()
    return {"first": first["path"], "second": other_one.get("/more").raise_for_status().json()["path"]}'''
GROUPED = '''\
async def main(echo: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return rows."""
    import asyncio

    async with asyncio.TaskGroup() as group:
        task = group.create_task(echo.get("/things"))
    return [{"path": task.result().raise_for_status().json()["path"]}]'''
ALL_KINDS = '''\
def main(
    echo: httpx.Client,
    text: str | None = "a % of \\"it\\"",
    size: Literal["s", "m"] = "m",
    number: float = 0.5,
    flag: bool = True,
    json: int = 3,
    day: date | None = None,
    moment: datetime = datetime(2026, 1, 31, 9, 0, tzinfo=UTC),
    days: list[date] | None = None,
    words: list[str] = ["a", "b"],
    numbers: list[int] = [1, 2],
) -> Iterator[dict[str, Any]]:
    """Yield what it was given.

    Args:
        text: T 100 %.
        size: S.
        number: N.
        flag: F.
        json: J.
        day: D.
        moment: M.
        days: Many.
        words: W.
        numbers: Some.
    """
    echo.get("/things").raise_for_status()
    given = [text, size, number, flag, json, day, moment, days, words, numbers]
    yield {str(at): value for at, value in enumerate(given)}'''


@pytest.mark.parametrize("name", CATALOG)
def test_every_recipe_of_the_catalog_is_exported_and_runs(name: str, invoke: Invoke, folder: Path) -> None:
    # The others hold the script, or the requests; to try it again for each recipe takes minutes.
    for kind in FORMATS if name in one_of_each_kind() else ("script", "notebook"):
        result = invoke("export", name, "--to", kind, "--customer", "Acme News")
        words = "requests taken from" if kind == "curl" else "ran on"
        assert (result.exit_code, result.stderr.split("(")[0]) == (0, f"Checked: {words} the case default ")
        content = (folder / result.stdout.strip()).read_bytes()
        assert (b"__NEWSWHIP_API_KEY__" in content, b"__SLACK_WEBHOOK_URL__" in content) == (False, False)


def test_linter_formatter_and_type_checker_find_nothing_in_an_exported_script(invoke: Invoke, folder: Path) -> None:
    invoke("site")  # its pages offer them all, and none is run for that
    names = [str(path) for path in sorted(folder.glob("site/recipes/*/*.py"))]
    # A client is given and not explained; the project's settings say so for recipes by their folder.
    settings = ["--config", str(ROOT / "pyproject.toml"), "--extend-ignore", "D417"]
    for words in (["ruff", "check", *settings], ["ruff", "format", "--check", *settings[:2]], *CHECKERS):
        answer = subprocess.run([sys.executable, "-m", *words, *names], cwd=folder, capture_output=True, text=True)
        assert (answer.returncode, len(names)) == (0, len(CATALOG)), answer.stdout


CHECKERS = (
    ["ruff", "check", "--isolated"],
    ["ruff", "check", "--isolated", "--select", "E4,E7,E9,F"],  # what older versions look for
    ["mypy", "--strict"],
)


def test_they_find_nothing_in_other_kinds_of_scripts_either(repo: Repo, invoke: Invoke) -> None:
    other = repo.root / "recipes" / "other_one"
    other.mkdir()
    text = (repo.root / "recipes" / "echo" / "api.toml").read_text(encoding="utf-8")
    limits = '[limits]\nrates = ["5/1s"]\nretry-on = [500]\n'
    (other / "api.toml").write_text(text.replace('in = "header"\nname = "X-Key"', 'in = "basic"') + limits, "utf-8")
    recipes = {"yields": YIELDING, "returns": RETURNING, "kinds": ALL_KINDS, "two": TWO, "text": TEXT}
    recipes |= {"grouped": GROUPED, "writes": MAIN.replace("get(", "post(")}
    for name, code in recipes.items():
        path = repo.write_recipe(name, code, table="writes = true" * (name == "writes"))
        path.write_text(path.read_text().replace("import Iterator", "import AsyncIterator, Iterator"), encoding="utf-8")
        assert invoke("export", name, "--to", "script").exit_code == 0
    names = [f"{name}.py" for name in recipes]
    # These recipes import what only some of them use, and say "Any" of JSON.
    ignored = ["--ignore", "F401,F811,I001,B006", "--extend-select", "E501", "--line-length", "120"]
    for words in (*([*each, *ignored] for each in CHECKERS[:2]), [*CHECKERS[2], "--no-warn-return-any"]):
        answer = subprocess.run([sys.executable, "-m", *words, *names], cwd=repo.root, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("code", [TEXT, YIELDING, RETURNING, ALL_KINDS], ids=["text", "yields", "returns", "kinds"])
def test_every_kind_of_recipe_gives_the_same_as_a_script(code: str, trusted: Repo, invoke: Invoke) -> None:
    path = trusted.write_recipe(code=code)
    imports = "from collections.abc import Iterator"
    path.write_text(path.read_text().replace(imports, "from collections.abc import AsyncIterator, Iterator"))
    assert invoke("record", "things", "--sandbox").exit_code == 0
    result = invoke("export", "things", "--to", "script")
    assert (result.exit_code, result.stderr.split("(")[0]) == (0, "Checked: ran on the case default "), result.stderr


def test_a_recipe_of_two_apis_gives_the_same_as_a_script(repo: Repo, invoke: Invoke) -> None:
    other = repo.root / "recipes" / "other_one"
    (other / "sandbox").mkdir(parents=True)
    echo = repo.root / "recipes" / "echo"
    text = (echo / "api.toml").read_text().replace("ECHO_API_KEY", "OTHER_KEY").replace("echo.example", "other.example")
    (other / "api.toml").write_text(text.replace('in = "header"\nname = "X-Key"', 'in = "basic"'), encoding="utf-8")
    (other / "sandbox" / "__init__.py").write_text((echo / "sandbox" / "__init__.py").read_text(), encoding="utf-8")
    repo.write_recipe(code=TWO)
    assert invoke("trust", ".").exit_code == 0
    assert invoke("record", "things", "--sandbox").exit_code == 0
    result = invoke("export", "things", "--to", "script")
    assert (result.exit_code, result.stderr.split("(")[0]) == (0, "Checked: ran on the case default ")


def test_a_script_that_does_not_give_what_was_recorded_is_not_written(recorded: Repo, invoke: Invoke) -> None:
    case = recorded.root / "cassettes" / "echo" / "things" / "default.jsonl"
    case.write_text(case.read_text().replace("/v1/things", "/v1/others"), encoding="utf-8")
    result = invoke("export", "things", "--to", "script")
    assert result.stderr.startswith(
        "Error  The script does not give what was recorded for echo/things, so nothing was written.\n"
        '       Row 1, path: "/v1/others" was recorded, "/v1/things" now\n'
    )
    assert (result.exit_code, (recorded.root / "things.py").exists()) == (3, False)


@pytest.mark.parametrize("words", [*(("export", "things", "--to", kind) for kind in FORMATS), ("pack",)])
def test_a_dash_stands_for_stdout(words: tuple[str, ...], recorded: Repo, invoke: Invoke, home: Path) -> None:
    made = recorded.root / invoke(*words).stdout.strip()
    content = made.read_bytes()
    made.unlink()
    before = sorted(recorded.root.iterdir())
    env = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home)}
    command = [sys.executable, "-m", "runner", *words, "-o", "-"]
    answer = subprocess.run(command, cwd=recorded.root, env=env, capture_output=True)
    assert (answer.returncode, answer.stdout, b"Add it" in answer.stderr) == (0, content, False)
    assert sorted(recorded.root.iterdir()) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
def test_a_full_disk_behind_stdout_is_one_error(recorded: Repo, home: Path) -> None:
    env = {"PATH": os.environ["PATH"], "RECIPES_HOME": str(home)}
    command = [sys.executable, "-m", "runner", "export", "things", "--to", "curl", "-o", "-"]
    with Path("/dev/full").open("wb") as full:
        answer = subprocess.run(command, cwd=recorded.root, env=env, stdout=full, stderr=subprocess.PIPE, text=True)
    assert answer.returncode == 2
    assert answer.stderr.endswith("Error  The disk is full; stdout was not written.\nFix    -o FILE\n")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_recipe_that_its_case_does_not_answer_any_more_is_not_handed_over(
    kind: str, recorded: Repo, invoke: Invoke
) -> None:
    path = recorded.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text().replace('"/things"', '"/elsewhere"'), encoding="utf-8")
    result = invoke("export", "things", "--to", kind, "-o", "out")
    first, *_, last, fix = result.stderr.splitlines()
    assert first == "Error  GET https://echo.example/v1/elsewhere?number=0 was not recorded."
    assert last.startswith("       The recipe was changed after its case default was recorded on 2")
    assert fix == "Fix    recipes record echo/things   (if the recipe is right)"
    assert (result.exit_code, (recorded.root / "out").exists()) == (3, False)


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_not_trusted_is_exported_unrun_and_says_so(kind: str, recorded: Repo, invoke: Invoke) -> None:
    path = recorded.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text() + '\n\nraise RuntimeError("it was run")\n', encoding="utf-8")
    assert invoke("export", "things", "--to", "script").exit_code == 3
    assert invoke("untrust", ".").exit_code == 0
    result = invoke("export", "things", "--to", kind, "-o", "out")
    assert (result.exit_code, result.stderr.startswith("Not run: the recipe is not trusted here")) == (0, True)
    told = json.loads(invoke("show", "--provenance", "out", "--json").stdout)
    assert told["verified"].startswith("not run: the recipe is not trusted here")


def test_what_has_no_case_is_exported_unrun_and_says_so(trusted: Repo, invoke: Invoke) -> None:
    trusted.write_recipe()
    result = invoke("export", "things", "--to", "script")
    assert (result.exit_code, result.stderr) == (0, "Not run: no case of it is recorded\n")
    assert invoke("export", "things", "--to", "curl").stderr == (
        "Error  No case of echo/things is recorded, so its requests are not known.\nFix    recipes record echo/things\n"
    )


def test_a_file_is_not_overwritten_unasked(recorded: Repo, invoke: Invoke) -> None:
    (recorded.root / "things.py").write_text("mine", encoding="utf-8")
    result = invoke("export", "things", "--to", "script")
    assert (result.exit_code, (recorded.root / "things.py").read_text()) == (2, "mine")
    assert invoke("export", "things", "--to", "script", "--force").exit_code == 0
    assert "def main(" in (recorded.root / "things.py").read_text()


def test_a_path_among_the_values_stops_an_export(recorded: Repo, invoke: Invoke) -> None:
    recorded.write_recipe(code=MAIN_WITH_FILE)
    assert invoke("record", "things", "--sandbox").exit_code == 0
    result = invoke("export", "things", "--to", "script", "--file", "/Users/ada/list.csv")
    assert (result.exit_code, "a path of this machine" in result.stderr) == (3, True)


MAIN_WITH_FILE = '''\
def main(echo: httpx.Client, file: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        file: A file.
    """
    yield {"path": echo.get("/things").raise_for_status().json()["path"], "file": file}'''


def test_the_own_customer_of_a_recipe_may_be_named(recorded: Repo, invoke: Invoke) -> None:
    recorded.write_recipe(table='customer = "Globex Media"')
    result = invoke("export", "things", "--to", "script")
    assert (result.exit_code, result.stdout) == (0, "things-globex-media.py\n")
    assert "# For Globex Media." in (recorded.root / "things-globex-media.py").read_text()


@pytest.mark.parametrize(
    "words, message",
    [
        (["--customer", "  "], "--customer names nobody."),
        (["--customer", "x" * 101], "--customer has 101 characters, and a name has 100 at most."),
        (["--customer", "Acme\n" * 60], "--customer has 299 characters, and a name has 100 at most."),
        (["--count", "many"], "--count must be a whole number, not 'many'."),
        (["-o", "nowhere/file.py"], "The folder nowhere does not exist."),
        (
            ["--to", "pdf"],
            "Invalid value for '--to': 'pdf' is not one of 'script', 'notebook', 'zip', 'markdown', 'curl'.",
        ),
        (["--with-output"], "--with-output is for notebooks."),
    ],
)
def test_a_mistake_is_one_error(words: list[str], message: str, recorded: Repo, invoke: Invoke) -> None:
    result = invoke("export", "things", "--to", "script", *words)
    assert (result.exit_code, message in result.stderr, result.stdout) == (2, True, ""), result.stderr


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "customer",
    [
        "Acme\nimport evil",
        "Acme\r# /// script\r# dependencies = ['evil']\r# ///",
        "Acme\n# /// script\n# dependencies = ['evil']\n# ///\n",
        'Acme "the" \'News\' """ \\',
        "Acme --> ``` </script> $(touch ran) `touch ran`",
        "../../Acme",
        "\u202eAcme\x1b]0;x\x07",
    ],
)
def test_a_hostile_customer_stays_on_one_line_of_text(kind: str, customer: str, recorded: Repo, invoke: Invoke) -> None:
    result = invoke("export", "things", "--to", kind, "--customer", customer)
    assert (result.exit_code, re.fullmatch(r"things-[a-z0-9-]*acme[a-z0-9-]*\.[a-z]+\n", result.stdout) is None) == (
        0,
        False,
    ), result.output
    content = (recorded.root / result.stdout.strip()).read_bytes()
    lines = [line.strip() for line in re.split(r"[\n\r\u2028]", content.decode(errors="replace"))]
    assert ("import evil" in lines, lines.count("# /// script") > 1, "\x1b" in lines) == (False, False, False)
    assert not (recorded.root / "ran").exists()


def test_curl_has_the_recorded_values_only(recorded: Repo, invoke: Invoke) -> None:
    result = invoke("export", "things", "--to", "curl", "--count", "5")
    assert (result.exit_code, "--count was recorded as 2" in result.stderr) == (2, True)


def test_curl_commands_carry_no_key(recorded: Repo, invoke: Invoke) -> None:
    assert invoke("export", "things", "--to", "curl").exit_code == 0
    commands = (recorded.root / "things.sh").read_text().split("\n\n")
    assert commands[2] == "curl 'https://echo.example/v1/things?number=0' \\\n  -H \"X-Key: $ECHO_API_KEY\""


def test_provenance_is_read_back_and_says_what_has_changed(recorded: Repo, invoke: Invoke) -> None:
    for kind, ending in zip(FORMATS, ("py", "ipynb", "zip", "md", "sh"), strict=True):
        file = f"things.{ending}"
        assert invoke("export", "things", "--to", kind).exit_code == 0
        told = json.loads(invoke("show", "--provenance", file, "--json").stdout)
        assert (told["recipe"], told["repository"], told["now"]) == ("echo/things", "Team recipes", "current")
    recorded.write_recipe(title="Which things are there?")
    told = json.loads(invoke("show", "--provenance", "things.py", "--json").stdout)
    assert told["now"] == "outdated"
    shown = invoke("show", "--provenance", "things.md").stdout
    assert "Recipe now  outdated: the recipe has changed since\n" in shown
    assert invoke("show", "--provenance", "recipes.toml").exit_code == 2
