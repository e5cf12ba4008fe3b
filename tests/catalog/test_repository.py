import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.catalog.places import catalog_root, find_repository
from runner.catalog.repository import Repository, read_repository
from runner.errors import BrokenSource

FULL = """\
name = "harbour"
title = "Harbour recipes"
description = "Invented ferries."
publisher = "The harbour"
homepage = "https://harbour.example"
min-runner = "0.2"
internal-hosts = ["Git.corp.example", "*.corp.example", "build01", "10.0.0.0/8", "192.168.1.7", "fd00::/8"]
"""


def test_every_key_is_read(write_repository: Callable[..., Path]) -> None:
    root = write_repository("mine", text=FULL)
    assert read_repository(root, alias="team") == Repository(
        root=root,
        name="harbour",
        title="Harbour recipes",
        description="Invented ferries.",
        publisher="The harbour",
        homepage="https://harbour.example",
        min_runner="0.2",
        alias="team",
        internal_hosts=("git.corp.example", "*.corp.example", "build01", "10.0.0.0/8", "192.168.1.7", "fd00::/8"),
    )


def test_only_name_and_title_are_needed(write_repository: Callable[..., Path]) -> None:
    root = write_repository("mine")
    assert read_repository(root) == Repository(root, "harbour", "Harbour recipes")


@pytest.mark.parametrize("version", ["0.2", "0.2.0", "0.2.1.dev3", "0.10", "1", ""])
def test_a_runner_that_is_new_enough_reads_it(write_repository: Callable[..., Path], version: str) -> None:
    assert read_repository(write_repository("mine", text=FULL), runner_version=version).min_runner == "0.2"


@pytest.mark.parametrize("version", ["0.1", "0.1.9", "0", "0.1.0.dev2", "dev"])
def test_an_older_runner_says_how_to_get_a_newer_one(write_repository: Callable[..., Path], version: str) -> None:
    root = write_repository("mine", text=FULL + 'collections = ["of a later version"]\n')
    with pytest.raises(BrokenSource) as caught:
        read_repository(root, runner_version=version)
    assert str(caught.value) == f"{root / 'recipes.toml'}:6: min-runner is 0.2, and this runner is {version}"
    assert caught.value.hint == "pip install -U recipe-runner"


@pytest.mark.parametrize(
    "old, new, line, problem, hint",
    [
        ("publisher", "publihser", 4, "unknown key 'publihser'", "write publisher"),
        (
            "publisher",
            "zzz",
            4,
            "unknown key 'zzz'",
            "remove it; the keys are name, title, description, publisher, homepage, internal-hosts, min-runner, "
            "collection",
        ),
        ('name = "harbour"\n', "", 1, "name is missing", 'add name = "..."'),
        ('title = "Harbour recipes"\n', "", 1, "title is missing", 'add title = "..."'),
        ('"Harbour recipes"', "1", 2, "title must be text, not 1", 'write title = "..."'),
        ('"Harbour recipes"', '" "', 2, "title must be text, not ' '", 'write title = "..."'),
        ('"harbour"', '"../x"', 1, "name cannot be '../x'", "use lower-case letters, digits and hyphens"),
        ("https://harbour", "data:harbour", 5, "homepage must be an https address", 'write homepage = "https://..."'),
        ('"0.2"', '"two"', 6, "min-runner is no version: 'two'", 'write it like min-runner = "0.1.0"'),
        ('"0.2"', "0.2", 6, "min-runner must be text, not 0.2", 'write min-runner = "..."'),
    ],
)
def test_a_violation_is_named_with_its_line_and_a_fix(
    write_repository: Callable[..., Path], old: str, new: str, line: int, problem: str, hint: str
) -> None:
    root = write_repository("mine", text=FULL.replace(old, new))
    with pytest.raises(BrokenSource) as caught:
        read_repository(root)
    assert (caught.value.line, caught.value.problem, caught.value.hint) == (line, problem, hint)


@pytest.mark.parametrize(
    "listed, problem",
    [
        ('"git.corp.example"', "internal-hosts must be a list of texts, not ..."),
        ("[1]", "internal-hosts must be a list of texts"),
        ('[""]', "internal-hosts must be a list of texts"),
        ('["a.example", "a.example"]', "internal-hosts names 'a.example' twice"),
        ('["https://git.corp.example"]', "must be a host alone, without https:// and without a user"),
        ('["ann@corp.example"]', "must be a host alone, without https:// and without a user"),
        ('["corp.*"]', "is no host"),
        ('["*"]', "is no host"),
        ('["a..example"]', "is no host"),
        ('["a b"]', "is no host"),
        ('["bücher.example"]', "must be written in ASCII: xn--..."),
        ('["git.corp.example:8080"]', "is no host, IP address or network"),
        ('["git.corp.example/wiki"]', "is no host, IP address or network"),
        ('["10.0.0.256"]', "is no host, IP address or network"),
        ('["10.1.0.0/8"]', "has bits set behind its prefix"),
        ('["localhost"]', "is this machine, which everybody may know"),
        ('["127.0.0.1"]', "is this machine, or has it within, which everybody may know"),
        ('["0.0.0.0/0"]', "is this machine, or has it within, which everybody may know"),
    ],
)
def test_a_list_of_internal_hosts_is_read_strictly(
    write_repository: Callable[..., Path], listed: str, problem: str
) -> None:
    old = FULL.splitlines()[-1]
    root = write_repository("mine", text=FULL.replace(old, f"internal-hosts = {listed}"))
    with pytest.raises(BrokenSource) as caught:
        read_repository(root)
    assert caught.value.line == 7
    assert problem.removesuffix(", not ...") in caught.value.problem


