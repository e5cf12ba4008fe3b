"""The environments of recipes in the user's cache: made once for each lock and interpreter, whole or not at all."""

import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from runner.catalog import Recipe
from runner.errors import NotInstallable
from runner.running.environments.lock import ENDING, Lock, check_lock, parse_lock, read_lock
from runner.running.environments.requirements import digest_of, needs_environment, requirements_of
from runner.running.environments.tools import find_tool

ASIDE: Final = ".making-"


@dataclass(frozen=True, slots=True)
class Environments:
    """Where environments and the locks of recipes without one of their own are kept.

    Attributes:
        folder: For environments; what lies there can be made again.
        locks: For locks: what was resolved once stays.
        environ: The environment of this process: it says where pip and uv look for packages.
        announce: Hears of what takes a while, in a line.
    """

    folder: Path
    locks: Path
    environ: Mapping[str, str] = field(repr=False)
    announce: Callable[[str], object] = lambda _: None

    def interpreter(self, recipe: Recipe) -> Path:
        """Return the Python that a recipe runs under: this one if it needs httpx alone, else that of its environment.

        Raises:
            NotInstallable: What it needs cannot be installed.
            WrongPackage: A package is not what the recipe's lock says.
            BrokenSource: The recipe's lock breaks a rule.
        """
        if not needs_environment(recipe):
            return Path(sys.executable)
        with _writing(recipe):
            lock = self._lock(recipe)
            folder = self.folder / digest_of(lock.digest, sys.version, sys.executable, sysconfig.get_platform())
            if not _python(folder).is_file():
                self._make(recipe, lock, folder)
        return _python(folder)

    def _lock(self, recipe: Recipe) -> Lock:
        """Return the lock beside the recipe, or that which was resolved for the same requirements before."""
        requirements, own = requirements_of(recipe), recipe.path.with_suffix(ENDING)
        if own.is_file():
            lock = read_lock(own)
            check_lock(lock, requirements, own)
            return lock
        kept = self.locks / f"{digest_of(*requirements, sys.version, sysconfig.get_platform())}{ENDING}"
        if kept.is_file():
            return read_lock(kept)
        self.announce(f"Looking up the packages for {recipe.id} ...")
        self.locks.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.locks, prefix=ASIDE) as name:
            lock = find_tool(self.environ).resolve(requirements, Path(name))
            aside = Path(name, "lock")
            aside.write_text(lock.text, encoding="utf-8")
            parse_lock(lock.text, aside)
            aside.replace(kept)
        return lock

    def _make(self, recipe: Recipe, lock: Lock, folder: Path) -> None:
        """Make an environment aside and put it in its place; who comes second uses that of the first."""
        import venv

        count = len(lock.pins)
        self.announce(f"Installing {count} package{'' if count == 1 else 's'} for {recipe.id} ...")
        tool = find_tool(self.environ)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.folder, prefix=ASIDE, ignore_cleanup_errors=True) as name:
            made = Path(name, "environment")
            venv.EnvBuilder(symlinks=sys.platform != "win32").create(made)
            tool.install(lock, _python(made), Path(name))
            _put_in_place(made, folder, Path(name))


@contextmanager
def _writing(recipe: Recipe) -> Iterator[None]:
    """Translate what goes wrong in the folders, and say for which recipe it is."""
    try:
        yield
    except NotInstallable as error:
        error.details = (f"{recipe.id} needs {', '.join(recipe.dependencies)}", *error.details)
        raise
    except OSError as error:
        where = f" in {error.filename}" if error.filename else ""
        raise NotInstallable(
            f"The packages of a recipe cannot be kept{where}: {error.strerror}.",
            hint="set RECIPES_HOME to a folder of yours, or free some room",
        ) from None


def _put_in_place(made: Path, folder: Path, aside: Path) -> None:
    if folder.is_dir() and not _python(folder).is_file():
        folder.rename(aside / "broken")  # its base interpreter is gone
    try:
        made.rename(folder)
    except OSError:
        if not _python(folder).is_file():
            raise


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
