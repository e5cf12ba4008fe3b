"""Our cassettes in vcrpy and pytest-recording, for the tests that people write themselves.

    def pytest_recording_configure(config, vcr):
        configure(vcr)

Bodies become readable and stay exact, a cassette is never half written, and the matcher `json_body` compares JSON as
JSON. Importing this imports vcrpy; nothing else of this package does.
"""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

from vcr import VCR
from vcr.persisters.filesystem import CassetteDecodeError, CassetteNotFoundError, FilesystemPersister
from vcr.request import Request
from vcr.serialize import deserialize, serialize
from vcr.serializers import yamlserializer
from vcr.util import read_body

from runner.errors import BrokenSource
from runner.recording.cassette import HEAD
from runner.recording.readable import MARK, Body
from runner.recording.same_body import comparable
from runner.recording.strict_yaml import Node, parse_yaml
from runner.recording.yaml_text import yaml_text

Serializer: TypeAlias = Any
"""What has `serialize(dict) -> str` and `deserialize(str) -> dict`: an object, or a module of vcrpy."""
Loaded: TypeAlias = tuple[Any, ...]
"""Requests, responses and, where a cassette has any, metadata."""

_SOMEWHERE: Final = Path("cassette.yaml")  # vcrpy does not tell a serializer the path; the persister puts it in


def configure(vcr: VCR) -> None:
    """Let a VCR write and read cassettes as we do, and know `json_body`; call it before `use_cassette`.

    A persister of the user's own stays. That of pytest-recording is replaced and keeps its further cassettes.
    """
    logging.getLogger("vcr").setLevel(logging.WARNING)  # below that it tells whole answers, with what is secret in them
    vcr.register_serializer("yaml", ReadableSerializer())
    vcr.register_matcher("json_body", json_body)
    further = getattr(vcr.persister, "extra_paths", None)
    if further is not None:
        vcr.register_persister(SafePersister(further, load_for_pytest))
    elif vcr.persister is FilesystemPersister:
        vcr.register_persister(SafePersister())


def json_body(first: Request, second: Request) -> bool:
    """Tell whether two requests have the same body: JSON as JSON, multipart boundaries ignored."""
    return _comparable(first) == _comparable(second)


class ReadableSerializer:
    """Writes a cassette with readable bodies; what holds anything unusual is left to vcrpy's own serializer."""

    def serialize(self, cassette_dict: dict[str, Any]) -> str:
        """Make text of vcrpy's dictionary."""
        document = {
            "interactions": [_with_bodies(each) for each in cassette_dict["interactions"]],
            **{key: value for key, value in cassette_dict.items() if key not in ("interactions", "version")},
            "version": cassette_dict["version"],
        }
        try:
            return HEAD + yaml_text(document)
        except TypeError:
            text: str = yamlserializer.serialize(cassette_dict)
            return text

    def deserialize(self, cassette_string: str) -> Any:
        """Make vcrpy's dictionary of text; strict where a body needs our reader."""
        if f": {MARK} |" in cassette_string:
            return _values(parse_yaml(cassette_string.encode(), _SOMEWHERE))
        return yamlserializer.deserialize(cassette_string)


def load_file(path: str, serializer: Serializer) -> Loaded:
    """Read one cassette.

    Raises:
        CassetteNotFoundError: There is no such file, or nothing in it.
        CassetteDecodeError: It is no UTF-8.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
    except UnicodeDecodeError as error:
        raise CassetteDecodeError(f"{path} is no UTF-8") from error
    if not text.strip():
        raise CassetteNotFoundError(f"no cassette at {path}")
    loaded: Loaded = deserialize(text, serializer)
    return loaded


def load_for_pytest(path: str, serializer: Serializer) -> Loaded:
    """Read one cassette as pytest-recording does, to which one without any exchange is none.

    Raises:
        CassetteNotFoundError: There is no such file, or no exchange in it.
    """
    from pytest_recording._vcr import load_cassette  # who is configured by it has it

    loaded: Loaded = load_cassette(path, serializer)
    if not any(loaded):
        raise CassetteNotFoundError(f"no cassette at {path}")
    return loaded


class SafePersister:
    """Keeps cassettes in files: UTF-8, written aside and then put in place whole."""

    def __init__(self, further: Iterable[str] = (), load: Callable[[str, Serializer], Loaded] = load_file) -> None:
        """Remember more cassettes.

        Args:
            further: Paths of cassettes that are read too and never written.
            load: Reads one, or raises CassetteNotFoundError.
        """
        self._further = tuple(further)
        self._load = load

    def load_cassette(self, cassette_path: str | Path, serializer: Serializer) -> Loaded:
        """Read a cassette and the further ones; what stands in the first wins among their metadata.

        Raises:
            CassetteNotFoundError: There is none.
            BrokenSource: One was damaged.
        """
        found: list[Loaded] = []
        for path in dict.fromkeys((str(cassette_path), *self._further)):
            with suppress(CassetteNotFoundError):
                found.append(self._named(path, serializer))
        if not found:
            raise CassetteNotFoundError(f"no cassette at {cassette_path}")
        requests = [request for each in found for request in each[0]]
        responses = [response for each in found for response in each[1]]
        metadata: dict[str, Any] = {}
        for each in reversed(found):
            metadata |= each[2] if len(each) > 2 else {}
        return (requests, responses, metadata) if metadata else (requests, responses)

    def _named(self, path: str, serializer: Serializer) -> Loaded:
        try:
            return self._load(path, serializer)
        except BrokenSource as error:
            raise BrokenSource(Path(path), error.line, error.problem, hint=error.hint) from None

    def save_cassette(self, cassette_path: str | Path, cassette_dict: dict[str, Any], serializer: Serializer) -> None:
        """Write a cassette; what stood there before stays until the new one is complete."""
        content = serialize(cassette_dict, serializer).encode()
        path = Path(cassette_path).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        side = path.with_name(f".{path.name[:40]}.{os.urandom(4).hex()}.partial")
        try:
            side.write_bytes(content)
            side.replace(path)
        finally:
            side.unlink(missing_ok=True)


def _with_bodies(interaction: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the bodies that vcrpy made text for its own serializers back into bytes, which we write as bodies."""
    request, response = interaction["request"], interaction["response"]
    request = {**{key: request[key] for key in ("method", "uri", "headers")}, **request}
    if isinstance(response, Mapping) and isinstance(response.get("body"), Mapping):
        body = response["body"]
        response = {**response, "body": {**body, "string": _encoded(body.get("string"))}}
    return {"request": {**request, "body": _encoded(request["body"])}, "response": response}


def _encoded(body: object) -> object:
    body = body.encode() if isinstance(body, str) else body
    return Body(body) if isinstance(body, bytes) else body


def _values(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _values(value) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [_values(value) for value in node.value]
    return node.value


def _comparable(request: Request) -> str | bytes:
    body = read_body(request) or b""
    kind = request.headers.get("content-type", "")
    if not isinstance(body, bytes):
        return repr(body)
    return comparable(body, kind.decode("latin-1") if isinstance(kind, bytes) else str(kind))
