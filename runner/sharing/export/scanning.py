"""What must not stand in an exported file: keys, what belongs to others, internal hosts, paths of this machine."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from runner.catalog.copies import each_answered
from runner.recording.known import Known
from runner.recording.leaks import Leak, find_known
from runner.sharing.export.foreign import CUSTOMER, Belonging
from runner.sharing.export.hosts import Hosts
from runner.sharing.export.machine import find_paths

Content: TypeAlias = str | bytes | Mapping[str, str | bytes]
"""One text, or several parts by name: the members of an archive, the cells of a notebook."""

_NAMES: Final = "the names of the parts"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found; as text a line that shows nothing of it.

    Attributes:
        where: Part and line.
        what: What it is.
        id: To let it stand by; `""` for a key, which never may.
    """

    where: str
    what: str
    id: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}{f'  [{self.id}]' if self.id else ''}"


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is looked for beside keys.

    Attributes:
        belongings: What belongs to others.
        hosts: As `internal-hosts` lists them.
    """

    belongings: tuple[Belonging, ...] = ()
    hosts: tuple[str, ...] = ()


def find_faults(
    content: Content,
    *,
    secrets: Mapping[str, str],
    customers: Iterable[str] = (),
    guarded: Guarded = Guarded(),
    accepted: Collection[str] = (),
) -> tuple[list[Finding], list[Finding]]:
    """Return what must not be handed over, and what a person should look at.

    Args:
        content: All that is about to be written; of several parts each by its name, which is searched too.
        secrets: Keys by the name that may be shown.
        customers: Names of others, beside those among `guarded`.
        guarded: What else to look for.
        accepted: The ids of findings that the user lets stand.
    """
    search = _Search(secrets, [*(Belonging(CUSTOMER, name) for name in customers), *guarded.belongings], guarded.hosts)
    faults, notes = list[Finding](), list[Finding]()
    for place, text in _parts(content, search):
        for leak in search.leaks(text):
            id_ = "" if search.is_key(leak) else leak.fingerprint
            finding = Finding(", ".join(filter(None, (place, leak.where))), leak.what, id_)
            if not (id_ and id_ in accepted):
                (faults if search.stops(leak) else notes).append(finding)
    return faults, notes


def are_clean(
    texts: Sequence[str],
    *,
    secrets: Mapping[str, str],
    guarded: Guarded,
    watch: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[bool]:
    """Tell of each of many texts whether nothing at all is found in it; several processes search.

    Args:
        texts: Whatever is about to be written.
        secrets: Keys by the name that may be shown.
        guarded: What else to look for.
        watch: Hears how many texts of how many are searched.
    """
    found = list[bool]()
    search = _Search(secrets, guarded.belongings, guarded.hosts)
    for each in each_answered(lambda text: not search.leaks(text), texts):
        found.append(each)
        watch(len(found), len(texts))
    return found


class _Search:
    """What is looked for in each part, and how each finding counts."""

    def __init__(self, secrets: Mapping[str, str], belongings: Iterable[Belonging], hosts: Iterable[str]) -> None:
        self._secrets = secrets
        counts = Counter[str]()
        others, self._doubtful = dict[str, str](), set[str]()
        for each in belongings:
            counts[each.what] += 1
            label = f"{each.what} ({counts[each.what]})" if each.is_anothers else each.what
            others[label] = each.text
            if not each.stops:
                self._doubtful.add(label)
        self._others, self._known = frozenset(others), Known(secrets, others, (Hosts(hosts).find, find_paths))

    def leaks(self, text: str | bytes) -> tuple[Leak, ...]:
        return find_known(text, self._known)

    def is_key(self, leak: Leak) -> bool:
        return leak.what.removesuffix(" in other letters").endswith(tuple(self._secrets))

    def stops(self, leak: Leak) -> bool:
        is_anothers = leak.what in self._others and leak.what not in self._doubtful
        return leak.certain or is_anothers or leak.what.endswith(tuple(self._secrets))


def _parts(content: Content, search: _Search) -> Iterator[tuple[str, str | bytes]]:
    """Yield each text with what to call its place; a name in which something was found is not shown."""
    if not isinstance(content, Mapping):
        yield "", content
        return
    yield _NAMES, "\n".join(content)
    for number, (name, text) in enumerate(content.items(), start=1):
        yield (f"part {number}" if search.leaks(name) else name), text
