"""`recipes export --to zip`: what a customer unpacks and runs."""

import csv
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from runner.catalog import read_api, read_recipe
from tests.cli.conftest import Answer, Invoke, Repo, Server
from tests.cli.sandboxes import (
    KEYS,
    NOW,
    PLAY,
    RECIPES,
    ROOT,
    base_urls,
    one_of_each_kind,
    place_files,
    sandboxes,
    words_for,
)
from tests.cli.test_export import TEXT, TWO
from tests.cli.test_export_notebook import ONE_WORD

__all__ = ["sandboxes"]


def export(invoke: Invoke, folder: Path, *words: str) -> Path:
    """Export, unpack, and return the folder in it."""
    result = invoke("export", *words, "--to", "zip", "--force")
    assert result.exit_code == 0, result.stderr
    with ZipFile(folder / result.stdout.strip()) as archive:
        archive.extractall(folder / "unpacked")
    [inside] = (folder / "unpacked").iterdir()
    return inside


def play(script: Path, address: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", "-c", PLAY, NOW.isoformat(), address, script.name, *words]
    env = {"PATH": os.environ["PATH"], **KEYS}
    return subprocess.run(command, cwd=script.parent, env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", one_of_each_kind())
def test_the_unpacked_script_of_each_recipe_gives_the_rows_that_the_runner_gives(
    name: str, invoke: Invoke, folder: Path, sandboxes: dict[str, str]
) -> None:
    recipe = read_recipe(RECIPES[name])
    inside = export(invoke, folder, name, *words_for(recipe), "--customer", "Acme News")
    place_files(recipe, folder)
    place_files(recipe, inside)
    ours = invoke("run", name, "--try", "--now", NOW.isoformat(), *words_for(recipe), "--format", "json")
    theirs = play(inside / f"{inside.name}.py", sandboxes[recipe.api], *base_urls(recipe, sandboxes), "--json")
    assert (theirs.returncode, theirs.stderr) == (0, "")
    assert json.loads(theirs.stdout) == json.loads(ours.stdout)
    keys = [read_api(ROOT / "recipes" / each.api).key for each in recipe.clients]
    assert (inside / ".env.example").read_text() == "".join(f"{key.env}=\n" for key in keys if key)
    assert (inside / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_a_zip_holds_what_a_customer_needs(recorded: Repo, invoke: Invoke) -> None:
    inside = export(invoke, recorded.root, "things", "--customer", "Acme News")
    assert sorted(path.name for path in inside.iterdir()) == [
        *(".env.example", "PROVENANCE.txt", "README.md", "requirements.txt", "sample-result-invented-data.csv"),
        "things-acme-news.py",
    ]
    assert inside.name == "things-acme-news"
    assert (inside / "requirements.txt").read_text() == "httpx>=0.28\n"
    with (inside / "sample-result-invented-data.csv").open(newline="") as file:
        assert [row["path"] for row in csv.DictReader(file)] == ["/v1/things", "/v1/things"]
    readme = (inside / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# What things are there?\n\nFor Acme News.\n\n")
    assert "Your Echo key goes into the variable `ECHO_API_KEY`. Ask the person at the desk." in readme
    assert "- `sample-result-invented-data.csv`: What it gives: invented data recorded from the sandbox on 20" in readme
    assert invoke("export", "things", "--to", "script", "--customer", "Acme News").exit_code == 0
    script = (recorded.root / "things-acme-news.py").read_bytes()
    assert (inside / "things-acme-news.py").read_bytes() == script


def test_the_commands_of_its_readme_run_it(live: Repo, server: Server, invoke: Invoke, tmp_path: Path) -> None:
    live.write_recipe()
    inside = export(invoke, live.root, "things")
    server.answers = [Answer({"path": "/v1/things", "now": 1})]
    readme = (inside / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)\n```", readme, re.DOTALL)
    assert blocks == [
        ("bash", "export ECHO_API_KEY='your key'"),
        ("powershell", "$env:ECHO_API_KEY = 'your key'"),
        ("sh", "uv run things.py"),
        ("sh", "pipx run --path things.py"),
        ("bash", "\n".join(BASH)),
        ("powershell", "\n".join(["py -m venv .venv", r".venv\Scripts\Activate.ps1", *BASH[2:]])),
    ]
    # Nothing is fetched in a test: pip is left out, and what it would bring is there already.
    commands = [blocks[0][1], BASH[3].replace("python", shlex.quote(sys.executable), 1)]
    env = {"PATH": os.environ["PATH"]}
    answer = subprocess.run(["bash", "-c", "\n".join(commands)], cwd=inside, env=env, capture_output=True, text=True)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.split() == ["number,path,now", "0,/v1/things,1", "1,/v1/things,1"]
    assert [each.headers["X-Key"] for each in server.seen] == ["your key"] * 2


BASH = [
    *("python3 -m venv .venv", "source .venv/bin/activate", "python -m pip install -r requirements.txt"),
    "python things.py",
]


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not installed")
def test_uv_runs_the_script(live: Repo, server: Server, invoke: Invoke, tmp_path: Path) -> None:
    live.write_recipe()
    inside = export(invoke, live.root, "things")
    server.answers = [Answer({"path": "/v1/things", "now": 1})]
    text = (inside / ".env.example").read_text().replace("=", "=test-key-5Tz")
    (inside / ".env").write_text(text, encoding="utf-8")
    # Its cache is empty and nothing is fetched offline: then uv says so, and has read the command all the same.
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "UV_OFFLINE": "1"}
    command = ["uv", "run", "--env-file", ".env", "--python", sys.executable, "things.py"]
    answer = subprocess.run(command, cwd=inside, env=env, capture_output=True, text=True, timeout=60)
    assert "things.py" not in answer.stderr
    assert answer.returncode == 0 or "httpx" in answer.stderr


def test_the_same_input_gives_the_same_bytes_whatever_the_time(recorded: Repo, invoke: Invoke) -> None:
    for name in ("one.zip", "other.zip"):
        assert invoke("export", "things", "--to", "zip", "-o", name).exit_code == 0
        (recorded.root / "recipes.toml").touch()
    assert (recorded.root / "one.zip").read_bytes() == (recorded.root / "other.zip").read_bytes()
    with ZipFile(recorded.root / "one.zip") as archive:
        infos = archive.infolist()
    assert {(each.date_time, each.compress_type, each.comment, each.extra) for each in infos} == {
        ((1980, 1, 1, 0, 0, 0), ZIP_STORED, b"", b"")
    }
    assert {stat.filemode(each.external_attr >> 16) for each in infos} == {"-rw-r--r--"}
    assert [each.filename for each in infos] == sorted(each.filename for each in infos)


def test_the_licence_of_the_repository_comes_along(recorded: Repo, invoke: Invoke) -> None:
    (recorded.root / "LICENSE.txt").write_text("Do what you like.\n", encoding="utf-8")
    assert (export(invoke, recorded.root, "things") / "LICENSE.txt").read_text() == "Do what you like.\n"


@pytest.mark.parametrize("made", ["link", "binary", "folder"])
def test_what_is_no_licence_of_the_repository_stays(made: str, recorded: Repo, invoke: Invoke, tmp_path: Path) -> None:
    place = recorded.root / "LICENSE"
    if made == "link":
        (tmp_path / "private").write_text("mine", encoding="utf-8")
        place.symlink_to(tmp_path / "private")
    elif made == "binary":
        place.write_bytes(b"\xff\xfe\x00")
    else:
        place.mkdir()
    assert not (export(invoke, recorded.root, "things") / "LICENSE").exists()


def test_a_page_is_a_sample_too(trusted: Repo, invoke: Invoke) -> None:
    trusted.write_recipe(code=TEXT)
    assert invoke("record", "things", "--sandbox").exit_code == 0
    inside = export(invoke, trusted.root, "things")
    assert (inside / "sample-result-invented-data.md").read_text() == "# Things\n\n/v1/things"


def test_a_record_of_two_apis_names_both_keys(repo: Repo, invoke: Invoke) -> None:
    other, echo = repo.root / "recipes" / "other_one", repo.root / "recipes" / "echo"
    other.mkdir()
    text = (echo / "api.toml").read_text().replace("ECHO_API_KEY", "OTHER_KEY").replace('sandbox = "sandbox:app"', "")
    (other / "api.toml").write_text(text.replace("sandbox-now = 2026-11-20T09:00:00Z", ""), encoding="utf-8")
    repo.write_recipe(code=TWO)
    assert invoke("trust", ".").exit_code == 0
    inside = export(invoke, repo.root, "things")
    assert (inside / ".env.example").read_text() == "ECHO_API_KEY=\nOTHER_KEY=\n"
    assert not list(inside.glob("sample-result*"))


def test_values_that_are_still_wanted_stand_in_the_commands(trusted: Repo, invoke: Invoke) -> None:
    trusted.write_recipe(code=ONE_WORD, table='[tool.recipe-runner.parameters.word]\nexample = "ferries"')
    readme = (export(invoke, trusted.root, "things") / "README.md").read_text()
    assert "uv run things.py --word VALUE\n" in readme
    assert "In place of each VALUE goes one of yours." in readme


def test_a_recipe_with_requirements_of_its_own_names_them(recorded: Repo, invoke: Invoke) -> None:
    path = recorded.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text().replace('["httpx>=0.28"]', '["rich>=13", "httpx-retries"]'), encoding="utf-8")
    inside = export(invoke, recorded.root, "things")
    assert (inside / "requirements.txt").read_text() == "rich>=13\nhttpx-retries\nhttpx>=0.28\n"


def test_a_name_that_windows_takes_for_a_device_is_none(trusted: Repo, invoke: Invoke) -> None:
    trusted.write_recipe("con")
    assert export(invoke, trusted.root, "con").name == "con-recipe"


@pytest.mark.parametrize(
    "planted, what",
    [
        ("test-key-7Hq2Zk9wPx4", "ECHO_API_KEY"),
        ("Globex Media", "the name of another customer"),
        ("/Users/ada/list.csv", "a path of this machine"),
    ],
)
@pytest.mark.parametrize("place", ["LICENSE", "sample"])
def test_every_file_of_a_zip_is_searched(place: str, planted: str, what: str, recorded: Repo, invoke: Invoke) -> None:
    recorded.write_recipe("others", table='customer = "Globex Media"')
    if place == "sample":
        assert invoke("untrust", ".").exit_code == 0
        case = recorded.root / "cassettes" / "echo" / "things" / "default.jsonl"
        case.write_text(case.read_text().replace("/v1/things", planted), encoding="utf-8")
    else:
        (recorded.root / "LICENSE").write_text(f"One\nby {planted}\n", encoding="utf-8")
    result = invoke("export", "things", "--to", "zip", env={"ECHO_API_KEY": "test-key-7Hq2Zk9wPx4"})
    assert (result.exit_code, (recorded.root / "things.zip").exists()) == (3, False)
    name = "LICENSE" if place == "LICENSE" else "sample-result-invented-data.csv"
    assert f"       {name}, line 2: {what}" in result.stderr


@pytest.mark.parametrize("kind", ["notebook", "zip"])
def test_a_stale_case_stops_an_export(kind: str, recorded: Repo, invoke: Invoke) -> None:
    path = recorded.root / "recipes" / "echo" / "things.py"
    path.write_text(path.read_text().replace('"/things"', '"/elsewhere"'), encoding="utf-8")
    result = invoke("export", "things", "--to", kind, "-o", "out")
    assert result.stderr.startswith("Error  GET https://echo.example/v1/elsewhere?number=0 was not recorded.\n")
    assert (result.exit_code, (recorded.root / "out").exists()) == (3, False)


@pytest.mark.parametrize("kind", ["notebook", "zip"])
def test_a_file_or_folder_in_the_way_is_one_error(kind: str, recorded: Repo, invoke: Invoke) -> None:
    (recorded.root / "out").write_text("mine", encoding="utf-8")
    for place, message in (("out", "out exists."), ("nowhere/out", "The folder nowhere does not exist.")):
        result = invoke("export", "things", "--to", kind, "-o", place)
        assert (result.exit_code, result.stderr.split("\n")[0]) == (2, f"Error  {message}")
    assert (recorded.root / "out").read_text() == "mine"
    assert invoke("export", "things", "--to", kind, "-o", "out", "--force").exit_code == 0
    assert (recorded.root / "out").read_bytes() != b"mine"
