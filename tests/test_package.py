"""What is built, and what the README promises."""

import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of a copy of the checkout in which files that git ignores were planted."""
    copy = tmp_path_factory.mktemp("copy")
    for name in tracked_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    for folder in ("recipes", "recipes/newswhip", "cassettes", "templates", "runner"):
        (copy / folder / ".env").write_text("NEWSWHIP_API_KEY=test-key-planted\n", encoding="utf-8")
    built = tmp_path_factory.mktemp("built")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(built)], cwd=copy, check=True, capture_output=True)
    return zipfile.ZipFile(next(built.glob("*.whl")))


def test_no_wheel_holds_what_git_ignores(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if ".env" in name] == []
    assert [name for name in wheel.namelist() if b"test-key-planted" in wheel.read(name)] == []


def test_the_wheel_carries_the_catalog(wheel: zipfile.ZipFile) -> None:
    tracked = {name for name in tracked_files() if name.startswith(("recipes/", "cassettes/", "templates/"))}
    inside = {name.removeprefix("runner/_repository/") for name in wheel.namelist() if "/_repository/" in name}
    assert inside == tracked | {"LICENSE", "recipes.toml"}


def readme_examples() -> list[tuple[str, str]]:
    """Return each command that the README shows with its output: `$ recipes ...` in a console block."""
    examples = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            examples.append((command, output))
    return examples


@pytest.mark.parametrize("command, output", readme_examples())
def test_the_readme_shows_what_a_command_prints(
    command: str, output: str, in_terminal: Callable[..., Any], tmp_path: Path
) -> None:
    """The README's screens are those of a terminal 100 columns wide; only seconds and days of recording differ."""
    words = shlex.split(command)
    assert words[0] == "recipes"
    screen = in_terminal(*words[1:], cwd=tmp_path, columns=100)
    assert (without_times(screen.text.replace(f"{ROOT}/", "")), screen.exit_code) == (without_times(output), 0)


def without_times(text: str) -> str:
    """Set seconds to zero, and days on which something was recorded to one day."""
    text = re.sub(r"\d+\.\d s$", "0.0 s", text, flags=re.MULTILINE)
    return re.sub(r"\bon \d{4}-\d{2}-\d{2}\b", "on 2026-01-01", text)


def test_the_readme_names_every_command() -> None:
    from runner.cli.group import COMMANDS

    assert [name for name in COMMANDS if f"`recipes {name}" not in README] == []


def test_no_tracked_file_names_a_path_of_this_machine() -> None:
    pattern = re.compile(rb"(?<![A-Za-z0-9_/.])/(?:work|root|home)/[A-Za-z.]")
    found = [name for name in tracked_files() if pattern.search((ROOT / name).read_bytes())]
    assert found == []


def test_nothing_in_the_current_folder_is_imported(tmp_path: Path) -> None:
    for name in ("click", "httpx", "json", "tomllib", "dotenv", "platformdirs", "time_machine"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the current folder')", encoding="utf-8")
    for words in (["list"], ["run", "first-call", "--try"]):
        command = [sys.executable, "-m", "runner", *words]
        answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert (answer.returncode, "imported" in answer.stderr) == (0, False)
