import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.index_glance import Glance, glance, glance_at_folders

Write = Callable[..., Path]


@pytest.fixture
def root(write_repository: Write, write_api: Write) -> Path:
    root = write_repository("mine", "harbour/late", "harbour/early", "sea/tides")
    write_api(folder="mine/recipes/harbour")
    (root / "cassettes" / "harbour" / "late").mkdir(parents=True)
    return root


def test_what_did_not_change_looks_the_same(root: Path) -> None:
    assert glance(str(root)) == glance(str(root))
    assert glance(str(root)).folders == glance_at_folders(str(root)) != b""


def write(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.swapcase())


def replace_unseen(path: Path) -> None:
    """Put another file of the same size and age in its place."""
    status = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().swapcase())
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def link_to_itself(path: Path) -> None:
    """Move a folder away and put a link to it in its place."""
    path.symlink_to(path.rename(path.with_name("moved")))


@pytest.mark.parametrize(
    "where, change",
    [
        ("recipes.toml", write),
        ("recipes/harbour/late.py", write),
        ("recipes/harbour/api.toml", write),
        ("recipes/harbour/late.py", replace_unseen),
        ("recipes/harbour/late.py", Path.unlink),
        ("recipes/harbour/late.py", lambda path: path.rename(path.with_name("later.py"))),
        ("recipes/harbour/pandas", Path.mkdir),
        ("recipes/harbour/notes.txt", Path.touch),
        ("recipes/city", Path.mkdir),
        ("recipes/sea", lambda path: path.rename(path.with_name("ocean"))),
        ("cassettes/harbour/late/default.yaml", Path.touch),
        ("cassettes/harbour/late", Path.rmdir),
        ("cassettes/harbour/early", Path.mkdir),
        ("cassettes/harbour/late", link_to_itself),
        ("cassettes/harbour", link_to_itself),
        ("cassettes", link_to_itself),
    ],
)
def test_whatever_changes_looks_different(root: Path, where: str, change: Callable[[Path], object]) -> None:
    before = glance(str(root)).files
    change(root / where)
    assert glance(str(root)).files != before


def test_a_file_that_is_written_is_not_seen_in_its_folder(root: Path) -> None:
    before = glance(str(root))
    write(root / "recipes" / "harbour" / "late.py")
    after = glance(str(root))
    assert (after.folders == before.folders, after.files == before.files) == (True, False)


@pytest.mark.parametrize("name", ["tides.py", "api.toml"])
def test_a_folder_where_a_file_should_be_is_no_sight_to_rely_on(root: Path, name: str) -> None:
    (root / "recipes" / "harbour" / name).unlink(missing_ok=True)
    (root / "recipes" / "harbour" / name).mkdir()
    assert glance(str(root)).files == b""


def test_a_link_that_leads_nowhere_is_no_sight_to_rely_on(root: Path) -> None:
    (root / "recipes" / "harbour" / "lost.py").symlink_to("nowhere")
    assert glance(str(root)) == Glance(b"", b"")


def test_where_nothing_is_there_is_nothing_to_see(tmp_path: Path) -> None:
    assert glance(str(tmp_path / "gone")) == Glance(b"", b"")
    assert glance_at_folders(str(tmp_path / "gone")) == b""


def test_a_folder_behind_a_link_is_another_one_when_the_link_moves(root: Path, tmp_path: Path) -> None:
    link = root / "recipes" / "link"
    (root / "recipes" / "sea").rename(tmp_path / "sea")
    link.symlink_to(tmp_path / "sea")
    before = glance(str(root)).files
    link.unlink()
    link.symlink_to((tmp_path / "sea").rename(tmp_path / "ocean"))
    assert glance(str(root)).files != before
