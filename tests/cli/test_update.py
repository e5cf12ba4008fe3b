import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import runner
from runner.catalog import catalog_root, read_recipe

Invoke = Callable[..., Result]
CATALOG = catalog_root(Path(runner.__file__).parent)
NAME = "newswhip/acme-election-watch"


class Ours:
    """A copy of this repository without git, with the example of a customer in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.origin = root / "recipes/newswhip/top_stories.py"
        self.example = root / "recipes/newswhip/acme_election_watch.py"

    @property
    def bases(self) -> list[Path]:
        return sorted((self.root / ".recipes/bases").iterdir())

    @property
    def text(self) -> str:
        return self.example.read_text(encoding="utf-8")

    def edit(self, path: Path, *pairs: tuple[str, str]) -> None:
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert text.count(old) == 1
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def ours(folder: Path, invoke: Invoke) -> Ours:
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CATALOG / "recipes/newswhip", folder / "recipes/newswhip", ignore=ignore)
    shutil.copy(CATALOG / "recipes.toml", folder)
    assert invoke("trust", ".").exit_code == 0
    values = ("-P", "topic=election", "-P", "hours=48")
    made = invoke("new", "acme-election-watch", "--from", "newswhip/top-stories", "--customer", "Acme News", *values)
    assert made.exit_code == 0
    return Ours(folder)


LIMIT = ("limit: int = 10", "limit: int = 20")
RELATED = ('            "find_related": False,', '            "find_related": True,')
HINT = ("limit: How many stories.", "limit: How many stories to give.")


def test_what_is_as_it_was_is_not_outdated(ours: Ours, invoke: Invoke) -> None:
    outdated = invoke("outdated")
    assert (outdated.stdout, outdated.stderr, outdated.exit_code) == ("", "1 example, none outdated.\n", 0)
    assert json.loads(invoke("outdated", "--json").stdout) == []
    updated = invoke("update", NAME)
    assert (updated.stderr, updated.exit_code) == (f"{NAME} is up to date with newswhip/top-stories.\n", 0)


def test_an_origin_that_changed_is_named_with_the_change(ours: Ours, invoke: Invoke) -> None:
    ours.edit(ours.origin, HINT)
    outdated = invoke("outdated")
    lines = outdated.stdout.splitlines()
    assert lines[:3] == [
        f"{NAME} for Acme News: newswhip/top-stories has changed",
        "--- newswhip/top-stories then",
        "+++ newswhip/top-stories now",
    ]
    assert [line for line in lines[3:] if line[0] in "+-"] == [f"-        {HINT[0]}", f"+        {HINT[1]}"]
    assert outdated.stderr == f"Next  recipes update {NAME}\n1 example, 1 outdated.\n"
    assert outdated.exit_code == 3
    [data] = json.loads(invoke("outdated", "--json").stdout)
    assert {key: data[key] for key in data if key != "diff"} == {
        "recipe": NAME,
        "customer": "Acme News",
        "origin": "newswhip/top-stories",
        "state": "changed",
    }
    assert data["diff"].splitlines(keepends=True)[0] == "--- newswhip/top-stories then\n"


def test_a_change_is_brought_over_and_what_was_edited_by_hand_stays(ours: Ours, invoke: Invoke) -> None:
    ours.edit(
        ours.example,
        ('# tags = ["getting-started", "articles"]', '# tags = ["acme"]'),
        ("For a new customer who wants", "For the election desk, which wants"),
        ('"link": article["link"],', '"url": article["link"],'),
    )
    ours.edit(ours.origin, LIMIT, RELATED, HINT)
    updated = invoke("update", NAME)
    assert updated.stderr == f"Updated {NAME} from newswhip/top-stories.\nNext  recipes test {NAME}\n"
    assert (updated.stdout, updated.exit_code) == ("", 0)
    recipe, origin = read_recipe(ours.example), read_recipe(ours.origin)
    assert (recipe.tags, recipe.customer) == (("acme",), "Acme News")
    assert recipe.based_on == f"newswhip/top-stories {origin.digest}"
    assert {each.name: each.default for each in recipe.parameters} == {
        "topic": "election", "hours": 48, "limit": 20, "language": "en"
    }  # fmt: skip
    for text in ("For the election desk, which wants", '"url": article["link"],', RELATED[1], HINT[1]):
        assert text in ours.text
    assert invoke("outdated").exit_code == 0
    assert invoke("check", NAME).stdout.splitlines()[0].split()[1] == "R201"
    assert len(ours.bases) == 2
    tried = invoke("run", NAME, "--try", "--topic", "ferry strike", "--format", "jsonl")
    assert (tried.exit_code, '"url"' in tried.stdout) == (0, True)


def test_the_difference_can_be_seen_first(ours: Ours, invoke: Invoke) -> None:
    ours.edit(ours.origin, HINT)
    before = ours.text
    shown = invoke("update", NAME, "--diff")
    assert f"-        {HINT[0]}\n+        {HINT[1]}\n" in shown.stdout
    assert (shown.exit_code, ours.text, len(ours.bases)) == (0, before, 1)


def test_a_conflict_is_marked_and_named_and_once_settled_is_over(ours: Ours, invoke: Invoke) -> None:
    ours.edit(ours.example, ('"size": limit,', '"size": limit * 2,'))
    ours.edit(ours.origin, ('"size": limit,', '"size": min(limit, 50),'), HINT)
    before = ours.text
    updated = invoke("update", NAME)
    line = ours.text.splitlines().index("<<<<<<< your example") + 1
    assert updated.stderr == (
        f"{ours.example}: both changed the same lines; settle them by hand at line {line}.\n"
        f"Next  recipes outdated   (names it no more when it is settled)\n"
    )
    assert (updated.stdout, updated.exit_code) == ("", 3)
    assert ours.text.splitlines()[line - 1 : line + 4] == [
        "<<<<<<< your example",
        '            "size": limit * 2,',
        "=======",
        '            "size": min(limit, 50),',
        ">>>>>>> its origin now",
    ]
    unsettled = invoke("outdated")
    assert unsettled.stderr.startswith(f"Broken  {ours.example}:{line}: ")
    assert invoke("update", NAME).exit_code == 1
    marked = ours.text
    ours.example.write_text(before, encoding="utf-8")  # whoever goes back can try again
    assert (invoke("update", NAME).exit_code, ours.text) == (3, marked)
    lines = marked.splitlines(keepends=True)
    ours.example.write_text("".join([*lines[: line - 1], lines[line], *lines[line + 4 :]]), encoding="utf-8")
    assert (invoke("outdated").exit_code, invoke("update", NAME).exit_code) == (0, 0)
    assert '"size": limit * 2,' in ours.text
    assert HINT[1] in ours.text


def test_a_conflict_in_words_is_named_by_every_command(ours: Ours, invoke: Invoke) -> None:
    title = "The API looks back seven days at most in one call"
    ours.edit(ours.example, (title, "Seven days are the most"))
    ours.edit(ours.origin, (title, "A week is the most that one call looks back"))
    assert invoke("update", NAME).exit_code == 3
    assert ours.text.count("<<<<<<< your example") == 1
    line = ours.text.splitlines().index("<<<<<<< your example") + 1
    ours.edit(ours.origin, RELATED)
    said = f"{ours.example}:{line}: a conflict of two changes is not settled"
    for words in (["update", NAME], ["show", NAME], ["run", NAME, "--try"]):
        again = invoke(*words)
        assert again.stderr == f"Error  {said}\nFix    settle it by hand, and remove the markers\n"
        assert again.exit_code == 1
    assert f"Broken  {said}\n" in invoke("outdated").stderr
    assert "a conflict of two changes is not settled" in invoke("check", NAME).stdout


def test_an_origin_that_is_gone_is_said(ours: Ours, invoke: Invoke) -> None:
    for path in (ours.origin, ours.root / "recipes/newswhip/first_call.py"):
        path.unlink()
    assert invoke("new", "beta", "--from", "url-lookup", "-P", "urls=https://a.example").exit_code == 0
    (ours.root / "recipes/newswhip/url_lookup.py").rename(ours.root / "recipes/newswhip/look_up.py")
    ours.edit(ours.example, ('# based-on = "newswhip/top-stories ', '# based-on = "newswhip/top-tales '))
    outdated = invoke("outdated")
    assert outdated.stdout.splitlines()[0] == f"{NAME} for Acme News: newswhip/top-tales is gone"
    updated = invoke("update", NAME)
    assert (updated.exit_code, updated.stderr) == (
        2,
        "Error  newswhip/top-tales is gone or broken, so nothing can be brought over.\n"
        "Fix    recipes show newswhip/top-tales\n",
    )


def test_an_origin_of_the_same_name_in_the_catalog_is_found(folder: Path, invoke: Invoke) -> None:
    (folder / "recipes.toml").write_text('name = "team"\ntitle = "Team"\n', encoding="utf-8")
    assert (
        invoke("new", "newswhip/top-stories", "--from", "catalog/newswhip/top-stories", "-P", "topic=a").exit_code == 0
    )
    outdated = invoke("outdated")
    assert (outdated.stderr, outdated.exit_code) == ("1 example, none outdated.\n", 0)


def test_an_origin_of_the_catalog_that_is_hidden_behind_ours_is_meant(ours: Ours, invoke: Invoke) -> None:
    ours.edit(ours.origin, HINT)
    assert invoke("new", "beta", "--from", "catalog/newswhip/top-stories", "-P", "topic=a").exit_code == 0
    beta = read_recipe(ours.root / "recipes/newswhip/beta.py")
    assert beta.based_on.startswith("catalog/newswhip/top-stories ")
    outdated = invoke("outdated")
    assert outdated.stdout.splitlines()[0].startswith(NAME)
    assert outdated.stderr.endswith("2 examples, 1 outdated.\n")


def test_a_base_that_is_gone_or_edited_stops_the_update(ours: Ours, invoke: Invoke) -> None:
    ours.edit(ours.origin, HINT)
    before, [base] = ours.text, ours.bases
    text = base.read_text(encoding="utf-8")
    base.write_text(text.replace("stories", "tales"), encoding="utf-8")
    edited = invoke("update", NAME)
    assert (edited.exit_code, edited.stderr.splitlines()[0]) == (
        1,
        f"Error  {base}:1: this is not the text that its name says: it was changed",
    )
    outdated = invoke("outdated")
    assert outdated.stdout == f"{NAME} for Acme News: newswhip/top-stories has changed\n"
    assert outdated.stderr.startswith(f"Note  What changed cannot be told: see {base}\n")
    base.unlink()
    gone = invoke("update", NAME)
    assert (gone.exit_code, gone.stderr.splitlines()[0]) == (
        1,
        f"Error  {base}:1: the text that {NAME} was made from is gone",
    )
    assert ours.text == before
    base.write_bytes(text.replace("\n", "\r\n").encode())
    assert invoke("update", NAME).exit_code == 0


def test_a_digest_cannot_lead_to_another_file(ours: Ours, invoke: Invoke, tmp_path: Path) -> None:
    outside = tmp_path / "private.py"
    outside.write_text("SECRET = 'of another'\n", encoding="utf-8")
    good = read_recipe(ours.example).based_on
    ours.edit(ours.example, (good, "newswhip/top-stories ../../../private"))
    outdated = invoke("outdated")
    assert "based-on is no id and digest" in outdated.stderr
    ours.edit(ours.example, ("newswhip/top-stories ../../../private", good))
    ours.edit(ours.origin, HINT)
    [base] = ours.bases
    base.unlink()
    base.symlink_to(outside)
    assert "SECRET" not in invoke("outdated").stdout
    assert invoke("update", NAME).exit_code == 1


def test_a_value_without_a_place_is_named(ours: Ours, invoke: Invoke) -> None:
    ours.edit(
        ours.origin,
        ("hours: int = 24, ", ""),
        ("# [tool.recipe-runner.parameters.hours]\n# min = 1\n# max = 168\n#\n", ""),
        ("        hours: How many hours to look back.\n", ""),
        ("timedelta(hours=hours)", "timedelta(hours=24)"),
    )
    updated = invoke("update", NAME)
    assert updated.stderr.splitlines()[0] == (
        "Note  newswhip/top-stories has no hours any more, and the example's value of it is gone too."
    )
    assert updated.exit_code == 0


def test_what_would_break_a_rule_is_not_written(ours: Ours, invoke: Invoke) -> None:
    ours.edit(
        ours.origin, ("hours: int = 24", 'hours: str = "24"'), ("timedelta(hours=hours)", "timedelta(hours=int(hours))")
    )
    before = ours.text
    updated = invoke("update", NAME)
    assert updated.stderr.startswith("Error  What would be written breaks rules, so nothing was written.\n")
    assert (updated.exit_code, ours.text, len(ours.bases)) == (3, before, 1)


@pytest.mark.parametrize(
    "name, error",
    [
        ("newswhip/first-call", "newswhip/first-call was not made from another recipe."),
        ("slack/send-message", "slack/send-message is not in the repository in use."),
        ("acme-election-wath", "No recipe named 'acme-election-wath'."),
    ],
)
def test_what_cannot_be_updated_says_why(ours: Ours, invoke: Invoke, name: str, error: str) -> None:
    updated = invoke("update", name)
    assert (updated.exit_code, updated.stderr.splitlines()[0]) == (2, f"Error  {error}")


def test_a_broken_recipe_hides_no_outdated_one(ours: Ours, invoke: Invoke) -> None:
    ours.edit(ours.origin, HINT)
    ours.edit(ours.root / "recipes/newswhip/first_call.py", ("def main(", "def main(:"))
    outdated = invoke("outdated")
    assert outdated.stderr.startswith(f"Broken  {ours.root}/recipes/newswhip/first_call.py:")
    assert outdated.stdout.startswith(f"{NAME} for Acme News: newswhip/top-stories has changed\n")


def test_without_a_repository_there_is_nothing_to_ask(folder: Path, invoke: Invoke) -> None:
    assert [invoke(*words).exit_code for words in (["outdated"], ["update", "top-stories"])] == [2, 2]


def test_the_example_of_an_api_that_only_the_catalog_knows_is_updated(repo: Any, invoke: Invoke) -> None:
    assert invoke("new", "acme", "--from", "top-stories", "-P", "topic=a").exit_code == 0
    path = repo.root / "recipes/newswhip/acme.py"
    assert read_recipe(path).based_on.startswith("newswhip/top-stories ")
    assert invoke("outdated").exit_code == 0
