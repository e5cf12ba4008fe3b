import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from runner.catalog import Api, Repository, read_api, read_repository
from runner.errors import AskedWrongly, NotTrusted
from runner.sharing.trust import TrustStore
from runner.sharing.trust_file import FILE_NAME

API = """\
title = "Echo"
base-url = "{base_url}"

[key]
in = "header"
name = "X-Key"
env = "{env}"
"""

posix = pytest.mark.skipif(os.name != "posix", reason="modes and owners are those of POSIX")


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    (tmp_path / "catalog").mkdir()
    return TrustStore(tmp_path / "state" / "recipes", tmp_path / "catalog")


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Repository]:
    """Write a repository with one API, and read it."""

    def make(
        name: str = "team", *, base_url: str = "https://api.echo.example/v1", env: str = "ECHO_API_KEY"
    ) -> Repository:
        api = tmp_path / name / "recipes" / "echo" / "api.toml"
        api.parent.mkdir(parents=True, exist_ok=True)
        api.write_text(API.format(base_url=base_url, env=env), encoding="utf-8")
        (tmp_path / name / "recipes.toml").write_text('name = "team"\ntitle = "Team"\n', encoding="utf-8")
        return read_repository(tmp_path / name)

    return make


Make = Callable[..., Repository]


def apis(repository: Repository) -> list[Api]:
    return [read_api(folder) for folder in repository.api_folders()]


def trust(store: TrustStore, repository: Repository) -> tuple[str, ...]:
    return store.trust(repository, apis(repository))


def is_trusted(store: TrustStore, repository: Repository) -> bool:
    try:
        return store.approve(repository).root == repository.root
    except NotTrusted:
        return False


def test_the_catalog_is_always_trusted_with_all_its_keys(store: TrustStore, make: Make) -> None:
    catalog = make("catalog")
    approval = store.approve(catalog)
    assert (approval.root, approval.destinations) == (catalog.root, None)
    assert not store.folder.exists()


def test_a_folder_that_nobody_trusted_is_refused_with_the_command(store: TrustStore, make: Make) -> None:
    repository = make("a team's recipes")
    with pytest.raises(NotTrusted) as refused:
        store.approve(repository)
    assert str(refused.value) == f"{repository.root} is not trusted, so nothing of it runs."
    assert refused.value.exit_code == 7
    assert refused.value.hint == "recipes trust '" + str(repository.root).replace("'", "'\"'\"'") + "'"
    assert refused.value.details == ("A recipe runs as you: it can read your files and any key this machine can read.",)


def test_a_trusted_folder_is_approved_with_its_keys_and_hosts(store: TrustStore, make: Make) -> None:
    repository = make()
    assert trust(store, repository) == ("ECHO_API_KEY api.echo.example",)
    approval = store.approve(repository)
    assert (approval.root, approval.destinations) == (
        repository.root,
        frozenset({"ECHO_API_KEY api.echo.example"}),
    )


def test_a_word_is_remembered(store: TrustStore, make: Make) -> None:
    repository = make()
    trust(store, repository)
    assert is_trusted(TrustStore(store.folder, store.catalog), repository)


def test_a_word_can_be_taken_back(store: TrustStore, make: Make) -> None:
    one, two = make("one"), make("two")
    trust(store, one)
    trust(store, two)
    assert (store.forget(one.root), store.forget(one.root)) == (True, False)
    assert (is_trusted(store, one), is_trusted(store, two), store.roots()) == (False, True, (two.root,))


def test_nothing_is_written_to_forget_what_was_never_known(store: TrustStore, tmp_path: Path) -> None:
    assert not store.forget(tmp_path)
    assert not store.folder.exists()


def test_trusting_twice_is_trusting_once(store: TrustStore, make: Make) -> None:
    trust(store, make())
    trust(store, make())
    assert len(store.roots()) == 1


def test_the_trusted_folders_are_listed_in_order(store: TrustStore, make: Make) -> None:
    roots = [make(name) for name in ("c", "a", "b")]
    for repository in roots:
        trust(store, repository)
    assert store.roots() == tuple(sorted(repository.root for repository in roots))


def test_a_folder_that_was_moved_is_another_one(store: TrustStore, make: Make, tmp_path: Path) -> None:
    trust(store, make("old"))
    (tmp_path / "old").rename(tmp_path / "new")
    assert not is_trusted(store, read_repository(tmp_path / "new"))


@pytest.mark.parametrize("name", ["team-two", "team/inner", "tea"])
def test_a_folder_near_a_trusted_one_is_another_one(store: TrustStore, make: Make, name: str) -> None:
    trust(store, make("team"))
    assert not is_trusted(store, make(name))


def test_a_link_to_a_trusted_folder_is_that_folder(store: TrustStore, make: Make, tmp_path: Path) -> None:
    repository = make()
    trust(store, repository)
    (tmp_path / "link").symlink_to(repository.root)
    assert is_trusted(store, read_repository(tmp_path / "link"))


@pytest.mark.parametrize(
    "change",
    [{"base_url": "https://evil.example/v1"}, {"base_url": "https://api.echo.example:444"}, {"env": "OTHER_KEY"}],
)
def test_a_key_that_would_go_elsewhere_than_was_trusted_is_refused_until_trusted_again(
    store: TrustStore, make: Make, change: dict[str, Any]
) -> None:
    trust(store, make())
    changed = make(**change)
    with pytest.raises(NotTrusted) as refused:
        store.approve(changed).check_destination(apis(changed)[0])
    assert refused.value.hint == f"recipes trust {changed.root}"
    trust(store, changed)
    store.approve(changed).check_destination(apis(changed)[0])


