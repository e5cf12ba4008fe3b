"""The formats of `recipes export`: what each makes of a recipe, which parts of it are searched, and how it is tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from runner.catalog import Found
from runner.cli.stages import refuse_other_values
from runner.errors import AskedWrongly
from runner.recording.case import SOURCES, Case
from runner.recording.parsed import read_known
from runner.recording.replay import Subject
from runner.running.values import Given
from runner.sharing.export.archive import archive_bytes, archive_files, archive_parts, find_licence
from runner.sharing.export.cells import Cell
from runner.sharing.export.commands import commands_text
from runner.sharing.export.handover import Handover, file_name
from runner.sharing.export.markdown import markdown_text
from runner.sharing.export.notebook import notebook_bytes, notebook_cells, notebook_parts
from runner.sharing.export.provenance import Provenance
from runner.sharing.export.script import script_text
from runner.sharing.export.trial import describe_trial, try_notebook, try_script

_UNKNOWN: Final = "its requests are not known"
Trial = Callable[[Subject, Case, Path | None], None]
"""Runs what was made on a case and compares; the path is where parsed cassettes are kept."""


@dataclass(frozen=True, slots=True)
class Materials:
    """What a format is made from.

    Attributes:
        handover: What is handed over.
        given: The values as the user gave them.
        found: The recipe, as the user reaches it, and where it lies.
        case: The recorded one; None where there is none.
        cache: Where parsed cassettes are kept.
        with_output: A notebook shows the case's rows.
    """

    handover: Handover
    given: Given
    found: Found
    case: Case | None
    cache: Path | None
    with_output: bool = False

    def recorded(self, otherwise: str) -> Case:
        """Return the case, for what is nothing without.

        Args:
            otherwise: What is the matter where there is none.

        Raises:
            AskedWrongly: There is none.
        """
        if self.case is None:
            message = f"No case of {self.found.name} is recorded, so {otherwise}."
            raise AskedWrongly(message, hint=f"recipes record {self.found.name}")
        return self.case


@dataclass(frozen=True, slots=True)
class Product:
    """A file, before it is written.

    Attributes:
        content: All of it.
        searched: All text in it; of several parts each by its name: `cell 3`.
        trial: Runs it; of a file that does not run, the script that sends the same.
    """

    content: bytes
    searched: str | Mapping[str, str]
    trial: Trial


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        make: Makes the file.
        is_recorded: It is made from the case, and no file without one.
    """

    make: Callable[[Materials, Provenance], Product]
    is_recorded: bool = False

    def describe_check(self, materials: Materials, doubt: str) -> str:
        """Say how the file is checked; the words stand in the file, so they are made before.

        Args:
            materials: What it is made from.
            doubt: Why nothing may run, or `""`.
        """
        if self.is_recorded:
            taken = f"requests taken from {_described(materials.recorded(_UNKNOWN))}"
            return f"not run: {doubt}; {taken}" if doubt else f"{taken}, as the recipe sends them today"
        if doubt or materials.case is None:
            return f"not run: {doubt}"
        return describe_trial(materials.case)


def _script(materials: Materials, provenance: Provenance) -> Product:
    text = _compiled_script(materials.handover, provenance)
    return _text_product(text, partial(_try_script, text))


def _markdown(materials: Materials, provenance: Provenance) -> Product:
    script = _compiled_script(materials.handover, provenance)
    text = markdown_text(materials.handover, provenance, script, materials.case)
    return _text_product(text, partial(_try_script, script))


def _curl(materials: Materials, provenance: Provenance) -> Product:
    case = materials.recorded(_UNKNOWN)
    refuse_other_values(materials.handover.recipe, case, materials.given, instead="--to script")
    script = _compiled_script(materials.handover, provenance)
    exchanges = read_known(case.cassette, materials.cache)
    text = commands_text(materials.handover, provenance, exchanges)
    return _text_product(text, partial(_try_script, script))


def _notebook(materials: Materials, provenance: Provenance) -> Product:
    script = _compiled_script(materials.handover, provenance)
    case = materials.recorded("there are no rows") if materials.with_output else None
    cells = notebook_cells(materials.handover, provenance, script, case)
    content = notebook_bytes(cells)
    return Product(content, notebook_parts(content), partial(_try_notebook, cells))


def _zip(materials: Materials, provenance: Provenance) -> Product:
    script = _compiled_script(materials.handover, provenance)
    licence = find_licence(materials.found.repository)
    files = archive_files(materials.handover, provenance, script, materials.case, licence)
    content = archive_bytes(file_name(materials.handover, "zip").removesuffix(".zip"), files)
    return Product(content, archive_parts(content), partial(_try_script, script))


FORMATS: Final[Mapping[str, Format]] = {
    "script": Format(_script),
    "notebook": Format(_notebook),
    "zip": Format(_zip),
    "markdown": Format(_markdown),
    "curl": Format(_curl, is_recorded=True),
}


def _compiled_script(handover: Handover, provenance: Provenance) -> str:
    text = script_text(handover, provenance)
    compile(text, "script", "exec", dont_inherit=True)
    return text


def _text_product(text: str, trial: Trial) -> Product:
    return Product(text.encode(), text, trial)


def _try_script(text: str, subject: Subject, case: Case, cache: Path | None) -> None:
    try_script(text, subject, case, cache=cache)


def _try_notebook(cells: Sequence[Cell], subject: Subject, case: Case, cache: Path | None) -> None:
    try_notebook(cells, subject, case, cache=cache)


def _described(case: Case) -> str:
    return f"the case {case.name} ({SOURCES[case.source]} on {case.recorded_at:%Y-%m-%d})"
