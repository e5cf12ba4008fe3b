"""The text of a file that somebody calls an exported one: it may be anything, so little is read and nothing is run."""

import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from runner.errors import AskedWrongly

PROVENANCE_FILE: Final = "PROVENANCE.txt"
"""Of a zip."""
MOST_BYTES: Final = 5_000_000
_MOST_OF_A_MEMBER: Final = 100_000
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")


def exported_text(path: Path) -> str:
    """Return the text in which an exported file says where it comes from, of a long one the end.

    What cannot say so gives `""`.

    Raises:
        AskedWrongly: It cannot be read, or is a zip or notebook too large to be one of ours.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise AskedWrongly(f"{path} cannot be read: {error.strerror}.", hint="--provenance FILE") from None
    is_zip = content.startswith(_ZIP)
    if not is_zip and content.lstrip()[:1] != b"{":
        return _end(path) if len(content) > MOST_BYTES else content.decode(errors="replace")
    if len(content) > MOST_BYTES:
        raise AskedWrongly(f"{path} is larger than {MOST_BYTES // 1_000_000} MB.", hint="only exported files say that")
    return _text_in_zip(path) if is_zip else "\n\n".join(_texts_of_cells(content))


def _end(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(-MOST_BYTES, os.SEEK_END)
        return file.read(MOST_BYTES).decode(errors="replace")


def _text_in_zip(path: Path) -> str:
    """Return the beginning of its file of provenance; it may be named so in one folder, and only there."""
    try:
        with ZipFile(path) as archive:
            for info in archive.infolist():
                known = info.compress_type in (ZIP_STORED, ZIP_DEFLATED)  # what others unpack may take all memory
                if known and info.filename.partition("/")[2] == PROVENANCE_FILE:
                    with archive.open(info) as member:
                        return member.read(_MOST_OF_A_MEMBER).decode(errors="replace")
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error):
        return ""  # broken, or packed with a password
    return ""


def _texts_of_cells(content: bytes) -> Iterator[str]:
    """Yield the source of each cell of a notebook; broken JSON has none."""
    try:
        cells = json.loads(content)["cells"]
    except (KeyError, RecursionError, TypeError, ValueError):
        return
    for cell in cells if isinstance(cells, list) else []:
        source = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            yield "".join(source)
        elif isinstance(source, str):
            yield source
