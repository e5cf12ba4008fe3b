import importlib.util
import pickle
import py_compile
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.catalog import Api, Recipe, Repository
from runner.catalog.closure import api_closure, recipe_closure
from runner.errors import BrokenSource, NotTrusted
from runner.running.approval import Approval
from runner.running.loading import load_main, load_sandbox

MAIN = '''\
def main(count: int = 1) -> list[dict[str, Any]]:
    """Give rows.

    Args:
        count: How many.
    """
    return [{"count": count}]'''

WriteRecipe = Callable[..., Recipe]


@pytest.fixture
def approval(tmp_path: Path) -> Approval:
    return Approval(tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file beside the recipes."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / "recipes" / "echo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


Write = Callable[[str, str], Path]


@pytest.fixture
def sandbox_api(make_api: Callable[..., Api]) -> Callable[[str], Api]:
    return lambda sandbox: make_api("https://echo.example", sandbox=sandbox)


SandboxApi = Callable[[str], Api]


def test_main_is_what_the_file_defines(write_recipe: WriteRecipe, approval: Approval) -> None:
    assert load_main(write_recipe(MAIN), approval)(count=3) == [{"count": 3}]


@pytest.mark.parametrize("name", ["json", "httpx", "asyncio", "statistics"])
def test_what_lies_beside_a_recipe_is_not_imported(
    write_recipe: WriteRecipe, write: Write, approval: Approval, name: str
) -> None:
    write(f"{name}.py", "raise SystemExit('the wrong one')")
    code = MAIN.replace("return [{", f"import {name}\n    return [{{'file': {name}.__file__, ")
    rows = load_main(write_recipe(code), approval)()
    assert not Path(rows[0]["file"]).is_relative_to(approval.root)


def test_the_places_of_imports_stay_the_same(
    write_recipe: WriteRecipe, write: Write, approval: Approval, sandbox_api: SandboxApi
) -> None:
    before = (list(sys.path), list(sys.meta_path), list(sys.path_hooks))
    load_main(write_recipe(MAIN), approval)
    write("box/__init__.py", "app = print")
    load_sandbox(sandbox_api("box:app"), approval)
    assert (sys.path, sys.meta_path, sys.path_hooks) == before


def test_a_sibling_cannot_be_imported_at_all(write_recipe: WriteRecipe, write: Write, approval: Approval) -> None:
    recipe = write_recipe(MAIN.replace("return", "import neighbour_of_things\n    return"))
    write("neighbour_of_things.py", "")
    with pytest.raises(ModuleNotFoundError):
        load_main(recipe, approval)()


def test_dataclasses_and_pickle_work_in_a_recipe(write_recipe: WriteRecipe, approval: Approval) -> None:
    code = (
        "import pickle\nfrom dataclasses import dataclass\n\n\n"
        "@dataclass\nclass Thing:\n    name: str\n\n\n"
        + MAIN.replace("return", "assert pickle.loads(pickle.dumps(Thing('a'))) == Thing('a')\n    return")
    )
    assert load_main(write_recipe(code), approval)() == [{"count": 1}]


def test_recipes_of_the_same_name_in_two_folders_do_not_meet(write_recipe: WriteRecipe, approval: Approval) -> None:
    first = write_recipe("NUMBER = 1\n\n\n" + MAIN.replace('"count": count', '"number": NUMBER'))
    other = first.path.parent.parent / "other" / first.path.name
    second = first._replace(path=other, source=first.source.replace("NUMBER = 1", "NUMBER = 2"))
    mains = [load_main(recipe, approval) for recipe in (first, second)]
    assert [main() for main in mains] == [[{"number": 1}], [{"number": 2}]]
    assert pickle.loads(pickle.dumps(mains)) == mains


def test_what_is_executed_is_what_was_read(write_recipe: WriteRecipe, approval: Approval) -> None:
    recipe = write_recipe(MAIN)
    recipe.path.write_text("raise SystemExit('changed after it was read')", encoding="utf-8")
    assert load_main(recipe, approval)() == [{"count": 1}]


def test_the_file_is_no_program(write_recipe: WriteRecipe, approval: Approval) -> None:
    load_main(write_recipe(MAIN + "\n\n\nif __name__ == '__main__':\n    raise SystemExit('run as one')"), approval)


def test_a_recipe_outside_the_approved_folder_is_refused(write_recipe: WriteRecipe, tmp_path: Path) -> None:
    recipe = write_recipe("raise SystemExit('it ran')\n\n\n" + MAIN)
    (tmp_path / "else").mkdir()
    with pytest.raises(NotTrusted) as refused:
        load_main(recipe, Approval(tmp_path / "else"))
    assert refused.value.exit_code == 7


def test_a_recipe_behind_a_link_out_of_the_approved_folder_is_refused(
    write_recipe: WriteRecipe, tmp_path: Path
) -> None:
    recipe = write_recipe("raise SystemExit('it ran')\n\n\n" + MAIN)
    link = tmp_path / "else" / "things.py"
    link.parent.mkdir()
    link.symlink_to(recipe.path)
    with pytest.raises(NotTrusted):
        load_main(recipe._replace(path=link), Approval(link.parent))


def test_a_sandbox_may_be_a_package_with_relative_imports(
    write: Write, approval: Approval, sandbox_api: SandboxApi
) -> None:
    (approval.root / "recipes" / "echo" / "box" / "inner").mkdir(parents=True)
    write("box/__init__.py", "from .answers import app")
    write("box/answers.py", "from .inner.words import WORD\n\n\ndef app(environ, start_response):\n    return [WORD]")
    write("box/inner/__init__.py", "")
    write("box/inner/words.py", "WORD = b'package'")
    app: Any = load_sandbox(sandbox_api("box:app"), approval)
    assert app({}, None) == [b"package"]
    assert "box" not in sys.modules


def test_a_sandbox_is_loaded_once(write: Write, approval: Approval, sandbox_api: SandboxApi) -> None:
    write("box/__init__.py", "app = lambda environ, start_response: []")
    assert load_sandbox(sandbox_api("box:app"), approval) is load_sandbox(sandbox_api("box:app"), approval)


def test_a_sandbox_that_failed_to_load_is_not_half_there_the_next_time(
    write: Write, approval: Approval, sandbox_api: SandboxApi
) -> None:
    write("box/__init__.py", "app = print\nraise OSError('not now')")
    for _ in range(2):
        with pytest.raises(OSError, match="not now"):
            load_sandbox(sandbox_api("box:app"), approval)


@pytest.mark.parametrize(
    "sandbox, problem, hint",
    [
        (
            "bx:app",
            "'bx:app': there is no folder 'bx' with an __init__.py beside it.",
            "write bx/__init__.py, or change sandbox",
        ),
        (
            "json:dumps",
            "'json:dumps': there is no folder 'json' with an __init__.py beside it.",
            "write json/__init__.py, or change sandbox",
        ),
        ("box:ap", "'box:ap': box has no WSGI app 'ap'.", "name it ap, or change sandbox"),
        ("box:NUMBER", "'box:NUMBER': box has no WSGI app 'NUMBER'.", "name it NUMBER, or change sandbox"),
    ],
)
def test_a_sandbox_that_is_not_there_is_the_fault_of_api_toml(
    write: Write, approval: Approval, sandbox_api: SandboxApi, sandbox: str, problem: str, hint: str
) -> None:
    write("box/__init__.py", "NUMBER = 1")
    with pytest.raises(BrokenSource) as broken:
        load_sandbox(sandbox_api(sandbox), approval)
    assert broken.value.path == approval.root / "recipes" / "echo" / "api.toml"
    assert (broken.value.problem, broken.value.hint) == (problem, hint)


def test_a_sandbox_outside_the_approved_folder_is_refused(
    write: Write, tmp_path: Path, sandbox_api: SandboxApi
) -> None:
    write("box/__init__.py", "raise SystemExit('it ran')")
    with pytest.raises(NotTrusted):
        load_sandbox(sandbox_api("box:app"), Approval(tmp_path / "else"))


def test_a_sandbox_of_the_catalog_answers_elsewhere(write: Write, tmp_path: Path, sandbox_api: SandboxApi) -> None:
    path = write("box/__init__.py", "def app(): ...")
    api = sandbox_api("box:app")._replace(folder=tmp_path / "mine" / "recipes" / "echo", sandbox_folder=path.parents[1])
    app: Any = load_sandbox(api, Approval(tmp_path / "mine", catalog=tmp_path / "recipes"))
    assert Path(app.__code__.co_filename) == path


@pytest.mark.parametrize("catalog", [None, "else", "mine"])
def test_only_the_catalog_lends_a_sandbox(
    write: Write, tmp_path: Path, sandbox_api: SandboxApi, catalog: str | None
) -> None:
    path = write("box/__init__.py", "raise SystemExit('it ran')")
    api = sandbox_api("box:app")._replace(folder=tmp_path / "mine" / "recipes" / "echo", sandbox_folder=path.parents[1])
    approval = Approval(tmp_path, catalog=tmp_path / catalog if catalog else None)
    with pytest.raises(NotTrusted) as refused:
        load_sandbox(api, approval)
    assert str(refused.value) == f"{path} is no sandbox of the catalog, which alone may lend one."


def test_a_link_in_the_catalog_lends_nothing_from_elsewhere(
    write: Write, tmp_path: Path, sandbox_api: SandboxApi
) -> None:
    path = write("box/__init__.py", "raise SystemExit('it ran')")
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "box").symlink_to(path.parent)
    api = sandbox_api("box:app")._replace(sandbox_folder=tmp_path / "catalog")
    with pytest.raises(NotTrusted):
        load_sandbox(api, Approval(tmp_path, catalog=tmp_path / "catalog"))


