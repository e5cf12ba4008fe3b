from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.catalog.library import Library
from runner.catalog.repository import read_repository
from runner.catalog.source import read_recipe
from runner.errors import AskedWrongly, BrokenSource, NotFound

Write = Callable[..., Path]


@pytest.fixture
def library(write_repository: Write) -> Library:
    """The repository in use, two that were added, and the catalog; some ids are in several."""
    return Library(
        [
            read_repository(write_repository("mine", "harbour/late", "city/weather")),
            read_repository(write_repository("team", "harbour/early", "city/lights"), alias="team"),
            read_repository(write_repository("club", "harbour/early", "harbour/fares"), alias="my-club"),
            read_repository(write_repository("catalog", "harbour/late", "harbour/fares", "sea/tides"), alias="catalog"),
        ]
    )


SHOWN = (
    "city/weather",
    "harbour/late",
    "team/city/lights",
    "team/harbour/early",
    "my-club/harbour/early",
    "my-club/harbour/fares",
    "catalog/harbour/fares",
    "catalog/harbour/late",
    "sea/tides",
)


def test_names_are_known_without_reading_recipes(library: Library) -> None:
    for repository in library.repositories:
        for path in repository.recipe_files():
            path.write_text("no recipe any more")
    assert library.names() == SHOWN


@pytest.mark.parametrize("name", SHOWN)
def test_every_name_shown_finds_its_own_recipe(library: Library, name: str) -> None:
    found = library.find(name)
    assert found.name == name
    assert found.recipe == read_recipe(found.repository.recipes / f"{found.recipe.id.replace('-', '_')}.py")
    assert name in (found.recipe.id, f"{found.repository.alias}/{found.recipe.id}")


@pytest.mark.parametrize(
    "name, shown, shadowed",
    [
        ("harbour/late", "harbour/late", True),
        ("late", "harbour/late", True),
        ("catalog/harbour/late", "catalog/harbour/late", False),
        ("weather", "city/weather", False),
        ("tides", "sea/tides", False),
        ("sea/tides", "sea/tides", False),
        ("catalog/sea/tides", "sea/tides", False),
        ("lights", "team/city/lights", False),
        ("city/lights", "team/city/lights", False),
        ("my_club/harbour/early", "my-club/harbour/early", False),
    ],
)
def test_a_name_means_the_repository_in_use_first(library: Library, name: str, shown: str, *, shadowed: bool) -> None:
    found = library.find(name)
    assert (found.name, found.shadowed) == (shown, shadowed)


def test_what_has_no_alias_is_taken_from_home_then_the_catalog_and_last_from_others(library: Library) -> None:
    assert [each.alias for each in library.lenders] == ["", "catalog", "team", "my-club"]
    assert library.home is library.in_use
    without = Library(library.repositories[1:])
    assert (without.home.alias, without.in_use) == ("catalog", None)


def test_underscores_stand_for_hyphens(write_repository: Write) -> None:
    library = Library([read_repository(write_repository("mine", "old-harbour/late-ferries"))])
    assert [
        library.find(name).name for name in ("late_ferries", "old_harbour/late-ferries", "old-harbour/late_ferries")
    ] == ["old-harbour/late-ferries"] * 3


@pytest.mark.parametrize(
    "name, candidates",
    [
        ("harbour/early", ("team/harbour/early", "my-club/harbour/early")),
        ("early", ("team/harbour/early", "my-club/harbour/early")),
        ("harbour/fares", ("my-club/harbour/fares", "catalog/harbour/fares")),
    ],
)
def test_a_name_of_several_recipes_lists_them(library: Library, name: str, candidates: tuple[str, ...]) -> None:
    with pytest.raises(AskedWrongly) as caught:
        library.find(name, command="recipes run")
    assert (str(caught.value), caught.value.details) == (f"{name!r} means several recipes.", candidates)
    assert caught.value.hint == f"recipes run {candidates[0]}"


def test_a_bare_name_in_two_apis_of_the_repository_in_use_is_ambiguous(write_repository: Write) -> None:
    library = Library([read_repository(write_repository("mine", "a/late", "b/late"))])
    with pytest.raises(AskedWrongly) as caught:
        library.find("late")
    assert caught.value.details == ("a/late", "b/late")


