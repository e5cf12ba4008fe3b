"""Zips as nobody packs them: each is refused as a whole, before anything of it is used."""

import random
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import AskedWrongly, BrokenSource, RepositoryRefused, RunnerError
from runner.sharing.repositories.archive import read_archive, read_archive_file

PLAIN = {
    "recipes.toml": b'name = "team"\ntitle = "Team"\n',
    "recipes/echo/api.toml": b'title = "E"\nbase-url = "https://e.example"\n',
    "recipes/echo/things.py": b"# a recipe\n",
}


def pack(files: Mapping[str, bytes], *, more: list[tuple[str, bytes]] | None = None, deflate: bool = False) -> bytes:
    """Write a zip; what comes as `more` is written under exactly this name, however odd or often."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as archive:
        for name, content in [*files.items(), *(more or [])]:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = archive.compression
            archive.writestr(info, content)
    return target.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(RepositoryRefused) as refused:
        read_archive(content)
    return " ".join([str(refused.value), *refused.value.details])


def test_a_plain_zip_is_read() -> None:
    assert dict(read_archive(pack(PLAIN)).files) == PLAIN
    assert dict(read_archive(pack(PLAIN, deflate=True)).files) == PLAIN


@pytest.mark.parametrize("above", ["team-1.4.0/", "a/b/"])
def test_a_folder_around_it_is_left_out(above: str) -> None:
    inside = {f"{above}{name}": content for name, content in PLAIN.items()}
    assert dict(read_archive(pack({"README": b"", **inside})).files) == PLAIN


def test_two_repositories_or_none_are_refused() -> None:
    for files, problem in (
        ({"a/recipes.toml": b"", "b/recipes.toml": b""}, "2 repositories"),
        ({"x.py": b""}, "no recipes.toml"),
    ):
        with pytest.raises(AskedWrongly, match=problem):
            read_archive(pack(files))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "name",
    [
        "../../x.py",
        "recipes/../../x.py",
        "/etc/x.py",
        "..\\..\\x.py",
        "C:\\x.py",
        "C:/x.py",
        "nul\0hid.py",
        "plain\0hid.py",
        "recipes/echo/CON",
        "recipes/echo/aux.py",
        "recipes/echo/Things.py",
        "recipes/ECHO/other.py",
        "recipes/echo/things.py",
        "recipes.toml/x.py",
        "a/x.py.",
        "recipes/echo/\x1b[2J.py",
        "elsewhere/\u202ex.py",
    ],
)
def test_t14_one_bad_name_refuses_the_whole_zip(name: str) -> None:
    assert "holds what none may hold" in refusal(pack(PLAIN, more=[(name, b"")]))


def test_t14_names_that_differ_in_unicode_form_are_twins() -> None:
    twins = [("recipes/echo/caf\u00e9.py", b""), ("recipes/echo/cafe\u0301.py", b"")]
    assert "one file on some systems" in refusal(pack(PLAIN, more=twins))


@pytest.mark.parametrize("kind, said", [(stat.S_IFLNK, "is a symbolic link"), (stat.S_IFIFO, "is no plain file")])
def test_t14_links_and_devices_are_refused_wherever_they_are(kind: int, said: str) -> None:
    target = BytesIO(pack(PLAIN))
    with zipfile.ZipFile(target, "a") as archive:
        info = zipfile.ZipInfo("docs/x")
        info.create_system = 3
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert f"docs/x {said}" in refusal(target.getvalue())


def test_t15_a_bomb_is_refused_by_what_it_says_of_itself() -> None:
    bomb = pack({**PLAIN, "cassettes/x.yaml": bytes(60_000_000)}, deflate=True)
    assert len(bomb) < 100_000
    assert "which is too much" in refusal(bomb)


def test_t15_the_sum_counts_where_the_ratio_would_do_also_of_files_that_are_not_taken() -> None:
    honest = pack({**PLAIN, "docs/x": random.Random(7).randbytes(500_000)})
    assert "says that it holds 60,0" in refusal(
        honest.replace(struct.pack("<L", 500_000), struct.pack("<L", 60_000_000))
    )


def test_t15_the_ratio_counts_where_the_sum_would_do() -> None:
    bomb = pack({**PLAIN, "cassettes/x.yaml": bytes(30_000_000)}, deflate=True)
    assert "which is too much" in refusal(bomb)


def lying(size: int, said: int, *, checksum: int | None = None) -> bytes:
    """Write a zip in which both headers of a file of zeros say another size, and perhaps another checksum."""
    honest = pack({**PLAIN, "cassettes/x.yaml": bytes(size)}, deflate=True)
    changed = honest.replace(struct.pack("<L", size), struct.pack("<L", said))
    if checksum is not None:
        changed = changed.replace(struct.pack("<L", zlib.crc32(bytes(size))), struct.pack("<L", checksum))
    assert changed != honest
    return changed


def test_t15_one_file_that_unpacks_too_well_is_refused_though_all_together_do_not() -> None:
    """4 MB of 4 kB: the size of the whole, with 1 MB that cannot be packed, hides it."""
    files = {**PLAIN, "cassettes/x.yaml": bytes(4_000_000), "cassettes/y.yaml": random.Random(7).randbytes(1_000_000)}
    assert "unpacks to more than is taken" in refusal(pack(files, deflate=True))


@pytest.mark.parametrize("said", [0, 1000, 1_999_999])
def test_t15_a_zip_that_says_less_than_it_holds_is_refused(said: int) -> None:
    assert "cannot be read" in refusal(lying(2_000_000, said))


def test_t15_a_zip_that_says_more_than_it_holds_is_refused() -> None:
    assert "is not as long as the zip says" in refusal(lying(100_000, 400_000))


def test_t15_a_zip_that_says_less_with_the_right_checksum_gives_no_more_than_it_says() -> None:
    content = lying(2_000_000, 1000, checksum=zlib.crc32(bytes(1000)))
    assert len(read_archive(content).files["cassettes/x.yaml"]) == 1000


def test_t15_too_many_files_are_refused_before_they_are_looked_at() -> None:
    assert "more than 2,000 files" in refusal(pack({**PLAIN, **{f"docs/{n}": b"" for n in range(2_000)}}))
    assert "more than 2,000 files" in refusal(b"PK\x01\x02" * 5_000)


def test_t15_a_zip_within_a_zip_is_not_opened() -> None:
    inner = pack({"recipes.toml": b'name = "inner"\ntitle = "I"\n'})
    snapshot = read_archive(pack({**PLAIN, "cassettes/inner.zip": inner}))
    assert snapshot.description.name == "team"
    assert snapshot.files["cassettes/inner.zip"] == inner


def test_an_encrypted_zip_is_refused() -> None:
    content = bytearray(pack(PLAIN))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "encrypted" in refusal(bytes(content))


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"no zip at all" * 100, pack(PLAIN)[:-40], b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    assert "cannot be read" in refusal(content)


@given(st.data())
def test_a_damaged_zip_is_an_error_of_ours_or_what_it_was(data: st.DataObject) -> None:
    content = bytearray(pack(PLAIN, deflate=True))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(RunnerError):
        read_archive(bytes(content))


def test_t6_a_wheel_is_read_as_data_and_never_installed(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    wheel = tmp_path / "acme_recipes-1.0-py3-none-any.whl"
    startup = f"import pathlib; pathlib.Path({str(marker)!r}).touch()\n".encode()
    inside = {f"acme_recipes/{name}": content for name, content in PLAIN.items()}
    files = {"acme.pth": startup, "acme_recipes/__init__.py": startup, "acme_recipes-1.0.dist-info/METADATA": b""}
    wheel.write_bytes(pack({**inside, **files}))
    assert dict(read_archive(read_archive_file(wheel)).files) == PLAIN
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    assert not marker.exists()


def test_a_broken_description_is_named_with_its_line() -> None:
    with pytest.raises(BrokenSource, match=r"recipes.toml:1: unknown key 'nam'"):
        read_archive(pack({**PLAIN, "recipes.toml": b'nam = "x"\ntitle = "T"\n'}))


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "team.zip"
    with path.open("wb") as file:
        file.truncate(10**12)  # a terabyte of nothing, which takes no room
    with pytest.raises(RepositoryRefused, match="larger than 50 MB"):
        read_archive_file(path)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AskedWrongly, match="cannot be read: No such file"):
        read_archive_file(tmp_path / "x.zip")
