import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import runner
from runner.catalog import Recipe, catalog_root, read_recipe

Invoke = Callable[..., Result]
CATALOG = catalog_root(Path(runner.__file__).parent)
ACME = ("--customer", "Acme News", "-P", "topic=election", "-P", "hours=48")


@pytest.fixture
def ours(folder: Path, invoke: Invoke) -> Path:
    """A copy of this repository, trusted, in which there is no git."""
    for name in ("recipes", "cassettes"):
        shutil.copytree(CATALOG / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CATALOG / "recipes.toml", folder)
    assert invoke("trust", ".").exit_code == 0
    return folder


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def defaults(recipe: Recipe) -> dict[str, Any]:
    return {each.name: each.default for each in recipe.parameters}


def test_a_customers_example_is_made_checked_recorded_and_runs(ours: Path, invoke: Invoke) -> None:
    origin = read_recipe(ours / "recipes/newswhip/top_stories.py")
    made = invoke("new", "acme-election-watch", "--from", "newswhip/top-stories", *ACME, "--record", "--sandbox")
    assert made.stdout.splitlines()[:2] == [
        "recipes/newswhip/acme_election_watch.py",
        f".recipes/bases/{origin.digest}.py",
    ]
    assert (made.exit_code, made.stderr.splitlines()[-1]) == (0, "Next  recipes test newswhip/acme-election-watch")
    recipe = read_recipe(ours / "recipes/newswhip/acme_election_watch.py")
    assert (recipe.customer, recipe.based_on) == ("Acme News", f"newswhip/top-stories {origin.digest}")
    assert defaults(recipe) == {"topic": "election", "hours": 48, "limit": 10, "language": "en"}
    assert recipe.description.startswith("For Acme News. Made from newswhip/top-stories.\n\nFor a new customer")
    assert (ours / f".recipes/bases/{origin.digest}.py").read_text("utf-8") == origin.source
    checked = invoke("check", "newswhip/acme-election-watch")
    assert (checked.stdout, checked.exit_code) == ("", 0)
    everything = invoke("check")
    assert (everything.stdout, everything.exit_code) == ("", 0)
    tested = invoke("test", "newswhip/acme-election-watch")
    assert (tested.stdout, tested.exit_code) == ("ok        newswhip/acme-election-watch  default\n", 0)
    case = (ours / "cassettes/newswhip/acme-election-watch/default.toml").read_text("utf-8")
    assert 'topic = "election"' in case
    assert invoke("run", "acme-election-watch", "--try", "--format", "jsonl").exit_code == 0


def test_blanks_around_the_name_of_a_customer_are_not_part_of_it(ours: Path, invoke: Invoke) -> None:
    assert invoke("new", "watch", "--from", "newswhip/top-stories", "--customer", " Acme ").exit_code == 0
    recipe = read_recipe(ours / "recipes/newswhip/watch.py")
    assert recipe.customer == "Acme"
    assert recipe.description.startswith("For Acme. Made from newswhip/top-stories.")


def test_what_comes_next_is_said(ours: Path, invoke: Invoke) -> None:
    made = invoke("new", "acme", "--from", "top-stories", *ACME)
    assert (made.stderr, made.exit_code) == ("Next  recipes record newswhip/acme --sandbox\n", 0)


def test_the_api_comes_along_and_the_catalogs_sandbox_answers_for_it(trusted: Any, invoke: Invoke) -> None:
    made = invoke("new", "acme", "--from", "top-stories", *ACME, "--record", "--sandbox")
    assert made.exit_code == 0
    assert made.stdout.splitlines()[2] == "recipes/newswhip/api.toml"
    assert made.stderr.splitlines()[:2] == [
        "Note  newswhip/api.toml comes along from the catalog, whose sandbox answers for it.",
        "Its recipes may send the key in NEWSWHIP_API_KEY to api.newswhip.com.",
    ]
    assert "sandbox" not in (trusted.root / "recipes/newswhip/api.toml").read_text("utf-8")
    ours, theirs = (invoke("run", name, "--try", "--topic", "ferry strike", "--hours", "24", "--format", "jsonl")
                    for name in ("newswhip/acme", "newswhip/top-stories"))  # fmt: skip
    assert (ours.stdout, len(ours.stdout) > 60, ours.exit_code) == (theirs.stdout, True, 0)
    again = invoke("record", "newswhip/acme", "--sandbox")
    assert again.exit_code == 0
    compared = invoke("drift", "newswhip/acme", "--sandbox")
    assert (compared.stdout, compared.exit_code) == ("ok        newswhip/acme  default\n", 0)


