import json
from pathlib import Path

import pytest

from tests.cli.conftest import MAIN, Invoke, Repo


def test_a_site_is_built_and_built_again_for_what_changed(invoke: Invoke, repo: Repo, folder: Path) -> None:
    path = repo.write_recipe()
    result = invoke("site")
    assert (result.stdout, result.exit_code) == ("site/index.html\n", 0)
    assert result.stderr == "Built   1 recipe in 23 files, 23 of them written\n"
    assert invoke("site").stderr == "Built   1 recipe in 23 files, 0 of them written\n"
    path.write_text(path.read_text(encoding="utf-8").replace("things are", "parts are"), encoding="utf-8")
    assert "0 of them written" not in invoke("site").stderr
    assert "What parts are there?" in (folder / "site" / "index.html").read_text(encoding="utf-8")


def test_a_broken_recipe_ends_with_3_and_the_others_are_built(invoke: Invoke, repo: Repo, folder: Path) -> None:
    repo.write_recipe()
    (repo.root / "recipes" / "echo" / "broken.py").write_text("def main(:\n", encoding="utf-8")
    result = invoke("site", "-o", "public")
    assert (result.stdout, result.exit_code) == ("public/index.html\n", 3)
    assert result.stderr.startswith("Broken  recipes/echo/broken.py: line 1: ")
    assert (folder / "public" / "recipes" / "echo" / "things.html").is_file()


