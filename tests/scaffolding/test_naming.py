import pytest

from runner.errors import AskedWrongly
from runner.scaffolding.naming import Target, split_name


@pytest.mark.parametrize(
    "text, apis, expected",
    [
        ("echo/new-things", ["echo", "other"], ("echo", "new-things")),
        ("echo/new_things", [], ("echo", "new-things")),
        ("new-things", ["echo"], ("echo", "new-things")),
        ("a", ["echo"], ("echo", "a")),
        ("console", ["echo"], ("echo", "console")),
        ("x" * 64, ["echo"], ("echo", "x" * 64)),
    ],
)
def test_a_name_gives_api_and_recipe(text: str, apis: list[str], expected: tuple[str, str]) -> None:
    assert split_name(text, apis) == expected


@pytest.mark.parametrize(
    "text, reason, hint",
    [
        ("echo/new things", "it holds ' '; use lower-case letters, digits and hyphens", "recipes new echo/new-things"),
        ("echo/new.things", "it holds '.'; use lower-case letters, digits and hyphens", "recipes new echo/new-things"),
        ("echo/things.py", "it holds '.'; use lower-case letters, digits and hyphens", "recipes new echo/things"),
        ("Things", "it holds 'T'; use lower-case letters, digits and hyphens", "recipes new things"),
        ("a/b/c", "it has more than one `/`", "recipes new b/c"),
        ("../etc/passwd", "it has more than one `/`", "recipes new etc/passwd"),
        ("echo/", "the name of the recipe is empty", "recipes new echo"),
        ("/things", "the name of the API is empty", "recipes new things"),
        ("", "the name of the recipe is empty", "recipes new newswhip/top-stories"),
        (
            "аpple",
            "it holds U+0430 (cyrillic small letter a), which is no plain letter",
            "recipes new newswhip/top-stories",
        ),
        ("ｎew", "it holds U+FF4E (fullwidth latin small letter n), which is no plain letter", "recipes new new"),
        ("con", "'con' is a device on Windows", "recipes new con-recipe"),
        ("lpt1", "'lpt1' is a device on Windows", "recipes new lpt1-recipe"),
        ("2-things", "a name begins with a letter, and hyphens stand one by one between words", "recipes new things"),
        ("a--b", "a name begins with a letter, and hyphens stand one by one between words", "recipes new a-b"),
        ("a-", "a name begins with a letter, and hyphens stand one by one between words", "recipes new a"),
        ("_a", "a name begins with a letter, and hyphens stand one by one between words", "recipes new a"),
        ("x" * 200, "the name of the recipe has 200 characters, and 64 is the most", f"recipes new {'x' * 64}"),
        ("a\nb", "it holds '\\n'; use lower-case letters, digits and hyphens", "recipes new a-b"),
    ],
)
def test_a_bad_name_is_refused_with_one_that_would_do(text: str, reason: str, hint: str) -> None:
    with pytest.raises(AskedWrongly) as caught:
        split_name(text, ["echo"])
    assert str(caught.value).endswith(f" cannot name a recipe: {reason}.")
    assert caught.value.hint == hint


def test_a_bare_name_needs_one_api() -> None:
    with pytest.raises(AskedWrongly, match="and the repository has 2 APIs") as caught:
        split_name("things", ["other", "echo"])
    assert (caught.value.details, caught.value.hint) == (("echo/things", "other/things"), "recipes new echo/things")
    with pytest.raises(AskedWrongly, match="and the repository has no API yet"):
        split_name("things", [])


def test_a_target_knows_its_names() -> None:
    target = Target("news-whip", "top-stories", "News", "news_whip")
    assert target.path == "recipes/news_whip/top_stories.py"
    assert target.names == {
        "api": "news-whip",
        "api_title": "News",
        "client": "news_whip",
        "name": "top-stories",
        "module": "top_stories",
    }
