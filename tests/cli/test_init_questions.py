"""The questions of `recipes init`, in a real terminal."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ACME = ("--api", "acme", "--base-url", "https://api.acme.example/v1")


def limits_of(root: Path) -> Any:
    return tomllib.loads((root / "recipes" / "acme" / "api.toml").read_text(encoding="utf-8")).get("limits")


def test_questions_are_asked_on_a_terminal_until_the_answers_fit(in_terminal: Callable[..., Any], folder: Path) -> None:
    answers = (
        "class\nacme\nhttp://api.acme.example\nhttps://api.acme.example/v1\nheadr\nheader\nX Key\nX-Key\n5\n5/1s 9/1m\n"
    )
    screen = in_terminal("init", "new", cwd=folder, typed=answers)
    same = (
        "  recipes init new --api acme --base-url https://api.acme.example/v1 --key-in header --key-name X-Key "
        "--rate 5/1s --rate 9/1m\n"
    )
    assert screen.text == (
        "Name of the API, such as newswhip: "
        "Error: 'class' names no API: the code of a recipe uses this word itself.\n"
        "Name of the API, such as newswhip: "
        "Its address up to the version, such as https://api.example.com/v1: "
        "Error: The API cannot be so: base-url must be https (http is for this machine only).\n"
        "Its address up to the version, such as https://api.example.com/v1: "
        "Where it wants its key: none, query, header, bearer, basic or path: "
        "Error: 'headr' is no place for a key: none, query, header, bearer, basic, path.\n"
        "Where it wants its key: none, query, header, bearer, basic or path: "
        "Name of the query field or header of the key, such as X-Api-Key: "
        "Error: The API cannot be so: name cannot be 'X Key'.\n"
        "Name of the query field or header of the key, such as X-Api-Key: "
        "Rates that it allows, such as 5/1s 100/300s (Enter for none): "
        "Error: The API cannot be so: rates holds '5', which is no rate.\n"
        "Rates that it allows, such as 5/1s 100/300s (Enter for none): "
        f"Same without questions:\n{same}\n"
        f"Made {folder / 'new'}\n"
        "Sandbox: invented Acme data as of 2026-01-05 09:00 UTC.\n"
        "acme/first-call  default  sandbox  1 answer, 3 rows  new\n"
        "Next  cd new && recipes check && pytest\n"
    )
    assert limits_of(folder / "new") == {"rates": ["5/1s", "9/60s"]}
    again = in_terminal("init", "again", *same.split()[3:], cwd=folder)
    assert (again.text.splitlines()[0], again.exit_code) == (f"Made {folder / 'again'}", 0)


def test_what_was_typed_wrongly_is_said_before_anything_is_asked(in_terminal: Callable[..., Any], folder: Path) -> None:
    screen = in_terminal("init", "new", "--base-url", "http://api.acme.example", cwd=folder)
    assert (screen.exit_code, screen.text.splitlines()[0]) == (
        2,
        "Error  The API cannot be so: base-url must be https (http is for this machine only).",
    )


def test_enter_says_that_there_are_no_rates(in_terminal: Callable[..., Any], folder: Path) -> None:
    screen = in_terminal("init", "new", *ACME, cwd=folder, typed="none\n\n")
    assert (screen.exit_code, limits_of(folder / "new")) == (0, None)


@pytest.mark.parametrize("at", ["Name of the API", "Its address", "Where it wants", "Rates"])
def test_the_end_of_input_in_the_questions_leaves_nothing(
    in_terminal: Callable[..., Any], folder: Path, at: str
) -> None:
    answers = {
        "Name of the API": "acme\n",
        "Its address": "https://api.acme.example\n",
        "Where it wants": "none\n",
    }
    screen = in_terminal("init", "new", cwd=folder, when={**answers, at: "\x04"})
    assert (screen.exit_code, screen.text.endswith("Error  Stopped.\n"), list(folder.iterdir())) == (130, True, [])
