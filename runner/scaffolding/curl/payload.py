"""The body of a request as arguments of the client's call."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from runner.recording.shapes import find_shapes
from runner.scaffolding.curl.call import (
    FORM_TYPE,
    JSON_TYPE,
    CurlCall,
    FileBody,
    FormBody,
    JsonBody,
    MultipartBody,
    Part,
    TextBody,
)
from runner.scaffolding.curl.fields import Fields, dict_pairs, joined_template
from runner.scaffolding.curl.guesses import Guess, is_secret, is_stand_in, secret_words, stand_ins
from runner.scaffolding.curl.layout import Code, Group, Node, flat, literal, text_node
from runner.scaffolding.curl.naming import singular
from runner.scaffolding.curl.slots import Asking, Slot, Template, cut
from runner.scaffolding.curl.words import VARIABLE

_NAMED: Final = (
    re.compile(r"<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>([^<>\s]{1,4096})</"),
    re.compile(r"\s(?:[\w.-]+:)?([\w.-]+)=[\"']([^<>\"'\s]{1,4096})[\"']"),
    re.compile(r'"([\w.-]+)"\s*:\s*"([^"\\\s]{1,4096})"'),
)
"""Name and value of an element, an attribute, and a field of JSON."""


class Payload:
    """Writes the body of a call, and makes parameters of what stands in it."""

    def __init__(self, call: CurlCall, asking: Asking) -> None:
        self._call = call
        self._asking = asking
        self._fields = Fields(asking)

    def implies(self, name: str, value: str) -> bool:
        """Tell whether httpx says a header by itself for this body."""
        if [each.lower() for each, _ in self._call.headers].count("content-type") > 1 or name.lower() != "content-type":
            return False
        match self._call.body:
            case JsonBody():
                return value == JSON_TYPE
            case FormBody(text=text):
                return value == FORM_TYPE and dict_pairs(text) is not None
            case MultipartBody():
                return True
        return False

    def arguments(self) -> list[tuple[str, Node]]:
        """Return the arguments of the client's call for the body."""
        match self._call.body:
            case JsonBody(parsed=parsed):
                return [("json=", literal(self._tree("", parsed, "")))]
            case FormBody(text=text) if dict_pairs(text) is not None:
                return [("data=", self._fields.as_dict(dict_pairs(text) or ()))]
            case TextBody(text=text) | FormBody(text=text) if text:
                quoting = "path" if self.is_form else ""
                return [("content=", text_node(self._text(text), quoting=quoting))]
            case FileBody(path=path):
                return [("content=", Code(f"{self._asking.file(path, 'file').name}.read_bytes()"))]
            case MultipartBody(parts=parts):
                return self._parts(parts)
        return []

    def _tree(self, name: str, value: Any, context: str, *, plain: bool = True) -> Any:
        """Return JSON with slots for what becomes a parameter."""
        if isinstance(value, dict):
            return {self._fields.opened(key): self._tree(key, inner, name, plain=plain) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._tree(singular(name), inner, name, plain=plain and len(value) == 1) for inner in value]
        if isinstance(value, str):
            template = self._asking.template(name, value, context, plain=plain)
            only = template[0] if len(template) == 1 else ""
            return only._replace(as_text=True) if isinstance(only, Slot) and not _is_number(value) else template
        return self._number(name, value, context, plain=plain)

    def _number(self, name: str, value: Any, context: str, *, plain: bool) -> Any:
        kind: Guess = "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "float"
        if value is None or (kind == "bool" and not name):
            return value
        if kind != "bool" and is_secret(name, str(value)):
            return self._asking.secret(name, value, context, where="field", kind=kind)
        named = self._asking.value(name, kind, value, context, where="field") if plain and name else None
        return named or value

    def _text(self, text: str) -> Template:
        """Return a text as it stands, but for variables and secrets."""
        if self.is_form:
            return self._fields.as_text(text)
        from runner.recording.fields import credentials_in  # most bodies are JSON or a form

        data = text.encode("utf-8", "replace")
        found = dict.fromkeys(value for _, value in credentials_in(data))
        found |= dict.fromkeys([*_named_secrets(text), *secret_words(VARIABLE.sub(" ", text))])
        found |= dict.fromkeys(shape.value for shape in find_shapes(data) if shape.certain)
        pieces: list[str | Slot] = [text]
        for secret in found:
            slot = self._asking.secret("secret", secret, where="field")
            pieces = [new for old in pieces for new in (cut(old, secret, slot) if isinstance(old, str) else [old])]
        return joined_template(
            [new for old in pieces for new in (self._fields.opened(old) if isinstance(old, str) else [old])]
        )

    @property
    def is_form(self) -> bool:
        """Whether the body is sent as fields of a form."""
        return self._call.header("content-type").lower().startswith(FORM_TYPE)

    def _parts(self, parts: Sequence[Part]) -> list[tuple[str, Node]]:
        fields = [part for part in parts if part.file_name is None and not part.content_type]
        rest = [part for part in parts if part not in fields]
        names = [part.name for part in parts]
        if rest and list(parts) == [*fields, *rest] and len(set(names)) == len(names):
            data = [(f"{flat(self._opened(part.name))}: ", self._fields.node(part.name, part.text)) for part in fields]
            files = [(f"{flat(self._opened(part.name))}: ", self._part(part)) for part in rest]
            own: list[tuple[str, Node]] = [("data=", Group("{", tuple(data), "}"))] if data else []
            return [*own, ("files=", Group("{", tuple(files), "}"))]
        if len(set(names)) == len(names):
            items = tuple((f"{flat(self._opened(part.name))}: ", self._part(part)) for part in parts)
            return [("files=", Group("{", items, "}"))]
        pairs = tuple(("", Group("(", (("", self._opened(part.name)), ("", self._part(part))), ")")) for part in parts)
        return [("files=", Group("[", pairs, "]"))]

    def _opened(self, text: str | None) -> Node:
        return literal(None if text is None else self._fields.opened(text))

    def _part(self, part: Part) -> Node:
        if part.path:
            slot = self._asking.file(part.path, part.name if part.name.isidentifier() else "file")
            own_name = re.split(r"[/\\]", part.path)[-1] == part.file_name
            name: Node = Code(f"{slot.name}.name") if own_name else self._opened(part.file_name)
            content: Node = Code(f"{slot.name}.read_bytes()")
        else:
            template = self._asking.template(part.name, part.text)
            template = tuple(each._replace(as_text=True) if isinstance(each, Slot) else each for each in template)
            name, content = self._opened(part.file_name), text_node(template)
        kind = [("", self._opened(part.content_type))] if part.content_type else []
        return Group("(", (("", name), ("", content), *kind), ")")


def _named_secrets(text: str) -> Iterator[str]:
    """Yield what stands in XML elements and attributes, or in JSON that is none of ours, under the name of a secret."""
    for pattern in _NAMED:
        for name, value in pattern.findall(text):
            if is_secret(name, value):
                yield value


def _is_number(text: str) -> bool:
    found = stand_ins(text)
    return is_stand_in(text) and found[0].is_number
