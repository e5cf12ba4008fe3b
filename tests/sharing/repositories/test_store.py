import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from runner.errors import AskedWrongly
from runner.sharing.repositories.snapshot import Snapshot
from runner.sharing.repositories.store import Store

FILES = {
    "recipes.toml": b'name = "x"\ntitle = "X"\n',
    "recipes/echo/things.py": b"1\n",
    "recipes/echo/api.toml": b"2\n",
}
SNAPSHOT = Snapshot(FILES)

posix = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_files_are_kept_as_they_came(store: Store) -> None:
    assert not store.has(SNAPSHOT.digest)
    root = store.keep(SNAPSHOT)
    assert (contents(root), store.has(SNAPSHOT.digest), store.is_sound(SNAPSHOT.digest)) == (FILES, True, True)
    assert store.keep(SNAPSHOT) == root == store.tree(SNAPSHOT.digest)
    assert list((store.folder / "aside").iterdir()) == []


@posix
def test_they_cannot_be_written_to_and_nobody_else_looks_in(store: Store) -> None:
    root = store.keep(SNAPSHOT)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*")}
    assert modes == {0o444, 0o555}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def write_over(path: Path, content: bytes) -> None:
    path.parent.chmod(0o755)
    if path.exists():
        path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "name", ["recipes/echo/things.py", "recipes/echo/json.py", "recipes/echo/x.pth", "recipes.toml"]
)
def test_t2_any_file_that_is_changed_or_added_is_seen(store: Store, name: str) -> None:
    root = store.keep(SNAPSHOT)
    write_over(root / name, b"other")
    assert not store.is_sound(SNAPSHOT.digest)


def test_a_file_that_is_gone_or_a_link_is_seen(store: Store, tmp_path: Path) -> None:
    path = store.keep(SNAPSHOT) / "recipes" / "echo" / "things.py"
    path.parent.chmod(0o755)
    path.unlink()
    assert not store.is_sound(SNAPSHOT.digest)
    (tmp_path / "same").write_bytes(FILES["recipes/echo/things.py"])
    path.symlink_to(tmp_path / "same")
    assert not store.is_sound(SNAPSHOT.digest)


def test_a_link_more_is_seen_though_no_file_differs(store: Store) -> None:
    folder = store.keep(SNAPSHOT) / "recipes" / "echo"
    folder.chmod(0o755)
    (folder / "json.py").symlink_to("/dev/null")
    assert not store.is_sound(SNAPSHOT.digest)


def test_what_python_keeps_of_code_that_ran_is_no_change_and_goes(store: Store) -> None:
    cache = store.keep(SNAPSHOT) / "recipes" / "echo" / "__pycache__"
    cache.parent.chmod(0o755)
    cache.mkdir()
    (cache / "things.cpython-311.pyc").touch()
    assert store.is_sound(SNAPSHOT.digest)
    assert not cache.exists()


def test_damaged_files_are_put_in_place_again(store: Store) -> None:
    root = store.keep(SNAPSHOT)
    write_over(root / "recipes.toml", b"other")
    store.keep(SNAPSHOT)
    assert not store.is_sound(SNAPSHOT.digest)
    store.keep(SNAPSHOT, anew=True)
    assert (store.is_sound(SNAPSHOT.digest), contents(root)) == (True, FILES)
    assert list((store.folder / "aside").iterdir()) == []


def test_what_killed_commands_left_is_no_tree_and_goes(store: Store) -> None:
    half = store.folder / "aside" / "tree-0123456789abcdef" / "recipes"
    half.mkdir(parents=True)
    (half / "things.py").touch()
    half.chmod(0o555)
    store.keep(SNAPSHOT)
    assert list((store.folder / "aside").iterdir()) == []


def test_several_commands_may_keep_the_same_files_at_once(store: Store) -> None:
    threads = [Thread(target=store.keep, args=(SNAPSHOT,), kwargs={"anew": True}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.is_sound(SNAPSHOT.digest)


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AskedWrongly, match="cannot be kept in"):
        Store(tmp_path / "file" / "store").keep(SNAPSHOT)
