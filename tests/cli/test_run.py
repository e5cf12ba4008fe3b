import csv
import io
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Invoke = Callable[..., Result]
NOTICE = "Sandbox: invented Echo data as of 2026-11-20 09:00 UTC. No key used, nothing sent.\n"
NOW = 1795165200  # 2026-11-20T09:00:00Z


def test_try_gives_csv_in_a_pipe_and_says_that_the_data_is_invented(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe()
    result = invoke("run", "things", "--try")
    assert result.stdout == f"number,path,now\n0,/v1/things,{NOW}\n1,/v1/things,{NOW}\n"
    assert (result.stderr, result.exit_code) == (NOTICE, 0)


def test_now_sets_the_clock_of_the_sandbox(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe()
    result = invoke("run", "things", "--try", "--now", "2020-01-01", "--count", "1")
    assert result.stdout == "number,path,now\n0,/v1/things,1577836800\n"


@pytest.mark.parametrize("words", [("--try", "things"), ("things", "--try")])
def test_try_before_or_after_the_name_sends_nothing(invoke: Invoke, trusted: Any, words: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        trusted.write_api(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        invoke("trust", ".")
        trusted.write_recipe()
        result = invoke("run", *words)
        assert result.exit_code == 0
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "jsonl", "--try", "things", "--count", "1"),
        ("things", "--count=1", "--try", "--format=jsonl"),
        ("-q", "--try", "things", "-P", "count=1", "--format", "jsonl"),
        ("-P", "count=1", "--format=jsonl", "things", "--try"),
        ("-Pcount=1", "--try", "--format", "jsonl", "things"),
    ],
)
def test_options_work_wherever_they_stand(invoke: Invoke, trusted: Any, words: tuple[str, ...]) -> None:
    trusted.write_recipe()
    assert json.loads(invoke("run", *words).stdout) == {"number": 0, "path": "/v1/things", "now": NOW}


ALL_KINDS = '''\
def main(
    echo: httpx.Client, a_text: str, an_int: int, a_float: float, a_day: date, a_moment: datetime, a_file: Path,
    a_word: Literal["big", "small"], some: list[int], maybe: str | None = None, is_loud: bool = False,
) -> dict[str, Any]:
    """Return what came.

    Args:
        a_text: Text.
        an_int: A number.
        a_float: A number.
        a_day: A day.
        a_moment: A moment.
        a_file: A file.
        a_word: A word.
        some: Numbers.
        maybe: Text or nothing.
        is_loud: Yes or no.
    """
    return {name: repr(value) for name, value in locals().items() if name != "echo"}'''
ALL_KINDS_TABLE = """\
parameters.a_text.example = "x"
parameters.an_int = {example = 3, min = 1, max = 9}
parameters.a_float.example = 0.5
parameters.a_day.example = 2026-01-31
parameters.a_moment.example = 2026-01-31T12:00:00Z
parameters.a_file.example = "in.csv"
parameters.a_word.example = "big"
parameters.some.example = [1, 2]
"""


def test_examples_fill_a_try_of_every_kind(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe(code=ALL_KINDS, table=ALL_KINDS_TABLE)
    assert json.loads(invoke("run", "things", "--try").stdout) == {
        "a_text": "'x'",
        "an_int": "3",
        "a_float": "0.5",
        "a_day": "datetime.date(2026, 1, 31)",
        "a_moment": "datetime.datetime(2026, 1, 31, 12, 0, tzinfo=datetime.timezone.utc)",
        "a_file": "PosixPath('in.csv')",
        "a_word": "'big'",
        "some": "[1, 2]",
        "maybe": "None",
        "is_loud": "False",
    }


def test_values_come_from_line_file_environment_and_default_in_this_order(
    invoke: Invoke, trusted: Any, folder: Path
) -> None:
    trusted.write_recipe(code=ALL_KINDS, table=ALL_KINDS_TABLE)
    (folder / "values.toml").write_text('a_text = "file"\nan_int = 4\nsome = [7]\n', encoding="utf-8")
    env = {f"RECIPES_PARAM_{name}": text for name, text in (("AN_INT", "5"), ("A_FLOAT", "2.5"), ("A_WORD", "small"))}
    words = ("--a-text", "line", "--is-loud", "--params", "values.toml", "-P", "maybe=-P")
    got = json.loads(invoke("run", "things", "--try", *words, env=env).stdout)
    assert {name: got[name] for name in ("a_text", "an_int", "some", "a_float", "a_word", "maybe", "is_loud")} == {
        "a_text": "'line'",
        "an_int": "4",
        "some": "[7]",
        "a_float": "2.5",
        "a_word": "'small'",
        "maybe": "'-P'",
        "is_loud": "True",
    }


def test_a_negative_flag_overrides_a_file(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe(code=ALL_KINDS, table=ALL_KINDS_TABLE)
    (folder / "values.json").write_text('{"is-loud": true}', encoding="utf-8")
    got = json.loads(invoke("run", "things", "--try", "--params", "values.json", "--no-is-loud").stdout)
    assert got["is_loud"] == "False"


def test_one_error_names_all_that_is_missing_or_wrong(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe(code=ALL_KINDS, table=ALL_KINDS_TABLE)
    words = (
        "--an-int",
        "12",
        "--a-float",
        "much",
        "--a-day",
        "31.1.2026",
        "--a-word",
        "bih",
        "--some",
        "1",
        "--some",
        "x",
    )
    result = invoke("run", "things", *words, "-P", "tempo=3")
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0] == "Error  9 values for echo/things are missing or wrong:"
    named = ("tempo", "--a-text", "--an-int", "--a-float", "--a-day", "--a-moment", "--a-file", "--a-word", "--some")
    assert [name for name, line in zip(named, lines[1:], strict=False) if name not in line] == []
    assert lines[10].startswith("       No key: set ECHO_API_KEY")
    assert lines[11].startswith("Fix    --a-text x --an-int ")


@pytest.mark.parametrize(
    "words, error, fix",
    [
        (("--cuont", "1"), "No option '--cuont'.", "recipes run ... --count"),
        (("-P", "cuont=1"), "echo/things has no parameter 'cuont'.", "-P count=..."),
        (("-P", "count"), "-P takes name=value, not 'count'.", "-P count=value"),
        (("--format", "jsn"), "No format named 'jsn'.", "--format json"),
        (("--now", "2020-01-01"), "--now must be a moment, not 'soon'.", "--now 2026-11-20T09:00:00Z"),
        (("--excel", "--format", "json"), "--excel is for CSV, not for json.", "--format csv --excel"),
        (("-o", "no/x.csv"), "The folder no does not exist.", "mkdir -p no"),
        (("--force",), "--force is for overwriting a file, and none is written.", "-o FILE --force"),
        (("--env-file", "x"), "--env-file gives keys, and nothing is sent that needs one.", "drop one of them"),
        (("-P", "count=1", "--count", "1"), "'count' is given twice: as an option and with -P.", "-P count=1"),
        (("--count", "1", "--count", "2"), "--count was given 2 times, and takes one value.", "--count 2"),
        (
            ("--params", "none.toml"),
            "The values in none.toml cannot be read: No such file or directory.",
            "--params FILE",
        ),
    ],
)
def test_a_wrong_word_is_one_error_with_a_fix(
    invoke: Invoke, trusted: Any, words: tuple[str, ...], error: str, fix: str
) -> None:
    trusted.write_recipe()
    if "--now" in words:
        words = ("--now", "soon")
    result = invoke("run", "things", "--try", *words)
    assert (result.stderr, result.stdout, result.exit_code) == (f"Error  {error}\nFix    {fix}\n", "", 2)


def test_now_without_try_is_refused_rather_than_dropped(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe()
    result = invoke("run", "things", "--now", "2020-01-01")
    assert result.stderr.startswith("Error  --now sets the clock of the sandbox, so it goes with --try.\n")
    assert result.exit_code == 2


def test_a_missing_key_is_said_with_where_to_get_one(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe()
    result = invoke("run", "things", "--count", "1")
    assert result.stderr == (
        "Error  No key: set ECHO_API_KEY (for Echo), in the environment or in a file given with --env-file.\n"
        "       Ask the person at the desk.\n"
        "Fix    recipes run things --count 1 --try   (needs no key: invented data)\n"
    )
    assert (result.stdout, result.exit_code) == ("", 4)


def test_nothing_runs_that_was_not_trusted(invoke: Invoke, repo: Any, folder: Path) -> None:
    repo.write_recipe(code='Path("ran").touch()\n\n\n' + MAIN_OF_RECIPE)
    for words in (("list",), ("show", "things"), ("show", "things", "--source"), ("run", "things", "--help")):
        assert invoke(*words).exit_code == 0
    result = invoke("run", "things", "--try")
    assert result.stderr == (
        f"Error  {folder} is not trusted, so nothing of it runs.\n"
        "       Sends your key       ECHO_API_KEY to echo.example\n"
        "       Uses                 writes files   (seen in the text; a hint, not a verdict)\n"
        "       A recipe runs as you: it can read your files and any key this machine can read.\n"
        f"Fix    recipes trust {folder}\n"
    )
    assert (result.exit_code, (folder / "ran").exists()) == (7, False)


def test_trust_says_which_key_may_go_where_and_can_be_taken_back(invoke: Invoke, repo: Any, folder: Path) -> None:
    repo.write_recipe()
    assert invoke("trust", ".").stderr == (
        f"Trusted: {folder}. Its recipes run as you.\nThey may send the key in ECHO_API_KEY to echo.example.\n"
    )
    assert [line.split()[0] for line in invoke("trust", "--list").stdout.splitlines()] == ["TRUSTED", str(folder)]
    assert invoke("run", "things", "--try").exit_code == 0
    assert invoke("untrust", ".").stderr == f"No longer trusted: {folder}\n"
    assert invoke("run", "things", "--try").exit_code == 7


def test_a_key_may_not_go_to_a_host_that_was_not_approved(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe()
    trusted.write_api("https://elsewhere.example/v1")
    result = invoke("run", "things", env={"ECHO_API_KEY": "test-key-1"})
    assert result.stderr == (
        f"Error  Echo wants to send ECHO_API_KEY to elsewhere.example, which was not approved with {folder}.\n"
        "       Sends your key       ECHO_API_KEY to elsewhere.example (new)\n"
        "       A recipe runs as you: it can read your files and any key this machine can read.\n"
        f"Fix    recipes trust {folder}\n"
    )
    assert result.exit_code == 7


def test_the_repository_in_use_wins_over_the_catalog_and_says_so(invoke: Invoke, trusted: Any, folder: Path) -> None:
    (folder / "recipes" / "newswhip").mkdir()
    text = trusted.write_recipe("first_call").read_text(encoding="utf-8")
    (folder / "recipes" / "newswhip" / "first_call.py").write_text(text, encoding="utf-8")
    (folder / "recipes" / "echo" / "first_call.py").unlink()
    result = invoke("run", "first-call", "--try", "--count", "0")
    note = f"newswhip/first-call is taken from {folder}; the catalog has one of that name too.\n"
    assert result.stderr == note + NOTICE
    assert invoke("run", "catalog/newswhip/first-call", "--try").stderr.startswith("Sandbox: invented NewsWhip data")


def test_dry_run_prints_the_first_request_without_a_key_and_sends_nothing(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe()
    result = invoke("run", "things", "--dry-run", env={"ECHO_API_KEY": "test-key-1"})
    assert result.stdout == "curl 'https://echo.example/v1/things?number=0' \\\n  -H \"X-Key: $ECHO_API_KEY\"\n"
    assert (result.stderr, result.exit_code) == ("", 0)


def test_dry_run_of_a_recipe_that_asks_nothing_says_so(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe()
    result = invoke("run", "things", "--dry-run", "--count", "0")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "This run sends no request.\n", 0)


def test_a_file_is_written_whole_in_the_form_its_ending_says(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe()
    result = invoke("run", "things", "--try", "-o", "rows.jsonl")
    assert (result.stdout, result.stderr) == ("", f"{NOTICE}Saved rows.jsonl\n")
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["number"] for row in rows] == [0, 1]


def test_a_file_is_overwritten_only_with_force(invoke: Invoke, trusted: Any, folder: Path) -> None:
    trusted.write_recipe()
    (folder / "rows.csv").write_text("mine", encoding="utf-8")
    refused = invoke("run", "things", "--try", "-o", "rows.csv")
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1] == "Fix    --force"
    assert (folder / "rows.csv").read_text(encoding="utf-8") == "mine"
    assert invoke("run", "things", "--try", "-o", "rows.csv", "--force").exit_code == 0
    assert next(iter(csv.DictReader(io.StringIO((folder / "rows.csv").read_text(encoding="utf-8")))))["number"] == "0"


FAILING = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield rows, then fail."""
    yield {"number": 1}
    yield {"number": 2}
    raise KeyError("engagement")'''


HUGE = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield a row, and one with a number that nothing can write."""
    yield {"name": "a", "number": 1}
    yield {"name": "b", "number": 10**5000}'''


@pytest.mark.parametrize("words", [(), ("-o", "rows.csv"), ("-o", "rows.xlsx"), ("-o", "rows.db", "--key", "name")])
def test_a_row_that_cannot_be_written_is_not_one_that_was(words: tuple[str, ...], invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe(code=HUGE)
    result = invoke("run", "things", "--try", *words)
    assert "digits.\n       1 row was delivered before that.\n" in result.stderr
    assert result.exit_code == 1


def test_a_recipe_that_raises_leaves_the_rows_before_it_whole(invoke: Invoke, trusted: Any) -> None:
    lines = trusted.write_recipe(code=FAILING).read_text(encoding="utf-8").splitlines()
    result = invoke("run", "things", "--try", "--format", "json")
    assert json.loads(result.stdout) == [{"number": 1}, {"number": 2}]
    assert result.stderr == (
        f"{NOTICE}"
        f"Error  The recipe echo/things raised KeyError: 'engagement' at things.py:{len(lines)}.\n"
        "       2 rows were delivered before that.\n"
        "Fix    --debug shows where it came from\n"
    )
    assert result.exit_code == 1


def test_a_failed_run_keeps_its_rows_beside_the_file_that_it_should_have_written(
    invoke: Invoke, trusted: Any, folder: Path
) -> None:
    trusted.write_recipe(code=FAILING)
    (folder / "rows.csv").write_text("mine", encoding="utf-8")
    result = invoke("run", "things", "--try", "-o", "rows.csv", "--force")
    assert "The rows so far are in" in result.stderr
    assert sorted(path.name for path in folder.glob("rows*")) == ["rows.csv", "rows.partial.csv"]
    assert (folder / "rows.csv").read_text(encoding="utf-8") == "mine"
    assert (folder / "rows.partial.csv").read_text(encoding="utf-8") == "number\n1\n2\n"


def test_debug_shows_the_traceback_of_the_recipe(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe(code=FAILING)
    result = invoke("run", "things", "--try", "--debug")
    assert "Traceback (most recent call last)" in result.stderr
    assert "KeyError: 'engagement'" in result.stderr


def test_what_a_recipe_prints_stays_out_of_the_result(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe(code=FAILING.replace('raise KeyError("engagement")', 'print("done \\x1b[31m")'))
    result = invoke("run", "things", "--try")
    assert result.stdout == "number\n1\n2\n"
    assert result.stderr == f"{NOTICE}done �[31m\n"


TEXT = '''\
def main(echo: httpx.Client) -> str:
    """Return a page."""
    return "# Page\\n\\nHello."'''


def test_text_is_markdown_unless_json_is_asked_for(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe(code=TEXT)
    assert invoke("run", "things", "--try").stdout == "# Page\n\nHello.\n"
    assert json.loads(invoke("run", "things", "--try", "--format", "json").stdout) == "# Page\n\nHello."


def test_text_as_csv_is_refused_before_the_run(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe(code=TEXT)
    result = invoke("run", "things", "--try", "--format", "csv")
    assert result.stderr == "Error  echo/things gives text, which is no CSV.\nFix    --format md\n"
    assert result.exit_code == 2


RESERVED = '''\
def main(echo: httpx.Client, format: str = "none") -> dict[str, Any]:
    """Return what came.

    Args:
        format: A name that the command has for itself.
    """
    return {"format": format}'''


def test_a_parameter_of_a_reserved_name_is_reached_with_p(invoke: Invoke, trusted: Any) -> None:
    trusted.write_recipe(code=RESERVED)
    got = json.loads(invoke("run", "things", "--try", "-P", "format=mine", "--format", "json").stdout)
    assert got == {"format": "mine"}


def test_unknown_recipe_suggests_the_nearest(invoke: Invoke) -> None:
    result = invoke("run", "top-stroies", "--try")
    assert result.stderr == "Error  No recipe named 'top-stroies'.\nFix    recipes run newswhip/top-stories\n"
    assert result.exit_code == 2


def test_a_recipe_option_before_the_name_says_where_it_belongs(invoke: Invoke) -> None:
    result = invoke("run", "--topic", "x", "top-stories")
    assert result.stderr.startswith("Error  --topic stands before the recipe's name")
    assert result.exit_code == 2


def test_no_recipe_named_is_a_usage_error(invoke: Invoke) -> None:
    result = invoke("run")
    assert result.stderr == "Error  Missing argument 'RECIPE'.\nFix    recipes run --help\n"
    assert result.exit_code == 2


MAIN_OF_RECIPE = FAILING.replace('raise KeyError("engagement")', "return")
