"""What a person sees: commands in a real terminal."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

InTerminal = Callable[..., Any]
NOTICE = "Sandbox: invented Echo data as of 2026-11-20 09:00 UTC. No key used, nothing sent.\n"


def without_seconds(text: str) -> str:
    return re.sub(r"\d+\.\d s", "0.0 s", text)


ASKING = '''\
def main(echo: httpx.Client, topic: str, some: list[int], count: int = 1) -> Iterator[dict[str, Any]]:
    """Yield what came.

    Args:
        topic: What to look for.
        some: Numbers.
        count: How many.
    """
    yield {"topic": topic, "some": some, "count": count}'''
TABLE = 'parameters.topic.example = "ferry strike"\nparameters.some = {example = [3], min = 1, max = 2}\n'


def test_missing_values_are_asked_for_until_they_fit_and_the_command_without_questions_is_shown(
    live: Any, in_terminal: InTerminal, folder: Path
) -> None:
    live.write_recipe(code=ASKING, table=TABLE)
    screen = in_terminal("run", "things", cwd=folder, env={"ECHO_API_KEY": "test-key-1"}, typed="it's\nx\n4\n\n")
    assert without_seconds(screen.text) == (
        "What to look for (e.g. ferry strike)\n"
        "  topic: "
        "Numbers (e.g. 3)\n"
        "  1 (empty line ends): "
        "Error: --some must be a whole number, not 'x'.\n"
        "  1 (empty line ends): "
        "  2 (empty line ends): "
        "Same without questions:\n"
        "  recipes run things --topic 'it'\"'\"'s' --some 4\n\n"
        "TOPIC  SOME  COUNT\n"
        "it's   [4]       1\n"
        "1 row · 0 calls · 0.0 s\n"
    )
    assert screen.exit_code == 0


def test_the_end_of_input_at_a_question_stops_the_run(live: Any, in_terminal: InTerminal, folder: Path) -> None:
    live.write_recipe(code=ASKING, table=TABLE)
    screen = in_terminal("run", "things", cwd=folder, env={"ECHO_API_KEY": "test-key-1"}, when={"topic: ": "\x04"})
    assert screen.text.splitlines()[-1] == "Error  Stopped."
    assert screen.exit_code == 130


MANY = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield many rows."""
    for number in range(1204):
        yield {"number": number, "title": "An \\x1b[31mordinary\\x07 title" if number else "A title\\nin two lines"}'''


def test_a_terminal_shows_the_first_rows_and_says_how_to_get_all(
    trusted: Any, in_terminal: InTerminal, folder: Path
) -> None:
    trusted.write_recipe(code=MANY)
    lines = without_seconds(in_terminal("run", "things", "--try", cwd=folder).text).splitlines()
    assert lines[1:3] == ["NUMBER  TITLE", "     0  A title in two lines"]
    assert (len(lines), lines[41]) == (
        44,
        "    39  An \N{REPLACEMENT CHARACTER}[31mordinary\N{REPLACEMENT CHARACTER} title",
    )
    assert lines[42:] == [
        "40 of 1,204 rows shown. All of them: -o rows.csv, or --format table",
        "1,204 rows · 0 calls · 0.0 s",
    ]


@pytest.mark.parametrize("format_name, lines", [("table", 1205), ("csv", 1206), ("jsonl", 1204)])
def test_a_format_that_was_asked_for_shows_every_row(
    trusted: Any, in_terminal: InTerminal, folder: Path, format_name: str, lines: int
) -> None:
    trusted.write_recipe(code=MANY)
    screen = in_terminal("run", "things", "--try", "--format", format_name, cwd=folder)
    assert len(screen.text.splitlines()) == lines + 2
    assert not set(screen.text) & {"\x1b", "\x07"}


PAGE = '''\
def main(echo: httpx.Client) -> str:
    """Return a page."""
    return echo.get("/things").raise_for_status().json()["path"]'''
WIDE = '''\
def main(echo: httpx.Client) -> list[dict[str, Any]]:
    """Return a row that no terminal has room for."""
    return [{f"column_{number}": "x" * 20 for number in range(30)}]'''


def test_a_page_has_no_rows_to_be_counted(trusted: Any, in_terminal: InTerminal, folder: Path) -> None:
    trusted.write_recipe(code=PAGE)
    screen = in_terminal("run", "things", "--try", cwd=folder)
    assert re.sub(r"\d\.\d s", "0.0 s", screen.text) == f"{NOTICE}/v1/things\n1 call · 0.0 s\n"


def test_of_many_columns_without_room_some_are_named(trusted: Any, in_terminal: InTerminal, folder: Path) -> None:
    trusted.write_recipe(code=WIDE)
    [note] = [line for line in in_terminal("run", "things", "--try", cwd=folder).text.splitlines() if "No room" in line]
    names = ", ".join(f"column_{number}" for number in range(6, 14))
    assert note == f"No room for {names} and 16 more. All columns: --format csv, or a wider terminal"


def test_progress_is_one_line_that_is_wiped_away(trusted: Any, in_terminal: InTerminal, folder: Path) -> None:
    trusted.write_recipe()
    screen = in_terminal("run", "things", "--try", cwd=folder, env={"TERM": "xterm"})
    assert "\r\x1b[2K0 rows · 1 call" in screen.text
    assert "\r\x1b[2KNUMBER  PATH" in screen.text


def test_quiet_says_nothing_but_that_the_data_is_invented(trusted: Any, in_terminal: InTerminal, folder: Path) -> None:
    trusted.write_recipe()
    screen = in_terminal("run", "things", "--try", "-q", "--count", "1", cwd=folder, env={"TERM": "xterm"})
    assert screen.text == f"{NOTICE}NUMBER  PATH                  NOW\n     0  /v1/things  1,795,165,200\n"


STUCK = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield two rows, then hang."""
    yield {"number": 1}
    yield {"number": 2}
    print("stuck")
    while True:
        pass'''


