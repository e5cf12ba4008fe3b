from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.catalog.closure import Closure
from runner.sharing.approved import MOST_BYTES, Approved
from runner.sharing.grants import Grant, Level
from runner.sharing.repositories.snapshot import Snapshot
from runner.sharing.reviewed import Reviewed, last_reviewed

RECIPE, OTHER, API = "recipes/echo/things.py", "recipes/echo/other.py", "recipes/echo/api.toml"
NEW = {RECIPE: b"new", OTHER: b"new", API: b"new", "recipes/echo/box/helper.py": b"new"}


@pytest.fixture
def copies(tmp_path: Path) -> Approved:
    return Approved(tmp_path / "approved")


def grant(
    copies: Approved, day: int, files: dict[str, bytes], item: str = "echo/things", level: Level = "version"
) -> Grant:
    closure = Closure(files)
    copies.keep(closure)
    when = datetime(2026, 11, day, tzinfo=UTC)
    return Grant("https://git.example/acme", level, item, closure.digest, frozenset(), when)


def reviewed(copies: Approved, grants: Iterable[Grant], files: dict[str, bytes] | None = None) -> Reviewed:
    snapshot = Snapshot(files or NEW, ("recipes/echo/box/",))
    return last_reviewed(grants, copies, "https://git.example/acme", snapshot)


def test_the_last_look_at_a_recipe_counts_in_whatever_order_it_is_told(copies: Approved) -> None:
    old, new = grant(copies, 1, {RECIPE: b"one", "recipes/echo/old.py": b""}), grant(copies, 2, {RECIPE: b"two"})
    for grants in ([old, new], [new, old]):
        found = reviewed(copies, grants)
        assert found.files == {RECIPE: b"two", API: None, "recipes/echo/box/helper.py": None}
        assert {name: when.day for name, when in found.since.items()} == {"echo/things": 2}


def test_of_a_file_that_two_recipes_share_the_last_look_counts(copies: Approved) -> None:
    sooner = grant(copies, 2, {OTHER: b"one", API: b"sooner"}, "echo/other")
    both = [grant(copies, day, {RECIPE: b"one", API: text}) for day, text in ((1, b"first"), (3, b"later"))]
    assert reviewed(copies, [sooner, *both]).files[API] == b"later"


def test_what_was_approved_elsewhere_or_is_not_kept_or_is_an_api_alone_was_not_read(copies: Approved) -> None:
    elsewhere = grant(copies, 1, {RECIPE: b"one"})
    elsewhere = Grant("https://git.example/b", "version", elsewhere.item, elsewhere.digest, frozenset(), elsewhere.when)
    lost = grant(Approved(copies.folder / "lost"), 1, {OTHER: b"lost"}, "echo/other")
    assert reviewed(copies, [elsewhere, lost, grant(copies, 1, {API: b"x"}, "echo")]) == Reviewed()


def test_a_file_too_large_for_a_copy_is_not_taken_for_a_new_one(copies: Approved) -> None:
    large = {**NEW, "recipes/echo/box/helper.py": b"x" * (MOST_BYTES + 1)}
    assert "recipes/echo/box/helper.py" not in reviewed(copies, [grant(copies, 1, {RECIPE: b""})], large).files
