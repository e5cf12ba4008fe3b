"""What `recipes show` tells of recorded cases."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from runner.recording.cassette import cassette_text
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

Invoke = Callable[..., Result]
CASE = """\
recipe = "echo/things"
digest = "{digest}"
source = "{source}"
clock = 2026-11-20T09:00:00Z
recorded-at = 2026-11-{day:02}T10:20:30Z
"""
ERROR = '\n[error]\nexit-code = 5\nmessage = "Echo refused the request. It says: \\u001b[31mno"\n'
ROWS = "".join(f'{{"number":{number},"path":"/v1/things"}}\n' for number in range(1, 5))
ORIGIN = "invented data recorded from the sandbox on 2026-11-21"
RECORD = '''\
def main(echo: httpx.Client) -> dict[str, Any]:
    """Return one thing."""
    return echo.get("/things").json()'''


class Shelf:
    """The cases of `echo/things`."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "cassettes" / "echo" / "things"
        self.folder.mkdir(parents=True)

    def put(
        self, name: str = "default", rows: str = ROWS, *, source: str = "sandbox", more: str = "", path: str = "/things"
    ) -> None:
        request = RecordedRequest("GET", f"https://echo.example/v1{path}?number=1", (), b"")
        text = CASE.format(digest="0" * 64, source=source, day=21) + more
        self.write(f"{name}.toml", text)
        self.write(f"{name}.yaml", cassette_text([Exchange(request, RecordedResponse(200, "OK", (), b"{}"))]))
        self.write(f"{name}.jsonl", rows)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def shelf(repo: Any) -> Shelf:
    """The cases of a recipe of rows, in the repository in use."""
    repo.write_recipe()
    return Shelf(repo.root)


def told(result: Result) -> str:
    """Return what stands between the parameters and the commands to type."""
    assert (result.stderr, result.exit_code) == ("", 0)
    return result.stdout.partition("How many.\n\n")[2].partition("\nTry ")[0]


def test_show_tells_cases_endpoints_and_a_sample(shelf: Shelf, invoke: Invoke) -> None:
    shelf.put()
    shelf.put("refused", "", more=ERROR, path="/none")
    shelf.put("live", '{"number":1}\n', source="live")
    assert (
        told(invoke("show", "things"))
        == f"""\
Recorded  default: 4 rows, {ORIGIN}
          live: 1 row, recorded from the API on 2026-11-21
          refused: exit code 5, {ORIGIN}
Uses      GET /things
          GET /none

Sample result ({ORIGIN}), 3 of 4 rows:
NUMBER  PATH
     1  /v1/things
     2  /v1/things
     3  /v1/things
"""
    )


def test_columns_are_told_as_recorded(shelf: Shelf, invoke: Invoke) -> None:
    shelf.put()
    assert "\nGives     rows: number, path\n" in invoke("show", "things").stdout


def test_show_as_json_keeps_its_keys(shelf: Shelf, invoke: Invoke) -> None:
    shelf.put()
    shelf.put("refused", "", more=ERROR)
    shown = json.loads(invoke("show", "things", "--json").stdout)
    moments = {"recorded_at": "2026-11-21T10:20:30Z", "clock": "2026-11-20T09:00:00Z"}
    error = {"exit_code": 5, "message": "Echo refused the request. It says: \x1b[31mno"}
    assert shown["cases"] == [
        {"name": "default", "source": "sandbox", **moments, "rows": 4, "error": None},
        {"name": "refused", "source": "sandbox", **moments, "rows": 0, "error": error},
    ]
    assert (shown["endpoints"], shown["columns"]) == (["GET /things"], ["number", "path"])
    assert shown["sample"] == [{"number": number, "path": "/v1/things"} for number in (1, 2, 3)]


@pytest.mark.parametrize(
    "sandbox, command", [(True, "recipes record echo/things --sandbox"), (False, "recipes record echo/things")]
)
def test_a_recipe_without_case_says_how_one_is_recorded(
    repo: Any, invoke: Invoke, command: str, *, sandbox: bool
) -> None:
    repo.write_recipe()
    api = repo.root / "recipes" / "echo" / "api.toml"
    if not sandbox:
        api.write_text(api.read_text().replace('sandbox = "sandbox:app"\n', ""))
    assert told(invoke("show", "things")) == f"Recorded  nothing yet: {command}\n"
    shown = json.loads(invoke("show", "things", "--json").stdout)
    assert [shown[key] for key in ("cases", "endpoints", "columns", "sample")] == [[], [], [], []]


def test_a_record_is_shown_as_its_block(shelf: Shelf, repo: Any, invoke: Invoke) -> None:
    repo.write_recipe(code=RECORD)
    shelf.put(rows='{"number":1234,"taken":"2026-11-20T09:00:00Z"}\n')
    assert (
        invoke("show", "things").stdout.partition("Recorded")[2].partition("\nTry ")[0]
        == f"""\
  default: one record, {ORIGIN}
Uses      GET /things

Sample result ({ORIGIN}):
number  1,234
taken   2026-11-20 09:00
"""
    )


def test_a_record_fits_the_terminal(shelf: Shelf, repo: Any, in_terminal: Callable[..., Any]) -> None:
    repo.write_recipe(code=RECORD)
    shelf.put(rows=json.dumps({"long": "x" * 100, "short": "y"}) + "\n")
    lines = in_terminal("show", "things", cwd=repo.root, columns=60).text.splitlines()
    assert [line for line in lines if line.startswith(("long", "short"))] == ["long   " + "x" * 52 + "…", "short  y"]


