"""Multipart forms: the options `-F` and `--form-string`, and bodies that a browser copied as they were sent."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from runner.errors import AskedWrongly
from runner.scaffolding.curl.arguments import Argument
from runner.scaffolding.curl.bodies import Files, inlined
from runner.scaffolding.curl.call import DIFFERS, MultipartBody, Part

# curl knows these endings and no others; everything else is bytes.
_TYPES: Final = {
    ".gif": "image/gif", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml",
    ".txt": "text/plain", ".htm": "text/html", ".html": "text/html", ".pdf": "application/pdf",
    ".xml": "application/xml",
}  # fmt: skip
_BYTES: Final = "application/octet-stream"
_ODD: Final = re.compile(r"[\x00-\x1f\\]")
"""What httpx writes in a name with other characters than curl."""
_SETTING: Final = re.compile(r";\s*(type|filename|headers|encoder)=(\"(?:[^\"\\]|\\.)*\"|[^;]*(?:;\s*charset=[^;]*)?)")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DISPOSITION: Final = re.compile(r'^content-disposition:.*?[;\s]name="([^"]*)"(?:;\s*filename="([^"]*)")?', re.I | re.M)
_PART_TYPE: Final = re.compile(r"^content-type:[ \t]*(.*?)[ \t]*$", re.I | re.M)


def read_form(arguments: Sequence[Argument], files: Files, notes: list[str]) -> MultipartBody | None:
    """Read the options of a form; None where there is none.

    Raises:
        AskedWrongly: One has no `=`, or names a file that cannot be read.
    """
    given = [argument for argument in arguments if argument.name in ("form", "form-string")]
    return MultipartBody(tuple(_part(argument, files, notes) for argument in given)) if given else None


def _part(argument: Argument, files: Files, notes: list[str]) -> Part:
    name, has_value, value = argument.value.partition("=")
    if not has_value:
        problem = f"The form field at character {argument.at + 1} needs name=value."
        raise AskedWrongly(problem, hint="-F 'name=value', or -F 'name=@FILE' for a file")
    if not name or _ODD.search(name):
        notes.append(f"{DIFFERS}the name of a field is sent in another way.")
    if argument.name == "form-string":
        return Part(name, value)
    is_file, is_text = value.startswith("@"), value.startswith("<")
    content, settings = _settings(value[1:] if is_file or is_text else value, notes)
    content_type = settings.get("type", "")
    if is_file:
        path = files.sent(content)
        file_name = settings.get("filename", _last(path))
        if not file_name or _ODD.search(file_name):
            notes.append(f"{DIFFERS}the name of a file is sent in another way.")
        return Part(name, path=path, file_name=file_name, content_type=content_type or guessed(file_name, path))
    if value.startswith("("):
        notes.append(f"{DIFFERS}a form within the form is sent as text.")
    text = files.text(content) if is_text else content
    if is_text:
        notes.append(inlined(content))
    return Part(name, text, file_name=settings.get("filename"), content_type=content_type)


def _settings(value: str, notes: list[str]) -> tuple[str, dict[str, str]]:
    """Split off `;type=` and its like; the content itself may stand in quotes."""
    quoted = _QUOTED.match(value)
    if quoted and (quoted.end() == len(value) or value[quoted.end()] == ";"):
        content, behind = re.sub(r"\\([\\\"])", r"\1", quoted[1]), value[quoted.end() :]
    else:
        content, has_more, behind = value.partition(";")
        content, behind = content.strip(" \t\r\n\v\f"), has_more + behind
    settings = {
        found[1]: re.sub(r"\\([\\\"])", r"\1", found[2].strip().strip('"')) for found in _SETTING.finditer(behind)
    }
    if _SETTING.sub("", behind).strip(" ;"):
        notes.append("What stands behind a ; in a form field is left out, as curl does unless it is in double quotes.")
    for each in ("headers", "encoder"):
        if each in settings:
            notes.append(f"{DIFFERS}{each}= of a form field is not carried over.")
    return content, settings


def guessed(file_name: str, path: str) -> str:
    """Return the type that curl says for a file: by the name it is sent under, or else by its own."""
    names = (file_name.lower(), path.lower())
    return next((kind for name in names for ending, kind in _TYPES.items() if name.endswith(ending)), _BYTES)


def _last(path: str) -> str:
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name


def parse_multipart(text: str, content_type: str) -> MultipartBody | None:
    """Take a copied multipart body apart into fields; None where it is cut off or holds a file's bytes."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if found is None or not content_type.lower().startswith("multipart/form-data"):
        return None
    pieces = text.replace("\r\n", "\n").split(f"--{found[1]}")
    if len(pieces) < 3 or pieces[0].strip() or pieces[-1].strip() != "--":
        return None
    parts = [_copied(piece) for piece in pieces[1:-1]]
    return MultipartBody(tuple(part for part in parts if part)) if all(parts) else None


def _copied(piece: str) -> Part | None:
    """Read one part; None where its head would be written in another way."""
    head, has_body, body = piece.removeprefix("\n").partition("\n\n")
    named, kind = _DISPOSITION.search(head), _PART_TYPE.search(head)
    if not has_body or named is None or not body.endswith("\n"):
        return None
    part = Part(named[1], body.removesuffix("\n"), file_name=named[2], content_type=kind[1] if kind else "")
    if head != _head(part):
        return None
    # A browser does not copy what a file holds.
    return part if part.text or not part.file_name else part._replace(path=part.file_name)


def _head(part: Part) -> str:
    file_name = "" if part.file_name is None else f'; filename="{part.file_name}"'
    kind = f"\nContent-Type: {part.content_type}" if part.content_type else ""
    return f'Content-Disposition: form-data; name="{part.name}"{file_name}{kind}'
