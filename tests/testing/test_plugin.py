"""What real sessions of pytest collect, and what they leave alone."""

import shutil
from pathlib import Path

import pytest

from .conftest import Shop

LETTER, DEFAULT, THREE = (
    "recipes/shop/letter.py::default",
    "recipes/shop/things.py::default",
    "recipes/shop/things.py::three",
)
PLAIN = """\
import sys


def test_nothing_heavy_is_loaded():
    heavy = {"httpx", "vcr", "click", "yaml", "runner.catalog", "runner.cli", "runner.recording"}
    assert heavy & set(sys.modules) == set()
"""


def collected(shop: Shop, *words: str, cwd: Path | None = None) -> list[str]:
    ran = shop.pytest("-q", "--collect-only", *words, cwd=cwd)
    assert ran.exit_code == 0
    return [line for line in ran.text.splitlines() if "::" in line]


@pytest.mark.parametrize(
    "words, expected",
    [
        ([], [LETTER, DEFAULT, THREE]),
        (["recipes"], [LETTER, DEFAULT, THREE]),
        (["recipes/shop/things.py"], [DEFAULT, THREE]),
        ([THREE, LETTER], [THREE, LETTER]),
        (["-k", "three"], [THREE]),
        (["-k", "things and default"], [DEFAULT]),
        (["-m", "vcr"], [LETTER, DEFAULT, THREE]),
        (["--doctest-modules", "-o", "python_files=*.py"], [LETTER, DEFAULT, THREE]),
    ],
    ids=" ".join,
)
def test_each_case_is_a_test_that_can_be_chosen(shop: Shop, words: list[str], expected: list[str]) -> None:
    assert collected(shop, *words) == expected


def test_cases_are_found_from_any_folder_and_without_settings(shop: Shop) -> None:
    (shop.root / "pytest.ini").unlink()
    assert collected(shop, "things.py", cwd=shop.things.parent) == ["things.py::default", "things.py::three"]
    assert len(collected(shop, "shop/recipes", cwd=shop.root.parent)) == 3


def test_nothing_is_imported_to_collect(shop: Shop) -> None:
    shop.write("recipes/shop/things.py", "raise SystemExit(9)\n")
    assert collected(shop, "--doctest-modules") == [LETTER, DEFAULT, THREE]
    shop.write("recipes/shop/sandbox/__init__.py", "raise SystemExit(9)\n")
    assert collected(shop) == [LETTER, DEFAULT, THREE]


def test_a_recipe_whose_name_looks_like_that_of_a_test_is_still_a_recipe(shop: Shop) -> None:
    shop.write("recipes/shop/things.py", "raise SystemExit(9)\n")
    shop.things.rename(shop.things.with_name("price_test.py"))
    shop.cases.rename(shop.cases.with_name("price-test"))
    assert collected(shop)[1:] == ["recipes/shop/price_test.py::default", "recipes/shop/price_test.py::three"]


@pytest.mark.parametrize("name", ["recipes/shop/_draft.py", "recipes/shop/sandbox/more.py", "recipes/loose.py"])
def test_what_is_no_recipe_is_not_collected(shop: Shop, name: str) -> None:
    path = shop.write(name, "raise SystemExit(9)\n")
    shutil.copytree(shop.cases, shop.cases.with_name(path.stem.replace("_", "-")))
    assert collected(shop) == [LETTER, DEFAULT, THREE]


def test_the_name_of_a_case_that_is_not_there_is_an_error(shop: Shop) -> None:
    ran = shop.pytest("-q", "recipes/shop/things.py::two")
    assert "things.py::two" in ran.text
    assert ran.exit_code == 4


def test_a_session_elsewhere_loads_nothing_of_ours(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "recipes" / "shop").mkdir(parents=True)
    shutil.copy(shop.things, tmp_path / "recipes" / "shop")
    ran = shop.pytest("-q", "test_plain.py", "recipes", cwd=tmp_path)
    assert (ran.summary, ran.exit_code) == ("1 passed", 0)


def test_other_tests_of_a_repository_load_nothing_of_ours_either(shop: Shop) -> None:
    shop.write("tests/test_plain.py", PLAIN)
    assert shop.pytest("-q", "tests").summary == "1 passed"


@pytest.mark.parametrize("words", [(), ("-n", "2"), ("-k", "nothing")], ids=["alone", "xdist", "chosen"])
def test_recipes_without_any_case_fail_the_session(shop: Shop, words: tuple[str, ...]) -> None:
    shutil.rmtree(shop.root / "cassettes")
    shop.write("tests/test_plain.py", "def test_nothing(): pass\n")
    ran = shop.pytest("-q", *words)
    assert "Error  2 recipes have no recorded case.\nFix    recipes record shop/letter\n" in ran.text
    assert ran.exit_code == 1
    assert shop.pytest("-q", "tests").summary == "1 passed"


def test_one_recipe_without_a_case_fails_where_it_is_asked_for(shop: Shop) -> None:
    shutil.rmtree(shop.cases)
    ran = shop.pytest("-q", "recipes/shop/things.py")
    assert "Error  1 recipe has no recorded case.\nFix    recipes record shop/things\n" in ran.text
    assert shop.pytest("-q").summary == "1 passed"


def test_cases_run_in_parallel_and_in_any_order(shop: Shop) -> None:
    assert shop.pytest("-q", "-n", "2").summary == "3 passed"
    shop.write("conftest.py", "def pytest_collection_modifyitems(items):\n    items.reverse()\n")
    ran = shop.pytest("-v")
    assert [line.split()[0] for line in ran.text.splitlines() if "PASSED" in line] == [THREE, DEFAULT, LETTER]


def test_a_session_stops_at_the_first_failure_and_repeats_the_last_ones(shop: Shop) -> None:
    shop.change('thing["price"]', '-thing["price"]')
    assert shop.pytest("-q", "-x").summary == "1 failed, 1 passed"
    shop.write("pytest.ini", "[pytest]\ntestpaths = recipes\n")
    assert shop.pytest("-q").summary == "2 failed, 1 passed"
    assert shop.pytest("-q", "--lf").summary == "2 failed"
