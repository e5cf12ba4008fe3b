"""What must not stand in an exported file: keys, other customers' names, paths of this machine."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from runner.catalog import Repository, read_recipe
from runner.errors import BrokenSource
from runner.recording.leaks import find_leaks

Content: TypeAlias = str | bytes | Mapping[str, str | bytes]
"""One text, or several parts by name: the members of an archive, the cells of a notebook."""

_PATH: Final = re.compile(
    r"""(?<![\w.~/:\\-])(?:/(?:home|Users|root|work|workspace|tmp|private|mnt|media|srv|opt|var|data)/[\w.~-]"""
    r"""|[A-Za-z]:\\{1,2}[\w.~-]|\\{2,4}[\w.-]+\\{1,2}[\w.-])"""
)
_OTHER: Final = "the name of another customer"


def find_customers(repositories: Iterable[Repository], own: str) -> tuple[str, ...]:
    """Return whom recipes in sight were made for, other than `own`; a broken recipe is passed over."""
    names = dict[str, None]()
    for repository in repositories:
        for path in repository.recipe_files():
            try:
                # To read thousands of recipes takes a while, and few are for somebody.
                customer = read_recipe(path).customer if b"customer" in path.read_bytes() else ""
            except (BrokenSource, OSError):
                continue
            if customer and customer.casefold() != own.casefold():
                names[customer] = None
    return tuple(names)


def find_faults(
    content: Content, *, secrets: Mapping[str, str], customers: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Return what must not be handed over, and what a person should look at; a line each that says where.

    Args:
        content: All that is about to be written; of several parts each by its name, which is searched too.
        secrets: Keys by the name that may be shown.
        customers: Names of others.
    """
    others = {f"{_OTHER} ({number})": name for number, name in enumerate(customers, start=1)}
    faults, notes = list[str](), list[str]()
    for place, text in _parts(content):
        for leak in find_leaks(text, secrets=secrets, others=others):
            is_fault = leak.certain or leak.what.startswith(_OTHER) or leak.what.endswith(tuple(secrets))
            what = _OTHER if leak.what.startswith(_OTHER) else leak.what
            (faults if is_fault else notes).append(f"{_place(place, leak.where)}: {what}")
        faults += [f"{_place(place, where)}: {what}" for where, what in _paths(text)]
    return faults, notes


def _parts(content: Content) -> Iterator[tuple[str, str | bytes]]:
    """Yield each text with what to call its place; a name that must not be seen is found before it is shown."""
    if not isinstance(content, Mapping):
        yield "", content
        return
    yield "the names of the parts", "\n".join(content)
    yield from content.items()


def _place(part: str, where: str) -> str:
    return ", ".join(filter(None, (part, where)))


def _paths(text: str | bytes) -> Iterator[tuple[str, str]]:
    readable = text if isinstance(text, str) else text.decode(errors="replace")
    for number, line in enumerate(readable.split("\n"), start=1):
        if found := _PATH.search(line):
            yield f"line {number}", f"a path of this machine ({found[0][:-1]}...)"