def test_ctrl_c_leaves_the_rows_so_far_whole(trusted: Any, in_terminal: InTerminal, folder: Path) -> None:
    trusted.write_recipe(code=STUCK)
    screen = in_terminal("run", "things", "--try", "--format", "json", cwd=folder, when={"stuck": "\x03"})
    assert screen.text == (
        f'{NOTICE}[\n {{"number": 1}},\n {{"number": 2}}stuck\n\n]\n'
        "Error  Stopped.\n       2 rows were delivered before that.\n"
    )
    assert screen.exit_code == 130


def test_ctrl_c_keeps_the_rows_so_far_beside_the_file(trusted: Any, in_terminal: InTerminal, folder: Path) -> None:
    trusted.write_recipe(code=STUCK)
    screen = in_terminal("run", "things", "--try", "-o", "rows.csv", cwd=folder, when={"stuck": "\x03"})
    assert screen.text.endswith(
        "Error  Stopped.\n       2 rows were delivered before that.\n       The rows so far are in rows.partial.csv.\n"
    )
    assert (folder / "rows.partial.csv").read_text(encoding="utf-8") == "number\n1\n2\n"
    assert not (folder / "rows.csv").exists()


def test_a_hostile_title_cannot_steer_the_terminal(repo: Any, in_terminal: InTerminal, folder: Path) -> None:
    repo.write_recipe(title="What \x1b]0;owned\x07 \u202e things?")
    for words in (("list",), ("show", "things"), ("show", "things", "--source"), ("run", "things", "--help"),
                  ("list", "--json"), ("show", "things", "--json")):  # fmt: skip
        shown = in_terminal(*words, cwd=folder)
        assert shown.exit_code == 0
        assert not set(shown.text) & {"\x1b", "\x07", "\u202e"}


@pytest.mark.parametrize("words", [("list",), ("search", "engagement")])
def test_a_name_to_type_is_whole_while_there_is_room_for_it(in_terminal: InTerminal, words: tuple[str, ...]) -> None:
    def names(columns: int) -> list[str]:
        return [line.partition("  ")[0] for line in in_terminal(*words, columns=columns).text.splitlines()]

    assert all("newswhip/publisher-ranking" in names(columns) for columns in (60, 40, 26))
    assert "newswhip/publishe…" in names(18)


def test_after_a_list_the_next_step_is_its_first_recipe(repo: Any, in_terminal: InTerminal, folder: Path) -> None:
    repo.write_recipe()
    shown = in_terminal("list", "--tag", "dashboard", cwd=folder).text
    assert re.search(r"\n1 of \d+ recipes\.  Next  recipes show newswhip/wallboard\n$", shown)
