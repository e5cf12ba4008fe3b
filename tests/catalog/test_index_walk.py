from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.index_walk import Place, holds, is_folder, listed, stamp_of, visible, walk
from runner.errors import BrokenSource

Write = Callable[..., Path]


@pytest.fixture
def root(write_repository: Write) -> Path:
    return write_repository("mine", "harbour/late", "harbour/early", "a-b/x", "a/x")


def test_files_come_by_folder_and_name(root: Path, write_api: Write) -> None:
    write_api(folder="mine/recipes/a")
    walked = walk(Place(root, "team"))
    assert list(walked.files) == ["a/x.py", "a_b/x.py", "harbour/early.py", "harbour/late.py"]
    assert list(walked.apis) == ["a/api.toml"]
    assert (walked.root, walked.alias, walked.faults) == (str(root), "team", [])


@pytest.mark.parametrize("name", ["_draft.py", ".hidden.py", "notes.txt", "folder.py/x.py", "api.toml/x"])
def test_what_is_no_recipe_is_passed_over(root: Path, name: str) -> None:
    before = walk(Place(root))
    path = root / "recipes" / "harbour" / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    after = walk(Place(root))
    assert (after.files, after.apis) == (before.files, before.apis)
    assert after.names_beside("harbour/late.py") != before.names_beside("harbour/late.py")


def test_a_change_of_a_file_changes_its_stamp_alone(root: Path) -> None:
    before = walk(Place(root))
    path = root / "recipes" / "harbour" / "late.py"
    path.write_text("longer than nothing")
    after = walk(Place(root))
    assert [name for name in before.files if before.files[name] != after.files[name]] == ["harbour/late.py"]
    assert (after.names, after.stamp) == (before.names, before.stamp)


def test_a_repository_behind_a_link_is_the_repository(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert walk(Place(tmp_path / "link")) == walk(Place(root))


def test_what_lies_outside_by_a_link_is_a_fault(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("api.toml", "x.py"):
        (outside / name).touch()
    (root / "recipes" / "sea").symlink_to(outside)
    walked = walk(Place(root))
    assert [str(fault) for fault in walked.faults] == [
        f"{root}/recipes/sea/api.toml:1: a link leads out of the repository",
        f"{root}/recipes/sea/x.py:1: a link leads out of the repository",
    ]
    assert "sea/x.py" not in walked.files


def test_a_missing_folder_is_empty(tmp_path: Path) -> None:
    faults: list[BrokenSource] = []
    assert (listed(tmp_path / "gone", faults), faults) == ([], [])


def test_a_folder_that_cannot_be_listed_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "recipes").touch()
    walked = walk(Place(tmp_path))
    assert [str(fault) for fault in walked.faults] == [
        f"{tmp_path}/recipes:1: the folder cannot be read: Not a directory"
    ]


def test_what_vanishes_after_it_was_listed_is_no_crash(root: Path) -> None:
    folder = root / "recipes" / "harbour"
    entries = visible(listed(folder, []))
    for entry in entries:
        Path(entry.path).unlink()
    folder.rmdir()
    assert [(is_folder(entry), stamp_of(entry)) for entry in entries] == [(False, None)] * 2
    assert listed(folder, []) == []


def test_a_folder_of_cases_belongs_to_the_recipe_of_its_name(root: Path) -> None:
    (root / "recipes" / "harbour" / "night_boat.py").touch()
    for name in ("harbour/late", "harbour/gone", "harbour/night_boat", "a-b/x", "a_b/x", "sea/tides"):
        (root / "cassettes" / name).mkdir(parents=True)
    (root / "cassettes" / "harbour" / "early").touch()
    walked = walk(Place(root))
    assert list(walked.cases) == ["a_b/x.py", "harbour/late.py"]
    assert [walked.case_folder(path) for path in walked.cases] == [
        f"{root}/cassettes/{name}" for name in ("a-b/x", "harbour/late")
    ]


@pytest.mark.parametrize("where", ["cassettes", "cassettes/harbour", "cassettes/harbour/late"])
def test_cases_behind_a_link_are_passed_over(root: Path, where: str) -> None:
    (root / "cassettes" / "harbour" / "late").mkdir(parents=True)
    assert list(walk(Place(root)).cases) == ["harbour/late.py"]
    (root / where).symlink_to((root / where).rename(root / "moved"))
    assert (root / "cassettes" / "harbour" / "late").is_dir()
    assert walk(Place(root)).cases == {}


@pytest.mark.parametrize(
    "api, last, is_held",
    [
        ("harbour", "late", True),
        ("a-b", "x", True),
        ("a_b", "x", False),
        ("harbour", "gone", False),
        ("harbour", "dangling", False),
        ("harbour", "stray", True),
    ],
)
def test_an_id_is_held_by_a_plain_file_also_behind_a_link(root: Path, api: str, last: str, *, is_held: bool) -> None:
    (root / "recipes" / "harbour" / "dangling.py").symlink_to("nowhere")
    (root / "recipes" / "harbour" / "stray.py").symlink_to(__file__)
    assert walk(Place(root)).holds_id(api, last) is is_held


@pytest.mark.parametrize(
    "path, is_held", [("", True), ("a", True), ("../mine", True), ("..", False), ("../mine2", False)]
)
def test_a_folder_holds_itself_and_what_is_below(root: Path, path: str, *, is_held: bool) -> None:
    assert holds(str(root), root / path) is is_held


def test_the_root_of_the_disk_holds_all(tmp_path: Path) -> None:
    assert holds(tmp_path.anchor, tmp_path)
