import os
from pathlib import Path

import pytest

from runner.catalog.text_file import read_text
from runner.errors import BrokenSource


@pytest.mark.parametrize("content", [b"", b"a\r\nb\n", "Zürich \U0001f600\n".encode()])
def test_a_file_is_read_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    assert read_text(path).encode() == content


@pytest.mark.parametrize(
    "content, line, problem, hint",
    [
        (b"a\nb\xff\nc", 2, "this line is not UTF-8", "save the file as UTF-8"),
        (b"\xef\xbb\xbfa", 1, "the file begins with a byte order mark", "save the file as UTF-8 without BOM"),
        (b"a\nb\n\0", 3, "this line holds a NUL character", "remove the character"),
        (b"#" * 1_000_001, 1, "the file is larger than 1 MB", "split it, or move data out of it"),
    ],
)
def test_what_is_no_sane_text_is_refused(tmp_path: Path, content: bytes, line: int, problem: str, hint: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(BrokenSource) as caught:
        read_text(path)
    assert (str(caught.value), caught.value.hint) == (f"{path}:{line}: {problem}", hint)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenSource, match=r"there is no such file$"):
        read_text(tmp_path / "a.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    with pytest.raises(BrokenSource, match=r"this is no plain file$"):
        read_text(tmp_path / "a.py")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BrokenSource, match=r"this is no plain file$"):
        read_text(tmp_path)