@pytest.fixture
def frozen(write: Write, tmp_path: Path, sandbox_api: SandboxApi) -> Approval:
    """Leave for the bytes of a sandbox of two modules."""
    write("api.toml", "")
    write("box/__init__.py", "from .inner import app\n\n\ndef late():\n    from . import extra\n    return extra\n")
    write("box/inner.py", "def app(): ...\n")
    return Approval(tmp_path, files=api_closure(tmp_path, sandbox_api("box:app")).digests, name="acme/echo")


def test_a_sandbox_that_was_approved_by_its_content_is_loaded(
    frozen: Approval, write: Write, sandbox_api: SandboxApi
) -> None:
    app: Any = load_sandbox(sandbox_api("box:app"), frozen)
    assert app.__code__.co_filename == str(write("box/inner.py", "def app(): ...\n"))
    assert not list(frozen.root.rglob("__pycache__"))


@pytest.mark.parametrize("name", ["api.toml", "box/__init__.py", "box/inner.py", "box/extra.py", "box/names.csv"])
def test_a_sandbox_of_other_bytes_than_were_approved_is_not_loaded(
    frozen: Approval, write: Write, sandbox_api: SandboxApi, name: str
) -> None:
    path = write(name, "raise SystemExit('it ran')")
    with pytest.raises(NotTrusted) as refused:
        load_sandbox(sandbox_api("box:app"), frozen)
    assert str(refused.value) == f"{path} is not what was approved with acme/echo."


