"""The user's own folders: those for data, settings, state, and what can be made again."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["cache", "config", "data", "state"]

_NAME: Final = "recipe-runner"
_XDG: Final[Mapping[Kind, tuple[str, str]]] = {
    "cache": ("XDG_CACHE_HOME", ".cache"),
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}
"""By https://specifications.freedesktop.org/basedir-spec/latest: the variable, and the folder where it is not set."""


def user_folder(kind: Kind, environ: Mapping[str, str]) -> Path:
    """Return a folder of the user's, which may not be there yet.

    What platformdirs says counts. On Linux that is mostly plain, and saves its import: a tenth of `recipes list`.
    """
    variable, usual = _XDG[kind]
    for root, below in ((environ.get(variable, ""), ""), (environ.get("HOME", ""), usual)):
        if sys.platform == "linux" and root.startswith("/"):
            return Path(root, below, _NAME)
    import platformdirs

    found: Path = getattr(platformdirs, f"user_{kind}_path")(_NAME, appauthor=False)
    return found
