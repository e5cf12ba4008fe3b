"""How a case ends under pytest: as `recipes test` says it, without a traceback."""

import pytest

from .conftest import LETTER, Shop


def failures(text: str) -> str:
    """Return what pytest shows between its headings, without them."""
    shown = text.partition("= FAILURES =")[2].partition("= short test summary info =")[0]
    return "\n".join(line for line in shown.splitlines() if line.strip("=_ ") and not line.startswith("___"))


def test_a_changed_figure_fails_exactly_its_cases_and_names_the_column(shop: Shop) -> None:
    shop.change('"price": thing["price"]', '"price": thing["price"] + 1')
    ran = shop.pytest("-q", "recipes")
    assert failures(ran.text) == (
        "Error  The result of shop/things is not as recorded.\n"
        "       Row 1, price: 10 was recorded, 11 now\n"
        "       Row 2, price: 20 was recorded, 21 now\n"
        "Fix    recipes test shop/things --case default --accept   (if the new result is right)\n"
        "Error  The result of shop/things three is not as recorded.\n"
        "       Row 1, price: 10 was recorded, 11 now\n"
        "       Row 2, price: 20 was recorded, 21 now\n"
        "       Row 3, price: 30 was recorded, 31 now\n"
        "Fix    recipes test shop/things --case three --accept   (if the new result is right)"
    )
    assert (ran.summary, ran.exit_code) == ("2 failed, 1 passed", 1)


def test_a_changed_text_is_compared_line_by_line(shop: Shop) -> None:
    shop.change("# {thing['name']}", "## {thing['name']}", shop.things.with_name("letter.py"))
    assert "       Line 1 was  # thing 2\n       Line 1 is   ## thing 2\n" in shop.pytest("-q").text


def test_an_untrusted_repository_fails_and_says_how_to_trust_it(untrusted: Shop) -> None:
    untrusted.change("import httpx\n", "import httpx\n\nraise SystemExit(9)\n")
    ran = untrusted.pytest("-q", "recipes/shop/things.py::three")
    assert failures(ran.text) == (
        f"Error  {untrusted.root} is not trusted, so nothing of it runs.\n"
        "       A recipe runs as you: it can read your files and any key this machine can read.\n"
        f"Fix    recipes trust {untrusted.root}"
    )


def test_a_bug_of_the_recipe_shows_as_recipes_shows_it(shop: Shop) -> None:
    shop.change('thing["price"]', 'thing["cost"]')
    assert failures(shop.pytest("-q", "recipes/shop/things.py::three").text) == (
        "Error  The result of shop/things three is not as recorded.\n"
        "       It failed (exit code 1): The recipe shop/things raised KeyError: 'cost' at things.py:21.\n"
        "Fix    recipes run shop/things --replay three --debug   (shows where it came from)"
    )


def test_another_request_is_compared_with_the_nearest(shop: Shop) -> None:
    shop.change('"number": number', '"number": number + 1')
    assert failures(shop.pytest("-q", "recipes/shop/things.py::default").text) == (
        "Error  GET https://shop.example/v1/things?number=3 was not recorded.\n"
        "       Nearest  request 1: GET https://shop.example/v1/things?number=1\n"
        "       Differs  query number: 1 was recorded, 3 is sent\n"
        "Fix    recipes record shop/things   (if the recipe is right)"
    )


def test_a_recipe_that_opens_a_connection_of_its_own_fails(shop: Shop) -> None:
    shop.change("    for number", '    httpx.get("http://127.0.0.1:9")\n    for number')
    text = failures(shop.pytest("-q", "recipes/shop/things.py::default").text)
    assert text.startswith("Error  The recipe asked for ")
    assert text.endswith("Fix    call the API through the client that main is given")


@pytest.mark.parametrize(
    "name, content, expected",
    [
        ("recipes/shop/things.py", "def main(:\n", "things.py:1: "),
        ("recipes/shop/api.toml", "title = 1\n", "api.toml:1: "),
        ("recipes.toml", "name = 1\n", "recipes.toml:1: "),
        ("cassettes/shop/things/default.toml", "x = 1\n", "default.toml:1: unknown key 'x'"),
        ("cassettes/shop/things/default.yaml", "interactions: [", "default.yaml:"),
        ("cassettes/shop/things/default.yaml", None, "default.yaml:1: there is no such file"),
        ("cassettes/shop/things/default.jsonl", "{", "default.jsonl:1: this line is no JSON"),
        ("cassettes/shop/things/default.jsonl", None, "default.jsonl:1: the result cannot be read: No such file"),
    ],
)
def test_a_broken_file_is_named_without_a_traceback(shop: Shop, name: str, content: str | None, expected: str) -> None:
    if content is None:
        (shop.root / name).unlink()
    else:
        shop.write(name, content)
    ran = shop.pytest("-q", "recipes/shop/things.py::default")
    assert failures(ran.text).startswith(f"Error  {shop.root}/")
    assert expected in ran.text
    assert "Traceback" not in ran.text
    assert "Fix    " in ran.text


def test_a_recipe_outside_the_repository_is_not_played(shop: Shop) -> None:
    outside = shop.root.parent / "letter.py"
    outside.write_text(LETTER, encoding="utf-8")
    (shop.things.parent / "letter.py").unlink()
    (shop.things.parent / "letter.py").symlink_to(outside)
    ran = shop.pytest("-q", "recipes/shop/letter.py")
    assert "letter.py" in failures(ran.text)
    assert ran.summary == "1 failed"


def test_what_a_recipe_prints_is_captured(shop: Shop) -> None:
    shop.change("    for number", '    print("here I am")\n    for number')
    assert "here I am" not in shop.pytest("-q").text
    assert "here I am" in shop.pytest("-q", "-s").text


def test_a_repository_is_read_anew_in_each_session(shop: Shop) -> None:
    assert shop.pytest("-q").summary == "3 passed"
    shop.change('"price": 10', '"price": 12', shop.cases / "default.yaml")
    assert "Row 1, price: 10 was recorded, 12 now" in shop.pytest("-q").text
