"""A script needs no rule for what its recipe cannot send, and keeps every rule where that is not plain."""

from pathlib import Path

import pytest

from runner.catalog import Api, Recipe
from runner.sharing.export.posts import only_writes, read_posts
from tests.sharing.export.conftest import SOURCE, write_recipe

API = Api(Path("echo"), "echo", "Echo", "https://echo.example/v1", read_posts=("/search", "/stats", "/more"))


def sending(folder: Path, code: str) -> Recipe:
    return write_recipe(folder, SOURCE.replace('    yield {"topic"', f'    {code}\n    yield {{"topic"'))


@pytest.mark.parametrize(
    "code, paths",
    [
        ('echo.post("/search")', ("/search",)),
        ('echo.post("search?size=1", json={})', ("/search",)),
        ('echo.post("https://echo.example/v1/stats"); echo.post("/search")', ("/search", "/stats")),
        ('echo.post("/write")', ()),
        ('echo.get("/search")', ()),
    ],
)
def test_the_posts_that_are_named_are_known(code: str, paths: tuple[str, ...], tmp_path: Path) -> None:
    assert read_posts(API, sending(tmp_path, code)) == paths


@pytest.mark.parametrize(
    "code",
    [
        "echo.post(f'/{topic}')",
        "echo.post(url=topic)",
        "send = echo.post",
        'echo.request("POST", "/search")',
        'getattr(echo, "post")("/search")',
    ],
)
def test_all_posts_are_kept_where_one_is_not_plain(code: str, tmp_path: Path) -> None:
    assert read_posts(API, sending(tmp_path, code)) == API.read_posts


def test_a_library_that_gets_the_client_may_send_anything(tmp_path: Path) -> None:
    recipe = sending(tmp_path, 'echo.post("/write")')._replace(writes=True)
    assert only_writes(recipe, [API])
    recipe = recipe._replace(dependencies=("httpx>=0.28", "other"))
    assert (read_posts(API, recipe), only_writes(recipe, [API])) == (API.read_posts, False)


@pytest.mark.parametrize("code", ['echo.get("/x")', 'echo.post("/search")', "echo.post(topic)", 'echo.head("/x")'])
def test_what_also_reads_does_not_only_write(code: str, tmp_path: Path) -> None:
    assert not only_writes(sending(tmp_path, code)._replace(writes=True), [API])
