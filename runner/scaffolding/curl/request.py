"""The request of a recipe: one call of the client that sends what curl would send."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, unquote, unquote_plus

from runner.catalog import Api
from runner.recording.fields import credentials_in
from runner.recording.shapes import find_shapes
from runner.scaffolding.curl.bodies import form_pairs
from runner.scaffolding.curl.call import (
    DIFFERS,
    FORM_TYPE,
    JSON_TYPE,
    CurlCall,
    FileBody,
    FormBody,
    JsonBody,
    MultipartBody,
    Pair,
    Part,
    TextBody,
)
from runner.scaffolding.curl.guesses import guess, is_secret, is_stand_in, marked, stand_ins
from runner.scaffolding.curl.layout import Code, Group, Node, flat, literal, string, text_node
from runner.scaffolding.curl.naming import singular, snake
from runner.scaffolding.curl.slots import Asking, Slot, Template
from runner.scaffolding.curl.words import VARIABLE, mark, marked_name, marked_text

_WITHOUT_BODY: Final = ("get", "head", "options", "delete")
_WITH_BODY: Final = ("post", "put", "patch")
_CERTAIN: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")
"""What httpx sends of an address as it stands; about the rest it is asked."""
_ENDING: Final = re.compile(r"\.(?:json|xml|csv|txt|html|pdf)$")
_COLON: Final = re.compile(r":([A-Za-z_]\w*)")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z_-]*")


@dataclass(frozen=True, slots=True)
class Request:
    """The call of the client.

    Attributes:
        node: The expression.
        path: Below the base URL, with parameters in braces, for people: `/users/{user_id}`.
        notes: What is sent in another way than curl does.
    """

    node: Group
    path: str
    notes: tuple[str, ...]


def build_request(call: CurlCall, api: Api, client: str, asking: Asking, *, has_own_timeout: bool) -> Request:
    """Write the request for a call.

    Args:
        call: Without the API's key.
        api: What the client is for.
        client: The name of the client in the recipe.
        asking: Collects the parameters.
        has_own_timeout: The API's `api.toml` says another time limit than the command.
    """
    return _Builder(call, api, asking).build(client, has_own_timeout=has_own_timeout)


class _Builder:
    def __init__(self, call: CurlCall, api: Api, asking: Asking) -> None:
        self._call = call
        self._api = api
        self._asking = asking
        self._notes: list[str] = []

    def build(self, client: str, *, has_own_timeout: bool) -> Request:
        path = self._path()
        params, raw = self._query()
        target = (*path, *(("?", *raw) if raw is not None else ()))
        self._check_target()
        body = self._body()
        items: list[tuple[str, Node]] = [("", text_node(target, quoting="path"))]
        items += [("params=", params)] if params else []
        headers = self._headers()
        items += [("headers=", headers)] if headers else []
        items += body
        if has_own_timeout and self._call.timeout:
            items.append(("timeout=", Code(f"{self._call.timeout:g}")))
        return Request(self._method(client, items, bool(body)), _shown(path), tuple(self._notes))

    def _method(self, client: str, items: list[tuple[str, Node]], has_body: bool) -> Group:
        method = self._call.method
        if method != method.upper():
            self._notes.append(f"{DIFFERS}the method is sent as {method.upper()}, not as {method}.")
        name = method.lower()
        if name in _WITH_BODY or (name in _WITHOUT_BODY and not has_body):
            return Group(f"{client}.{name}(", tuple(items), ")")
        return Group(f"{client}.request(", (("", Code(string(method.upper()))), *items), ")")

    def _path(self) -> Template:
        parts = _below(self._call.url.path, self._api.base_url).split("/")
        if parts == [""]:
            if self._base_path:
                self._notes.append(f"{DIFFERS}the path is sent with a slash at its end.")
            return ("/",)
        if len(parts) > 2 and parts[:2] == ["", ""]:
            self._notes.append(f"{DIFFERS}the path is sent without its second slash at the beginning.")
        pieces: list[str | Slot] = []
        for at, part in enumerate(parts[1:], start=1):
            before = VARIABLE.sub(lambda found: marked_name(found[1]), parts[at - 1])
            pieces += ["/", *self._segment(part, before)]
        return _joined(pieces)

    @property
    def _base_path(self) -> str:
        return re.sub(r"^https?://[^/]*", "", self._api.base_url)

    def _segment(self, raw: str, before: str) -> Template:
        colon = _COLON.fullmatch(raw)
        if colon:
            return self._asking.template("", mark(colon[1], raw), before, where="path")
        if stand_ins(raw):
            return self._asking.template("", raw, before, where="path")
        text = unquote(raw)
        if is_secret("", text):
            return (
                self._asking.secret(f"{before} secret" if _WORD.fullmatch(before) else "secret", text, where="path"),
            )
        ending = _ENDING.search(text)
        stem = text[: ending.start()] if ending else text
        known = guess(stem)
        if known is None or known[0] not in ("int", "date", "str") or quote(text, safe="") != raw or not before:
            return (raw,)
        noun = singular(snake(before)) if _WORD.fullmatch(before) else "item"
        name = "day" if known[0] == "date" else f"{noun}_id"
        slot = self._asking.value(name, known[0], known[1], before, where="path")
        return _joined([slot or stem, ending[0] if ending else ""])

    def _query(self) -> tuple[Node | None, Template | None]:
        """Return the query as an argument of its own, or else as part of the address."""
        query = self._call.url.query
        if query is None:
            return None, None
        pairs = _pairs(query)
        if pairs is not None:
            return self._fields(pairs), None
        return None, self._raw_fields(query)

    def _fields(self, pairs: Sequence[Pair]) -> Node:
        """Write fields as a dict, with a list where one comes again."""
        values: dict[str, list[Node]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(self._field(name, value))
        items = (
            (f"{string(name)}: ", own[0] if len(own) == 1 else Group("[", tuple(("", each) for each in own), "]"))
            for name, own in values.items()
        )
        return Group("{", tuple(items), "}")

    def _field(self, name: str, value: str) -> Node:
        return text_node(self._asking.template(name, value))

    def _raw_fields(self, text: str) -> Template:
        """Keep fields as they were encoded; what a parameter would send in another way is no parameter."""
        pieces: list[str | Slot] = []
        for at, piece in enumerate(text.split("&")):
            name, equals, value = piece.partition("=")
            pieces += ["&" * bool(at), *self._open(name), equals, *self._raw_field(unquote_plus(name), value)]
        return _joined(pieces)

    def _raw_field(self, name: str, raw: str) -> Template:
        decoded = unquote(raw)
        if stand_ins(raw):
            return self._asking.template(name, raw)
        is_same = quote(decoded, safe="") == raw
        if is_secret(name, decoded) and not is_same:
            return (replace(self._asking.secret(name, raw, where="field"), is_encoded=True),)
        template = self._asking.template(name, decoded, plain=is_same)
        return template if any(isinstance(part, Slot) for part in template) else (raw,)

    def _open(self, text: str) -> Template:
        return self._asking.template("", text, plain=False) if VARIABLE.search(text) else (text,)

    def _check_target(self) -> None:
        """Say so where httpx sends characters of the address in another way than curl."""
        sent = VARIABLE.sub(lambda found: marked_text(found[1]), self._call.url.target)
        if _CERTAIN.fullmatch(sent) and not re.search(r"%(?![0-9A-Fa-f]{2})", sent):
            return
        import httpx  # 100 ms, and most addresses need no second opinion

        if httpx.URL(f"http://localhost{sent}").raw_path.decode("ascii") != sent:
            self._notes.append(f"{DIFFERS}characters of the address are sent as percent signs and numbers.")

    def _headers(self) -> Node | None:
        headers = [each for each in self._call.headers if not self._is_implied(*each)]
        pairs = [(_title(name), self._header(name, value)) for name, value in headers]
        if self._call.cookies and self._call.from_browser:
            self._notes.append(f"{DIFFERS}the browser's cookies are not sent.")
        elif self._call.cookies:
            pairs.append(("Cookie", Code(self._asking.secret("cookie", self._call.cookies, where="header").name)))
        if self._call.auth:
            self._notes.append(f"{DIFFERS}the second credentials of the call are not sent.")
        if not pairs:
            return None
        if len({name.lower() for name, _ in pairs}) == len(pairs):
            return Group("{", tuple((f"{string(name)}: ", node) for name, node in pairs), "}")
        return Group("[", tuple(("", Group("(", (("", literal(name)), ("", node)), ")")) for name, node in pairs), "]")

    def _is_implied(self, name: str, value: str) -> bool:
        """Tell whether httpx says the same by itself."""
        if name.lower() != "content-type":
            return False
        match self._call.body:
            case JsonBody():
                return value == JSON_TYPE
            case FormBody(text=text):
                return value == FORM_TYPE and _pairs(text) is not None
            case MultipartBody():
                return True
        return False

    def _header(self, name: str, value: str) -> Node:
        if is_secret(name, value) or name.lower() == "authorization":
            return Code(self._asking.secret(name, value, where="header").name)
        node = text_node(self._asking.template(name, value, where="header", plain=False))
        return node if value.isascii() or VARIABLE.search(value) else Code(f"{flat(node)}.encode()")

    def _body(self) -> list[tuple[str, Node]]:
        match self._call.body:
            case JsonBody(parsed=parsed):
                return [("json=", literal(self._tree("", parsed, "")))]
            case FormBody(text=text) if _pairs(text) is not None:
                return [("data=", self._fields(_pairs(text) or ()))]
            case TextBody(text=text) | FormBody(text=text) if text:
                quoting = "path" if self._is_form else ""
                return [("content=", text_node(self._text(text), quoting=quoting))]
            case FileBody(path=path):
                return [("content=", Code(f"{self._asking.file(path, 'file').name}.read_bytes()"))]
            case MultipartBody(parts=parts):
                return self._parts(parts)
        return []

    def _tree(self, name: str, value: Any, context: str, *, plain: bool = True) -> Any:
        """Return JSON with slots for what becomes a parameter."""
        if isinstance(value, dict):
            return {key: self._tree(key, inner, name, plain=plain) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._tree(singular(name), inner, name, plain=plain and len(value) == 1) for inner in value]
        if isinstance(value, str):
            template = self._asking.template(name, value, context, plain=plain)
            only = template[0] if len(template) == 1 else ""
            return replace(only, as_text=True) if isinstance(only, Slot) and not _is_number(value) else template
        if value is None or not plain or not name:
            return value
        kind = "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "float"
        return self._asking.value(name, kind, value, context, where="field") or value  # type: ignore[arg-type]

    def _text(self, text: str) -> Template:
        """Return a text as it stands, but for variables and secrets."""
        if self._is_form:
            return self._raw_fields(text)
        data = text.encode("utf-8", "replace")
        found = dict.fromkeys(value for _, value in credentials_in(data))
        found |= dict.fromkeys(shape.value for shape in find_shapes(data) if shape.certain)
        pieces: list[str | Slot] = [text]
        for secret in found:
            slot = self._asking.secret("secret", secret, where="field")
            pieces = [new for old in pieces for new in (_cut(old, secret, slot) if isinstance(old, str) else [old])]
        return _joined([new for old in pieces for new in (self._open(old) if isinstance(old, str) else [old])])

    @property
    def _is_form(self) -> bool:
        return self._call.header("content-type").lower().startswith(FORM_TYPE)

    def _parts(self, parts: Sequence[Part]) -> list[tuple[str, Node]]:
        fields = [part for part in parts if part.file_name is None and not part.content_type]
        rest = [part for part in parts if part not in fields]
        names = [part.name for part in parts]
        if rest and list(parts) == [*fields, *rest] and len(set(names)) == len(names):
            data = [(f"{string(part.name)}: ", self._field(part.name, part.text)) for part in fields]
            files = [(f"{string(part.name)}: ", self._part(part)) for part in rest]
            own: list[tuple[str, Node]] = [("data=", Group("{", tuple(data), "}"))] if data else []
            return [*own, ("files=", Group("{", tuple(files), "}"))]
        if len(set(names)) == len(names):
            items = tuple((f"{string(part.name)}: ", self._part(part)) for part in parts)
            return [("files=", Group("{", items, "}"))]
        pairs = tuple(("", Group("(", (("", literal(part.name)), ("", self._part(part))), ")")) for part in parts)
        return [("files=", Group("[", pairs, "]"))]

    def _part(self, part: Part) -> Node:
        if part.path:
            slot = self._asking.file(part.path, part.name if part.name.isidentifier() else "file")
            own_name = re.split(r"[/\\]", part.path)[-1] == part.file_name
            name: Node = Code(f"{slot.name}.name") if own_name else literal(part.file_name)
            content: Node = Code(f"{slot.name}.read_bytes()")
        else:
            template = self._asking.template(part.name, part.text)
            template = tuple(replace(each, as_text=True) if isinstance(each, Slot) else each for each in template)
            name, content = literal(part.file_name), text_node(template)
        kind = [("", literal(part.content_type))] if part.content_type else []
        return Group("(", (("", name), ("", content), *kind), ")")


def _below(path: str, base_url: str) -> str:
    """Return a path below the one of a base URL."""
    base = re.sub(r"^https?://[^/]*", "", base_url)
    return path[len(base) :] if path.lower().startswith(base.lower()) else path


def _pairs(text: str) -> tuple[Pair, ...] | None:
    """Return the fields of a query or form that a dict can hold: their names are fixed, and the same stand together."""
    pairs = form_pairs(marked(text))
    if pairs is None or any(VARIABLE.search(name) for name, _ in pairs):
        return None
    names = [name for name, _ in pairs]
    together = [name for name in dict.fromkeys(names) for _ in range(names.count(name))]
    return pairs if names == together else None


def _joined(pieces: Sequence[str | Slot]) -> Template:
    joined: list[str | Slot] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return tuple(joined)


def _cut(text: str, secret: str, slot: Slot) -> Iterator[str | Slot]:
    for at, piece in enumerate(text.split(secret)):
        if at:
            yield slot
        yield piece


def _is_number(text: str) -> bool:
    found = stand_ins(text)
    return is_stand_in(text) and found[0].is_number


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-")) if name.islower() else name


def _shown(path: Template) -> str:
    """Return a path for people, with the names of its parameters in braces."""
    return "".join(piece if isinstance(piece, str) else f"{{{piece.name}}}" for piece in path)
