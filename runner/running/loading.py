"""Load code of an approved repository by its path; nothing beside the file becomes importable."""

import importlib.util
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from runner.catalog import Api, Recipe
from runner.catalog.closure import api_files
from runner.errors import BrokenSource
from runner.running.approval import Approval
from runner.running.wires import WsgiApp


def load_main(recipe: Recipe, approval: Approval) -> Callable[..., Any]:
    """Execute the recipe's file, exactly as it was read, and return its `main`."""
    approval.check(recipe.path, recipe.source.encode())
    module = ModuleType(_unique_name(recipe.path))
    module.__file__ = str(recipe.path)
    sys.modules[module.__name__] = module
    exec(compile(recipe.source, recipe.path, "exec"), module.__dict__)
    main: Callable[..., Any] = module.main
    return main


def load_sandbox(api: Api, approval: Approval) -> WsgiApp:
    """Load the WSGI app that imitates the API, from the folder `<module>/` beside its `api.toml` or the catalog's.

    A file `<module>.py` would be read as a recipe, so it is no place for a sandbox.

    Raises:
        BrokenSource: `api.toml` names a module or attribute that is not there.
    """
    module_name, _, attribute = api.sandbox.partition(":")
    path = (api.sandbox_folder or api.folder) / module_name / "__init__.py"
    if not path.is_file():
        problem = f"there is no folder {module_name!r} with an __init__.py beside it"
        raise _broken(api, problem, f"write {module_name}/__init__.py, or change sandbox")
    approval.check_sandbox(api, path)
    module = _load_package(path, None if api.sandbox_folder else _approved_files(api, approval))
    if not callable(app := getattr(module, attribute, None)):
        raise _broken(api, f"{module_name} has no WSGI app {attribute!r}", f"name it {attribute}, or change sandbox")
    return app  # type: ignore[no-any-return]


def _approved_files(api: Api, approval: Approval) -> dict[Path, bytes] | None:
    """Return what of an API may run where that was approved byte by byte; None where all that stands there may.

    Raises:
        NotTrusted: A file is not as it was approved.
    """
    if approval.files is None:
        return None
    files = api_files(approval.root, api)
    for name, content in files.items():
        approval.check_content(name, content)
    return {approval.root / name: content for name, content in files.items()}


def _load_package(path: Path, files: Mapping[Path, bytes] | None) -> ModuleType:
    name = _unique_name(path)
    if name in sys.modules:
        return sys.modules[name]
    if files is not None:
        from runner.running.frozen import import_frozen  # 9 ms that a folder's own sandbox can do without

        return import_frozen(name, path.parent, files)
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=[str(path.parent)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with ExitStack() as undo:
        undo.callback(sys.modules.pop, name)
        spec.loader.exec_module(module)
        undo.pop_all()
    return module


def _unique_name(path: Path) -> str:
    return f"recipe_runner_loaded_{sha256(str(path).encode()).hexdigest()[:16]}"


def _broken(api: Api, message: str, hint: str) -> BrokenSource:
    return BrokenSource((api.sandbox_folder or api.folder) / "api.toml", 1, f"{api.sandbox!r}: {message}.", hint=hint)