def test_declared_columns_count_before_recorded_ones(shelf: Shelf, repo: Any, invoke: Invoke) -> None:
    code = f"class Thing(TypedDict):\n    size: int\n\n\n{RECORD.replace('dict[str, Any]', 'Thing')}"
    path = repo.write_recipe(code=code)
    path.write_text(path.read_text().replace("Any, Literal", "Any, Literal, TypedDict"))
    shelf.put()
    assert json.loads(invoke("show", "things", "--json").stdout)["columns"] == ["size"]


def test_of_a_text_the_first_lines_are_shown(shelf: Shelf, repo: Any, invoke: Invoke) -> None:
    repo.write_recipe(code=RECORD.replace("dict[str, Any]", "str"))
    shelf.put(rows=json.dumps("# Things\n\x1b[31m" + "\nmore" * 20) + "\n")
    shown = invoke("show", "things").stdout.partition("Sample")[2].partition("\nTry ")[0]
    assert shown == f" result ({ORIGIN}), 12 of 22 lines:\n# Things\n\ufffd[31m\n" + "more\n" * 10
    assert f"Recorded  default: Markdown, {ORIGIN}\n" in invoke("show", "things").stdout


def test_the_first_case_that_gave_something_is_the_sample(shelf: Shelf, invoke: Invoke) -> None:
    shelf.put(rows="", more=ERROR)
    shelf.put("other", '{"a":1}\n')
    assert told(invoke("show", "things")).endswith(f"\nSample result of other ({ORIGIN}), 1 of 1 row:\nA\n1\n")


def test_where_no_case_gave_anything_there_is_no_sample(shelf: Shelf, invoke: Invoke) -> None:
    shelf.put(rows="")
    assert told(invoke("show", "things")) == f"Recorded  default: 0 rows, {ORIGIN}\nUses      GET /things\n"


@pytest.mark.parametrize(
    "name, text, problem",
    [
        ("default.toml", "broken", "default.toml:1: "),
        ("default.jsonl", "broken\n", "default.jsonl:1: this line is no JSON, or nested too deep\n"),
        ("default.jsonl", '{"a":1}\n{"b":1}\n', "Row 2 has other columns than were told: it lacks 'a' and adds 'b'.\n"),
    ],
)
def test_a_broken_case_is_a_note_and_breaks_nothing(
    shelf: Shelf, invoke: Invoke, name: str, text: str, problem: str
) -> None:
    shelf.put()
    shelf.put("other")
    shelf.write(name, text)
    result = invoke("show", "things")
    assert result.stderr.startswith("Broken  ")
    assert problem in result.stderr
    assert (f"other: 4 rows, {ORIGIN}\n" in result.stdout, result.exit_code) == (True, 0)
    assert result.stdout.endswith("Run   recipes run echo/things\n")
    assert len(json.loads(invoke("show", "things", "--json").stdout)["cases"]) == (1 if "default" in problem else 2)


def test_a_cassette_that_is_none_hides_nothing(shelf: Shelf, invoke: Invoke) -> None:
    shelf.put()
    shelf.write("default.yaml", "\0 no cassette")
    assert told(invoke("show", "things")).startswith(f"Recorded  default: 4 rows, {ORIGIN}\n\nSample result (")


def test_a_case_that_a_link_takes_from_outside_is_not_read(shelf: Shelf, invoke: Invoke, tmp_path: Path) -> None:
    shelf.put()
    path = shelf.folder / "default.jsonl"
    path.rename(tmp_path / "outside.jsonl")
    path.symlink_to(tmp_path / "outside.jsonl")
    result = invoke("show", "things")
    problem = f"Broken  {path}:1: a link leads out of the repository\n"
    assert (result.stderr.startswith(problem), "Sample" in result.stdout) == (True, False)


def test_what_was_recorded_cannot_steer_the_terminal(shelf: Shelf, invoke: Invoke) -> None:
    shelf.put(rows='{"a\\u001b[31m":"\\u001b]0;x\\u0007","b\\u202e":"\\ud800"}\n', path="/\x1b[31m\u202e")
    assert "\x1b" not in invoke("show", "things").stdout
    assert "\u202e" not in invoke("show", "things").stdout
    shown = json.loads(invoke("show", "things", "--json").stdout)
    assert shown["sample"] == [{"a\x1b[31m": "\x1b]0;x\x07", "b\u202e": "\ufffd"}]


def test_many_endpoints_are_told_in_a_few_lines(shelf: Shelf, invoke: Invoke) -> None:
    for number in range(13):
        shelf.put(f"case-{number:02}", path=f"/{number}")
    lines = told(invoke("show", "things")).splitlines()
    assert lines[13:24] == [
        "Uses      GET /0",
        *(f"          GET /{number}" for number in range(1, 10)),
        " " * 10 + "and 3 more",
    ]
    assert len(json.loads(invoke("show", "things", "--json").stdout)["endpoints"]) == 13


def test_a_sample_fits_the_terminal(shelf: Shelf, in_terminal: Callable[..., Any], repo: Any) -> None:
    names = [f"a_rather_long_column_{number}" for number in range(6)]
    shelf.put(rows=json.dumps(dict.fromkeys(names, "x" * 70)) + "\n")
    screen = in_terminal("show", "things", cwd=repo.root, columns=60)
    assert [
        line for line in screen.text.splitlines() if len(line) > 60 and not line.startswith(("File", "Sample"))
    ] == []
    assert (
        f"""
Gives     rows: {names[0]},
          {names[1]}, {names[2]},
          {names[3]}, {names[4]},
          {names[5]}
"""
        in screen.text
    )