def test_an_unknown_name_suggests_the_nearest(library: Library) -> None:
    with pytest.raises(NotFound) as caught:
        library.find("sea/tide", command="recipes run")
    assert (str(caught.value), caught.value.hint) == ("No recipe named 'sea/tide'.", "recipes run sea/tides")


def test_a_name_like_no_other_points_to_the_list(library: Library) -> None:
    with pytest.raises(NotFound) as caught:
        library.find("zzzzzzzz")
    assert caught.value.hint == "recipes list"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "..",
        "../harbour/late",
        "harbour/../late",
        "harbour//late",
        "a/b/c/d",
        "team/a/harbour/early",
        "sea/late",
        "Harbour/late",
        "harbour/late.py",
        "x" * 300,
        "\0",
    ],
)
def test_what_is_no_name_is_not_found(library: Library, name: str) -> None:
    with pytest.raises(NotFound):
        library.find(name)


def test_a_file_name_that_could_harm_is_never_suggested(library: Library) -> None:
    (library.repositories[0].recipes / "sea").mkdir()
    (library.repositories[0].recipes / "sea" / "tides; rm.py").touch()
    assert library.names() == SHOWN


def test_finding_reads_only_the_recipe_that_is_meant(library: Library) -> None:
    for path in library.repositories[0].recipe_files():
        path.write_text("broken")
    assert library.find("sea/tides").name == "sea/tides"


def test_finding_a_broken_recipe_says_what_is_wrong(library: Library) -> None:
    path = library.repositories[0].recipes / "city" / "weather.py"
    path.write_text("broken")
    with pytest.raises(BrokenSource) as caught:
        library.find("weather")
    assert str(caught.value) == f"{path}:1: there is no `# /// script` block"


def test_a_link_out_of_the_repository_is_not_followed(library: Library) -> None:
    mine, *_, catalog = library.repositories
    link = mine.recipes / "city" / "tides.py"
    link.symlink_to(catalog.recipes / "sea" / "tides.py")
    with pytest.raises(BrokenSource, match=r"tides\.py:1: a link leads out of the repository$"):
        library.find("city/tides")


def test_the_catalog_in_use_is_there_once(write_repository: Write) -> None:
    root = write_repository("catalog", "sea/tides")
    library = Library([read_repository(root), read_repository(root, alias="catalog")])
    assert library.names() == ("sea/tides",)
    assert (library.find("tides").repository.alias, library.find("tides").shadowed) == ("catalog", False)
    assert library.in_use is None


def test_the_repository_in_use_is_known(library: Library) -> None:
    assert library.in_use is library.repositories[0]


def test_the_api_of_a_client_is_that_of_its_repository(library: Library, write_api: Write) -> None:
    write_api(folder="mine/recipes/city_weather")
    assert library.api(library.repositories[0], "city-weather").name == "city-weather"


def test_a_missing_api_names_the_file_to_write(library: Library, write_api: Write) -> None:
    write_api(folder="catalog/recipes/harbour")
    mine = library.repositories[0]
    path = mine.recipes / "harbour" / "api.toml"
    with pytest.raises(BrokenSource) as caught:
        library.api(mine, "harbour")
    assert str(caught.value) == f"{path}:1: there is no such file to describe the API 'harbour'"
    assert caught.value.hint == f"write {path}"


def test_an_api_behind_a_link_out_of_the_repository_is_refused(library: Library, write_api: Write) -> None:
    outside = write_api(folder="elsewhere") / "api.toml"
    mine = library.repositories[0]
    (mine.recipes / "harbour" / "api.toml").symlink_to(outside)
    with pytest.raises(BrokenSource, match=r"api\.toml:1: a link leads out of the repository$"):
        library.api(mine, "harbour")


@pytest.mark.parametrize(
    "name, folder",
    [("harbour", "mine"), ("sea", "catalog"), ("catalog/harbour", "catalog"), ("my_club/city", "club")],
)
def test_an_api_is_found_by_name(library: Library, write_api: Write, name: str, folder: str) -> None:
    for each in ("mine/recipes/harbour", "catalog/recipes/harbour", "catalog/recipes/sea", "club/recipes/city"):
        write_api(folder=each)
    repository, api = library.find_api(name)
    assert (repository.root.name, api.folder.parent.parent.name) == (folder, folder)


