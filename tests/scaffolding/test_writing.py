import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from runner.errors import AskedWrongly
from runner.scaffolding.draft import Draft
from runner.scaffolding.writing import check_draft, diff_draft, find_existing, write_draft

RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What is new?

For the tests.
"""

import httpx


def main(echo: httpx.Client) -> str:
    """Return what the API says."""
    return echo.get("/things").raise_for_status().text
'''
PATH = "recipes/echo/new_things.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "recipes" / "echo").mkdir(parents=True)
    (root / "recipes.toml").write_text('name = "team"\ntitle = "Team"\n', encoding="utf-8")
    (root / "recipes" / "echo" / "api.toml").write_text('title = "Echo"\nbase-url = "https://echo.example"\n')
    return root


def draft(text: str = RECIPE, **more: str) -> Draft:
    return Draft({PATH: text, **{f"docs/{name}.md": other for name, other in more.items()}}, "echo/new-things")


def files(root: Path) -> dict[str, str]:
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_a_draft_that_breaks_no_rule_has_no_findings_and_needs_no_case(root: Path) -> None:
    before = files(root)
    assert check_draft(root, draft()) == []
    assert files(root) == before


def test_findings_name_the_file_that_would_be_written(root: Path) -> None:
    [found] = check_draft(root, draft(RECIPE.replace('"""What is new?', '"""What is new.')))
    assert (found.code, found.path, found.line) == ("R007", root / PATH, 5)


def test_an_api_that_is_not_described_is_found_unless_it_comes_along(root: Path) -> None:
    text = RECIPE.replace("echo:", "other:").replace("echo.get", "other.get")
    assert [each.code for each in check_draft(root, draft(text))] == ["R014"]
    described = {"recipes/other/api.toml": 'title = "Other"\nbase-url = "https://other.example"\n'}
    assert check_draft(root, Draft({PATH: text, **described}, "echo/new-things")) == []


def test_what_is_wrong_elsewhere_in_the_repository_is_not_the_drafts(root: Path) -> None:
    (root / "recipes" / "echo" / "old.py").write_text("", encoding="utf-8")
    (root / "recipes" / "broken").mkdir()
    (root / "recipes" / "broken" / "api.toml").write_text("title = 1\n", encoding="utf-8")
    assert check_draft(root, draft()) == []


def test_a_secret_in_any_file_is_found_and_not_named(root: Path) -> None:
    found = check_draft(root, draft(note="\n\nthe key is test-key-0815\n"), secrets={"ECHO_API_KEY": "test-key-0815"})
    assert [(each.code, each.path, each.line, each.severity) for each in found] == [
        ("R106", root / "docs/note.md", 3, "finding")
    ]
    assert "test-key-0815" not in found[0].problem


def test_what_may_be_a_secret_is_a_note(root: Path) -> None:
    found = check_draft(root, draft(note="write to somebody@corp.com\n"))
    assert [(each.code, each.severity) for each in found] == [("R211", "note")]


def test_a_draft_is_written_whole(root: Path) -> None:
    write_draft(root, draft(note="x"), force=False)
    assert files(root).items() >= {PATH: RECIPE, "docs/note.md": "x"}.items()
    assert {path.name for path in root.iterdir()} == {"recipes", "docs", "recipes.toml"}
    assert stat.S_IMODE((root / PATH).stat().st_mode) == 0o666 & ~current_umask()


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_nothing_is_replaced_without_force(root: Path) -> None:
    write_draft(root, draft(note="x"), force=False)
    before = files(root)
    with pytest.raises(AskedWrongly, match=r"note\.md exists, so nothing was written") as caught:
        write_draft(root, draft(RECIPE, note="y", more="z"), force=False)
    assert "--force" in caught.value.hint
    assert files(root) == before
    write_draft(root, draft(RECIPE, note="y", more="z"), force=True)
    assert files(root).items() >= {"docs/note.md": "y", "docs/more.md": "z"}.items()


def test_what_stands_there_already_word_for_word_is_not_in_the_way(root: Path) -> None:
    write_draft(root, draft(note="x"), force=False)
    assert find_existing(root, draft(note="x")) == ()
    write_draft(root, draft(note="x", more="z"), force=False)
    assert files(root)["docs/more.md"] == "z"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_stays_as_it_is(root: Path) -> None:
    root.chmod(0o555)
    with pytest.raises(AskedWrongly, match="Permission denied"):
        write_draft(root, draft(), force=False)


def test_of_several_that_make_the_same_at_once_one_is_the_first(root: Path) -> None:
    for number in range(40):
        together = Barrier(6)

        def write(text: str, number: int = number, together: Barrier = together) -> str:
            made = Draft({f"docs/{number}.md": text}, "")
            together.wait()
            try:
                write_draft(root, made, force=False)
            except AskedWrongly as error:
                assert str(error) == f"{root / 'docs' / f'{number}.md'} exists, so nothing was written."  # noqa: PT017
                return ""
            return text

        with ThreadPoolExecutor(6) as pool:
            written = [text for text in pool.map(write, "abcdef") if text]
        assert [(root / "docs" / f"{number}.md").read_text(encoding="utf-8")] == written


def test_what_fails_in_the_middle_is_taken_back(root: Path) -> None:
    write_draft(root, draft(note="x"), force=False)
    before = files(root)
    (root / "blocked").write_text("a file where a folder is wanted", encoding="utf-8")
    plan = {"docs/note.md": "y", "a/b/c.md": "new", "blocked/c.md": "never"}
    with pytest.raises(AskedWrongly, match="Nothing could be written"):
        write_draft(root, Draft(plan, ""), force=True)
    assert files(root) == before | {"blocked": "a file where a folder is wanted"}
    assert not (root / "a").exists()


def test_what_was_moved_already_is_taken_back(root: Path) -> None:
    write_draft(root, draft(note="x"), force=False)
    before = files(root)
    plan = {"docs/note.md": "y", "new.md": "n", "a/b.md": "n", "a": "a file where the folder of the other is"}
    with pytest.raises(AskedWrongly, match="Nothing could be written"):
        write_draft(root, Draft(plan, ""), force=True)
    assert files(root) == before
    assert not (root / "a").exists()


def test_text_that_is_no_utf8_leaves_nothing(root: Path) -> None:
    before = files(root)
    with pytest.raises(UnicodeEncodeError):
        write_draft(root, draft(note="\ud800"), force=False)
    assert files(root) == before


@pytest.mark.parametrize("path", ["../evil.py", "/tmp/evil.py", "linked/evil.py", "recipes/echo", "recipes/alias.py"])
def test_nothing_is_written_outside_or_over_a_folder(root: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "recipes" / "alias.py").symlink_to(root / "recipes.toml")
    before = files(tmp_path)
    with pytest.raises(AskedWrongly, match="so nothing was written"):
        write_draft(root, Draft({PATH: RECIPE, path: "x"}, ""), force=True)
    assert files(tmp_path) == before


def test_a_diff_shows_what_would_change(root: Path) -> None:
    assert diff_draft(root, Draft({"docs/note.md": "x\ny"}, "")) == (
        "--- /dev/null\n+++ docs/note.md\n@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n"
    )
    write_draft(root, Draft({"docs/note.md": "x\n"}, ""), force=False)
    assert diff_draft(root, Draft({"docs/note.md": "y\n"}, "")) == (
        "--- docs/note.md\n+++ docs/note.md\n@@ -1 +1 @@\n-x\n+y\n"
    )
    assert diff_draft(root, Draft({"docs/note.md": "x\n"}, "")) == ""
