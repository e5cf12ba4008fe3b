"""A recipe as a zip: the script, how to run it, what it needs, and a sample of its result."""

import io
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final
from zipfile import ZipFile

from runner.catalog import Repository
from runner.output.writers import open_writer
from runner.recording.case import Case
from runner.recording.sample import read_sample
from runner.sharing.export.exported import PROVENANCE_FILE
from runner.sharing.export.handover import Handover, file_name
from runner.sharing.export.provenance import Provenance
from runner.sharing.export.readme import readme_text, sample_name
from runner.sharing.stored_zip import zip_files

MOST_ROWS: Final = 1_000
"""Of a sample."""
_LICENCES: Final = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "LICENCE.txt", "LICENCE.md", "COPYING")
_LONGEST_LICENCE: Final = 200_000


def archive_files(
    handover: Handover, provenance: Provenance, script: str, case: Case | None, licence: tuple[str, str] | None
) -> dict[str, str]:
    """Return the files by name, as they will lie in one folder.

    Args:
        handover: What is handed over.
        provenance: Of all of them.
        script: As `script_text` makes it.
        case: For the sample; None leaves it out.
        licence: Name and text of the repository's, or None.

    Raises:
        BrokenSource: The result of the case cannot be read.
    """
    files = {file_name(handover, "script"): script, "requirements.txt": _lines(handover.requirements)}
    if handover.keys:
        files[".env.example"] = _lines(f"{name}=" for name in handover.keys)
    if case is not None:
        files |= _sample(handover, case)
    if licence is not None:
        files |= [licence]
    files[PROVENANCE_FILE] = _lines(provenance.lines())
    files["README.md"] = readme_text(handover, tuple(files), case)
    return dict(sorted(files.items()))


def archive_bytes(folder: str, files: Mapping[str, str]) -> bytes:
    """Return the zip: its files in one folder and in their order, without anything that differs from time to time."""
    return zip_files({f"{folder}/{name}": text.encode() for name, text in files.items()})


def archive_parts(content: bytes) -> dict[str, str]:
    """Return all text of a finished zip, by where it stands: `README.md`."""
    with ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        parts = {PurePosixPath(each.filename).name: archive.read(each).decode(errors="replace") for each in infos}
        hidden = [archive.comment, *(text for each in infos for text in (each.comment, each.extra))]
    names = [each.filename for each in infos]
    return {**parts, "names in the zip": "\n".join([*names, *(text.decode(errors="replace") for text in hidden)])}


def find_licence(repository: Repository) -> tuple[str, str] | None:
    """Return name and text of the licence of a repository; None where it has none, or none that can be handed over."""
    for name in _LICENCES:
        path = repository.root / name
        if path.is_file() and repository.holds(path) and path.stat().st_size <= _LONGEST_LICENCE:
            try:
                return name, path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                return None
    return None


def _sample(handover: Handover, case: Case) -> dict[str, str]:
    gives = handover.recipe.gives
    sample = read_sample(case.result, MOST_ROWS, gives)
    if gives == "text":
        return {sample_name(case, "md"): "".join(map(str, sample.rows))}
    text = io.StringIO()
    writer = open_writer("csv", text)
    for row in sample.rows:
        writer.write(row)
    writer.close()
    return {sample_name(case, "csv"): text.getvalue()}


def _lines(lines: Iterator[str] | tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for line in lines)
