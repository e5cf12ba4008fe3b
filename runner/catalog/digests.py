"""Digests of files, alike for a clone, a zip and a folder, with or without CRLF: those of a lock and those of trust.

`rb1:` and the base64 of the SHA-256 of lines `<SHA-256 of the file, as hex>  <path>` in order of path, with LF.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Final

DIGEST: Final = re.compile(r"rb1:[A-Za-z0-9+/]{43}=")
"""The form of one."""
_PREFIX: Final = "rb1:"


def canonical(content: bytes) -> bytes:
    """Return a text with LF for CRLF, and anything else (no UTF-8, or with NUL) as it is."""
    if b"\r\n" not in content or b"\0" in content:
        return content
    try:
        content.decode()
    except UnicodeDecodeError:
        return content
    return content.replace(b"\r\n", b"\n")


def file_hash(content: bytes) -> str:
    """Return the SHA-256 of a file as hex; the content is canonical already."""
    from hashlib import sha256  # 3 ms, and what runs in a folder of the user's own needs no digest

    return sha256(content).hexdigest()


def file_hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file as hex; the contents are canonical already."""
    return {path: file_hash(content) for path, content in files.items()}


def manifest_of(hashes: Mapping[str, str]) -> bytes:
    """Return a line for each file, `<SHA-256>  <path>`, in byte order of the paths, as `sha256sum` prints them."""
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes, key=str.encode)).encode()


def tree_digest(hashes: Mapping[str, str]) -> str:
    """Return the digest of files, given the SHA-256 of each as hex by its path."""
    return f"{_PREFIX}{b64encode(bytes.fromhex(file_hash(manifest_of(hashes)))).decode()}"


def digest_name(digest: str) -> str:
    """Return a digest as the name of a file or folder: hex, as some systems make no difference between `a` and `A`."""
    return b64decode(digest.removeprefix(_PREFIX)).hex()
