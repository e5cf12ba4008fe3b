"""A zip with the same bytes for the same files, whenever and wherever it is made."""

import io
from collections.abc import Mapping
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""Of every file in it; zip knows no earlier moment."""


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files by path, in their order; each can be read by everybody and written by its owner.

    They are stored and not packed: what packing gives depends on the library that does it.
    """
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        for path, content in files.items():
            info = ZipInfo(path, _LONG_AGO)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, content)
    return stream.getvalue()
