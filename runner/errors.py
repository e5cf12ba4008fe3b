"""What can go wrong, and the exit code of each.

```
RunnerError            1   a bug of the recipe or of ours
├── BrokenSource       1   a file of a repository cannot be read as what it should be
├── RecipeFailed       1   the recipe raised, or gave something that is no row
├── AskedWrongly       2   the user's command, values or files do not fit
│   ├── NotFound       2   no such recipe, API, format, ...; suggests the nearest
│   ├── BadValues      2   values are missing or wrong; names all of them
│   ├── BrokenProfile  2   the file of a profile is damaged, or a key stands in it
│   └── NotInstallable 2   packages that a recipe needs cannot be installed
├── Mismatch           3   a run and its recording do not agree
├── WrongPackage       3   what was downloaded is not what a lock says; nothing of it was installed
├── NotRecordable      3   what was recorded may not be kept: it fails, holds a secret, or does not play
├── DraftRefused           3   what would be written breaks rules; nothing was written
├── HandoverRefused    3   what would be exported holds what must not leave; nothing was written
├── RepositoryRefused  3   a repository from elsewhere holds what none may hold; nothing of it was kept
├── NotAsLocked        3   a repository from elsewhere is not what recipes.lock says, or its history was rewritten
├── SomeFailed         3   of several things some failed; ends with the highest of their codes
├── KeyProblem         4   an API key is missing or was refused
│   └── TooShortToHide 4   a key or private value is so short that it cannot be told from other text
├── ApiRefused         5   the API refused the request
├── ApiUnreachable     6   the API did not answer, kept failing, or answered with something unreadable
├── SourceUnreachable  6   a repository could not be fetched from where it comes from
├── NotTrusted         7   what would run was not approved by the user
└── Stopped          130   Ctrl-C, SIGTERM, SIGHUP
```
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar


class RunnerError(Exception):
    """A failure with one sentence for the user and, in `hint`, what to do next.

    Attributes:
        hint: Something to type or paste; empty where nothing helps.
        details: Lines shown below the sentence, e.g. each of several problems.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.details = tuple(details)


class BrokenSource(RunnerError):
    """A recipe, `api.toml` or `recipes.toml` breaks a rule; the message starts with file and line."""

    def __init__(self, path: Path, line: int, message: str, *, hint: str = "") -> None:
        super().__init__(f"{path}:{line}: {message}", hint=hint)
        self.path = path
        self.line = line
        self.problem = message


class RecipeFailed(RunnerError):
    """The recipe raised, or gave something that is no row."""


class AskedWrongly(RunnerError):
    """The command, a value or a file given by the user does not fit."""

    exit_code = 2


class NotFound(AskedWrongly):
    """Nothing has the name the user typed."""

    def __init__(self, what: str, name: str, known: Collection[str], *, command: str = "", fallback: str = "") -> None:
        """Suggest the nearest of the `known` names.

        Args:
            what: The kind of thing: `recipe`, `format`.
            name: As typed.
            known: The names there are.
            command: Put before the nearest name to make the hint: `recipes show`.
            fallback: The hint where no name is near.
        """
        near = nearest(name, known)
        hint = f"{command} {near}".strip() if near else fallback
        super().__init__(f"No {what} named {name!r}.", hint=hint)
        self.name = name


class BadValues(AskedWrongly):
    """Values for parameters are missing or wrong; `details` names every one."""


class BrokenProfile(AskedWrongly):
    """The file of a profile cannot be read as one, or a key stands in it; where it can, the message gives the line."""


class NotInstallable(AskedWrongly):
    """The packages that a recipe needs cannot be found, downloaded or installed."""


class WrongPackage(RunnerError):
    """A package is not the one whose hash stands in a lock."""

    exit_code = 3


class Mismatch(RunnerError):
    """A run and what was recorded of it do not agree."""

    exit_code = 3


class NotRecordable(RunnerError):
    """A recording may not be kept; the one before it stays as it is."""

    exit_code = 3


class DraftRefused(RunnerError):
    """What was about to be written breaks rules, so nothing was written; `details` names each."""

    exit_code = 3


class HandoverRefused(RunnerError):
    """What was about to be exported holds a key, another customer's name or a path, so nothing was written."""

    exit_code = 3


class RepositoryRefused(RunnerError):
    """A repository from elsewhere holds what none may hold, so nothing of it was kept; `details` names what."""

    exit_code = 3


class NotAsLocked(RunnerError):
    """A repository from elsewhere is not what `recipes.lock` says: a moved tag, rewritten history, other content."""

    exit_code = 3


class SomeFailed(RunnerError):
    """Of several things that were tried some failed, each of which was shown already."""

    def __init__(self, message: str, failed: Sequence[RunnerError]) -> None:
        super().__init__(message)
        self.exit_code = max((error.exit_code for error in failed), default=3)  # type: ignore[misc]


class KeyProblem(RunnerError):
    """An API key is missing, or the API refused it."""

    exit_code = 4


class TooShortToHide(KeyProblem):
    """A key or a private value is so short that replacing it would replace other text too."""

    def __init__(self, what: str, least: int) -> None:
        super().__init__(
            f"{what} has fewer than {least} characters: it cannot be told from other text, and so not be hidden.",
            hint="Record from the sandbox, or with another value.",
        )


class ApiRefused(RunnerError):
    """The API refused the request."""

    exit_code = 5


class ApiUnreachable(RunnerError):
    """The API did not answer, kept failing, or answered with something unreadable."""

    exit_code = 6


class SourceUnreachable(RunnerError):
    """A repository could not be fetched: no network, no such place, or it takes too long."""

    exit_code = 6


class NotTrusted(RunnerError):
    """What would run was not approved by the user."""

    exit_code = 7


class Stopped(RunnerError):
    """The user pressed Ctrl-C."""

    exit_code = 130


def nearest(name: str, known: Collection[str]) -> str:
    """Return the known name most like `name`, or `""`; an id is also found by its last part."""
    import difflib  # only errors need it

    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if not found:
        by_last_part = {each.rpartition("/")[2]: each for each in known}
        found = [by_last_part[part] for part in difflib.get_close_matches(name, by_last_part, n=1, cutoff=0.6)]
    return found[0] if found else ""