def test_nothing_that_comes_beside_an_approved_sandbox_later_is_imported(
    frozen: Approval, write: Write, sandbox_api: SandboxApi
) -> None:
    app: Any = load_sandbox(sandbox_api("box:late"), frozen)
    write("box/extra.py", "raise SystemExit('it ran')")
    with pytest.raises(ImportError):
        app()


def test_a_compiled_file_in_place_of_an_approved_one_is_not_read(
    frozen: Approval, write: Write, sandbox_api: SandboxApi
) -> None:
    evil = write("evil.py", "raise SystemExit('it ran')")
    for name in ("box/__init__.py", "box/inner.py"):
        compiled = importlib.util.cache_from_source(str(frozen.root / "recipes" / "echo" / name))
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(evil), cfile=compiled, invalidation_mode=mode)
    load_sandbox(sandbox_api("box:app"), frozen)


def test_a_recipe_of_another_text_than_was_approved_does_not_run(write_recipe: WriteRecipe, approval: Approval) -> None:
    recipe = write_recipe(MAIN)
    files = recipe_closure(Repository(approval.root, "team", "Team"), recipe).digests
    bound = approval._replace(files=files, name="acme/echo/things")
    load_main(recipe, bound)
    with pytest.raises(NotTrusted):
        load_main(recipe._replace(source=f"{recipe.source}raise SystemExit('it ran')"), bound)
