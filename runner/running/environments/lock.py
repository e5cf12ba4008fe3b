r"""A lock: the packages of one recipe by name, version and hashes, in the format that pip and uv read and write.

```
anyio==4.11.0 \
    --hash=sha256:0287e96f4d26d4149305414d4e3bc32f0dcd0862365a4bddea19d7a1ec38c4fc
```

Nothing else may stand in it but comments and markers: pip would also follow addresses, indexes and other files there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.errors import BrokenSource
from runner.running.environments.requirements import digest_of

ENDING: Final = ".lock"
"""Of the lock beside a recipe: `top_stories.lock` beside `top_stories.py`."""
_LINE: Final = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[A-Za-z0-9._, -]*\])?"
    r"\s*==\s*(?P<version>[0-9A-Za-z.!+_-]+)"
    r"(?:\s*;(?P<marker>[^@#\\]*?))?(?P<hashes>(?:\s+--hash=sha256:[0-9a-f]{64})+)"
)
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")
_LONGEST: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Pin:
    """One package.

    Attributes:
        name: In lower case, with hyphens.
        version: The only one that will do.
        hashes: `sha256:...` of each file that will do.
    """

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def line(self) -> str:
        """The package as a line of a lock."""
        return " \\\n".join([f"{self.name}=={self.version}", *(f"    --hash={each}" for each in self.hashes)])


@dataclass(frozen=True, slots=True)
class Lock:
    """All packages of an environment, sorted by name."""

    pins: tuple[Pin, ...]

    @property
    def text(self) -> str:
        """The lock as a file."""
        return "".join(f"{pin.line}\n" for pin in self.pins)

    @property
    def digest(self) -> str:
        """A name for the environment that it describes."""
        return digest_of(self.text)


def lock_of(pins: Iterable[Pin]) -> Lock:
    """Return the lock of some packages."""
    return Lock(tuple(sorted(pins, key=lambda pin: pin.name)))


def read_lock(path: Path) -> Lock:
    """Read a lock file.

    Raises:
        BrokenSource: It cannot be read, or a line says more than name, version, marker and hashes.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError):
        raise BrokenSource(path, 1, "the lock cannot be read as text") from None
    return parse_lock(text, path)


def parse_lock(text: str, path: Path) -> Lock:
    """Read the text of a lock; what its markers leave out here is left out.

    Raises:
        BrokenSource: A line says more than name, version, marker and hashes.
    """
    if len(text) > _LONGEST:
        raise BrokenSource(path, 1, "the lock is too large")
    pins = []
    for number, line in _lines(text):
        found = _LINE.fullmatch(line)
        if not found:
            problem = f"{line[:60]!r} is no package with == and sha256 hashes"
            raise BrokenSource(path, number, problem, hint="uv pip compile --generate-hashes writes such lines")
        if _applies(found["marker"], path, number):
            pins.append(Pin(plain_name(found["name"]), found["version"], tuple(_HASH.findall(found["hashes"]))))
    return lock_of(pins)


def check_lock(lock: Lock, requirements: Sequence[str], path: Path) -> None:
    """Refuse a lock that lacks what a recipe asks for, or has another version of it.

    Raises:
        BrokenSource: It does.
    """
    from packaging.requirements import Requirement

    versions = {pin.name: pin.version for pin in lock.pins}
    for wanted in map(Requirement, requirements):
        version = versions.get(plain_name(wanted.name), "")
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        if not version or not wanted.specifier.contains(version, prereleases=True):
            problem = f"{wanted} is not in it" if not version else f"it has {wanted.name} {version}, and not {wanted}"
            hint = "make the lock anew from the recipe's dependencies, or remove it"
            raise BrokenSource(path, 1, f"this lock does not fit the recipe: {problem}", hint=hint)


def plain_name(name: str) -> str:
    """Return a package's name as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their number, those that end in a backslash joined, without comments and empty ones."""
    joined, begun = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        bare = re.sub(r"(?:^|\s)#.*", "", line).strip()
        begun = begun or number
        if bare.endswith("\\"):
            joined += bare[:-1].strip() + " "
            continue
        if whole := (joined + bare).strip():
            yield begun, whole
        joined, begun = "", 0
    if joined.strip():
        yield begun, joined.strip()


def _applies(marker: str | None, path: Path, line: int) -> bool:
    if not marker or not marker.strip():
        return True
    from packaging.markers import InvalidMarker, Marker

    try:
        return Marker(marker.strip()).evaluate()
    except InvalidMarker:
        raise BrokenSource(path, line, f"{marker.strip()[:60]!r} is no marker") from None
