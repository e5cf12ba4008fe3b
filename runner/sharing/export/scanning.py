"""What must not stand in an exported file: keys, other customers' names, paths of this machine."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from runner.catalog import Repository, read_recipe
from runner.errors import BrokenSource
from runner.recording.leaks import find_leaks

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


def find_faults(text: str, *, secrets: Mapping[str, str], customers: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return what must not be handed over, and what a person should look at; a line each that says where.

    Args:
        text: All that is about to be written.
        secrets: Keys by the name that may be shown.
        customers: Names of others.
    """
    others = {f"{_OTHER} ({number})": name for number, name in enumerate(customers, start=1)}
    faults, notes = list[str](), list[str]()
    for leak in find_leaks(text, secrets=secrets, others=others):
        is_fault = leak.certain or leak.what.startswith(_OTHER) or leak.what.endswith(tuple(secrets))
        what = _OTHER if leak.what.startswith(_OTHER) else leak.what
        (faults if is_fault else notes).append(f"{leak.where}: {what}")
    return [*faults, *_paths(text)], notes


def _paths(text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _PATH.search(line):
            yield f"line {number}: a path of this machine ({found[0][:-1]}...)"
