"""The case: one recorded run of a recipe, with its values, its clock and where its traffic came from."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from runner.catalog.tables import Table, read_table
from runner.catalog.wording import listed, quoted
from runner.errors import BrokenSource

Source: TypeAlias = Literal["live", "sandbox", "example"]

DEFAULT_CASE: Final = "default"
SOURCES: Final[dict[Source, str]] = {
    "live": "recorded from the API",
    "sandbox": "invented data recorded from the sandbox",
    "example": "invented data written by hand",
}
"""Where the traffic of a case came from, and how that is said."""

TEST_KEY: Final = re.compile(r"test-key-[a-z0-9-]{1,60}")
"""A key for a sandbox that may stand in a file: its name says that it opens nothing, so no real one gets there."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_KEYS: Final = (
    *("recipe", "digest", "source", "sandbox-key", "clock", "recorded-at", "expect-error"),
    *("versions", "values", "error"),
)
_TRAFFIC: Final = ".yaml"
_RESULT: Final = ".jsonl"


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """How a run ends that is meant to fail.

    Attributes:
        exit_code: Of the command.
        message: The error's sentence.
    """

    exit_code: int
    message: str


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded run, as its `.toml` tells it.

    Attributes:
        folder: `cassettes/<api>/<recipe-name>` of its repository.
        name: `default`, or what `--case` named.
        recipe_id: `newswhip/top-stories`.
        digest: Of the recipe when it was recorded: SHA-256 of its text, as hex.
        source: Where the traffic came from.
        clock: The moment at which the run began and its clock stands when it is played; UTC.
        recorded_at: When it was recorded; UTC, whole seconds.
        values: One for each parameter, as TOML has them; what is None is left out.
        versions: Of what recorded it, by distribution name.
        expects_error: An answer of 400 or above is what the case is for.
        error: How the run ends where it is meant to fail, else None.
        sandbox_key: The key that the sandbox was sent, one of its own; `""` for the one that may do everything.
    """

    folder: Path
    name: str
    recipe_id: str
    digest: str
    source: Source
    clock: datetime
    recorded_at: datetime
    values: Mapping[str, object]
    versions: Mapping[str, str] = field(default_factory=dict)
    expects_error: bool = False
    error: ExpectedError | None = None
    sandbox_key: str = ""

    @property
    def title(self) -> str:
        """For messages: `newswhip/top-stories`, or `newswhip/top-stories no-match`."""
        return self.recipe_id if self.name == DEFAULT_CASE else f"{self.recipe_id} {self.name}"

    @property
    def path(self) -> Path:
        """The file that holds all this."""
        return self.folder / f"{self.name}.toml"

    @property
    def cassette(self) -> Path:
        """The file of its traffic."""
        return self.folder / f"{self.name}{_TRAFFIC}"

    @property
    def result(self) -> Path:
        """The file of its rows; one row a line."""
        return self.folder / f"{self.name}{_RESULT}"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files that its recipe reads, each named `<case>.<name>`; the recipe sees them without the case."""
        others = (self.path, self.cassette, self.result)
        return tuple(sorted(path for path in self.folder.glob(f"{self.name}.*") if path not in others))


def case_folder(root: Path, recipe_id: str) -> Path:
    """Return where the cases of a recipe lie in the repository at `root`."""
    return root.joinpath("cassettes", *recipe_id.split("/"))


def case_files(root: Path, recipe_id: str) -> tuple[Path, ...]:
    """Return the `.toml` of each case of a recipe, the default one first, the others by name."""
    folder = case_folder(root, recipe_id)
    names = [name for name in _names_in(folder) if name.endswith(".toml")]
    return tuple(folder / name for name in sorted(names, key=lambda name: (name != f"{DEFAULT_CASE}.toml", name)))


