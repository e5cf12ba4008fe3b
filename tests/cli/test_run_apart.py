"""Recipes that run in a process of their own: those that need packages, and those of added repositories."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from runner.catalog import read_recipe, read_repository
from runner.cli.isolating import isolation_of
from runner.cli.session import Session
from tests.cli.conftest import Answer, Invoke, Repo, Server
from tests.package_index import Index

KEY = "test-key-4c1d7e9b2a"
BOATS = '''\
def main(echo: httpx.Client, count: int = 2) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        count: How many.
    """
    import os

    import paper_boats

    print("in", os.getpid())
    for number in range(count):
        answer = echo.get("/things", params={"number": number}).raise_for_status().json()
        yield {"number": number, "colour": paper_boats.COLOUR, "path": answer.get("path")}'''
ROWS = "number,colour,path\n0,red,/v1/things\n1,red,/v1/things\n"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "index")
    index.add_installed("httpx")
    index.add("paper_boats", "2.1", {"paper_boats.py": 'COLOUR = "red"\n'})
    yield index
    index.close()


@pytest.fixture
def environ(index: Index, tmp_path: Path) -> dict[str, str]:
    """Variables that lead pip to the index, hide uv, and lead uv there too where it is not hidden."""
    to_index = {"PIP_INDEX_URL": index.url, "UV_DEFAULT_INDEX": index.url}
    return {**to_index, "PIP_CONFIG_FILE": os.devnull, "PATH": str(tmp_path / "nothing")}


def needing(repo: Repo, requirement: str, code: str = BOATS) -> Path:
    path = repo.write_recipe(code=code)
    text = path.read_text(encoding="utf-8").replace('"httpx>=0.28"', f'"httpx>=0.28", "{requirement}"')
    path.write_text(text, encoding="utf-8")
    return path


def test_a_recipe_that_needs_a_package_runs_with_it_and_this_program_does_not_get_it(
    invoke: Invoke, trusted: Repo, environ: dict[str, str], index: Index
) -> None:
    needing(trusted, "paper-boats>=2")
    result = invoke("run", "things", "--try", env=environ)
    assert (result.stdout, result.exit_code) == (ROWS, 0)
    notice, looking, installing, printed = result.stderr.splitlines()
    assert notice.startswith("Sandbox: ")
    assert looking == "Looking up the packages for echo/things ..."
    assert installing.startswith("Installing ")
    assert printed.startswith("in ")
    assert int(printed.split()[1]) != os.getpid()
    assert find_spec("paper_boats") is None
    index.asked.clear()
    again = invoke("run", "things", "--try", env=environ)
    assert (again.stdout, len(again.stderr.splitlines()), index.asked) == (ROWS, 2, [])


def test_quiet_says_nothing_of_it(invoke: Invoke, trusted: Repo, environ: dict[str, str]) -> None:
    needing(trusted, "paper-boats", BOATS.replace('    print("in", os.getpid())\n', ""))
    result = invoke("run", "things", "--try", "-q", "--count", "1", env=environ)
    assert result.stderr.count("\n") == 1  # the notice of the sandbox


@pytest.mark.parametrize("kind", ["script", "notebook"])
def test_it_is_exported_and_tried_with_its_packages(
    kind: str, invoke: Invoke, trusted: Repo, environ: dict[str, str]
) -> None:
    needing(trusted, "paper-boats>=2", BOATS.replace('    print("in", os.getpid())\n', ""))
    assert invoke("record", "things", "--sandbox", env=environ).exit_code == 0
    result = invoke("export", "things", "--to", kind, "-o", "out", env=environ)
    assert (result.exit_code, result.stderr.startswith("Checked: ran on the case default ")) == (0, True), result.stderr
    assert '# dependencies = [\\"httpx>=0.28\\", \\"paper-boats>=2\\"]'.replace(
        "\\", "\\" if kind == "notebook" else ""
    ) in (trusted.root / "out").read_text(encoding="utf-8")


def test_it_is_recorded_checked_and_tested_like_any_other(
    invoke: Invoke, trusted: Repo, environ: dict[str, str]
) -> None:
    needing(trusted, "paper-boats", BOATS.replace('    print("in", os.getpid())\n', ""))
    recorded = invoke("record", "things", "--sandbox", env=environ)
    assert recorded.exit_code == 0
    assert invoke("run", "things", "--replay", env=environ).stdout == ROWS
    assert invoke("test", env=environ).exit_code == 0
    assert invoke("drift", "--sandbox", env=environ).exit_code == 0
    assert invoke("list", "--json", env=environ).exit_code == 0


def test_the_key_goes_to_the_api_and_not_to_the_recipe(
    invoke: Invoke, live: Repo, server: Server, environ: dict[str, str]
) -> None:
    body = BOATS.replace('yield {"number"', 'yield {"environment": str(dict(os.environ)), "number"')
    needing(live, "paper-boats", body)
    server.answers[0] = Answer({"path": "/x", "echo": KEY})
    result = invoke("run", "things", env={**environ, "ECHO_API_KEY": KEY})
    assert result.exit_code == 0
    assert server.seen[0].headers["X-Key"] == KEY
    assert KEY not in result.stdout + result.stderr
    assert "API_KEY" not in result.stdout


def test_a_refused_key_ends_with_the_same_error(
    invoke: Invoke, live: Repo, server: Server, environ: dict[str, str]
) -> None:
    server.answers[0] = Answer({"error": {"message": f"{KEY} is no key"}}, status=403)
    live.write_recipe(code=BOATS.replace("    import paper_boats\n", "    paper_boats = None\n"))
    here = invoke("run", "things", env={**environ, "ECHO_API_KEY": KEY})
    needing(live, "paper-boats")
    apart = invoke("run", "things", env={**environ, "ECHO_API_KEY": KEY})
    errors = [result.stderr[result.stderr.index("Error ") :] for result in (here, apart)]
    assert errors[0] == errors[1]
    assert "refused the key in ECHO_API_KEY (403 Forbidden). It says: [ECHO_API_KEY] is no key" in errors[0]
    assert (here.exit_code, apart.exit_code) == (4, 4)


def test_a_dry_run_prints_the_request(invoke: Invoke, live: Repo, environ: dict[str, str]) -> None:
    needing(live, "paper-boats")
    result = invoke("run", "things", "--dry-run", env=environ)
    assert "curl" in result.stdout
    assert "/v1/things?number=0" in result.stdout


def test_debug_shows_where_it_came_from(invoke: Invoke, trusted: Repo, environ: dict[str, str]) -> None:
    needing(trusted, "paper-boats", BOATS.replace("paper_boats.COLOUR", "paper_boats.NO_COLOUR"))
    result = invoke("run", "things", "--try", "--debug", env=environ)
    assert "AttributeError: module 'paper_boats' has no attribute 'NO_COLOUR'" in result.stderr
    assert ' "colour": paper_boats.NO_COLOUR' in result.stderr
    assert result.exit_code == 1


def test_a_package_that_is_not_there_is_told_with_whose_it_is(
    invoke: Invoke, trusted: Repo, environ: dict[str, str]
) -> None:
    needing(trusted, "no-such-package-here>=2")
    result = invoke("run", "things", "--try", env=environ)
    assert "Error  A package that the recipe needs cannot be had as a wheel.\n" in result.stderr
    assert "echo/things needs httpx>=0.28, no-such-package-here>=2\n" in result.stderr
    assert (result.stdout, result.exit_code) == ("", 2)


WAITING = '''\
def main(echo: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yield rows, then wait for Ctrl-C."""
    import os
    import subprocess
    import sys
    import time

    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield {"mine": os.getpid(), "started": started.pid}
    time.sleep(60)'''


def test_ctrl_c_ends_the_recipe_and_what_it_started_at_once(
    live: Repo, in_terminal: Callable[..., Any], folder: Path, environ: dict[str, str]
) -> None:
    needing(live, "paper-boats", WAITING)
    began = time.monotonic()
    mine = {"ECHO_API_KEY": KEY, **{name: value for name, value in environ.items() if name != "PATH"}}
    screen = in_terminal("run", "things", "--format", "jsonl", cwd=folder, env=mine, when={'"started"': "\x03"})
    row = json.loads(next(line for line in screen.text.splitlines() if line.startswith("{")))
    assert (screen.exit_code, "Error  Stopped." in screen.text) == (130, True)
    assert [pid for pid in row.values() if is_alive(pid)] == []
    assert time.monotonic() - began < 55


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "\tZ" not in status.read_text()


@pytest.mark.parametrize(
    "alias, requirement, is_apart",
    [("", "", False), ("catalog", "", False), ("acme", "", True), ("", "paper-boats", True), ("acme", "x", True)],
)
def test_what_others_wrote_runs_apart_and_what_needs_packages(
    repo: Repo, folder: Path, home: Path, alias: str, requirement: str, is_apart: bool
) -> None:
    path = needing(repo, requirement) if requirement else repo.write_recipe()
    session = Session({"RECIPES_HOME": str(home), "PATH": "/bin", "ECHO_API_KEY": KEY}, folder)
    recipe = read_recipe(path)
    isolation = isolation_of(session, read_repository(repo.root, alias=alias), recipe)
    assert (isolation is not None) == is_apart
    if isolation and not requirement:
        assert isolation.interpreter(recipe) == Path(sys.executable)
        assert isolation.interpreter(recipe._replace(dependencies=())) == Path(sys.executable)
        assert isolation.child_environ() == {"PATH": "/bin"}
