"""What a person is told before they let something run: what it would do, and what is new since they looked last."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.catalog import Api, read_block
from runner.errors import BrokenSource
from runner.running.approval import destination, host
from runner.running.dependencies import OURS
from runner.sharing.approved import MOST_BYTES, diff_files
from runner.sharing.capabilities import find_capabilities
from runner.sharing.grants import Candidate, Grant
from runner.sharing.trust import TrustStore

RUNS_AS_YOU = "It runs as you: it can read your files and any key this machine can read."
HINT = "seen in the text; a hint, not a verdict"


@dataclass(frozen=True, slots=True)
class KnownApi:
    """An API that the user has to do with already.

    Attributes:
        api: As read from what is trusted.
        place: Where it is described: `the catalog`.
    """

    api: Api
    place: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is told of something that is not trusted.

    Attributes:
        heading: What it is and where it comes from.
        reason: Why it may not run yet.
        facts: A label and a text each.
    """

    heading: str
    reason: str
    facts: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The facts, a line each."""
        return tuple(f"{label:<20} {text}" for label, text in self.facts)


def disclose(candidate: Candidate, store: TrustStore, known: Iterable[KnownApi]) -> Disclosure:
    """Say what would happen if a candidate ran.

    Args:
        candidate: Of a folder, with all APIs of it whose keys would be allowed.
        store: What was said before.
        known: The APIs of what is trusted, to tell whose a key is.

    Raises:
        BrokenSource: A file of an added recipe cannot be read.
    """
    last = store.last_approved(candidate)
    before = store.copies.recall(last.digest) if last else None
    allowed = store.destinations(candidate)
    facts = (
        *_keys(candidate, allowed, [*known]),
        *(_needs(candidate, before)),
        *(_changes(candidate, before)),
        *_effects(candidate),
        *_uses(candidate),
    )
    return Disclosure(_heading(candidate), _reason(candidate, last, allowed), facts)


def borrowed_keys(apis: Iterable[Api], known: Sequence[KnownApi]) -> Iterator[str]:
    """Say of each key that would go elsewhere than to the API it is known for, whose it is."""
    for api in apis:
        if api.key is None:
            continue
        alike = [each for each in known if each.api.key and each.api.key.env == api.key.env]
        if alike and destination(api) not in {destination(each.api) for each in alike}:
            owner = f"{alike[0].api.title} ({host(alike[0].api)}) in {alike[0].place}"
            yield f"{api.key.env} is the key of {owner}, and would go to {host(api)}"


def diff_of(candidate: Candidate, store: TrustStore) -> str | None:
    """Return what changed since a candidate was approved last; None where no version of it is kept."""
    last = store.last_approved(candidate)
    before = store.copies.recall(last.digest) if last else None
    if before is None or candidate.closure is None:
        return None
    return diff_files(before, _readable(candidate.closure.files))


def texts_of(candidate: Candidate) -> dict[str, str]:
    """Return the texts that would run, by their paths, the recipe's first."""
    recipe = candidate.recipe
    files: Mapping[str, bytes]
    texts = {recipe.path.relative_to(candidate.repository.root).as_posix(): recipe.source} if recipe else {}
    try:
        files = candidate.closure.files if candidate.closure else {}
    except BrokenSource:
        if candidate.origin is not None:
            raise
        files = {}  # a folder's own recipe can be shown without its sandbox
    for path, content in _readable(files).items():
        texts.setdefault(path, content.decode("utf-8", "replace"))
    return texts


def _readable(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of which copies are kept."""
    return {path: content for path, content in files.items() if len(content) <= MOST_BYTES}


def _heading(candidate: Candidate) -> str:
    origin = candidate.origin
    if origin is None:
        return "   ".join(dict.fromkeys((candidate.name, str(candidate.repository.root))))
    return f"{candidate.name}   {origin.identity}{f' @ {origin.revision}' if origin.revision else ''}"


def _reason(candidate: Candidate, last: Grant | None, allowed: frozenset[str] | None) -> str:
    if allowed is not None and allowed >= {*candidate.destinations}:
        return "You trust it already."
    if allowed is not None:
        return "Not trusted: you have allowed it, but not to send this key there."
    if candidate.origin is None:
        return "Not trusted: you have not allowed this folder."
    if last is not None:
        return f"Not trusted: you approved another version on {last.when:%Y-%m-%d}."
    return "Not trusted: you have approved no version of it."


def _keys(candidate: Candidate, allowed: frozenset[str] | None, known: Sequence[KnownApi]) -> Iterator[tuple[str, str]]:
    for pair in candidate.destinations:
        variable, _, where = pair.partition(" ")
        is_new = allowed is not None and pair not in allowed
        yield "Sends your key", f"{variable} to {where}{' (new)' if is_new else ''}"
    for text in borrowed_keys(candidate.apis, known):
        yield "ANOTHER API'S KEY", text
    for api in candidate.apis:
        if api.key is None:
            yield "Calls", f"{host(api)}, without a key"


def _needs(candidate: Candidate, before: dict[str, bytes] | None) -> Iterator[tuple[str, str]]:
    recipe = candidate.recipe
    if recipe is None:
        return
    text = (before or {}).get(recipe.path.relative_to(candidate.repository.root).as_posix())
    known = _dependencies(text.decode()) if text is not None else ()
    new = [each for each in recipe.dependencies if each not in OURS and each not in known]
    if new:
        yield "New dependency" if text is not None else "Needs", ", ".join(new)


def _dependencies(text: str) -> tuple[str, ...]:
    try:
        return read_block(text, Path("approved.py")).dependencies
    except BrokenSource:
        return ()


def _changes(candidate: Candidate, before: dict[str, bytes] | None) -> Iterator[tuple[str, str]]:
    if before is None or candidate.closure is None:
        return
    now = _readable(candidate.closure.files)
    changed = [path for path in sorted({*before, *now}) if before.get(path) != now.get(path)]
    if changed:
        yield "Changed since", ", ".join(path.removeprefix("recipes/") for path in changed)


def _effects(candidate: Candidate) -> Iterator[tuple[str, str]]:
    recipe = candidate.recipe
    if recipe is None:
        return
    if recipe.writes:
        yield "Writes", "changes something at the API (writes = true)"
    if files := [each.name for each in recipe.parameters if each.kind.base == "path"]:
        yield "Takes files", ", ".join(files)


def _uses(candidate: Candidate) -> Iterator[tuple[str, str]]:
    texts = (text for path, text in texts_of(candidate).items() if path.endswith(".py"))
    if words := sorted({word for text in texts for word in find_capabilities(text)}):
        yield "Uses", f"{', '.join(words)}   ({HINT})"
