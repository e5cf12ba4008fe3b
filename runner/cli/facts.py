"""The facts that `recipes doctor` finds, each with the word for how it stands; none of them holds a secret."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from runner.cli.installation import Extra, Installation
from runner.errors import NotTrusted

State: TypeAlias = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, and what to do; `problem` starts with file and line."""

    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class RepositoryFact:
    """A repository in sight.

    Attributes:
        title: For people; empty where its `recipes.toml` cannot be read.
        folder: Where it lies; empty where it was not found.
        alias: `""` for the one in use, `catalog` for the catalog.
        recipes: How many can be read.
        broken: What cannot be read.
        trusted: Whether its recipes may run.
        fix: The command that trusts it; `""` where it is trusted already, or cannot be.
        exit_code: What its faults end with; 0 where there are none.
    """

    title: str
    folder: str
    alias: str
    recipes: int
    broken: tuple[Fault, ...]
    trusted: bool
    fix: str
    exit_code: int

    @property
    def state(self) -> State:
        """A folder that is not trusted is nothing wrong, but worth knowing."""
        if self.broken:
            return "fail"
        return "ok" if self.trusted or self.asks_for_each else "warn"

    @property
    def asks_for_each(self) -> bool:
        """Whether it was added, so that each of its recipes is trusted by itself."""
        return not self.trusted and not self.fix and bool(self.alias)


@dataclass(frozen=True, slots=True)
class KeyFact:
    """The key for an API.

    Attributes:
        api: Title of the API.
        variable: That holds the key.
        found_in: `environment`, `--env-file FILE`, or `""`.
        shown: Its end: `…d4f2`; `…` where it is short or its folder is not trusted, `""` where there is none.
        remark: What is odd about it, or `""`.
        help: Where to get one; may be empty.
    """

    api: str
    variable: str
    found_in: str
    shown: str
    remark: str
    help: str

    @property
    def state(self) -> State:
        """A missing key is only a warning: `--try` needs none."""
        return "ok" if self.found_in and not self.remark else "warn"


@dataclass(frozen=True, slots=True)
class ReferenceFact:
    """One key reference of a profile.

    Attributes:
        variable: That an `api.toml` names.
        reference: As written.
        resolves: Whether it leads to a key; None where it was not followed.
        shown: The end of the key: `…d4f2`; `…` where that would give too much away, `""` where there is none.
        problem: Why there is none, or `""`.
        fix: Something to type, or `""`.
    """

    variable: str
    reference: str
    resolves: bool | None
    shown: str
    problem: str
    fix: str

    @property
    def state(self) -> State:
        """Only a run with this profile needs it."""
        return "warn" if self.problem else "ok"


@dataclass(frozen=True, slots=True)
class ProfileFact:
    """One profile; whose it is, is none of what support needs to know.

    Attributes:
        name: Of the profile.
        values: How many.
        references: Of its keys.
        problem: Why it cannot be used, or `""`.
        fix: Something to type, or `""`.
    """

    name: str
    values: int
    references: tuple[ReferenceFact, ...]
    problem: str = ""
    fix: str = ""

    @property
    def state(self) -> State:
        """Nothing but a run with this profile fails."""
        return "warn" if self.problem or any(each.problem for each in self.references) else "ok"


@dataclass(frozen=True, slots=True)
class HostFact:
    """Whether the host of an API answers.

    Attributes:
        api: Title of the API.
        host: Host and port.
        proxy: On the way to it, without credentials, or `""`.
        status: Of the answer; None where there was none, or it was not asked.
        problem: Why there was no answer, or `""`.
        fix: Something to type, or `""`.
        exit_code: 6 where it was asked in vain, else 0.
    """

    api: str
    host: str
    proxy: str
    status: int | None = None
    problem: str = ""
    fix: str = ""
    exit_code: int = 0

    @property
    def state(self) -> State:
        """That it was not asked because nobody approved it is worth knowing."""
        return "fail" if self.exit_code else "warn" if self.problem else "ok"


@dataclass(frozen=True, slots=True)
class StoreFact:
    """The file that says what is trusted.

    Attributes:
        path: Of the file.
        exists: Whether anything was ever trusted.
        problem: Why it is not believed, or `""`.
        fix: Something to type, or `""`.
    """

    path: str
    exists: bool
    problem: str
    fix: str

    @property
    def state(self) -> State:
        """Where it is not believed, nothing but the catalog runs."""
        return "fail" if self.problem else "ok"

    @property
    def exit_code(self) -> int:
        """That of what is not trusted."""
        return NotTrusted.exit_code if self.problem else 0


@dataclass(frozen=True, slots=True)
class CacheFact:
    """The folder for what can be made again.

    Attributes:
        path: Of the folder, which may not be there yet.
        writable: Whether anything can be kept there; without it all works, but listings take longer.
    """

    path: str
    writable: bool

    @property
    def state(self) -> State:
        """Nothing fails without it."""
        return "ok" if self.writable else "warn"


@dataclass(frozen=True, slots=True)
class TerminalFact:
    """Where results are shown.

    Attributes:
        is_terminal: False for a pipe or file.
        columns: Of the terminal, or None.
        encoding: `utf-8`.
    """

    is_terminal: bool
    columns: int | None
    encoding: str

    @property
    def state(self) -> State:
        """Headlines come in all scripts."""
        return "ok" if self.encoding == "utf-8" else "warn"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that was found out, in the order in which it is shown."""

    installation: Installation
    extras: tuple[Extra, ...]
    repositories: tuple[RepositoryFact, ...]
    keys: tuple[KeyFact, ...]
    profiles: tuple[ProfileFact, ...]
    hosts: tuple[HostFact, ...]
    trust_store: StoreFact
    cache: CacheFact
    terminal: TerminalFact

    @property
    def states(self) -> tuple[State, ...]:
        """Of everything that can be wrong."""
        of_lists = [each.state for facts in (self.repositories, self.keys, self.profiles, self.hosts) for each in facts]
        return (*of_lists, self.trust_store.state, self.cache.state, self.terminal.state)

    @property
    def state(self) -> State:
        """The worst of them."""
        return max(self.states, key=("ok", "warn", "fail").index)

    @property
    def exit_code(self) -> int:
        """The highest of all failures; 0 where there are none."""
        codes = [each.exit_code for facts in (self.repositories, self.hosts) for each in facts]
        return max([*codes, self.trust_store.exit_code])
