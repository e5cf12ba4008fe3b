"""Reading back where a file comes from, whatever it is."""

import io
import json
import time
import tracemalloc
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.catalog import Recipe
from runner.errors import AskedWrongly
from runner.sharing.export.archive import archive_bytes, archive_files, archive_parts
from runner.sharing.export.exported import MOST_BYTES
from runner.sharing.export.handover import customer_name
from runner.sharing.export.provenance import read_provenance
from runner.sharing.export.script import script_text
from tests.sharing.export.conftest import PROVENANCE, handover
from tests.sharing.export.test_script import HOSTILE

LINES = "".join(f"{line}\n" for line in PROVENANCE.lines())


def zipped(files: dict[str, str], packing: int = ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", packing) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def test_provenance_stands_in_a_zip_and_is_read_back(recipe: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "things.zip"
    handed = handover(recipe, topic="t")
    files = archive_files(handed, PROVENANCE, script_text(handed, PROVENANCE), None, None)
    path.write_bytes(archive_bytes("things", files))
    assert read_provenance(path) == PROVENANCE
    path.write_bytes(zipped({"elsewhere/PROVENANCE.txt": LINES}))
    assert read_provenance(path) == PROVENANCE


NOTEBOOKS = [
    '{"cells": ',
    '{"cells": [1, null, {"source": 3}, {"source": [1]}, {"source": {}}, []]}',
    '{"cells": {"source": "x"}}',
    "{}",
    '{"cells": ' + "[" * 200_000,
    '{"n": ' + "9" * 5_000 + "}",
    json.dumps({"cells": [{"source": "x"}], "metadata": LINES}),
]
ZIPS = [
    b"PK\x03\x04",
    b"PK\x03\x04" + b"\xff" * 500,
    zipped({"things/PROVENANCE.txt": LINES})[:200],
    zipped({"things/README.md": LINES}),
    zipped({"PROVENANCE.txt": LINES, "a/b/PROVENANCE.txt": LINES, "../PROVENANCE.txt.exe": LINES}),
    zipped({"things/PROVENANCE.txt": LINES}, ZIP_LZMA),
    zipped({"things/PROVENANCE.txt": LINES}, ZIP_STORED).replace(b"Made with", b"Mode with"),
    b"PK\x05\x06" + b"\0" * 18,
]


@pytest.mark.parametrize("content", [*(text.encode() for text in NOTEBOOKS), *ZIPS, b"", b"\xff\xfe", b"no zip at all"])
def test_what_says_nothing_is_one_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.ipynb"
    path.write_bytes(content)
    started = time.monotonic()
    with pytest.raises(AskedWrongly, match="does not say where it comes from"):
        read_provenance(path)
    assert time.monotonic() - started < 5


def test_a_zip_that_is_packed_with_a_password_says_nothing(tmp_path: Path) -> None:
    content = bytearray(zipped({"things/PROVENANCE.txt": LINES}))
    for at in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[at] |= 1
    (tmp_path / "file.zip").write_bytes(bytes(content))
    with pytest.raises(AskedWrongly, match="does not say where it comes from"):
        read_provenance(tmp_path / "file.zip")


def test_of_a_zip_bomb_little_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped({"things/PROVENANCE.txt": f"{LINES}{' ' * 200_000_000}"}))
    tracemalloc.start()
    try:
        assert read_provenance(path) == PROVENANCE
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("start", [b"PK\x03\x04", b'{"cells": []}'])
def test_what_is_too_large_is_not_read(start: bytes, tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(MOST_BYTES * 100)
    with pytest.raises(AskedWrongly, match="is larger than 5 MB"):
        read_provenance(path)


def archived(recipe: Recipe, **options: Any) -> dict[str, str]:
    """Return the parts of a zip, out of its bytes."""
    handed = handover(recipe, **options)
    files = archive_files(handed, PROVENANCE, script_text(handed, PROVENANCE), None, ("LICENSE", "MIT"))
    return archive_parts(archive_bytes("things", files))


def check_name(name: str, recipe: Recipe) -> None:
    made, plain = archived(recipe, topic="t", customer=customer_name(name)), archived(recipe, topic="t")
    same = {".env.example", "requirements.txt", "LICENSE", "PROVENANCE.txt"}
    assert same < plain.keys()
    assert {each: made[each] for each in same} == {each: plain[each] for each in same}
    first, second, *rest = made["README.md"].split("\n\n")
    assert second.startswith("For ")
    assert "\n" not in second
    assert [first, *rest] == [
        text.replace(each, other)
        for each, other in [(f"{script_of(plain)}", script_of(made))]
        for text in plain["README.md"].split("\n\n")
    ]
    assert set(script_of(made)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def script_of(parts: dict[str, str]) -> str:
    [name] = [each for each in parts if each.endswith(".py")]
    return name


@pytest.mark.parametrize("name", [each for each in HOSTILE if each.strip() and len(each) < 100])
def test_a_hostile_name_stays_in_its_line(name: str, recipe: Recipe) -> None:
    check_name(name, recipe)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(name=st.text(min_size=1, max_size=50).filter(lambda text: bool(text.strip())))
def test_any_name_stays_in_its_line(name: str, recipe: Recipe) -> None:
    check_name(name, recipe)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(value=st.text())
def test_any_value_stays_in_the_script(value: str, recipe: Recipe) -> None:
    made, plain = archived(recipe, topic=value), archived(recipe, topic="plain")
    assert made["things.py"] == script_text(handover(recipe, topic=value), PROVENANCE)
    del made["things.py"], plain["things.py"]
    assert made == plain


def test_what_hides_in_a_zip_is_searched() -> None:
    stream = io.BytesIO(archive_bytes("things", {"a.txt": "one"}))
    with ZipFile(stream, "a") as archive:
        archive.comment = b"LEAK-1"
        archive.infolist()[0].comment = b"LEAK-2"
        archive.writestr("LEAK-3/b.txt", "LEAK-4")
    parts = archive_parts(stream.getvalue())
    assert parts["b.txt"] == "LEAK-4"
    assert [word for word in ("LEAK-1", "LEAK-2", "LEAK-3") if word not in parts["names in the zip"]] == []
