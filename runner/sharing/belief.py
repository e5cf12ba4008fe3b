"""Why a trust store is not believed, for a person who wonders why nothing is trusted any more."""

import errno
import json
import os

from runner.sharing.trust import TrustStore
from runner.sharing.trust_file import FILE_NAME, book_of, is_mine_alone, open_unlinked


def find_doubt(store: TrustStore) -> str:
    """Return why the store is not believed, as the end of a sentence; `""` where it is, or was not written yet."""
    try:
        descriptor = open_unlinked(store.folder / FILE_NAME)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return "it is a link" if error.errno == errno.ELOOP else f"it cannot be read: {error.strerror}"
    with os.fdopen(descriptor, "rb") as file:
        if not is_mine_alone(os.fstat(descriptor)):
            return "it belongs to another user, or others may write to it"
        return _find_damage(file.read())


def _find_damage(content: bytes) -> str:
    try:
        stored = json.loads(content)
    except (ValueError, RecursionError):
        return "it is no JSON"
    return "" if book_of(stored) is not None else "it has another form than this version writes"