def test_a_folder_with_other_files_is_refused_without_force(invoke: Invoke, repo: Repo, folder: Path) -> None:
    repo.write_recipe()
    (folder / "site").mkdir()
    (folder / "site" / "notes.txt").write_text("mine", encoding="utf-8")
    result = invoke("site")
    assert result.stderr == (
        "Error  site holds files that are no part of a site, so nothing was written.\n"
        "       notes.txt\n"
        "Fix    -o another-folder, or --force to write among them\n"
    )
    assert (result.stdout, result.exit_code) == ("", 2)
    assert invoke("site", "--force").exit_code == 0
    assert (folder / "site" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_several_repositories_stand_side_by_side(invoke: Invoke, repo: Repo, folder: Path) -> None:
    repo.write_recipe()
    other = Repo(folder / "other")
    (other.root / "recipes.toml").write_text('name = "other"\ntitle = "Other recipes"\n', encoding="utf-8")
    other.write_recipe(title="Which others are there?")
    result = invoke("site", "--repository", ".", "--repository", "other")
    assert result.exit_code == 0
    page = (folder / "site" / "recipes" / "other" / "echo" / "things.html").read_text(encoding="utf-8")
    assert "recipes run other/echo/things" in page


def test_two_repositories_of_one_name_are_refused(invoke: Invoke, repo: Repo, folder: Path) -> None:
    Repo(folder / "other")
    result = invoke("site", "--repository", ".", "--repository", "other")
    assert ("have the same name, 'team'" in result.stderr, result.exit_code) == (True, 2)


def test_a_folder_without_a_repository_is_refused(invoke: Invoke, folder: Path) -> None:
    result = invoke("site", "--repository", ".")
    assert ("it has no recipes.toml" in result.stderr, result.exit_code) == (True, 2)


def test_an_example_for_a_customer_stays_out_unless_named(invoke: Invoke, repo: Repo, folder: Path) -> None:
    repo.write_recipe()
    repo.write_recipe("special", title="What does Quillfeather need?", table='customer = "Quillfeather Ltd"')
    result = invoke("site")
    assert "Stays   1 made for customers   (--customer NAME shows those of NAME)\n" in result.stderr
    assert all(b"Quillfeather" not in path.read_bytes() for path in (folder / "site").rglob("*") if path.is_file())
    assert invoke("site", "--customer", "Quillfeather Ltd").exit_code == 0
    assert (folder / "site" / "recipes" / "echo" / "special.html").is_file()


def test_a_customer_whose_example_stays_out_is_named_nowhere_else(invoke: Invoke, repo: Repo, folder: Path) -> None:
    repo.write_recipe(title="What did we make for Quillfeather Ltd?")
    assert invoke("site").exit_code == 0
    repo.write_recipe("special", table='customer = "Quillfeather Ltd"')
    result = invoke("site")
    assert (result.exit_code, "the name of another customer" in result.stderr) == (3, True)
    assert "Quillfeather" not in result.stderr


def test_a_value_of_another_customers_profile_is_told_unless_a_recipe_has_it_for_all(
    invoke: Invoke, repo: Repo, folder: Path
) -> None:
    repo.write_recipe(title="What about Zanzibar 77?")
    assert invoke("profile", "add", "quill", "--customer", "Quillfeather Ltd", "-P", "topic=Zanzibar 77").exit_code == 0
    result = invoke("site")
    assert ("a value of another customer" in result.stderr, "Zanzibar" in result.stderr) == (True, False)
    repo.write_recipe(
        "others", MAIN.replace("count: int = 2", 'topic: str = "Zanzibar 77"').replace("count:", "topic:")
    )
    assert "a value of another customer" not in invoke("site").stderr


def test_a_site_that_would_show_a_key_is_not_written(invoke: Invoke, repo: Repo, folder: Path) -> None:
    repo.write_recipe(title="Why is test-key-0123456789abcdef here?")
    result = invoke("site", env={"ECHO_API_KEY": "test-key-0123456789abcdef"})
    assert result.exit_code == 3
    assert "holds what it must not" in result.stderr
    assert "test-key-0123456789abcdef" not in result.stderr
    assert not (folder / "site").exists()


def test_nothing_of_a_repository_runs(invoke: Invoke, repo: Repo, folder: Path) -> None:
    path = repo.write_recipe()
    path.write_text(path.read_text(encoding="utf-8") + "\n\nPath('ran.txt').write_text('x')\n", encoding="utf-8")
    assert invoke("site").exit_code == 0
    assert not (folder / "ran.txt").exists()
    assert (
        json.loads((folder / "site" / ".recipes-site.json").read_text(encoding="utf-8"))["made-by"] == "recipe-runner"
    )


def test_a_key_that_was_none_at_the_last_build_is_found_at_the_next(invoke: Invoke, repo: Repo, folder: Path) -> None:
    repo.write_recipe(title="Why is test-key-0123456789abcdef here?")
    assert invoke("site").exit_code == 0
    result = invoke("site", env={"ECHO_API_KEY": "test-key-0123456789abcdef"})
    assert (result.exit_code, "holds what it must not" in result.stderr) == (3, True)
    kept = b"".join(path.read_bytes() for path in (folder.parent / "home").rglob("site-searched.json"))
    assert kept.startswith(b'{"salt"')
    assert b"0123456789abcdef" not in kept


KEY = "test-key-0123456789abcdef"


@pytest.mark.parametrize("number", [2, 40])
def test_a_line_that_recipes_share_is_found_in_each_of_them(
    number: int, invoke: Invoke, repo: Repo, folder: Path
) -> None:
    for at in range(number):
        path = repo.write_recipe(f"things_{at}", title=f"What is {at}?")
        if at < 2:
            source = path.read_text(encoding="utf-8").replace("import httpx\n", f"import httpx\n\nOLD = '{KEY}'\n", 1)
            path.write_text(source, encoding="utf-8")
    result = invoke("site", env={"ECHO_API_KEY": KEY})
    assert (result.exit_code, KEY in result.stderr) == (3, False)
    for name in ("echo/things-0", "echo/things-1"):
        assert f"{name}, line" in result.stderr
    assert "echo/things-2, line" not in result.stderr
    repo.write_recipe("things_0", title="What is 0?")
    again = invoke("site", env={"ECHO_API_KEY": KEY})
    assert ("echo/things-1, line" in again.stderr, "echo/things-0, line" in again.stderr) == (True, False)
    repo.write_recipe("things_1", title="What is 1?")
    assert invoke("site", env={"ECHO_API_KEY": KEY}).exit_code == 0


@pytest.mark.parametrize("url", ["http://a.example", "javascript:x", "https://a.example/?x", "https://a.example/#x"])
def test_an_address_to_which_no_page_can_be_added_is_refused(url: str, invoke: Invoke, repo: Repo) -> None:
    repo.write_recipe()
    result = invoke("site", "--url", url)
    assert (result.exit_code, result.stderr.partition("\n")[0]) == (
        2,
        f"Error  --url takes an https address without ? or #, not {url!r}.",
    )
