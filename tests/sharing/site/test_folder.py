import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.errors import AskedWrongly
from runner.sharing.site.folder import LIST, SiteFolder, Written
from runner.sharing.site.made import Piece


def piece(name: str, content: bytes, key: str = "") -> Piece:
    return Piece(name, lambda: content, key)


FILES = [piece("index.html", b"one"), piece("recipes/a.html", b"two")]


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_new_folder_holds_the_files(tmp_path: Path) -> None:
    assert SiteFolder(tmp_path / "site").replace(FILES) == Written(2, 2, 0)
    assert names(tmp_path / "site") == [LIST, "index.html", "recipes/a.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_did_not_change_is_not_touched_and_what_is_gone_goes(tmp_path: Path) -> None:
    SiteFolder(tmp_path / "site").replace([*FILES, piece("old/b.html", b"three")])
    before = (tmp_path / "site" / "index.html").stat()
    assert SiteFolder(tmp_path / "site").replace([FILES[0], piece("recipes/a.html", b"new")]) == Written(2, 1, 1)
    after = (tmp_path / "site" / "index.html").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert names(tmp_path / "site") == [LIST, "index.html", "recipes/a.html"]
    assert not (tmp_path / "site" / "old").exists()


def test_files_of_others_are_refused_and_stay_with_force(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(AskedWrongly, match="holds files that are no part of a site") as caught:
        SiteFolder(site)
    assert (caught.value.details, "--force" in caught.value.hint) == (("notes.txt",), True)
    SiteFolder(site, force=True).replace(FILES)
    assert (site / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_link_in_the_folder_is_a_file_of_others(tmp_path: Path) -> None:
    SiteFolder(tmp_path / "site").replace(FILES)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "site" / "more").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AskedWrongly):
        SiteFolder(tmp_path / "site")


def test_a_build_that_stops_leaves_all_as_it_was(tmp_path: Path) -> None:
    SiteFolder(tmp_path / "site").replace(FILES)

    def files() -> Iterator[Piece]:
        yield piece("index.html", b"changed")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SiteFolder(tmp_path / "site").replace(files())
    assert (tmp_path / "site" / "index.html").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("count", [2, 500])
def test_what_is_being_made_stays_away_where_it_is_not_put(tmp_path: Path, count: int) -> None:
    pieces = [piece(f"{number}/a.html", b"x") for number in range(count)]

    def refused() -> None:
        with SiteFolder(tmp_path / "site").making(pieces):
            raise AskedWrongly("There is a key in it.")

    with pytest.raises(AskedWrongly, match="key"):
        refused()
    assert [*tmp_path.iterdir()] == []


def test_it_is_told_how_many_files_are_made(tmp_path: Path) -> None:
    heard = list[tuple[int, int]]()
    pieces = [piece(f"{number}.html", b"x") for number in range(500)]
    with SiteFolder(tmp_path / "site").making(pieces, lambda *count: heard.append(count)) as put:
        assert not (tmp_path / "site").exists()
        assert put().files == 500
    assert heard == [(number, 500) for number in range(500)]


_MANY = """
import sys
from pathlib import Path
from runner.sharing.site.folder import SiteFolder
from runner.sharing.site.made import Piece
SiteFolder(Path(sys.argv[1])).replace(Piece(f"{number}.html", lambda: b"x") for number in range(5000))
"""


def test_a_build_that_is_killed_leaves_a_folder_into_which_another_one_may_build(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with subprocess.Popen([sys.executable, "-c", _MANY, str(site)]) as build:
        while not (site / "1.html").exists() and build.poll() is None:
            pass
        build.kill()
    assert SiteFolder(site).replace(FILES).files == 2
    assert names(site) == [LIST, "index.html", "recipes/a.html"]


@pytest.mark.parametrize("name", ["index.html", "recipes/a.html"])
def test_a_folder_in_the_place_of_a_page_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    site = tmp_path / "site"
    (site / name).mkdir(parents=True)
    with pytest.raises(AskedWrongly, match=f"{name} is a folder, so nothing was written"):
        SiteFolder(site).replace([piece("a.html", b"one"), *FILES])
    assert names(site) == []
    (site / name).rmdir()
    assert SiteFolder(site).replace(FILES).changed == 2


@pytest.mark.skipif(shutil.which("unshare") is None, reason="this system has no unshare")
def test_a_folder_may_be_a_disk_of_its_own(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    code = _MANY.replace("5000", "3")
    words = ["sh", "-c", 'mount -t tmpfs none "$3" || exit 77; "$1" -c "$2" "$3" && ls -A "$3"', "sh"]
    done = subprocess.run(["unshare", "-m", *words, sys.executable, code, site], capture_output=True, text=True)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this user may not mount")
    assert (done.stdout.split(), done.stderr) == ([LIST, "0.html", "1.html", "2.html"], "")


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "a/../../outside.txt", "c:x"])
def test_a_list_that_names_files_outside_removes_none_of_them(tmp_path: Path, name: str) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "outside.txt").write_text("mine", encoding="utf-8")
    (site / LIST).write_text(f'{{"files": ["{name}"]}}', encoding="utf-8")
    assert SiteFolder(site).replace(FILES).removed == 0
    assert (tmp_path / "outside.txt").exists()


def test_a_file_or_a_missing_parent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(AskedWrongly, match="is a file"):
        SiteFolder(tmp_path / "file")
    with pytest.raises(AskedWrongly, match="does not exist"):
        SiteFolder(tmp_path / "no" / "site")
