"""The bytes of a pack: the same for the same files, whenever and wherever it is made."""

import csv
import io
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from runner.catalog import Repository
from runner.errors import AskedWrongly
from runner.sharing.repositories.packs import GROUP
from runner.sharing.stored_zip import zip_files

_VERSION: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}(?:(?:a|b|rc)[0-9]{1,4})?(?:\.post[0-9]{1,4})?")


def zip_bytes(name: str, files: Mapping[str, bytes]) -> bytes:
    """Return a zip in which all files lie in one folder.

    Args:
        name: Of the folder.
        files: Content by path.
    """
    return zip_files({f"{name}/{path}": content for path, content in sorted(files.items())})


def wheel_name(repository: Repository, version: str) -> str:
    """Return what the file of a wheel is called, which pip reads.

    Raises:
        AskedWrongly: `version` is none.
    """
    if not _VERSION.fullmatch(version):
        given = f"not {version!r}" if version else "and none was given"
        raise AskedWrongly(f"A wheel needs a version like 1.4.0, {given}.", hint="--version 1.0.0")
    return f"{_distribution(repository)}-{version}-py3-none-any.whl"


def wheel_bytes(repository: Repository, version: str, files: Mapping[str, bytes]) -> bytes:
    """Return a wheel of data: nothing in it is imported or run when it is installed.

    The files lie in a folder of their own that no other distribution has; an entry point names it.

    Args:
        repository: What is packed.
        version: Checked.
        files: Content by path.
    """
    distribution = _distribution(repository)
    info = f"{distribution}-{version}.dist-info"
    inside = {f"{distribution}/{path}": content for path, content in files.items()}
    inside |= {
        f"{info}/METADATA": _metadata(repository, version).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: recipe-runner\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[{GROUP}]\n{repository.name} = {distribution}\n".encode(),
    }
    inside |= {f"{info}/licenses/{path}": content for path, content in files.items() if path.startswith("LICENSE")}
    inside[f"{info}/RECORD"] = _record(inside, f"{info}/RECORD")
    return zip_files(dict(sorted(inside.items())))


def _distribution(repository: Repository) -> str:
    return f"{repository.name.replace('-', '_')}_recipes"


def _metadata(repository: Repository, version: str) -> str:
    lines = ["Metadata-Version: 2.1", f"Name: {_distribution(repository).replace('_', '-')}", f"Version: {version}"]
    lines += [f"Summary: {_one_line(repository.title)}"]
    lines += [f"Author: {_one_line(repository.publisher)}"] if repository.publisher else []
    lines += [f"Home-page: {_one_line(repository.homepage)}"] if repository.homepage else []
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    """Return the list of files, as https://packaging.python.org/specifications/recording-installed-packages/ asks."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    for path, content in sorted(files.items()):
        digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
        lines.writerow([path, f"sha256={digest}", len(content)])
    lines.writerow([own, "", ""])
    return text.getvalue().encode()
