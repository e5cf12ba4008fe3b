import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from runner.catalog import Recipe, read_recipe
from runner.errors import BrokenSource, NotInstallable, WrongPackage
from runner.running.environments.lock import Lock, read_lock
from runner.running.environments.store import Environments
from tests.package_index import Index

Needing = Callable[..., Recipe]
BOATS = {"paper_boats.py": 'COLOUR = "red"\n'}


def run(python: Path, code: str) -> str:
    return subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("requirements", [(), ("httpx>=0.28",), ("httpx",), ("httpx >=0.20,<99",)])
def test_a_recipe_that_needs_httpx_alone_runs_under_this_python(
    needing: Needing, environments: Environments, index: Index, requirements: tuple[str, ...]
) -> None:
    assert environments.interpreter(needing(*requirements)) == Path(sys.executable)
    assert (index.asked, environments.folder.exists()) == ([], False)


def test_another_recipe_runs_under_a_python_with_what_it_lists_and_nothing_of_ours(
    needing: Needing, environments: Environments, index: Index, said: list[str]
) -> None:
    index.add("paper_boats", "2.1", BOATS, needs=("paper-kites",))
    index.add("paper_kites", "3.0", {"paper_kites.py": ""})
    python = environments.interpreter(needing("paper-boats>=2"))
    assert run(python, "import httpx, paper_kites, paper_boats; print(paper_boats.COLOUR)") == "red"
    found = "import importlib.util as u; print([u.find_spec(n) is None for n in ('runner', 'click', 'pip', 'pytest')])"
    assert run(python, found) == "[True, True, True, True]"
    assert said[0] == "Looking up the packages for echo/things ..."
    assert said[1].startswith("Installing ")
    assert said[1].endswith(" packages for echo/things ...")


def test_what_was_installed_once_is_there_without_any_index(
    needing: Needing, environments: Environments, index: Index, said: list[str]
) -> None:
    index.add("paper_boats", "2.1", BOATS)
    first = environments.interpreter(needing("paper-boats"))
    index.asked.clear()
    said.clear()
    assert environments.interpreter(needing("paper-boats")) == first
    assert (index.asked, said) == ([], [])


def test_what_was_resolved_once_stays_when_the_index_has_a_newer_one(
    needing: Needing, environments: Environments, index: Index, tmp_path: Path
) -> None:
    index.add("paper_boats", "2.1", BOATS)
    environments.interpreter(needing("paper-boats"))
    index.add("paper_boats", "2.2", {"paper_boats.py": 'COLOUR = "blue"\n'})
    elsewhere = replace(environments, folder=tmp_path / "other-cache")
    assert run(elsewhere.interpreter(needing("paper-boats")), "import paper_boats as p; print(p.COLOUR)") == "red"


def resolved(environments: Environments) -> Lock:
    [path] = environments.locks.iterdir()
    return read_lock(path)


def test_the_lock_beside_a_recipe_counts(
    needing: Needing, environments: Environments, index: Index, said: list[str], tmp_path: Path
) -> None:
    index.add("paper_boats", "2.1", BOATS)
    environments.interpreter(needing("paper-boats"))
    text = resolved(environments).text
    index.add("paper_boats", "2.2", {"paper_boats.py": 'COLOUR = "blue"\n'})
    fresh = replace(environments, folder=tmp_path / "other-cache", locks=tmp_path / "other-locks")
    said.clear()
    python = fresh.interpreter(needing("paper-boats", lock=f"# by hand\n{text}"))
    assert run(python, "import paper_boats as p; print(p.COLOUR)") == "red"
    assert [line.partition(" ")[0] for line in said] == ["Installing"]
    assert not fresh.locks.exists()