def test_an_api_of_several_added_repositories_lists_them(library: Library, write_api: Write) -> None:
    write_api(folder="team/recipes/sea")
    write_api(folder="catalog/recipes/sea")
    with pytest.raises(AskedWrongly) as caught:
        library.find_api("sea")
    assert (str(caught.value), caught.value.details) == ("'sea' means several APIs.", ("team/sea", "catalog/sea"))


def test_an_unknown_api_suggests_the_nearest(library: Library, write_api: Write) -> None:
    write_api(folder="mine/recipes/harbour")
    with pytest.raises(NotFound) as caught:
        library.find_api("harbor")
    assert (str(caught.value), caught.value.hint) == ("No API named 'harbor'.", "recipes sandbox harbour")


def test_a_repository_that_cannot_be_listed_hides_no_other(library: Library, write_repository: Write) -> None:
    root = write_repository("lost")
    (root / "recipes").symlink_to("recipes")
    assert Library([read_repository(root, alias="lost"), *library.repositories]).names() == SHOWN


def test_a_folder_name_that_could_harm_is_never_suggested(library: Library, write_api: Write) -> None:
    write_api(folder="mine/recipes/harbour; rm")
    with pytest.raises(NotFound) as caught:
        library.find_api("harbor")
    assert caught.value.hint == "recipes list"


SEA = 'title = "Sea"\nbase-url = "https://sea.example/v1"\n'
BOX = 'sandbox = "box:app"\nsandbox-now = 2026-11-20T09:00:00Z\n'


@pytest.fixture
def lending(write_repository: Write) -> Callable[..., Library]:
    """A library whose repositories describe one API, each in its own words."""

    def lending(**texts: str) -> Library:
        repositories = []
        for name, text in texts.items():
            root = write_repository(name)
            (root / "recipes" / "sea").mkdir(parents=True)
            (root / "recipes" / "sea" / "api.toml").write_text(text, encoding="utf-8")
            repositories.append(read_repository(root, alias="" if name == "mine" else name))
        return Library(repositories)

    return lending


def test_the_catalog_lends_its_sandbox_to_the_same_api_at_the_same_address(lending: Callable[..., Library]) -> None:
    library = lending(mine=SEA, team=SEA, catalog=SEA + BOX)
    folder = library.repositories[2].recipes / "sea"
    for repository in library.repositories[:2]:
        api = library.api(repository, "sea")
        assert (api.sandbox, api.sandbox_now, api.sandbox_folder) == (
            "box:app",
            datetime(2026, 11, 20, 9, tzinfo=UTC),
            folder,
        )
        assert api.folder == repository.recipes / "sea"
    assert library.find_api("sea")[1].sandbox_folder == folder
    assert library.api(library.repositories[2], "sea").sandbox_folder is None


def test_a_moment_of_its_own_stays(lending: Callable[..., Library]) -> None:
    library = lending(mine=SEA + "sandbox-now = 2026-01-31T09:00:00Z\n", catalog=SEA + BOX)
    api = library.find_api("sea")[1]
    assert (api.sandbox, api.sandbox_now) == ("box:app", datetime(2026, 1, 31, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    "texts",
    [
        {"mine": SEA.replace("/v1", "/v2"), "catalog": SEA + BOX},
        {"mine": SEA.replace("sea.example", "sea.example.evil.example"), "catalog": SEA + BOX},
        {"mine": SEA, "catalog": SEA},
        {"mine": SEA, "team": SEA + BOX},
        {"mine": SEA, "team": SEA + BOX, "catalog": SEA},
    ],
    ids=["path", "host", "none there", "not of another", "not of another beside the catalog"],
)
def test_nothing_else_is_lent(lending: Callable[..., Library], texts: dict[str, str]) -> None:
    library = lending(**texts)
    api = library.api(library.repositories[0], "sea")
    assert (api.sandbox, api.sandbox_now, api.sandbox_folder) == ("", None, None)


def test_an_own_sandbox_comes_first(lending: Callable[..., Library]) -> None:
    library = lending(mine=SEA + 'sandbox = "own:app"\n', catalog=SEA + BOX)
    api = library.find_api("sea")[1]
    assert (api.sandbox, api.sandbox_now, api.sandbox_folder) == ("own:app", None, None)
