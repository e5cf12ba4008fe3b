import json
import os
import stat
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from runner.catalog import Repository, read_api, read_recipe, read_repository
from runner.catalog.closure import Closure
from runner.errors import AskedWrongly, NotTrusted
from runner.sharing.approved import MOST_BYTES, Approved, diff_files
from runner.sharing.belief import find_doubt
from runner.sharing.grants import MOST_VERSIONS, Candidate, Origin, read_words
from runner.sharing.trust import TrustStore
from runner.sharing.trust_file import FILE_NAME

API = """\
title = "Echo"
base-url = "{base_url}"

[key]
in = "header"
name = "X-Key"
env = "ECHO_API_KEY"
"""
RECIPE = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
# ///
"""What is there in version {version}?"""

import httpx


def main(echo: httpx.Client) -> dict[str, object]:
    """Say it."""
    return {{}}
'''
ACME = Origin("https://git.example/acme/recipes", "acme")
NOON = datetime(2026, 8, 2, 12, tzinfo=UTC)
PAIR = "ECHO_API_KEY api.echo.example"


class Clock:
    """Moves on a second with each look."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    (tmp_path / "catalog").mkdir()
    return TrustStore(tmp_path / "state", tmp_path / "catalog", clock=Clock())


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Candidate]:
    """Write a version of a recipe of an added repository."""

    def make(
        version: int = 1, *, name: str = "things", base_url: str = "https://api.echo.example/v1", origin: Origin = ACME
    ) -> Candidate:
        folder = tmp_path / "tree" / "recipes" / "echo"
        folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / "recipes.toml").write_text('name = "acme"\ntitle = "Acme"\n', encoding="utf-8")
        (folder / "api.toml").write_text(API.format(base_url=base_url), encoding="utf-8")
        (folder / f"{name}.py").write_text(RECIPE.format(version=version), encoding="utf-8")
        repository = read_repository(tmp_path / "tree", alias=origin.alias)
        return Candidate(repository, read_recipe(folder / f"{name}.py"), (read_api(folder),), origin)

    return make


Make = Callable[..., Candidate]


def whole(candidate: Candidate) -> Candidate:
    """Return the repository of a candidate."""
    return Candidate(candidate.repository, None, candidate.apis, candidate.origin)


def is_trusted(store: TrustStore, candidate: Candidate) -> bool:
    try:
        return store.admit(candidate).root == candidate.repository.root
    except NotTrusted:
        return False


def test_what_was_added_is_not_trusted(store: TrustStore, make: Make) -> None:
    candidate = make()
    with pytest.raises(NotTrusted) as refused:
        store.approve(candidate.repository, candidate.recipe, apis=candidate.apis, origin=ACME)
    assert str(refused.value) == "acme/echo/things is not trusted, so it does not run."
    assert (refused.value.hint, refused.value.exit_code) == ("recipes trust acme/echo/things", 7)


def test_a_word_for_the_folder_of_an_added_repository_is_none_for_its_recipes(store: TrustStore, make: Make) -> None:
    candidate = make()
    store.trust(candidate.repository, candidate.apis)
    assert not is_trusted(store, candidate)
    assert is_trusted(store, Candidate(candidate.repository, candidate.recipe, candidate.apis))


def test_a_version_is_approved_with_its_bytes_and_keys(store: TrustStore, make: Make) -> None:
    candidate = make()
    store.grant(candidate, "version")
    approval = store.admit(candidate)
    assert candidate.closure
    assert approval.files == candidate.closure.digests
    assert approval.destinations == frozenset({PAIR})
    assert (approval.name, approval.catalog) == ("acme/echo/things", store.catalog)
    assert not is_trusted(store, make(2))
    assert is_trusted(store, make(1))


def test_each_level_goes_as_far_as_it_says(store: TrustStore, make: Make) -> None:
    def trusted() -> tuple[bool, ...]:
        elsewhere = Origin("https://git.example/evil/recipes", "acme")
        found = [is_trusted(store, make(version)) for version in (1, 2)]
        others = [make(1, name="other"), make(1, origin=elsewhere)]
        return (*found, *(is_trusted(store, each) for each in others))

    store.grant(make(1), "version")
    assert trusted() == (True, False, False, False)
    store.grant(make(1), "recipe")
    assert trusted() == (True, True, False, False)
    store.grant(whole(make(1)), "repository")
    assert trusted() == (True, True, True, False)


@pytest.mark.parametrize("level", ["version", "recipe", "repository"])
def test_a_new_pair_of_key_and_host_asks_at_every_level(store: TrustStore, make: Make, level: str) -> None:
    store.grant(make() if level != "repository" else whole(make()), level)  # type: ignore[arg-type]
    assert is_trusted(store, make())
    moved = make(base_url="https://evil.example/v1")
    with pytest.raises(NotTrusted) as refused:
        store.admit(moved)
    assert refused.value.hint == "recipes trust acme/echo/things"
    store.grant(moved, "version")
    assert is_trusted(store, moved)


def test_an_older_version_that_was_approved_still_runs_and_the_oldest_of_many_does_not(
    store: TrustStore, make: Make
) -> None:
    for version in range(1, MOST_VERSIONS + 2):
        store.grant(make(version), "version")
    assert [is_trusted(store, make(version)) for version in (1, 2, MOST_VERSIONS + 1)] == [False, True, True]
    assert len(store.grants()) == MOST_VERSIONS


def test_words_of_the_environment_allow_one_version(store: TrustStore, make: Make) -> None:
    candidate = make()
    assert candidate.closure
    words = read_words(f" acme/echo/things@{candidate.closure.digest},\tacme/echo@rb1:{'A' * 43}=\n")
    trusting = TrustStore(store.folder, store.catalog, words)
    assert trusting.admit(candidate).files == candidate.closure.digests
    assert not is_trusted(trusting, make(2))
    assert not is_trusted(trusting, make(1, name="other"))
    assert not (store.folder / FILE_NAME).exists()


@pytest.mark.parametrize("text", ["acme/echo/things", "acme/echo/things@*", "*", "acme@rb1:x", "a/b/c@rb1:x"])
def test_words_that_name_no_version_are_refused(text: str) -> None:
    with pytest.raises(AskedWrongly, match="exact versions only"):
        read_words(text)


def test_no_words_are_none() -> None:
    assert read_words("") == read_words(" , ") == frozenset()


def test_what_was_approved_last_is_kept_whatever_becomes_of_its_origin(store: TrustStore, make: Make) -> None:
    assert store.last_approved(make()) is None
    store.grant(make(1), "version")
    store.grant(make(2), "recipe")
    candidate = make(3)
    last = store.last_approved(candidate)
    assert last is not None
    (candidate.repository.recipes / "echo" / "things.py").unlink()
    before = store.copies.recall(last.digest)
    assert candidate.closure
    assert diff_files(before or {}, candidate.closure.files) == (
        "--- approved/recipes/echo/things.py\n+++ now/recipes/echo/things.py\n@@ -2,7 +2,7 @@\n"
        ' # requires-python = ">=3.11"\n # dependencies = ["httpx>=0.28"]\n # ///\n'
        '-"""What is there in version 2?"""\n+"""What is there in version 3?"""\n \n import httpx\n \n'
    )


def test_copies_that_belong_to_no_grant_go(store: TrustStore, make: Make) -> None:
    store.grant(make(1), "version")
    store.grant(make(1, name="other"), "version")
    kept = store.last_approved(make(1))
    assert store.revoke(ACME.identity, "echo/other") == 1
    assert len([*store.copies.folder.iterdir()]) == 3  # a manifest, the recipe and api.toml
    assert kept
    assert store.copies.recall(kept.digest)
    assert store.revoke(ACME.identity) == 1
    assert [*store.copies.folder.iterdir()] == []
    assert store.revoke(ACME.identity) == 0


def test_files_that_are_not_ours_stay(store: TrustStore, make: Make, tmp_path: Path) -> None:
    store.copies.folder.mkdir(parents=True)
    (store.copies.folder / "notes.txt").touch()
    store.grant(make(), "version")
    store.revoke(ACME.identity)
    assert [path.name for path in store.copies.folder.iterdir()] == ["notes.txt"]
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ("a" * 64)).touch()
    (store.copies.folder / "notes.txt").unlink()
    store.copies.folder.rmdir()
    store.copies.folder.symlink_to(tmp_path / "elsewhere")
    store.copies.prune([])
    assert (tmp_path / "elsewhere" / ("a" * 64)).exists()


def test_a_copy_that_was_changed_is_not_believed(store: TrustStore, make: Make) -> None:
    grant = store.grant(make(), "version")
    manifest = store.copies.folder / b64decode(grant.digest.removeprefix("rb1:")).hex()
    recipe = next(path for path in store.copies.folder.iterdir() if b"version 1" in path.read_bytes())
    recipe.write_bytes(b"harmless")
    assert [*(store.copies.recall(grant.digest) or {})] == ["recipes/echo/api.toml"]
    manifest.write_bytes(b"")
    assert store.copies.recall(grant.digest) is None


def test_large_files_are_approved_and_not_copied(store: TrustStore, make: Make) -> None:
    candidate = make()
    assert candidate.closure
    files = {**candidate.closure.files, "recipes/echo/box/data": b"x" * (MOST_BYTES + 1)}
    large = Closure(files)
    Approved(store.folder / "approved").keep(large)
    assert "recipes/echo/box/data" not in (Approved(store.folder / "approved").recall(large.digest) or {})


def test_changes_are_shown_file_by_file() -> None:
    before, now = {"a": b"one", "b": b"\xff", "c": b"x\n"}, {"a": b"one\rtwo\n", "b": b"\xfe", "d": b"y\n"}
    assert diff_files(before, now) == (
        "--- approved/a\n+++ now/a\n@@ -1 +1 @@\n-one\n\\ No newline at end of file\n+one\rtwo\n"
        "b is no text, and has changed\n"
        "--- approved/c\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        "--- /dev/null\n+++ now/d\n@@ -0,0 +1 @@\n+y\n"
    )
    assert diff_files(before, before) == ""


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_copies_are_for_the_users_eyes_only(store: TrustStore, make: Make) -> None:
    before = os.umask(0)
    try:
        store.grant(make(), "version")
    finally:
        os.umask(before)
    paths = [store.folder, store.copies.folder, *store.copies.folder.iterdir(), store.folder / FILE_NAME]
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o700, 0o700, 0o600, 0o600, 0o600, 0o600]


def test_what_version_1_wrote_is_read_and_kept(store: TrustStore, make: Make, tmp_path: Path) -> None:
    store.folder.mkdir(mode=0o700)
    path = store.folder / FILE_NAME
    path.write_text(json.dumps({"version": 1, "folders": {"/a": ["A_KEY a.example"], "/b": []}}), encoding="utf-8")
    path.chmod(0o600)
    assert (store.roots(), find_doubt(store)) == ((Path("/a"), Path("/b")), "")
    store.grant(make(), "version")
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert (stored["version"], stored["folders"]) == (
        2,
        {"/a": {"destinations": ["A_KEY a.example"], "when": ""}, "/b": {"destinations": [], "when": ""}},
    )
    assert is_trusted(store, make())
    store.trust(Repository(Path("/a"), "a", "A"), [])
    assert (store.folders()[Path("/a")].when or NOON) > NOON


GRANT = {
    "repository": ACME.identity,
    "level": "version",
    "item": "echo/things",
    "digest": f"rb1:{'A' * 43}=",
    "destinations": [PAIR],
    "when": "2026-08-02T12:00:00Z",
}


@pytest.mark.parametrize(
    "change",
    [
        {"level": "all"}, {"level": ["version"]}, {"item": ""}, {"item": 1}, {"digest": ""}, {"digest": "rb1:x"},
        {"destinations": PAIR}, {"destinations": [1]}, {"when": "yesterday"}, {"when": None}, {"repository": None},
        {"when": "2026-08-02"}, {"when": "2026-08-02T12:00:00+00:00"}, {"when": "2026-08-02T12:00:00"},
        {"more": ""}, {"level": "repository"}, {"level": "repository", "item": "", "digest": f"rb1:{'A' * 43}="},
    ],
    ids=repr,
)  # fmt: skip
def test_a_grant_of_another_form_is_not_believed_and_nothing_else_either(
    store: TrustStore, change: dict[str, object]
) -> None:
    store.folder.mkdir(mode=0o700)
    path = store.folder / FILE_NAME

    def roots(grant: object) -> int:
        path.write_text(json.dumps({"version": 2, "folders": FOLDERS, "grants": [grant]}), encoding="utf-8")
        path.chmod(0o600)
        return len(store.roots())

    assert (roots(GRANT), find_doubt(store)) == (1, "")
    assert (roots(GRANT | change), find_doubt(store)) == (0, "it has another form than this version writes")


FOLDERS = {"/a": {"destinations": [], "when": "2026-08-02T12:00:00Z"}}


def test_a_deeply_nested_store_is_not_believed(store: TrustStore) -> None:
    store.folder.mkdir(mode=0o700)
    (store.folder / FILE_NAME).write_text("[" * 200_000, encoding="utf-8")
    assert (store.roots(), find_doubt(store)) == ((), "it is no JSON")


def test_grants_that_are_written_at_once_are_all_kept(store: TrustStore, make: Make) -> None:
    candidates = [make(name=f"things_{number}") for number in range(12)]
    start = Barrier(len(candidates))

    def write(candidate: Candidate) -> None:
        start.wait(10)
        store.grant(candidate, "version")

    threads = [Thread(target=write, args=(candidate,)) for candidate in candidates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.grants()) == 12
    assert all(store.copies.recall(each.digest) for each in store.grants())


def test_a_full_or_closed_disk_leaves_what_was_said_before(store: TrustStore, make: Make) -> None:
    store.grant(make(1), "version")
    before = (store.folder / FILE_NAME).read_bytes()
    for path in store.copies.folder.iterdir():
        path.unlink()
    store.copies.folder.rmdir()
    store.copies.folder.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(AskedWrongly, match="cannot be written"):
        store.grant(make(2), "version")
    assert (store.folder / FILE_NAME).read_bytes() == before