@pytest.mark.parametrize(
    "words, error",
    [
        (["-P", "hours=300"], "Error  -P hours must be at most 168, not 300.\nFix    -P hours=168\n"),
        (["-P", "hours=many"], "Error  -P hours must be a whole number, not 'many'.\nFix    -P hours=24\n"),
        (
            ["-P", "topic=a", "-P", "topic=b"],
            "Error  -P topic was given 2 times, and takes one value.\nFix    -P topic=b\n",
        ),
        (["-P", "topci=a"], "Error  newswhip/top-stories has no parameter 'topci'.\nFix    -P topic=...\n"),
        (
            ["-P", "newswhip=a"],
            "Error  newswhip/top-stories has no parameter 'newswhip'.\nFix    recipes show newswhip/top-stories\n",
        ),
        (["--customer", "  "], 'Error  --customer names nobody.\nFix    --customer "Acme News"\n'),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(
    ours: Path, invoke: Invoke, words: list[str], error: str
) -> None:
    before = files(ours)
    made = invoke("new", "acme", "--from", "top-stories", *words)
    assert (made.stderr[: len(error)], made.stdout, made.exit_code) == (error, "", 2)
    assert files(ours) == before


def test_a_moment_that_has_no_place_in_utc_is_refused(repo: Any, invoke: Invoke) -> None:
    code = '''\
def main(echo: httpx.Client, at: datetime = datetime(2026, 1, 31, tzinfo=UTC)) -> list[dict[str, Any]]:
    """Give one row.

    Args:
        at: When.
    """
    return [echo.get("/things", params={"at": str(at)}).raise_for_status().json()]'''
    repo.write_recipe(code=code)
    made = invoke("new", "early", "--from", "things", "-P", "at=0001-01-01T00:00:00+14:00")
    assert made.exit_code == 2
    assert made.stderr == (
        "Error  -P at cannot be written: 0001-01-01T00:00:00+14:00 is no year of UTC.\nFix    -P at=...\n"
    )


@pytest.mark.parametrize(
    "words, error",
    [
        (["--customer", "Acme"], "--customer is for an example that is made from a recipe."),
        (["--from", "top-stories", "--template", "list"], "A recipe has one origin, so --template and --from do not"),
        (["--from", "top-storys"], "No recipe named 'top-storys'."),
    ],
)
def test_words_that_do_not_go_together_are_refused(ours: Path, invoke: Invoke, words: list[str], error: str) -> None:
    made = invoke("new", "acme", *words)
    assert (made.exit_code, made.stderr.startswith(f"Error  {error}")) == (2, True)


def test_values_come_from_a_file_too_and_the_command_line_wins(ours: Path, invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "values.toml"
    file.write_text('topic = "ferry"\nhours = 12\n', encoding="utf-8")
    assert invoke("new", "acme", "--from", "top-stories", "--params", str(file), "-P", "hours=48").exit_code == 0
    recipe = read_recipe(ours / "recipes/newswhip/acme.py")
    assert (recipe.customer, defaults(recipe)["topic"], defaults(recipe)["hours"]) == ("", "ferry", 48)


def test_a_list_becomes_a_default_that_the_checks_accept(ours: Path, invoke: Invoke) -> None:
    pages = ("-P", "urls=https://dailybeacon.example/a", "-P", "urls=https://dailybeacon.example/b")
    assert invoke("new", "acme", "--from", "url-lookup", *pages).exit_code == 0
    assert defaults(read_recipe(ours / "recipes/newswhip/acme.py"))["urls"] == (
        "https://dailybeacon.example/a",
        "https://dailybeacon.example/b",
    )
    checked = invoke("check", "newswhip/acme")
    assert [line.split()[1] for line in checked.stdout.splitlines()] == ["R201"]


@pytest.mark.parametrize(
    "customer", ['"""; import os', "a\nb", "{{ 7 * 7 }}", "# ///", "\u202eevil", "x" * 10_000, 'O\'Neill "&" Sons \\']
)
def test_a_hostile_customer_is_only_a_name(ours: Path, invoke: Invoke, customer: str) -> None:
    assert invoke("new", "acme", "--from", "top-stories", "--customer", customer).exit_code == 0
    assert read_recipe(ours / "recipes/newswhip/acme.py").customer == customer
    [row] = json.loads(invoke("list", "--customer", "--json").stdout)
    assert (row["id"], row["customer"]) == ("newswhip/acme", customer)


def test_dry_run_and_diff_write_nothing(ours: Path, invoke: Invoke) -> None:
    before = files(ours)
    shown = invoke("new", "acme", "--from", "top-stories", *ACME, "--dry-run")
    assert shown.stdout.startswith("# /// script\n")
    assert shown.stderr.startswith("File  recipes/newswhip/acme.py\nFile  .recipes/bases/")
    assert "+def main(" in invoke("new", "acme", "--from", "top-stories", *ACME, "--diff").stdout.replace("+    ", "+")
    assert files(ours) == before


def test_an_example_of_an_example_says_whose_values_it_keeps(ours: Path, invoke: Invoke) -> None:
    assert invoke("new", "acme", "--from", "top-stories", *ACME).exit_code == 0
    made = invoke("new", "beta", "--from", "acme", "--customer", "Beta Corp")
    assert made.stderr.splitlines()[0] == (
        "Note  newswhip/acme was made for Acme News: what you gave no value for is still theirs."
    )
    assert "Acme News" not in (ours / "recipes/newswhip/beta.py").read_text("utf-8")


def test_customers_are_listed_alone(ours: Path, invoke: Invoke, in_terminal: Callable[..., Any]) -> None:
    assert invoke("new", "acme", "--from", "top-stories", *ACME).exit_code == 0
    assert invoke("new", "beta", "--from", "first-call", "--customer", "Beta Corp").exit_code == 0
    assert [row["id"] for row in json.loads(invoke("list", "--customer", "--json").stdout)] == [
        "newswhip/acme",
        "newswhip/beta",
    ]
    assert [row["customer"] for row in json.loads(invoke("list", "--json", "--customer", "acme NEWS").stdout)] == [
        "Acme News"
    ]
    assert json.loads(invoke("list", "--customer", "Beta Corp", "--api", "slack", "--json").stdout) == []
    assert len(invoke("list", "--customer").stdout.splitlines()) == 3
    screen = in_terminal("list", "--customer", "beta corp", cwd=ours)
    count = len(json.loads(invoke("list", "--json").stdout))
    assert screen.text == (
        "RECIPE         ANSWERS                                            CUSTOMER\n"
        "newswhip/beta  Does my key work, and what is trending right now?  Beta Corp\n"
        f"\n1 of {count} recipes.  Next  recipes show newswhip/beta\n"
    )


def test_an_unknown_customer_suggests_the_nearest(ours: Path, invoke: Invoke) -> None:
    assert invoke("new", "acme", "--from", "top-stories", *ACME).exit_code == 0
    listed = invoke("list", "--customer", "Acme New")
    assert (listed.stderr, listed.exit_code) == (
        "Error  No customer named 'Acme New'.\nFix    recipes list --customer 'Acme News'\n",
        2,
    )
    assert invoke("list", "--customer", "Nobody").stderr.endswith("Fix    recipes list --customer\n")


def test_where_nobody_has_an_example_the_list_says_how_one_is_made(ours: Path, invoke: Invoke) -> None:
    listed = invoke("list", "--customer", "--json")
    assert (json.loads(listed.stdout), listed.stderr, listed.exit_code) == (
        [],
        "No recipe was made for a customer.  Next  recipes new NAME --from RECIPE --customer NAME\n",
        0,
    )
