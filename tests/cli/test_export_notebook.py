"""`recipes export --to notebook`: what a customer opens, runs in a kernel, and overrides with papermill."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from runner.catalog import read_api, read_recipe
from tests.cli.conftest import Answer, Invoke, Repo, Server
from tests.cli.sandboxes import KEYS, NOW, RECIPES, ROOT, STAND, one_of_each_kind, place_files, sandboxes, words_for
from tests.cli.test_export import ALL_KINDS, RETURNING, TEXT, TWO, YIELDING

pytest.importorskip("nbformat", reason="nbformat is not installed: pip install 'recipe-runner[notebook]'")
needs_kernel = pytest.mark.skipif(
    not (find_spec("nbclient") and find_spec("ipykernel")), reason="nbclient and ipykernel are not installed"
)
needs_papermill = pytest.mark.skipif(
    not (find_spec("papermill") and find_spec("ipykernel")), reason="papermill and ipykernel are not installed"
)

EXECUTE = """\
import json, sys
import nbformat
from nbclient import NotebookClient
name, first, last = sys.argv[1:]
notebook = nbformat.read(name, 4)
notebook.cells = [nbformat.v4.new_code_cell(first), *notebook.cells, nbformat.v4.new_code_cell(last)]
NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
print(json.dumps(notebook.cells))
"""

__all__ = ["sandboxes"]
Execute = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a kernel sees: a home folder of its own, and the keys."""
    home = {name: str(tmp_path / "home") for name in ("HOME", "IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    return {"PATH": os.environ["PATH"], **home, **KEYS}


@pytest.fixture
def execute(environment: dict[str, str]) -> Execute:
    """Run a notebook in a kernel, between two cells of our own, and return its cells with their outputs."""

    def execute(path: Path, *, first: str = "", last: str = "", without: str = "") -> list[dict[str, Any]]:
        env = {name: text for name, text in environment.items() if name != without}
        command = [sys.executable, "-c", EXECUTE, str(path), first, last]
        answer = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
        assert answer.returncode == 0, answer.stderr[-3000:]
        cells: list[dict[str, Any]] = json.loads(answer.stdout)
        return cells

    return execute


def last_line(answer: "subprocess.CompletedProcess[str]") -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", answer.stderr).strip().split("\n")[-1]


def export(invoke: Invoke, folder: Path, *words: str, **options: Any) -> Path:
    result = invoke("export", *words, "--to", "notebook", **options)
    assert result.exit_code == 0, result.stderr
    return folder / result.stdout.strip()


def notebook_of(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def sources(path: Path) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in notebook_of(path)["cells"]}


@needs_kernel
@pytest.mark.parametrize("name", one_of_each_kind())
def test_the_notebook_of_each_recipe_gives_the_rows_that_the_runner_gives(
    name: str, invoke: Invoke, folder: Path, sandboxes: dict[str, str], execute: Execute
) -> None:
    recipe = read_recipe(RECIPES[name])
    words, address = words_for(recipe), sandboxes[recipe.api]
    path = export(invoke, folder, name, *words)
    place_files(recipe, folder)
    ours = invoke("run", name, "--try", "--now", NOW.isoformat(), *words, "--format", "json")
    text = path.read_text(encoding="utf-8")
    for each in recipe.clients:
        published = read_api(ROOT / "recipes" / each.api).base_url
        text = text.replace(f'_url: str = \\"{published}', f'_url: str = \\"{sandboxes[each.api]}')
    path.write_text(text, encoding="utf-8")
    result = {"rows": "_as_json(rows)", "record": "_as_json(result)", "text": "result"}[recipe.gives]
    clock = f'{STAND}stand("{NOW.isoformat()}", "{address}", least=1)'  # a kernel sleeps less than that, often
    cells = execute(path, first=clock, last=f"import json; print(json.dumps({result}))")
    assert json.loads("".join(cells[-1]["outputs"][0]["text"])) == json.loads(ours.stdout)
    [table] = [each for cell in cells if cell["id"] == "result" for each in cell["outputs"]]
    assert {"text/plain", "text/markdown" if recipe.gives == "text" else "text/html"} == table["data"].keys()


def test_output_of_the_recording_is_what_a_run_shows(recorded: Repo, invoke: Invoke) -> None:
    recorded.write_recipe(code=NESTED)
    assert invoke("record", "things", "--sandbox").exit_code == 0
    cells = {
        cell["id"]: cell for cell in notebook_of(export(invoke, recorded.root, "things", "--with-output"))["cells"]
    }
    said, shown = cells["result"]["outputs"]
    assert "".join(said["data"]["text/plain"]).startswith(
        "Not a run of this notebook: the rows of the case default, invented data recorded from the sandbox on 20"
    )
    assert [cell["id"] for cell in cells.values() if cell.get("outputs")] == ["result"]
    assert {cell["execution_count"] for cell in cells.values() if cell["cell_type"] == "code"} == {None}
    names: dict[str, Any] = {}
    for cell in ("recipe-1", "plumbing"):
        exec("".join(cells[cell]["source"]), names)
    table = names["_Table"]([{"a": "<b>&", "none": None, "list": [1, {"x": "é"}], "yes": True, "half": 0.5}])
    assert table._repr_html_() == "".join(shown["data"]["text/html"])
    assert (repr(table), "&lt;b&gt;&amp;" in table._repr_html_()) == ("".join(shown["data"]["text/plain"]), True)


NESTED = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield a row of everything."""
    echo.get("/things").raise_for_status()
    yield {"a": "<b>&", "none": None, "list": [1, {"x": "é"}], "yes": True, "half": 0.5}'''


@pytest.mark.parametrize("code", [TEXT, YIELDING, RETURNING, ALL_KINDS], ids=["text", "yields", "returns", "kinds"])
def test_every_kind_of_recipe_gives_the_same_as_a_notebook(code: str, trusted: Repo, invoke: Invoke) -> None:
    path = trusted.write_recipe(code=code)
    imports = "from collections.abc import Iterator"
    path.write_text(path.read_text().replace(imports, "from collections.abc import AsyncIterator, Iterator"))
    assert invoke("record", "things", "--sandbox").exit_code == 0
    result = invoke("export", "things", "--to", "notebook")
    assert (result.exit_code, result.stderr.split("(")[0]) == (0, "Checked: ran on the case default "), result.stderr


@needs_kernel
@pytest.mark.parametrize("code", [YIELDING.replace("900", "0"), RETURNING, TEXT], ids=["yields", "returns", "text"])
def test_async_recipes_and_pages_run_in_a_kernel(
    code: str, live: Repo, server: Server, invoke: Invoke, execute: Execute
) -> None:
    path = live.write_recipe(code=code)
    imports = "from collections.abc import Iterator"
    path.write_text(path.read_text().replace(imports, "from collections.abc import AsyncIterator, Iterator"))
    server.answers = [Answer({"now": 1, "path": "/v1/things"}), Answer({"now": 2, "path": "/v1/things"})]
    cells = {cell["id"]: cell for cell in execute(export(invoke, live.root, "things"))}
    [output] = cells["result"]["outputs"]
    assert output["data"]["text/plain"] == ("# Things\n\n/v1/things" if code == TEXT else "2 rows")
    assert [each.headers["X-Key"] for each in server.seen] == [KEYS["ECHO_API_KEY"]] * (1 if code == TEXT else 2)


def test_a_recipe_of_two_apis_gives_the_same_as_a_notebook(two: Repo, invoke: Invoke) -> None:
    result = invoke("export", "things", "--to", "notebook")
    assert (result.exit_code, result.stderr.split("(")[0]) == (0, "Checked: ran on the case default ")
    cells = sources(two.root / "things.ipynb")
    assert "_apis = [_EchoApi(echo_url), _OtherOneApi(other_one_url)]" in cells["call"]


@pytest.fixture
def two(repo: Repo, invoke: Invoke) -> Repo:
    """A recorded recipe of two APIs."""
    other, echo = repo.root / "recipes" / "other_one", repo.root / "recipes" / "echo"
    (other / "sandbox").mkdir(parents=True)
    text = (echo / "api.toml").read_text().replace("ECHO_API_KEY", "OTHER_KEY").replace("echo.example", "other.example")
    (other / "api.toml").write_text(text.replace('in = "header"\nname = "X-Key"', 'in = "basic"'), encoding="utf-8")
    (other / "sandbox" / "__init__.py").write_text((echo / "sandbox" / "__init__.py").read_text(), encoding="utf-8")
    repo.write_recipe(code=TWO)
    assert invoke("trust", ".").exit_code == 0
    assert invoke("record", "things", "--sandbox").exit_code == 0
    return repo


def test_the_notebook_has_what_a_person_looks_for_in_this_order(recorded: Repo, invoke: Invoke) -> None:
    notebook = notebook_of(export(invoke, recorded.root, "things", "--customer", "Acme News"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    assert list(cells) == [
        *("title", "requirements", "parameters", "recipe-1", "recipe-2", "about-call", "plumbing", "call", "result"),
        "provenance",
    ]
    assert cells["title"].split("\n\n")[:2] == ["# What things are there?", "For Acme News."]
    assert "`ECHO_API_KEY`" in cells["title"]
    assert cells["requirements"].split("\n")[2] == '# dependencies = ["httpx>=0.28"]'
    assert cells["parameters"].split("\n") == [
        "count: int = 2  # How many. [whole number]",
        'echo_url: str = "https://echo.example/v1"  # where Echo is called; https, or a sandbox on this machine',
    ]
    assert cells["recipe-2"].startswith("def main(echo: httpx.Client, count: int = 2)")
    assert cells["call"].split("\n")[-2:] == [
        '        result = main(echo=echo, count=_given("count", count, "whole number"))',
        "        rows = list(result)",
    ]
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert [cell["metadata"] for cell in notebook["cells"] if cell["metadata"]] == [
        {"tags": ["parameters"]},
        {"jupyter": {"source_hidden": True}},
    ]


def test_the_same_input_gives_the_same_bytes(recorded: Repo, invoke: Invoke) -> None:
    one = export(invoke, recorded.root, "things", "-o", "one.ipynb")
    other = export(invoke, recorded.root, "things", "-o", "other.ipynb")
    assert one.read_bytes() == other.read_bytes()


def test_the_plumbing_is_that_of_the_script(recorded: Repo, invoke: Invoke) -> None:
    plumbing = sources(export(invoke, recorded.root, "things"))["plumbing"]
    assert invoke("export", "things", "--to", "script").exit_code == 0
    script = (recorded.root / "things.py").read_text(encoding="utf-8")
    parts = {node.name: ast.unparse(node) for node in ast.parse(plumbing).body if hasattr(node, "name")}
    theirs = {node.name: ast.unparse(node) for node in ast.parse(script).body if hasattr(node, "name")}
    assert parts["_Api"] == theirs["_Api"]
    assert {"_Chart", "_Page", "_write_rows", "_run"} & parts.keys() == set()


def test_a_notebook_that_does_not_give_what_was_recorded_is_not_written(recorded: Repo, invoke: Invoke) -> None:
    case = recorded.root / "cassettes" / "echo" / "things" / "default.jsonl"
    case.write_text(case.read_text().replace("/v1/things", "/v1/others"), encoding="utf-8")
    result = invoke("export", "things", "--to", "notebook")
    assert result.stderr.startswith(
        "Error  The notebook does not give what was recorded for echo/things, so nothing was written.\n"
        '       Row 1, path: "/v1/others" was recorded, "/v1/things" now\n'
    )
    assert (result.exit_code, (recorded.root / "things.ipynb").exists()) == (3, False)


def test_a_recipe_that_needs_to_be_a_file_is_refused_as_a_notebook(recorded: Repo, invoke: Invoke) -> None:
    path = recorded.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text() + "\n\nHERE = Path(__file__)\n", encoding="utf-8")
    assert invoke("export", "things", "--to", "script").exit_code == 0
    result = invoke("export", "things", "--to", "notebook")
    assert (result.exit_code, "name '__file__' is not defined" in result.stderr) == (3, True), result.stderr


@needs_papermill
def test_papermill_overrides_values_with_plain_json(
    live: Repo, server: Server, invoke: Invoke, environment: dict[str, str]
) -> None:
    live.write_recipe(code=ALL_KINDS)
    path = export(invoke, live.root, "things")
    server.answers = [Answer({})]
    given = ["-p", "day", "2026-02-03", "-p", "size", "s", "-p", "number", "2", "-p", "flag", "False"]
    given += ["-p", "the_json", "7", "-y", 'moment: "2026-02-03T04:05:06"', "-y", 'days: ["2026-02-03"]']
    given += ["-y", "words: []"]
    out = live.root / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(path), str(out), "--no-progress-bar", *given]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stderr[-3000:]
    [output] = [each for cell in notebook_of(out)["cells"] if cell["id"] == "result" for each in cell["outputs"]]
    row = "".join(output["data"]["text/html"]).partition("<tbody>")[2]
    shown = ["a % of &quot;it&quot;", "s", "2.0", "false", "7", "2026-02-03", "2026-02-03T04:05:06Z"]
    assert row.startswith("\n<tr><td>" + "</td><td>".join([*shown, "[&quot;2026-02-03&quot;]", "[]", "[1, 2]"]))


@needs_kernel
@pytest.mark.parametrize(
    "value, without, message",
    [
        ("count: int = 2", "ECHO_API_KEY", "RuntimeError: The key for Echo is missing: set ECHO_API_KEY."),
        ('count: int = "2"', "", "ValueError: count must be a whole number, not '2'."),
    ],
)
def test_a_mistake_in_a_notebook_is_named_in_its_last_line(
    value: str, without: str, message: str, live: Repo, invoke: Invoke, environment: dict[str, str]
) -> None:
    live.write_recipe(table="[tool.recipe-runner.parameters.count]\nmax = 3")
    path = export(invoke, live.root, "things")
    path.write_text(path.read_text().replace("count: int = 2", value.replace('"', '\\"')), encoding="utf-8")
    env = {name: text for name, text in environment.items() if name != without}
    command = [sys.executable, "-c", EXECUTE, str(path), "", ""]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert (answer.returncode, last_line(answer)) == (1, message)


@needs_kernel
def test_a_refused_key_is_one_line_without_the_key(
    live: Repo, server: Server, invoke: Invoke, environment: dict[str, str]
) -> None:
    live.write_recipe()
    path = export(invoke, live.root, "things")
    server.answers = [Answer({"error": {"message": f"bad key {KEYS['ECHO_API_KEY']}"}}, status=403)]
    command = [sys.executable, "-c", EXECUTE, str(path), "", ""]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert last_line(answer) == (
        'RuntimeError: Echo refused the key in ECHO_API_KEY (403 Forbidden). {"error": {"message": "bad key '
        '[ECHO_API_KEY]"}}'
    )
    assert KEYS["ECHO_API_KEY"] not in answer.stderr


ONE_WORD = '''\
def main(echo: httpx.Client, word: str) -> list[dict[str, Any]]:
    """Give none.

    Args:
        word: One.
    """
    return []'''


def test_a_required_value_that_was_not_given_is_named_in_the_cell(trusted: Repo, invoke: Invoke) -> None:
    trusted.write_recipe(code=ONE_WORD, table='[tool.recipe-runner.parameters.word]\nexample = "ferries"')
    cells = sources(export(invoke, trusted.root, "things"))
    assert cells["parameters"].split("\n")[0] == "word = None  # One. [required: give it a value]"
    assert 'word=_given("word", word, "text")' in cells["call"]


@pytest.mark.parametrize(
    "planted, what",
    [
        ("test-key-7Hq2Zk9wPx4", "ECHO_API_KEY"),
        ("Globex Media", "the name of another customer"),
        ("/Users/ada/list.csv", "a path of this machine"),
    ],
)
def test_what_was_recorded_is_searched_before_it_is_shown(
    planted: str, what: str, recorded: Repo, invoke: Invoke
) -> None:
    recorded.write_recipe("others", table='customer = "Globex Media"')
    assert invoke("untrust", ".").exit_code == 0
    case = recorded.root / "cassettes" / "echo" / "things" / "default.jsonl"
    case.write_text(case.read_text().replace("/v1/things", planted), encoding="utf-8")
    env: dict[str, str | None] = {"ECHO_API_KEY": "test-key-7Hq2Zk9wPx4"}
    assert invoke("export", "things", "--to", "notebook", "-o", "plain.ipynb", env=env).exit_code == 0
    result = invoke("export", "things", "--to", "notebook", "--with-output", env=env)
    assert result.exit_code == 3
    assert any(
        line.strip().startswith("output or metadata of cell 9, line ") and f": {what}" in line
        for line in result.stderr.split("\n")
    ), result.stderr
    assert not (recorded.root / "things.ipynb").exists()


def test_output_needs_a_case(trusted: Repo, invoke: Invoke) -> None:
    trusted.write_recipe()
    result = invoke("export", "things", "--to", "notebook", "--with-output")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == "Error  No case of echo/things is recorded, so there are no rows.\nFix    recipes record echo/things\n"
    )


def test_without_nbformat_one_line_says_what_to_install(recorded: Repo, environment: dict[str, str]) -> None:
    code = (
        "import sys\nsys.modules['nbformat'] = None\nfrom runner.cli import main\n"
        "main(['export', 'things', '--to', 'notebook'])"
    )
    env = environment | {"RECIPES_HOME": environment["HOME"], "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run([sys.executable, "-c", code], cwd=recorded.root, env=env, capture_output=True, text=True)
    first, second = answer.stderr.strip().split("\n")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert first == "Error  Notebooks need nbformat, which is not installed."
    assert second.endswith("-m pip install 'recipe-runner[notebook]'")
    assert not (recorded.root / "things.ipynb").exists()