def test_a_folder_without_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenSource, match=r"recipes\.toml:1: there is no such file$"):
        read_repository(tmp_path)


def test_recipes_are_found_in_order_without_private_files(write_repository: Callable[..., Path]) -> None:
    root = write_repository("mine", "b/two", "a/one", "a/b", "_drafts/x", ".hidden/x", "a/_shared")
    (root / "recipes" / "a" / "notes.txt").touch()
    (root / "recipes" / "a" / "folder.py").mkdir()
    (root / "recipes" / "a" / "sandbox").mkdir()
    (root / "recipes" / "a" / "sandbox" / "app.py").touch()
    (root / "recipes" / "loose.py").touch()
    found = [path.relative_to(root / "recipes").as_posix() for path in read_repository(root).recipe_files()]
    assert found == ["a/b.py", "a/one.py", "b/two.py"]


def test_apis_are_the_folders_with_a_description(
    write_repository: Callable[..., Path], write_api: Callable[..., Path]
) -> None:
    root = write_repository("mine", "b/two", "a/one", "c/three")
    write_api(folder="mine/recipes/c")
    write_api(folder="mine/recipes/a")
    assert read_repository(root).api_folders() == (root / "recipes" / "a", root / "recipes" / "c")


def test_a_repository_without_recipes_is_empty(write_repository: Callable[..., Path]) -> None:
    repository = read_repository(write_repository("mine"))
    assert (repository.recipe_files(), repository.api_folders(), repository.faults()) == ((), (), ())


def test_a_link_out_of_the_repository_is_a_fault(write_repository: Callable[..., Path], tmp_path: Path) -> None:
    root = write_repository("mine", "a/one")
    outside = write_repository("other", "x/two") / "recipes" / "x"
    (outside / "api.toml").touch()
    folder = root / "recipes" / "a"
    (folder / "two.py").symlink_to(outside / "two.py")
    (folder / "api.toml").symlink_to(outside / "api.toml")
    (root / "recipes" / "x").symlink_to(outside)
    repository = read_repository(root)
    assert repository.recipe_files() == (folder / "one.py",)
    assert repository.api_folders() == ()
    assert [(error.path, error.line, error.problem, error.hint) for error in repository.faults()] == [
        (path, 1, "a link leads out of the repository", "put the file itself here")
        for path in (folder / "api.toml", root / "recipes/x/api.toml", folder / "two.py", root / "recipes/x/two.py")
    ]


def test_a_link_inside_the_repository_is_followed(write_repository: Callable[..., Path]) -> None:
    root = write_repository("mine", "a/one")
    (root / "recipes" / "a" / "two.py").symlink_to("one.py")
    assert [path.name for path in read_repository(root).recipe_files()] == ["one.py", "two.py"]


def test_links_in_a_circle_end(write_repository: Callable[..., Path]) -> None:
    root = write_repository("mine", "a/one")
    (root / "recipes" / "a" / "two.py").symlink_to("two.py")
    assert [path.name for path in read_repository(root).recipe_files()] == ["one.py", "two.py"]


def test_a_repository_below_a_link_holds_its_recipes(write_repository: Callable[..., Path], tmp_path: Path) -> None:
    root = write_repository("mine", "a/one")
    (tmp_path / "link").symlink_to(root)
    assert read_repository(tmp_path / "link").recipe_files() == (root / "recipes/a/one.py",)


def test_a_folder_that_cannot_be_listed_is_a_fault(write_repository: Callable[..., Path]) -> None:
    root = write_repository("mine")
    (root / "recipes").symlink_to("recipes")
    repository = read_repository(root)
    [fault] = repository.faults()
    assert (fault.path, fault.line, fault.hint) == (root / "recipes", 1, "make it a folder that you may read")
    assert fault.problem.startswith("the folder cannot be read: ")
    assert repository.recipe_files() == ()


def test_the_nearest_repository_upwards_is_found(write_repository: Callable[..., Path]) -> None:
    outer = write_repository("outer")
    inner = write_repository("outer/inner", "a/one")
    assert find_repository(inner / "recipes" / "a") == inner
    assert find_repository(inner) == inner
    assert find_repository(outer / "elsewhere") == outer


def test_outside_every_repository_none_is_found(tmp_path: Path) -> None:
    (tmp_path / "recipes.toml").mkdir()
    assert find_repository(tmp_path) is None


def test_the_catalog_of_a_wheel_is_inside_the_package(write_repository: Callable[..., Path], tmp_path: Path) -> None:
    inside = write_repository("site/runner/_repository")
    assert catalog_root(tmp_path / "site" / "runner") == inside


def test_the_catalog_of_a_checkout_is_around_the_package(tmp_path: Path) -> None:
    (tmp_path / "runner" / "_repository").mkdir(parents=True)
    assert catalog_root(tmp_path / "runner") == tmp_path


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_an_api_in_a_folder_that_may_not_be_entered_is_a_fault(write_repository: Callable[..., Path]) -> None:
    root = write_repository("mine", "harbour/ferries")
    (root / "recipes/harbour").chmod(0)
    try:
        repository = read_repository(root)
        assert repository.api_folders() == ()
        assert [fault.path for fault in repository.faults()] == [root / "recipes/harbour"]
    finally:
        (root / "recipes/harbour").chmod(0o755)
