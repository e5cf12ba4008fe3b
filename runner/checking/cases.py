"""The cases of a recipe as far as they can be read, with what was recorded and the secrets that stand in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from runner.catalog.ids import bare_id
from runner.checking.draft import Draft
from runner.errors import BrokenSource
from runner.recording.case import Case, case_files, case_folder, read_case
from runner.recording.cassette import MOST_BYTES, read_cassette
from runner.recording.exchange import Exchange
from runner.recording.leaks import Leak, find_leaks, find_leaks_in
from runner.running.keys import secrets_of


@dataclass(frozen=True)
class Cases:
    """The cases of one recipe.

    Attributes:
        draft: The recipe.
        id: Of the recipe, as its file names it.
        folder: Where they lie; there may be no such folder.
        files: The `.toml` of each.
        cases: Those that can be read.
        refusals: Why the others cannot.
        secrets: Keys of this machine for the recipe's APIs, by the name of their variable.
    """

    draft: Draft
    id: str
    folder: Path
    files: tuple[Path, ...]
    cases: tuple[Case, ...]
    refusals: tuple[BrokenSource, ...]
    secrets: Mapping[str, str]

    @cached_property
    def cassettes(self) -> tuple[Path, ...]:
        """The `.yaml` of each case, also where it has no `.toml`."""
        return tuple(path for path in sorted(self.folder.glob("*.yaml")) if path.is_file())

    @cached_property
    def recorded(self) -> tuple[Path, ...]:
        """Cassettes and results."""
        return (*self.cassettes, *(path for path in sorted(self.folder.glob("*.jsonl")) if path.is_file()))

    @cached_property
    def traffic(self) -> Mapping[Path, tuple[Exchange, ...] | BrokenSource]:
        """What was recorded, or why it cannot be read, by cassette."""
        found: dict[Path, tuple[Exchange, ...] | BrokenSource] = {}
        for path in self.cassettes:
            try:
                found[path] = read_cassette(path)
            except BrokenSource as error:
                found[path] = error
        return found

    @cached_property
    def leaks(self) -> tuple[tuple[Path, Leak], ...]:
        """Each secret once for each case, with the first file it stands in."""
        found: dict[tuple[str, str], tuple[Path, Leak]] = {}
        for path in (*self.recorded, *self.files):
            for leak in self._leaks_of(path):
                found.setdefault((path.stem, leak.fingerprint), (path, leak))
        return tuple(found.values())

    def _leaks_of(self, path: Path) -> Iterator[Leak]:
        """Look through the text of a file, and through what its traffic was before it became text."""
        if path.stat().st_size > MOST_BYTES:
            return
        yield from find_leaks(path.read_bytes(), secrets=self.secrets)
        traffic = self.traffic.get(path)
        if isinstance(traffic, tuple):
            yield from find_leaks_in(traffic, secrets=self.secrets)


def read_cases(root: Path, draft: Draft, environ: Mapping[str, str]) -> Cases:
    """Read the cases of a recipe in the repository at `root`; its keys may stand in the environment."""
    recipe_id = bare_id(draft.path)
    files = tuple(path for path in case_files(root, recipe_id) if path.is_file())
    cases, refusals = [], []
    for path in files:
        try:
            cases.append(read_case(path))
        except BrokenSource as error:
            refusals.append(error)
    keys = [(api, environ.get(api.key.env, "")) for api in draft.apis.values() if api.key]
    secrets = {name: secret for api, key in keys for name, secret in secrets_of(api, key).items()}
    return Cases(draft, recipe_id, case_folder(root, recipe_id), files, tuple(cases), tuple(refusals), secrets)
