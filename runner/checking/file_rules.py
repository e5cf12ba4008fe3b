"""Rules of the reader: one for each part of a recipe file that it refuses. Until they are mended nothing runs."""

from collections.abc import Iterator

from runner.checking.draft import Draft
from runner.checking.finding import Spot, spot_of


def file_name(draft: Draft) -> Iterator[Spot]:
    """Find names of file and folder that make no id."""
    return _refused(draft, "name")


def text(draft: Draft) -> Iterator[Spot]:
    """Find a file that is no plain UTF-8 text of a sane size."""
    return _refused(draft, "text")


def block(draft: Draft) -> Iterator[Spot]:
    """Find a block that is missing, doubled, or that another reader could read differently."""
    return _refused(draft, "block")


def python(draft: Draft) -> Iterator[Spot]:
    """Find a file that is no Python."""
    return _refused(draft, "python")


def imports(draft: Draft) -> Iterator[Spot]:
    """Find an import of the runner, of another recipe, or of something beside the file."""
    return _refused(draft, "import")


def main(draft: Draft) -> Iterator[Spot]:
    """Find a file without one plain function `main`."""
    return _refused(draft, "main")


def question(draft: Draft) -> Iterator[Spot]:
    """Find a docstring that is missing, or does not begin with the customer's question."""
    return _refused(draft, "question")


def signature(draft: Draft) -> Iterator[Spot]:
    """Find a parameter without type, help or example, or a table that does not fit it."""
    return _refused(draft, "signature")


def result(draft: Draft) -> Iterator[Spot]:
    """Find a `main` that does not say which kind of result it gives."""
    return _refused(draft, "result")


def setting(draft: Draft) -> Iterator[Spot]:
    """Find a key of our table that is unknown, or has a value it cannot have."""
    return _refused(draft, "setting")


def _refused(draft: Draft, part: str) -> Iterator[Spot]:
    if error := draft.refusals.get(part):
        yield spot_of(error)
