import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result

from .conftest import Invoke, Repo

ACCEPT = "(if the new result is right)"


@pytest.fixture
def cases(trusted: Repo, invoke: Invoke) -> Path:
    """The folder of two cases of `echo/things`, recorded from the sandbox."""
    trusted.write_recipe()
    for words in ([], ["--case", "one", "--count", "1"]):
        assert invoke("record", "echo/things", "--sandbox", *words).exit_code == 0
    return trusted.root / "cassettes" / "echo" / "things"


@pytest.fixture
def changed(trusted: Repo, cases: Path) -> Path:
    """The same, after the recipe was changed to give another number."""
    change(trusted, '"number": number', '"number": number + 1')
    return cases


def change(repo: Repo, old: str, new: str) -> None:
    path = repo.root / "recipes" / "echo" / "things.py"
    text = path.read_text(encoding="utf-8")
    at = text.rindex(old)
    path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def states(result: Result) -> list[tuple[str, str, str]]:
    return [(each["recipe"], each["case"], each["state"]) for each in json.loads(result.stdout)]


def test_all_cases_of_the_repository_in_use_are_replayed(cases: Path, invoke: Invoke) -> None:
    result = invoke("test")
    assert result.stdout == "ok        echo/things  default\nok        echo/things  one\n"
    assert (result.stderr, result.exit_code) == ("2 cases, all as recorded.\n", 0)


def test_without_a_repository_the_catalog_is_replayed(folder: Path, invoke: Invoke) -> None:
    result = invoke("test", "--json")
    assert {recipe.partition("/")[0] for recipe, _, _ in states(result)} >= {"newswhip"}
    assert {state for _, _, state in states(result)} == {"ok"}
    assert result.exit_code == 0


def test_a_recipe_of_the_catalog_is_replayed_from_anywhere(cases: Path, invoke: Invoke) -> None:
    result = invoke("test", "newswhip/first-call", "--case", "default")
    assert result.stdout == "ok        newswhip/first-call  default\n"


@pytest.mark.parametrize("names", [["things"], ["echo/things", "things"], ["echo/things", "echo/things"]])
def test_a_recipe_named_twice_is_replayed_once(cases: Path, invoke: Invoke, names: list[str]) -> None:
    assert states(invoke("test", "--json", *names)) == [("echo/things", "default", "ok"), ("echo/things", "one", "ok")]


def test_several_recipes_are_replayed_in_the_order_given(trusted: Repo, cases: Path, invoke: Invoke) -> None:
    trusted.write_recipe("others")
    assert invoke("record", "echo/others", "--sandbox").exit_code == 0
    result = invoke("test", "echo/things", "others", "--case", "default", "--json")
    assert states(result) == [("echo/things", "default", "ok"), ("echo/others", "default", "ok")]


def test_a_changed_result_names_row_and_column(changed: Path, invoke: Invoke) -> None:
    result = invoke("test", "--case", "default")
    assert result.stdout == (
        "FAILED    echo/things  default\n"
        "          The result of echo/things is not as recorded.\n"
        "          Row 1, number: 0 was recorded, 1 now\n"
        "          Row 2, number: 1 was recorded, 2 now\n"
        f"    Fix   recipes test echo/things --case default --accept   {ACCEPT}\n"
    )
    assert (result.stderr, result.exit_code) == ("1 case, 1 failed.\n", 3)


def test_quiet_prints_only_what_failed(changed: Path, invoke: Invoke) -> None:
    (changed / "one.jsonl").write_text(
        (changed / "one.jsonl").read_text().replace('"number":0', '"number":1'), encoding="utf-8"
    )
    result = invoke("test", "-q")
    assert [line.split() for line in result.stdout.splitlines() if line[0] != " "] == [
        ["FAILED", "echo/things", "default"]
    ]
    assert result.stderr == "2 cases, 1 failed.\n"


def test_json_is_a_contract(changed: Path, invoke: Invoke) -> None:
    result = invoke("test", "--case", "one", "--json")
    assert json.loads(result.stdout) == [
        {
            "recipe": "echo/things",
            "case": "one",
            "state": "failed",
            "message": "The result of echo/things one is not as recorded.",
            "details": ["Row 1, number: 0 was recorded, 1 now"],
            "fix": f"recipes test echo/things --case one --accept   {ACCEPT}",
        }
    ]
    assert (result.stderr, result.exit_code) == ("1 case, 1 failed.\n", 3)


def test_a_junit_report_is_written_whole(changed: Path, invoke: Invoke, folder: Path) -> None:
    (changed / "one.yaml").unlink()
    for _ in range(2):  # an older report is replaced
        assert invoke("test", "--junit", "report.xml").exit_code == 3
    suite = ElementTree.parse(folder / "report.xml").getroot()
    assert (suite.tag, suite.attrib) == ("testsuite", {"name": "recipes", "tests": "2", "failures": "2"})
    default, one = suite
    assert default.attrib == {"classname": "echo.things", "name": "default"}
    assert default[0].attrib == {"message": "The result of echo/things is not as recorded."}
    assert str(default[0].text).splitlines()[1] == "Row 1, number: 0 was recorded, 1 now"
    assert "one.yaml:1: there is no such file" in one[0].attrib["message"]