def test_another_path_at_the_same_host_needs_no_new_word(store: TrustStore, make: Make) -> None:
    trust(store, make())
    changed = make(base_url="https://api.echo.example/v2")
    store.approve(changed).check_destination(apis(changed)[0])


@posix
def test_the_store_is_for_the_users_eyes_only(store: TrustStore, make: Make) -> None:
    before = os.umask(0)
    try:
        trust(store, make())
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (store.folder, store.folder / FILE_NAME)]
    assert modes == [0o700, 0o600]


def test_nothing_is_left_beside_the_store_but_its_lock(store: TrustStore, make: Make) -> None:
    trust(store, make())
    assert sorted(path.name for path in store.folder.iterdir()) == ["trust.json", "trust.lock"]


@posix
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_store_that_others_may_write_is_not_believed(store: TrustStore, make: Make, mode: int) -> None:
    repository = make()
    trust(store, repository)
    (store.folder / FILE_NAME).chmod(mode)
    assert (is_trusted(store, repository), store.roots()) == (False, ())


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_a_store_of_somebody_else_is_not_believed(store: TrustStore, make: Make) -> None:
    repository = make()
    trust(store, repository)
    os.chown(store.folder / FILE_NAME, 12345, 12345)
    assert not is_trusted(store, repository)


@posix
def test_a_store_behind_a_link_is_not_believed(store: TrustStore, make: Make, tmp_path: Path) -> None:
    repository = make()
    trust(store, repository)
    (store.folder / FILE_NAME).rename(tmp_path / "moved.json")
    (store.folder / FILE_NAME).symlink_to(tmp_path / "moved.json")
    assert not is_trusted(store, repository)


def damaged(folders: object, version: object = 1) -> bytes:
    return json.dumps({"version": version, "folders": folders}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"\xff\xfe",
        b'{"version": 1, "folders": {"ROOT": ["ECHO_API_KEY api.echo',
        b'{"version": 1}',
        damaged(["ROOT"]),
        damaged({"ROOT": "ECHO_API_KEY api.echo.example"}),
        damaged({"ROOT": None}),
        damaged({"ROOT": [1]}),
        damaged({"ROOT": ["ECHO_API_KEY api.echo.example"], "/other": 7}),
        damaged({"ROOT": ["ECHO_API_KEY api.echo.example"]}, version=2),
        damaged({"ROOT": ["ECHO_API_KEY api.echo.example"]}, version="1"),
        damaged({"ROOT": ["ECHO_API_KEY api.echo.example"]}, version=None),
    ],
    ids=repr,
)
def test_a_store_that_is_damaged_or_newer_is_not_believed(store: TrustStore, make: Make, content: bytes) -> None:
    repository = make()
    trust(store, repository)
    path = store.folder / FILE_NAME
    assert is_trusted(store, repository)
    path.write_bytes(content.replace(b"ROOT", str(repository.root).encode()))
    assert not is_trusted(store, repository)


def test_a_store_that_has_the_right_shape_is_believed(store: TrustStore, make: Make) -> None:
    repository = make()
    trust(store, repository)
    (store.folder / FILE_NAME).write_bytes(damaged({str(repository.root): []}))
    assert store.approve(repository).destinations == frozenset()


def test_a_folder_in_the_place_of_the_store_is_not_believed(store: TrustStore, make: Make) -> None:
    (store.folder / FILE_NAME).mkdir(parents=True)
    assert not is_trusted(store, make())


def test_a_damaged_store_can_be_written_anew(store: TrustStore, make: Make) -> None:
    repository = make()
    trust(store, repository)
    (store.folder / FILE_NAME).write_bytes(b"{")
    trust(store, repository)
    assert is_trusted(store, repository)


def test_two_who_write_at_once_lose_nothing(store: TrustStore, make: Make) -> None:
    repositories = [make(f"team-{number}") for number in range(16)]
    start = Barrier(len(repositories))

    def write(repository: Repository) -> None:
        start.wait(10)
        trust(store, repository)

    threads = [Thread(target=write, args=(repository,)) for repository in repositories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.roots()) == 16


def test_a_store_that_cannot_be_written_is_one_clear_error(store: TrustStore, make: Make) -> None:
    store.folder.parent.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(AskedWrongly) as failed:
        trust(store, make())
    assert str(failed.value) == f"The trust store in {store.folder} cannot be written: Not a directory."
    assert (failed.value.hint, failed.value.exit_code) == ("set RECIPES_HOME to a folder of yours", 2)


def test_what_cannot_be_replaced_leaves_nothing_behind(store: TrustStore, make: Make) -> None:
    (store.folder / FILE_NAME / "inner").mkdir(parents=True)
    with pytest.raises(AskedWrongly):
        trust(store, make())
    assert sorted(path.name for path in store.folder.iterdir()) == ["trust.json", "trust.lock"]


def test_a_store_loads_neither_httpx_nor_asyncio() -> None:
    code = "import sys, runner.sharing.trust; sys.exit(bool({'httpx', 'asyncio', 'ssl'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_further_apis_are_allowed_beside_those_that_were(store: TrustStore, make: Make) -> None:
    repository = make()
    trust(store, repository)
    other = apis(make("other", base_url="https://api.other.example", env="OTHER_API_KEY"))
    assert store.extend(repository, other) == ("OTHER_API_KEY api.other.example",)
    approval = store.approve(repository)
    assert sorted(approval.destinations or ()) == ["ECHO_API_KEY api.echo.example", "OTHER_API_KEY api.other.example"]
    assert store.extend(repository, other) == ()


def test_further_apis_make_no_folder_trusted(store: TrustStore, make: Make) -> None:
    repository = make()
    assert (store.extend(repository, apis(repository)), is_trusted(store, repository)) == ((), False)
