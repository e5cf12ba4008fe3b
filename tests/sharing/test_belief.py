import json
import os
from pathlib import Path

import pytest

from runner.sharing.belief import find_doubt
from runner.sharing.trust import TrustStore
from runner.sharing.trust_file import FILE_NAME

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links are those of POSIX")


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    (tmp_path / "state").mkdir()
    return TrustStore(tmp_path / "state", tmp_path / "catalog")


def write(store: TrustStore, content: str) -> Path:
    path = store.folder / FILE_NAME
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("folders", [{}, {"/somewhere": ["ECHO_API_KEY echo.example"]}])
def test_what_this_program_writes_is_believed(store: TrustStore, folders: dict[str, list[str]]) -> None:
    write(store, json.dumps({"version": 1, "folders": folders}))
    assert find_doubt(store) == ""


def test_a_store_that_was_not_written_yet_is_no_reason_for_doubt(store: TrustStore) -> None:
    assert find_doubt(store) == ""


@pytest.mark.parametrize(
    "content, doubt",
    [
        ("{", "it is no JSON"),
        ("[]", "it has another form than this version writes"),
        ('{"version": 2, "folders": {}}', "it has another form than this version writes"),
        ('{"version": 1, "folders": {"/x": [1]}}', "it has another form than this version writes"),
    ],
)
def test_a_damaged_store_is_named_as_such(store: TrustStore, content: str, doubt: str) -> None:
    write(store, content)
    assert find_doubt(store) == doubt


@posix
def test_a_store_that_others_may_write_is_not_believed(store: TrustStore) -> None:
    write(store, '{"version": 1, "folders": {}}').chmod(0o622)
    assert find_doubt(store) == "it belongs to another user, or others may write to it"


@posix
def test_a_link_is_not_believed(store: TrustStore, tmp_path: Path) -> None:
    write(store, '{"version": 1, "folders": {}}').rename(tmp_path / "elsewhere")
    (store.folder / FILE_NAME).symlink_to(tmp_path / "elsewhere")
    assert find_doubt(store) == "it is a link"


def test_a_store_that_cannot_be_read_says_why(store: TrustStore, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert find_doubt(TrustStore(tmp_path / "file", store.catalog)) == "it cannot be read: Not a directory"
