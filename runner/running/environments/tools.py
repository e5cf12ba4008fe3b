"""What resolves and installs packages: uv where it is there, or else pip; only wheels, only with hashes.

The index is the user's own: uv and pip find it in their configuration and in the environment. A recipe's file is never
handed over, as it could name another one; what is handed over are requirements that the catalog has read.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any, Final, Protocol

from runner.errors import BrokenSource, NotInstallable, WrongPackage
from runner.running.environments.lock import Lock, Pin, lock_of, parse_lock, plain_name

LONGEST: Final = 900
"""Seconds that a download may take."""
_LAST_LINES: Final = 6


class Tool(Protocol):
    """What resolves and installs."""

    def resolve(self, requirements: Sequence[str], folder: Path) -> Lock:
        """Return the packages that fulfil requirements; `folder` is empty and for the tool's own use."""
        ...

    def install(self, lock: Lock, python: Path, folder: Path) -> None:
        """Install exactly the packages of a lock for an interpreter."""
        ...


def find_tool(environ: Mapping[str, str]) -> Tool:
    """Return uv where it is on PATH, or else pip.

    Raises:
        NotInstallable: There is neither.
    """
    if found := which("uv", path=environ.get("PATH")):
        return Uv(found, environ)
    if find_spec("pip") is not None:
        return Pip(environ)
    raise NotInstallable(
        "There is neither uv nor pip to install the packages that this recipe needs.",
        hint=f"install uv (https://docs.astral.sh/uv), or: {sys.executable} -m ensurepip",
    )


@dataclass(frozen=True, slots=True)
class Uv:
    """The program uv.

    Attributes:
        program: Its path.
        environ: The environment that it gets.
    """

    program: str
    environ: Mapping[str, str] = field(repr=False)

    def resolve(self, requirements: Sequence[str], folder: Path) -> Lock:
        """Ask `uv pip compile`."""
        wanted = folder / "requirements.in"
        wanted.write_text("".join(f"{each}\n" for each in requirements), encoding="utf-8")
        words = ["compile", "--generate-hashes", "--no-annotate", "--no-header", "--only-binary=:all:", "--quiet"]
        text = self._run([*words, f"--python={sys.executable}", str(wanted)], folder)
        try:
            return parse_lock(text, wanted)
        except BrokenSource as error:
            raise NotInstallable(f"uv gave a lock that cannot be used: {error.problem}.") from None

    def install(self, lock: Lock, python: Path, folder: Path) -> None:
        """Ask `uv pip sync`."""
        file = folder / "packages.txt"
        file.write_text(lock.text, encoding="utf-8")
        words = ["sync", "--require-hashes", "--only-binary=:all:", "--quiet", f"--python={python}", str(file)]
        self._run(words, folder)

    def _run(self, words: Sequence[str], folder: Path) -> str:
        return _output([self.program, "pip", *words, *self._configured(), "--color=never"], self.environ, folder)

    def _configured(self) -> Sequence[str]:
        """Let uv read the user's own file, and none that lies somewhere above the folder it works in."""
        home = self.environ.get("XDG_CONFIG_HOME") or f"{self.environ.get('HOME', '')}/.config"
        own = Path(self.environ["APPDATA"]) if "APPDATA" in self.environ else Path(home)
        files = (own / "uv" / "uv.toml", Path("/etc/uv/uv.toml"))
        return next((["--config-file", str(file)] for file in files if file.is_file()), ["--no-config"])


@dataclass(frozen=True, slots=True)
class Pip:
    """The pip of this interpreter.

    Attributes:
        environ: The environment that it gets.
    """

    environ: Mapping[str, str] = field(repr=False)

    def resolve(self, requirements: Sequence[str], folder: Path) -> Lock:
        """Ask `pip install --dry-run` what it would install."""
        wanted, report = folder / "requirements.in", folder / "report.json"
        wanted.write_text("".join(f"{each}\n" for each in requirements), encoding="utf-8")
        words = ["--dry-run", "--ignore-installed", "--only-binary=:all:", f"--report={report}", f"-r{wanted}"]
        self._run(words, folder)
        return lock_of(map(_pin, json.loads(report.read_text(encoding="utf-8"))["install"]))

    def install(self, lock: Lock, python: Path, folder: Path) -> None:
        """Ask `pip install` for an interpreter that has no pip of its own."""
        file = folder / "packages.txt"
        file.write_text(lock.text, encoding="utf-8")
        words = ["--require-hashes", "--only-binary=:all:", "--no-deps", f"-r{file}"]
        self._run(words, folder, for_python=python)

    def _run(self, words: Sequence[str], folder: Path, *, for_python: Path | None = None) -> str:
        target = [f"--python={for_python}"] if for_python else []
        pip = [sys.executable, "-I", "-m", "pip", *target, "--disable-pip-version-check", "--no-input", "install"]
        return _output([*pip, "--quiet", "--no-color", *words], self.environ, folder)


def _pin(item: dict[str, Any]) -> Pin:
    """Return a package out of pip's report (https://pip.pypa.io/en/stable/reference/installation-report)."""
    about, archive = item["metadata"], item["download_info"].get("archive_info", {})
    digest = archive.get("hashes", {}).get("sha256", "")
    if not digest:
        raise NotInstallable(f"The index tells no sha256 of {about['name']} {about['version']}.")
    return Pin(plain_name(about["name"]), about["version"], (f"sha256:{digest}",))


def _output(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> str:
    try:
        answer = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        raise NotInstallable(f"Packages were not installed within {LONGEST} s.", hint="check the network") from None
    if answer.returncode:
        raise _failure(answer.stderr or answer.stdout)
    return answer.stdout


_SIGNS: Final = (
    ("hash mismatch", "hashes do not match", "do not match the hash"),
    ("failed to establish a new connection", "connection refused", "error sending request", "dns error"),
    ("no matching distribution", "not found in the package registry", "no solution found", "could not find a version"),
)


def _failure(said: str) -> NotInstallable | WrongPackage:
    """Tell the causes apart that call for different remedies; the tool's own last lines follow."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last, text = lines[-_LAST_LINES:], " ".join(said.lower().split())
    wrong, unreachable, missing = (any(sign in text for sign in signs) for signs in _SIGNS)
    if wrong:
        problem = "A package is not the one that the lock names, so nothing was installed."
        hint = "do not run it; ask who publishes the lock, or make it anew if the packages are right"
        return WrongPackage(problem, details=last, hint=hint)
    if unreachable:
        hint = "check the network, and the index that pip or uv is set to"
        return NotInstallable("The package index cannot be reached.", details=last, hint=hint)
    if missing:
        hint = "check the names and versions in the recipe's block; only packages with a wheel are installed"
        return NotInstallable("A package that the recipe needs cannot be had as a wheel.", details=last, hint=hint)
    return NotInstallable("The packages that the recipe needs cannot be installed.", details=last)
