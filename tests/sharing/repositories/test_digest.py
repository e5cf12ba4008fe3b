"""Digests are a contract: what is locked and trusted today must be recognised by every later version."""

import os
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from runner.catalog.digests import DIGEST, canonical, digest_name, file_hashes, tree_digest
from runner.sharing.repositories.archive import read_archive
from runner.sharing.repositories.digest import recipe_closures, recipe_digests
from runner.sharing.repositories.folder import read_folder
from runner.sharing.repositories.git import Git
from runner.sharing.repositories.store import Store
from tests.conftest import Upstream

GOLDEN = [
    ({}, "rb1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ({"a": b""}, "rb1:+6GTBXDPLTOioF/0Ok/qUyOCYR9Dh2mI/Jwx/ZzhAtE="),
    (
        {"recipes.toml": b'name = "x"\n', "recipes/b/z.py": b"1\n", "recipes/a/z.py": b"2\n"},
        "rb1:iyzjNd58wwXAbZZk+jy9srx5FYX41mupjk6aAqUgYfA=",
    ),
]


@pytest.mark.parametrize("files, digest", GOLDEN)
def test_golden_digests_stay_as_they_are(files: dict[str, bytes], digest: str) -> None:
    assert tree_digest(file_hashes(files)) == digest
    assert DIGEST.fullmatch(digest)


def test_anybody_can_make_a_digest_with_coreutils(tmp_path: Path) -> None:
    """`sha256sum` of all files in byte order of their paths, and the same of what it prints."""
    files = {"a/x": b"1\n", "a-b": b"2\n", "Z": b"3\n"}
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    pipeline = "find . -type f | sed 's,^\\./,,' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    done = subprocess.run(["sh", "-c", pipeline], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == digest_name(tree_digest(file_hashes(files)))


@pytest.mark.parametrize(
    "content, kept",
    [
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\nb", b"a\nb"),
        (b"a\rb", b"a\rb"),
        (b"\x89PNG\r\n\x1a\n\xff", b"\x89PNG\r\n\x1a\n\xff"),
        (b"PK\0\r\n", b"PK\0\r\n"),
    ],
)
def test_a_text_is_kept_with_lf_and_data_as_it_is(content: bytes, kept: bytes) -> None:
    assert canonical(content) == kept


def test_a_digest_is_the_same_for_folder_clone_archive_and_zip(
    upstream: Upstream, store: Store, git: Git, tmp_path: Path
) -> None:
    upstream.write("README.md", "One\nTwo\n")
    upstream.write("cassettes/echo/things/blob.bin", bytes(range(256)))
    commit = upstream.commit()
    with store.mirror(f"file://{upstream.root}", git) as mirror:
        mirror.fetch("refs/heads/main")
        digests = {"git": mirror.snapshot(commit).digest}
    digests["folder"] = read_folder(upstream.root).digest
    upstream.git("archive", "--format=zip", "--prefix=team-1/", f"--output={tmp_path / 'a.zip'}", "HEAD")
    digests["archive"] = read_archive((tmp_path / "a.zip").read_bytes()).digest
    for crlf in ("true", "false"):
        clone = tmp_path / f"clone-{crlf}"
        upstream.git("-c", f"core.autocrlf={crlf}", "clone", "--quiet", str(upstream.root), str(clone))
        assert (b"\r\n" in (clone / "README.md").read_bytes()) is (crlf == "true")
        # Recipes with CRLF are refused, so a repository says `*.py text eol=lf`, as `recipes init` has it.
        for path in clone.glob("recipes/*/*.py"):
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
        digests[f"clone, autocrlf {crlf}"] = read_folder(clone).digest
    handmade = BytesIO()
    with zipfile.ZipFile(handmade, "w") as archive:
        for folder, _, names in os.walk(upstream.root):
            for name in names:
                path = Path(folder, name)
                if ".git" not in path.parts:
                    archive.write(path, path.relative_to(upstream.root))
    digests["zip"] = read_archive(handmade.getvalue()).digest
    assert len(set(digests.values())) == 1, digests


RECIPE = b"def main(echo: httpx.Client): ...\n"


def closures(files: dict[str, bytes]) -> dict[str, str]:
    return recipe_digests(recipe_closures(files, ["recipes/echo/sandbox/", "recipes/city/app/"]), file_hashes(files))


BASE = {
    "recipes.toml": b"x",
    "recipes/echo/api.toml": b"echo",
    "recipes/echo/sandbox/__init__.py": b"app",
    "recipes/city/api.toml": b"city",
    "recipes/city/app/__init__.py": b"app",
    "recipes/echo/things.py": RECIPE,
    "recipes/echo/both.py": b"def main(echo: httpx.Client, city: httpx.Client): ...\n",
    "cassettes/echo/things/default.yaml": b"y",
}


@pytest.mark.parametrize(
    "path, affected",
    [
        ("recipes/echo/things.py", ["echo/things"]),
        ("recipes/echo/things.lock", ["echo/things"]),
        ("recipes/echo/api.toml", ["echo/both", "echo/things"]),
        ("recipes/echo/sandbox/__init__.py", ["echo/both", "echo/things"]),
        ("recipes/echo/sandbox/json.py", ["echo/both", "echo/things"]),
        ("recipes/city/api.toml", ["echo/both"]),
        ("recipes/city/app/__init__.py", ["echo/both"]),
        ("cassettes/echo/things/default.yaml", []),
        ("README.md", []),
    ],
)
def test_a_recipe_has_another_digest_when_what_it_uses_changes(path: str, affected: list[str]) -> None:
    before, after = closures(BASE), closures({**BASE, path: b"other city" if path == "README.md" else b"other"})
    assert [each for each in before if before[each] != after.get(each)] == affected


def test_an_api_counts_however_its_name_is_spelled_in_unicode() -> None:
    """Python reads the identifier `\u212aelvin` as `Kelvin`: such a client is one of the API all the same."""
    files = {**BASE, "recipes/echo/things.py": "def main(\uff43ity: httpx.Client): ...\n".encode()}
    assert closures(files)["echo/things"] != closures({**files, "recipes/city/api.toml": b"other"})["echo/things"]