def test_a_junit_report_can_be_read_whatever_a_recipe_says(trusted: Repo, cases: Path, invoke: Invoke) -> None:
    change(trusted, "    for number", '    raise ValueError("\\x00\\x1b[31m\\ufffe ]]> <&")\n    for number')
    assert invoke("test", "--junit", "report.xml").exit_code == 3
    failure = ElementTree.parse(trusted.root / "report.xml").getroot()[0][0]
    assert "stopped: ??[31m? ]]> <&." in str(failure.text)


@pytest.mark.parametrize(
    "place, message",
    [
        ("recipes/echo/things.py", "recipes/echo/things.py is no report that could be replaced."),
        ("none/report.xml", "The folder none does not exist."),
        ("recipes", "recipes is a folder."),
    ],
)
def test_a_report_replaces_nothing_but_a_report(cases: Path, invoke: Invoke, place: str, message: str) -> None:
    result = invoke("test", "--junit", place)
    assert result.stderr.splitlines()[0] == f"Error  {message}"
    assert (result.stdout, result.exit_code) == ("", 2)


def test_accepting_shows_what_differs_and_keeps_it(changed: Path, invoke: Invoke) -> None:
    before = content(changed)
    result = invoke("test", "echo/things", "--case", "one", "--accept")
    assert result.stdout == (
        "accepted  echo/things  one\n"
        "          It gives something else now, which is its result from now on:\n"
        "          Row 1, number: 0 was recorded, 1 now\n"
    )
    assert (result.stderr, result.exit_code) == ("1 case, 1 accepted.\n", 0)
    after = content(changed)
    assert [name for name in after if after[name] != before[name]] == ["one.jsonl", "one.toml"]
    assert json.loads(after["one.jsonl"])["number"] == 1
    assert states(invoke("test", "--json")) == [("echo/things", "default", "failed"), ("echo/things", "one", "ok")]
    assert invoke("test", "echo/things", "--case", "one", "--accept").stdout == "ok        echo/things  one\n"
    assert content(changed) == after


def test_a_missing_result_can_be_accepted(cases: Path, invoke: Invoke) -> None:
    before = content(cases)
    (cases / "one.jsonl").unlink()
    assert invoke("test", "--case", "one").exit_code == 3
    assert "accepted  echo/things  one" in invoke("test", "--case", "one", "--accept").stdout
    assert content(cases) == before


@pytest.mark.parametrize(
    "old, new, first, fix",
    [
        (
            '"/things"',
            '"/thingz"',
            "GET https://echo.example/v1/thingz?number=0 was not recorded.",
            "recipes record echo/things --case one   (if the recipe is right)",
        ),
        (
            "range(count)",
            "range(count - 1)",
            "1 recorded answer was not asked for.",
            "recipes record echo/things --case one   (if the recipe is right)",
        ),
        (
            'answer["now"]',
            'answer["then"]',
            "The result of echo/things one is not as recorded.",
            "recipes run echo/things --replay one --debug   (shows where it came from)",
        ),
    ],
    ids=["another request", "a request less", "a bug"],
)
def test_what_no_result_can_mend_is_not_accepted(
    trusted: Repo, cases: Path, invoke: Invoke, old: str, new: str, first: str, fix: str
) -> None:
    change(trusted, old, new)
    before = content(cases)
    result = invoke("test", "--case", "one", "--accept")
    lines = result.stdout.splitlines()
    assert (lines[0], lines[1].strip(), lines[-1]) == ("FAILED    echo/things  one", first, f"    Fix   {fix}")
    assert (result.exit_code, content(cases)) == (3, before)
    command, *words = fix.partition("   (")[0].split()
    assert command == "recipes"
    assert "No option" not in invoke(*words, "--sandbox" if "record" in words else "--quiet").stderr


