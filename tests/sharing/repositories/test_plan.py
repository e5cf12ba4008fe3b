from collections.abc import Callable
from pathlib import Path

import pytest

from runner.sharing.repositories.folder import read_folder
from runner.sharing.repositories.plan import Plan, diff_trees, make_plan
from runner.sharing.repositories.store import Store
from tests.conftest import ECHO_API, Upstream


@pytest.fixture
def planned(upstream: Upstream, store: Store) -> Callable[[], Plan]:
    """Return what changes from the publisher's first state to the one on disk when it is called."""
    before = read_folder(upstream.root)
    old = store.keep(before)

    def planned() -> Plan:
        after = read_folder(upstream.root)
        return make_plan(old, store.keep(after), before.recipes, after.recipes)

    return planned


Planned = Callable[[], Plan]


def test_nothing_changes_where_nothing_changed(planned: Planned) -> None:
    assert planned() == Plan()


def test_recipes_that_come_and_go_are_named(upstream: Upstream, planned: Planned) -> None:
    upstream.write_recipe("echo/more", "What more is there?")
    (upstream.root / "recipes" / "echo" / "things.py").unlink()
    plan = planned()
    assert (plan.added, plan.removed, plan.changed, plan.renamed) == (("echo/more",), ("echo/things",), (), ())
    assert plan.gone == ("echo/things",)


@pytest.mark.parametrize("is_edited", [False, True])
def test_a_recipe_of_another_name_is_renamed(upstream: Upstream, planned: Planned, *, is_edited: bool) -> None:
    old = upstream.root / "recipes" / "echo" / "things.py"
    text = old.read_text()
    old.unlink()
    upstream.write("recipes/echo/stuff.py", text.replace("count: int = 2", "count: int = 3") if is_edited else text)
    plan = planned()
    assert (plan.renamed, plan.added, plan.removed) == ((("echo/things", "echo/stuff"),), (), ())
    assert plan.gone == ("echo/things",)


def test_a_recipe_changes_with_its_sandbox(upstream: Upstream, planned: Planned) -> None:
    upstream.write("recipes/echo/sandbox/__init__.py", "app = None\n")
    plan = planned()
    assert plan.changed == ("echo/things",)
    assert "+app = None\n" in plan.diff


def test_a_cassette_changes_no_recipe_and_is_shown_all_the_same(upstream: Upstream, planned: Planned) -> None:
    upstream.write("cassettes/echo/things/default.yaml", "a: 1\n")
    plan = planned()
    assert (plan.changed, plan.grants) == ((), ())
    assert plan.diff == ("--- /dev/null\n+++ b/cassettes/echo/things/default.yaml\n@@ -0,0 +1 @@\n+a: 1\n")


def test_what_may_be_reached_and_done_from_then_on_is_named(upstream: Upstream, planned: Planned) -> None:
    upstream.write("recipes/echo/api.toml", ECHO_API.replace("echo.example", "evil.example"))
    path = upstream.root / "recipes" / "echo" / "things.py"
    text = path.read_text().replace('"httpx>=0.28"', '"httpx>=0.28", "solar-utils>=1"')
    text = text.replace('# ///\n"""', '#\n# [tool.recipe-runner]\n# writes = true\n# ///\n"""')
    path.write_text(
        text.replace("count: int = 2", "day: str, count: int = 2").replace("Args:", "Args:\n        day: X.")
    )
    path.write_text(
        path.read_text().replace(
            "# writes = true\n", '# writes = true\n#\n# [tool.recipe-runner.parameters.day]\n# example = "x"\n'
        )
    )
    assert planned().grants == (
        "host: evil.example",
        "key: ECHO_API_KEY goes to evil.example",
        "dependency: solar-utils>=1",
        "writing: echo/things changes something at echo",
        "parameter: echo/things --day (text, required)",
    )


def test_an_api_that_takes_another_key_to_its_host_is_named(upstream: Upstream, planned: Planned) -> None:
    upstream.write("recipes/echo/api.toml", ECHO_API.replace("ECHO_API_KEY", "NEWSWHIP_API_KEY"))
    assert planned().grants == ("key: NEWSWHIP_API_KEY goes to echo.example",)


def test_a_new_recipe_that_writes_is_named(upstream: Upstream, planned: Planned) -> None:
    upstream.write_recipe("echo/post", "How do I post?", table="writes = true")
    assert planned().grants == ("writing: echo/post changes something at echo",)


def test_recipes_that_cannot_be_read_are_planned_by_their_digests(upstream: Upstream, planned: Planned) -> None:
    upstream.write("recipes/echo/things.py", "no recipe\n")
    plan = planned()
    assert (plan.changed, plan.grants) == (("echo/things",), ())
    assert "+no recipe\n" in plan.diff


def test_what_is_no_text_or_too_large_is_only_named(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "a.bin").write_bytes(b"\xff\xfe")
    (tmp_path / "new" / "b.txt").write_bytes(b"x" * 300_000)
    (tmp_path / "new" / "c.txt").write_bytes(b"")
    (tmp_path / "old" / "d.txt").write_bytes(b"one")
    (tmp_path / "new" / "d.txt").write_bytes(b"two")
    assert diff_trees(tmp_path / "old", tmp_path / "new") == (
        "a.bin differs; it is no text\n"
        "b.txt differs; it is too large to be shown\n"
        "c.txt is new and empty\n"
        "--- a/d.txt\n+++ b/d.txt\n@@ -1 +1 @@\n"
        "-one\n\\ No newline at end of file\n+two\n\\ No newline at end of file\n"
    )
