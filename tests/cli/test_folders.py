"""Where the user's own folders are: where platformdirs says."""

import os

import platformdirs
import pytest

from runner.cli.folders import Kind, user_folder


@pytest.mark.parametrize("kind", ["cache", "config", "data", "state"])
@pytest.mark.parametrize(
    "environ",
    [
        {"HOME": "/somewhere/me"},
        {"HOME": "/somewhere/me/"},
        {"HOME": "relative"},
        {"HOME": ""},
        {},
        {"HOME": "/somewhere/me", "XDG_{}_HOME": "/elsewhere"},
        {"HOME": "/somewhere/me", "XDG_{}_HOME": "/elsewhere/"},
        {"HOME": "/somewhere/me", "XDG_{}_HOME": "relative"},
        {"HOME": "/somewhere/me", "XDG_{}_HOME": ""},
        {"XDG_{}_HOME": "/elsewhere"},
    ],
)
def test_a_folder_is_where_platformdirs_says(
    kind: Kind, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name == "HOME" or name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name.format(kind.upper()), value)
    expected = getattr(platformdirs, f"user_{kind}_path")("recipe-runner", appauthor=False)
    assert user_folder(kind, os.environ) == expected
