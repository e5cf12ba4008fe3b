import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.errors import BrokenSource
from runner.recording.cassette import cassette_text
from runner.recording.parsed import read_known

from .conftest import exchange

OLD = (exchange(b'{"a":1}', sent=b"\xff\x00"), exchange("é\ud7ff".encode()))
NEW = (exchange(b'{"a":2}', sent=b"\xff\x00"), exchange("é\ud7ff".encode()))


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    """A cassette of last minute, parsed once."""
    path = tmp_path / "default.yaml"
    write(path, cassette_text(OLD), age=60)
    assert read_known(path, tmp_path / "cache") == OLD
    return path


def write(path: Path, text: str, *, age: float) -> None:
    path.write_text(text, encoding="utf-8")
    moment = time.time() - age
    os.utime(path, (moment, moment))


@pytest.fixture
def entry(cassette: Path) -> Iterator[Path]:
    [path] = (cassette.parent / "cache").iterdir()
    yield path
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_cassette_is_parsed_once(cassette: Path, entry: Path) -> None:
    status = cassette.stat()
    cassette.write_text(" " * status.st_size, encoding="utf-8")  # what parsing again would refuse
    os.utime(cassette, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert read_known(cassette, entry.parent) == OLD


def test_a_changed_cassette_is_parsed_again(cassette: Path, entry: Path) -> None:
    write(cassette, cassette_text(NEW), age=30)
    assert read_known(cassette, entry.parent) == NEW
    assert read_known(cassette, entry.parent) == NEW


def test_a_cassette_that_changed_in_the_moment_it_was_parsed_is_parsed_again(tmp_path: Path) -> None:
    path = tmp_path / "default.yaml"
    write(path, cassette_text(OLD), age=0)
    status = path.stat()
    assert read_known(path, tmp_path / "cache") == OLD
    path.write_text(cassette_text(NEW), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert read_known(path, tmp_path / "cache") == NEW


@pytest.mark.parametrize("keep", [0, 1, 9, 100, -1])
def test_a_damaged_entry_is_made_anew(cassette: Path, entry: Path, keep: int) -> None:
    whole = entry.read_bytes()
    entry.write_bytes(whole[:keep])
    assert read_known(cassette, entry.parent) == OLD
    assert entry.read_bytes() == whole


def test_an_entry_for_another_path_is_not_believed(cassette: Path, entry: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    write(other, cassette_text(NEW), age=60)
    os.utime(other, ns=(cassette.stat().st_atime_ns, cassette.stat().st_mtime_ns))
    read_known(other, tmp_path / "elsewhere")
    [of_other] = (tmp_path / "elsewhere").iterdir()
    entry.write_bytes(of_other.read_bytes())
    assert read_known(cassette, entry.parent) == OLD


def test_a_cache_that_cannot_be_written_does_no_harm(cassette: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert read_known(cassette, tmp_path / "file") == OLD
    assert read_known(cassette, tmp_path / "file" / "below") == OLD


def test_a_broken_or_missing_cassette_is_still_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenSource, match="no such file"):
        read_known(tmp_path / "none.yaml", tmp_path / "cache")
    write(tmp_path / "default.yaml", "[", age=60)
    for _ in range(2):
        with pytest.raises(BrokenSource, match="cannot be read"):
            read_known(tmp_path / "default.yaml", tmp_path / "cache")
