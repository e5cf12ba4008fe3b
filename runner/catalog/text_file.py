"""Reading a text file of a repository: plain files of a sane size, in UTF-8."""

from pathlib import Path

from runner.errors import BrokenSource

MOST_BYTES = 1_000_000


def read_text(path: Path) -> str:
    """Read a file as it is, line ends included.

    Raises:
        BrokenSource: It cannot be read, is too large, not UTF-8, begins with a byte order mark or holds a NUL.
    """
    return text_of(_read_bytes(path), path)


def text_of(content: bytes, path: Path) -> str:
    """Return the text that a file has, or is about to have.

    Raises:
        BrokenSource: It is too large, not UTF-8, begins with a byte order mark or holds a NUL.
    """
    if len(content) > MOST_BYTES:
        raise BrokenSource(path, 1, "the file is larger than 1 MB", hint="split it, or move data out of it")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenSource(path, line, "this line is not UTF-8", hint="save the file as UTF-8") from None
    if text.startswith("\ufeff"):
        raise BrokenSource(path, 1, "the file begins with a byte order mark", hint="save the file as UTF-8 without BOM")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BrokenSource(path, line, "this line holds a NUL character", hint="remove the character")
    return text


def _read_bytes(path: Path) -> bytes:
    # A named pipe would never end, a device might not either.
    if not path.is_file():
        problem = "this is no plain file" if path.exists() else "there is no such file"
        raise BrokenSource(path, 1, problem, hint=f"write {path}")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BrokenSource(
            path, 1, f"the file cannot be read: {error.strerror}", hint="check its permissions"
        ) from None
    return content