def _names_in(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - a glob takes four times as long, and there may be hundreds
    except OSError:
        return []


def is_case_name(text: str) -> bool:
    """Tell whether a text can name a case: `no-match`."""
    return _NAME.fullmatch(text) is not None


def read_case(path: Path) -> Case:
    """Read the `.toml` of a case.

    Raises:
        BrokenSource: It is missing or breaks a rule.
    """
    if not is_case_name(path.stem):
        hint = "use lower-case letters, digits and hyphens: no-match.toml"
        raise BrokenSource(path, 1, f"the file name {quoted(path.name)} makes no case", hint=hint)
    table = read_table(path)
    table.allow(*_KEYS)
    table.require("recipe", "digest", "source", "clock", "recorded-at")
    versions = table.table("versions")
    return Case(
        folder=path.parent,
        name=path.stem,
        recipe_id=_recipe_id(table, path),
        digest=_digest(table),
        source=_source(table),
        clock=_moment(table, "clock"),
        recorded_at=_moment(table, "recorded-at"),
        values=_values(table.table("values")),
        versions={name: versions.text(name) for name in versions.values},
        expects_error=table.flag("expect-error"),
        error=_error(table.table("error")) if "error" in table else None,
        sandbox_key=_sandbox_key(table),
    )


def case_text(case: Case) -> str:
    """Return the `.toml` of a case; `read_case` reads it back."""
    import tomli_w  # only who records writes

    document: dict[str, object] = {
        "recipe": case.recipe_id,
        "digest": case.digest,
        "source": case.source,
        **({"sandbox-key": case.sandbox_key} if case.sandbox_key else {}),
        "clock": case.clock.astimezone(UTC),
        "recorded-at": case.recorded_at.astimezone(UTC).replace(microsecond=0),
        **({"expect-error": True} if case.expects_error else {}),
        "values": dict(case.values),
        "versions": dict(case.versions),
    }
    if case.error is not None:
        document["error"] = {"exit-code": case.error.exit_code, "message": case.error.message}
    return tomli_w.dumps(document)


def all_case_files(root: Path) -> Iterator[Path]:
    """Yield the `.toml` of every case in a repository, in order of API, recipe and case."""
    yield from sorted(root.joinpath("cassettes").glob("*/*/*.toml"))


def _recipe_id(table: Table, path: Path) -> str:
    text = table.text("recipe")
    expected = f"{path.parent.parent.name}/{path.parent.name}"
    if text != expected:
        raise table.broken("recipe", f"is {quoted(text)}, but the folder is for {expected}", "move the files")
    return text


def _digest(table: Table) -> str:
    text = table.text("digest")
    if not _DIGEST.fullmatch(text):
        raise table.broken("digest", "is no SHA-256 as 64 hex digits", "record the case anew")
    return text


def _source(table: Table) -> Source:
    text = table.text("source")
    if text not in SOURCES:
        raise table.broken("source", f"cannot be {quoted(text)}", f"write one of {listed(list(SOURCES))}")
    return text


def _sandbox_key(table: Table) -> str:
    text = table.text("sandbox-key")
    if text and not TEST_KEY.fullmatch(text):  # which is not shown: it may be a real one
        raise table.broken("sandbox-key", "does not look like test-key-...", "record the case anew")
    return text


def _moment(table: Table, key: str) -> datetime:
    value = table.values[key]
    if not isinstance(value, datetime) or value.utcoffset() is None:
        hint = f"write {key} = 2026-01-31T09:00:00Z"
        raise table.broken(key, f"must be a moment with its offset, not {quoted(value)}", hint)
    return value.astimezone(UTC)


def _values(table: Table) -> dict[str, Any]:
    for name, value in table.values.items():
        try:
            str(value)
        except ValueError:  # of an integer of thousands of digits, which no parameter takes
            raise table.broken(name, "is or holds a huge number", "record the case anew") from None
    return table.values


def _error(table: Table) -> ExpectedError:
    table.allow("exit-code", "message")
    table.require("exit-code", "message")
    code = table.values["exit-code"]
    if type(code) is not int or not 1 <= code <= 255:
        raise table.broken("exit-code", f"must be a whole number from 1, not {quoted(code)}", "write exit-code = 5")
    return ExpectedError(code, table.text("message"))