def test_a_package_with_another_hash_is_not_installed_and_nothing_of_it_runs(
    needing: Needing, environments: Environments, index: Index, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    hooked = {"paper_boats.py": "", "boats.pth": f"import pathlib; pathlib.Path({str(trace)!r}).touch()\n"}
    index.add("paper_boats", "2.1", BOATS)
    environments.interpreter(needing("paper-boats"))
    text = resolved(environments).text
    index.add("paper_boats", "2.1", hooked)
    fresh = replace(environments, folder=tmp_path / "other-cache", environ={**environments.environ, "UV_NO_CACHE": "1"})
    with pytest.raises(WrongPackage) as wrong:
        fresh.interpreter(needing("paper-boats", lock=text))
    assert wrong.value.exit_code == 3
    assert str(wrong.value) == "A package is not the one that the lock names, so nothing was installed."
    assert (trace.exists(), list(fresh.folder.iterdir())) == (False, [])


@pytest.mark.parametrize(
    "line",
    [
        "--index-url http://127.0.0.1:9/simple",
        "-r other.txt",
        "paper-boats @ file:///tmp/x.whl",
        "-e .",
        "paper-boats==2.1",
        "paper-boats>=2 --hash=sha256:" + "0" * 64,
        "paper-boats==2.1 --hash=md5:" + "0" * 32,
        "paper-boats==2.1 --hash=sha256:" + "0" * 64 + " --config-settings=a=b",
        "./paper_boats-2.1-py3-none-any.whl --hash=sha256:" + "0" * 64,
    ],
)
def test_a_lock_that_says_more_than_names_versions_and_hashes_is_refused_with_its_line(
    needing: Needing, environments: Environments, index: Index, line: str
) -> None:
    recipe = needing("paper-boats", lock=f"# a lock\n\n{line}\n")
    with pytest.raises(BrokenSource) as broken:
        environments.interpreter(recipe)
    assert str(broken.value).startswith(f"{recipe.path.with_suffix('.lock')}:3: {line[:60]!r} is no package")
    assert index.asked == []


@pytest.mark.parametrize(
    "version, problem",
    [("1.0", "it has paper-boats 1.0, and not paper-boats>=2"), ("", "paper-boats>=2 is not in it")],
)
def test_a_lock_that_does_not_fit_its_recipe_is_refused(
    needing: Needing, environments: Environments, version: str, problem: str
) -> None:
    name = "paper-boats" if version else "other"
    lock = f"httpx==0.28.1 --hash=sha256:{'0' * 64}\n{name}=={version or 1} --hash=sha256:{'0' * 64}\n"
    with pytest.raises(BrokenSource, match="does not fit the recipe") as broken:
        environments.interpreter(needing("paper-boats>=2", lock=lock))
    assert problem in str(broken.value)


def test_a_package_that_is_not_there_is_told(needing: Needing, environments: Environments) -> None:
    with pytest.raises(NotInstallable) as missing:
        environments.interpreter(needing("no-boats-of-anyone"))
    assert str(missing.value) == "A package that the recipe needs cannot be had as a wheel."
    assert "no-boats-of-anyone" in " ".join(missing.value.details)
    assert missing.value.exit_code == 2
    assert environments.folder.exists() is False


def test_a_package_that_would_have_to_be_built_is_not(
    needing: Needing, environments: Environments, index: Index
) -> None:
    index.add_source("paper_boats", "2.1")
    with pytest.raises(NotInstallable) as missing:
        environments.interpreter(needing("paper-boats"))
    assert str(missing.value) == "A package that the recipe needs cannot be had as a wheel."
    assert not any(path.endswith(".tar.gz") for path in index.asked)


def test_an_index_that_cannot_be_reached_is_told(
    needing: Needing, environments: Environments, closed_port: int
) -> None:
    nowhere = f"http://127.0.0.1:{closed_port}/simple/"
    settings = {"PIP_INDEX_URL": nowhere, "UV_DEFAULT_INDEX": nowhere, "PIP_RETRIES": "1", "UV_HTTP_RETRIES": "0"}
    lost = replace(environments, environ={**environments.environ, **settings})
    with pytest.raises(NotInstallable) as unreachable:
        lost.interpreter(needing("paper-boats"))
    assert str(unreachable.value) == "The package index cannot be reached."


def test_what_is_no_requirement_is_told(needing: Needing, environments: Environments) -> None:
    with pytest.raises(NotInstallable, match="which is no requirement"):
        environments.interpreter(needing("paper-boats; no marker"))


def test_two_at_once_make_one_environment(needing: Needing, environments: Environments, index: Index) -> None:
    index.add("paper_boats", "2.1", BOATS)
    recipe = needing("paper-boats")
    environments._lock(recipe)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(environments.interpreter, [recipe, recipe])
    assert first == second
    assert [path.name for path in environments.folder.iterdir()] == [first.parents[1].name]


def test_an_environment_whose_python_has_gone_is_made_anew(
    needing: Needing, environments: Environments, index: Index
) -> None:
    index.add("paper_boats", "2.1", BOATS)
    python = environments.interpreter(needing("paper-boats"))
    python.unlink()
    assert environments.interpreter(needing("paper-boats")) == python
    assert run(python, "import paper_boats as p; print(p.COLOUR)") == "red"


def test_what_was_left_half_made_is_not_used(needing: Needing, environments: Environments, index: Index) -> None:
    index.add("paper_boats", "2.1", BOATS)
    code = (
        "import os, sys, threading, time\n"
        "from dataclasses import replace\nfrom pathlib import Path\n"
        "from runner.catalog import read_recipe\nfrom runner.running.environments.store import Environments\n"
        "def die(text):\n"
        "    if text.startswith('Installing'):\n"
        "        threading.Timer(0.3, os._exit, [9]).start()\n"
        "folder, locks, path = map(Path, sys.argv[1:])\n"
        "recipe = replace(read_recipe(path), dependencies=('paper-boats',))\n"
        "Environments(folder, locks, os.environ, die).interpreter(recipe)\n"
    )
    recipe = needing("paper-boats")
    words = [str(environments.folder), str(environments.locks), str(recipe.path)]
    subprocess.run([sys.executable, "-c", code, *words], env=dict(environments.environ), check=False)
    assert run(environments.interpreter(recipe), "import paper_boats as p; print(p.COLOUR)") == "red"


def test_a_folder_that_cannot_be_written_is_told(needing: Needing, environments: Environments, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    blocked = replace(environments, locks=tmp_path / "file" / "locks")
    with pytest.raises(NotInstallable) as told:
        blocked.interpreter(needing("paper-boats"))
    assert str(told.value).endswith(": Not a directory.")


def test_without_uv_and_pip_the_remedy_is_told() -> None:
    code = (
        "import sys\nsys.modules['pip'] = None\nfrom runner.running.environments import tools\n"
        "try:\n    tools.find_tool({'PATH': ''})\nexcept tools.NotInstallable as error:\n    print(error, error.hint)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.startswith("There is neither uv nor pip")
    assert "ensurepip" in shown


@pytest.mark.parametrize("where", ["a variable", "a file of mine"])
def test_an_index_in_a_file_beside_the_recipe_or_above_is_not_asked(
    needing: Needing,
    environments: Environments,
    index: Index,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    index.add("paper_boats", "2.1", BOATS)
    evil = Index(tmp_path / "evil")
    evil.add("paper_boats", "9.9", {"paper_boats.py": 'COLOUR = "black"\n'})
    settings = f'[[index]]\nurl = "{evil.url}"\n'
    recipe = needing("paper-boats")
    for folder in (tmp_path, recipe.path.parent, tmp_path / "cache", tmp_path / "state"):
        folder.mkdir(exist_ok=True)
        (folder / "uv.toml").write_text(settings)
        (folder / "pip.conf").write_text(f"[global]\nindex-url = {evil.url}\n")
        (folder / "pyproject.toml").write_text(f'[[tool.uv.index]]\nurl = "{evil.url}"\n')
    monkeypatch.chdir(recipe.path.parent)
    environ = dict(environments.environ)
    if where == "a file of mine":
        del environ["UV_DEFAULT_INDEX"]
        mine = tmp_path / "home" / ".config" / "uv" / "uv.toml"
        mine.parent.mkdir(parents=True)
        mine.write_text(f'[[index]]\nurl = "{index.url}"\ndefault = true\n')
    try:
        python = replace(environments, environ=environ).interpreter(recipe)
        assert run(python, "import paper_boats as p; print(p.COLOUR)") == "red"
        assert evil.asked == []
    finally:
        evil.close()


RESOLVER_SETTINGS = [
    ('dependencies = ["httpx"]\n[[tool.uv.index]]\nurl = "http://127.0.0.1:9/simple"\n', 3),
    ('dependencies = ["paper-boats"]\n[tool.uv.sources]\npaper-boats = { path = "boats" }\n', 3),
    ('dependencies = [\n  "httpx",\n  "paper-boats @ file:///tmp/boats",\n]\n', 4),
    ('dependencies = ["httpx"]\n[tool.uv]\nfind-links = ["http://127.0.0.1:9/links"]\n', 3),
    ('dependencies = ["httpx --index-url=http://127.0.0.1:9/simple"]\n', 2),
    ('dependencies = ["-r other.txt"]\n', 2),
    ('dependencies = ["git+https://x.example/boats"]\n', 2),
]


@pytest.mark.parametrize("toml, line", RESOLVER_SETTINGS)
def test_a_recipe_that_tells_where_packages_come_from_is_refused_with_its_line(
    needing: Needing, index: Index, toml: str, line: int
) -> None:
    path = needing().path
    block = "".join(f"# {each}\n" for each in toml.splitlines())
    rest = path.read_text(encoding="utf-8").partition('"""')
    path.write_text(f"# /// script\n{block}# ///\n{rest[1]}{rest[2]}", encoding="utf-8")
    with pytest.raises(BrokenSource) as refused:
        read_recipe(path)
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert index.asked == []