def test_a_case_of_another_repository_is_not_changed(
    repo: Repo, changed: Path, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(changed)
    result = invoke("test", "newswhip/first-call", "--accept")
    assert "is not yours to change." in result.stdout
    assert result.exit_code == 3
    monkeypatch.chdir(tmp_path)
    assert invoke("--repository", str(repo.root), "test", "--case", "one", "--accept").exit_code == 0
    assert content(changed) != before


def test_the_error_of_a_case_is_its_result(trusted: Repo, invoke: Invoke) -> None:
    trusted.write_recipe(code=FAILS)
    assert invoke("record", "echo/things", "--sandbox", "--expect-error").exit_code == 0
    assert invoke("test").exit_code == 0
    change(trusted, "nothing here", "nothing there")
    result = invoke("test")
    [line] = [line.strip() for line in result.stdout.splitlines() if "Error:" in line]
    assert line == (
        "Error: 'The recipe echo/things stopped: nothing here.' was recorded, "
        "'The recipe echo/things stopped: nothing there.' now"
    )
    assert "--accept" in result.stdout
    assert invoke("test", "--accept").exit_code == 0
    assert invoke("test").exit_code == 0


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda root: (root / "recipes/echo/things.py").write_text("x"), "things.py:1: "),
        (lambda root: (root / "recipes/echo/things.py").unlink(), "No recipe named 'echo/things'."),
        (lambda root: (root / "recipes/echo/api.toml").unlink(), "api.toml:1: there is no such file"),
        (lambda root: (root / "cassettes/echo/things/default.toml").write_text("x = 1"), "default.toml:1: unknown key"),
        (lambda root: (root / "cassettes/echo/things/default.yaml").write_text("x: ["), "default.yaml:"),
        (lambda root: (root / "cassettes/echo/things/default.jsonl").write_text("{"), "default.jsonl:1: this line is"),
        (lambda root: (root / "cassettes/echo/things/default.jsonl").unlink(), "the result cannot be read"),
    ],
    ids=["recipe", "no recipe", "no API", "case", "cassette", "result", "no result"],
)
def test_what_cannot_be_read_fails_by_itself(
    trusted: Repo, cases: Path, invoke: Invoke, spoil: Callable[[Path], Any], message: str
) -> None:
    trusted.write_recipe("others")
    assert invoke("record", "echo/others", "--sandbox").exit_code == 0
    spoil(trusted.root)
    result = invoke("test", "--json")
    failed = [each for each in json.loads(result.stdout) if each["state"] == "failed"]
    assert message in failed[0]["message"]
    assert failed[0]["fix"]
    assert (result.exception is None or isinstance(result.exception, SystemExit), result.exit_code) == (True, 3)
    others = [state for recipe, _, state in states(result) if recipe == "echo/others"]
    assert others == (["failed"] if "api.toml" in message else ["ok"])


def test_a_case_of_a_recipe_that_is_gone_is_not_played_with_one_of_the_catalog(
    trusted: Repo, cases: Path, invoke: Invoke
) -> None:
    cases.rename(trusted.root / "cassettes" / "echo" / "first-call")
    cases.parent.rename(trusted.root / "cassettes" / "newswhip")
    assert {each["message"] for each in json.loads(invoke("test", "--json").stdout)} == {
        "No recipe named 'newswhip/first-call'."
    }


def test_an_untrusted_repository_is_not_played(trusted: Repo, cases: Path, invoke: Invoke) -> None:
    assert invoke("untrust", ".").exit_code == 0
    result = invoke("test", "--json")
    assert result.stderr == (
        f"Error  {trusted.root} is not trusted, so nothing of it runs.\n"
        "       Sends your key       ECHO_API_KEY to echo.example\n"
        "       A recipe runs as you: it can read your files and any key this machine can read.\n"
        f"Fix    recipes trust {trusted.root}\n"
    )
    assert (result.stdout, result.exit_code) == ("", 7)


@pytest.mark.parametrize(
    "words, error, fix",
    [
        (["echo/thing"], "No recipe named 'echo/thing'.", "recipes test echo/things"),
        (["--case", "ome"], "No recorded case named 'ome'.", "recipes test --case one"),
        (["things", "--case", "ome"], "No recorded case named 'ome'.", "recipes test things --case one"),
        (["--case", "xyz"], "No recorded case named 'xyz'.", "recipes test"),
        (["things", "others"], "echo/others has no recorded case.", "recipes record echo/others   (or with --sandbox)"),
    ],
)
def test_what_is_not_there_is_an_error_that_says_what_is(
    trusted: Repo, cases: Path, invoke: Invoke, words: list[str], error: str, fix: str
) -> None:
    trusted.write_recipe("others")
    result = invoke("test", *words, "--json")
    assert result.stderr == f"Error  {error}\nFix    {fix}\n"
    assert (result.stdout, result.exit_code) == ("", 2)


def test_a_repository_without_a_case_is_an_error(trusted: Repo, invoke: Invoke) -> None:
    trusted.write_recipe()
    result = invoke("test")
    assert result.stderr == (f"Error  There is no recorded case in {trusted.root}.\nFix    recipes record RECIPE\n")
    assert (result.stdout, result.exit_code) == ("", 2)


def test_what_a_recipe_prints_goes_to_stderr(trusted: Repo, cases: Path, invoke: Invoke) -> None:
    change(trusted, "    for number", '    print("here I am")\n    for number')
    result = invoke("test", "--json")
    assert [state for _, _, state in states(result)] == ["ok", "ok"]
    assert result.stderr == "here I am\nhere I am\n2 cases, all as recorded.\n"


FAILS = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield nothing."""
    echo.get("/things").raise_for_status()
    yield from ()
    raise ValueError("nothing here")'''
