"""Import a package from bytes in memory: exactly those that were approved, and nothing else from its folder."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType


def import_frozen(name: str, folder: Path, files: Mapping[Path, bytes]) -> ModuleType:
    """Import a package and, later, what is in it.

    Args:
        name: Under which it is known in `sys.modules`.
        folder: Where it would lie.
        files: The bytes of each of its files. What else lies in the folder cannot be imported, compiled files neither.
    """
    finder = _Finder(name, folder, files)
    sys.meta_path.insert(0, finder)
    with ExitStack() as undo:
        undo.callback(sys.meta_path.remove, finder)
        module = import_module(name)
        undo.pop_all()
    return module


class _Finder(MetaPathFinder):
    def __init__(self, name: str, folder: Path, files: Mapping[Path, bytes]) -> None:
        self._name, self._folder, self._files = name, folder, files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name and not fullname.startswith(f"{self._name}."):
            return None
        place = self._folder.joinpath(*fullname.split(".")[1:])
        if (package := place / "__init__.py") in self._files:
            return self._spec(fullname, package, [str(place)])
        if (module := place.with_name(f"{place.name}.py")) in self._files:
            return self._spec(fullname, module, None)
        # None would let the next finder look into the folder.
        raise ModuleNotFoundError(f"No module named {fullname!r} was approved", name=fullname)

    def _spec(self, name: str, path: Path, inner: list[str] | None) -> ModuleSpec | None:
        loader = _Loader(path, self._files)
        return spec_from_file_location(name, path, loader=loader, submodule_search_locations=inner)


class _Loader(SourceLoader):
    """Reads no compiled file, as it knows no time of change that one could have, and writes none."""

    def __init__(self, path: Path, files: Mapping[Path, bytes]) -> None:
        self._path, self._files = path, files

    def get_filename(self, fullname: str) -> str:
        return str(self._path)

    def get_data(self, path: str) -> bytes:
        try:
            return self._files[Path(path)]
        except KeyError:
            raise FileNotFoundError(path) from None
