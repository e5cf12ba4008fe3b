"""Python code as `ruff format` would lay it out, and texts as literals that mean exactly these texts."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import PurePath
from typing import Final, NamedTuple, TypeAlias

from runner.scaffolding.curl.slots import Slot, Template

WIDTH: Final = 120
_INDENT: Final = 4
_CUTS: Final = re.compile(r"[^&/ \n]{0,60}[&/ \n]|[^&/ \n]{1,60}")
_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Code(NamedTuple):
    """An expression that is not broken into lines."""

    text: str


class Long(NamedTuple):
    """A text literal in pieces, each a literal of its own; in one line they are one."""

    whole: str
    pieces: tuple[str, ...]


class Group(NamedTuple):
    """Something in brackets.

    Attributes:
        opening: With what stands before the bracket: `client.get(`.
        items: Each with what stands before it: `json=`.
        closing: The bracket.
    """

    opening: str
    items: tuple[tuple[str, "Node"], ...]
    closing: str


Node: TypeAlias = Code | Long | Group


def flat(node: Node) -> str:
    """Return an expression in one line."""
    match node:
        case Code():
            return node.text
        case Long():
            return node.whole
    return node.opening + ", ".join(before + flat(item) for before, item in node.items) + node.closing


def lay_out(node: Node, indent: int, before: int, behind: int = 0) -> str:
    """Return an expression in as many lines as it needs.

    Args:
        node: The expression.
        indent: Of the line it begins in.
        before: Columns before it in this line, the indent among them.
        behind: Columns that follow it in its last line.
    """
    text = flat(node)
    if before + width(text) + behind <= WIDTH or isinstance(node, Code):
        return text
    inner = " " * (indent + _INDENT)
    if isinstance(node, Long):
        return "\n".join(["(", *(inner + piece for piece in node.pieces), " " * indent + ")"])
    lines = [
        f"{inner}{start}{lay_out(item, indent + _INDENT, len(inner) + width(start), 1)},\n"
        for start, item in node.items
    ]
    return f"{node.opening}\n{''.join(lines)}{' ' * indent}{node.closing}"


def width(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else unicodedata.combining(char) == 0 for char in text)


def literal(value: object) -> Node:
    """Return plain values, lists and dicts of them as an expression; a `Slot` or template becomes its parameter."""
    match value:
        case Slot():
            return Code(slot_code(value))
        case str():
            return text_node((value,))
        case tuple():
            return text_node(value)
        case list():
            return Group("[", tuple(("", literal(item)) for item in value), "]")
        case dict():
            items = tuple((f"{flat(literal(key))}: ", literal(item)) for key, item in value.items())
            return Group("{", items, "}")
        case datetime():
            numbers = [value.year, value.month, value.day, value.hour, value.minute, value.second]
            while len(numbers) > 5 and numbers[-1] == 0:
                numbers.pop()
            return Code(f"datetime({', '.join(map(str, numbers))}, tzinfo=UTC)")
        case date():
            return Code(f"date({value.year}, {value.month}, {value.day})")
        case PurePath():
            return Code(f"Path({string(str(value))})")
    return Code(repr(value))


def slot_code(slot: Slot) -> str:
    """Return the expression for a parameter where its own type is wanted."""
    if slot.kind == "date":
        return f"{slot.name}.isoformat()"
    if slot.kind == "datetime":
        return f"{slot.name}.strftime({string(slot.form)})"
    if slot.as_text and slot.kind == "bool":
        return f"str({slot.name}).lower()"
    return f"str({slot.name})" if slot.as_text and slot.kind != "str" else slot.name


def text_node(template: Template, *, quoting: str = "") -> Node:
    """Return a text with places for parameters.

    Args:
        template: The text.
        quoting: How a parameter must be encoded there: `path`, `field` or not at all.
    """
    if len(template) == 1 and isinstance(template[0], Slot) and not quoting:
        return Code(slot_code(template[0]))
    if not any(isinstance(part, Slot) for part in template):
        return _plain("".join(part for part in template if isinstance(part, str)))
    whole = _formatted(template, quoting)
    if width(whole) <= WIDTH // 2:
        return Code(whole)
    return Long(whole, tuple(_formatted(piece, quoting) for piece in _chunks(template)))


def _formatted(template: Template, quoting: str) -> str:
    """Return an f-string, or a plain literal where no parameter is in it."""
    texts = "".join(part for part in template if isinstance(part, str))
    if not any(isinstance(part, Slot) for part in template):
        return string(texts)
    quote, other = _quotes(texts)
    inner = "".join(
        _in_place(part, quoting, other)
        if isinstance(part, Slot)
        else _escaped(part, quote).replace("{", "{{").replace("}", "}}")
        for part in template
    )
    return f"f{quote}{inner}{quote}"


def _chunks(template: Template) -> Iterator[Template]:
    """Cut a template behind `&`, `/` and blanks into templates of about half a line."""
    chunk: list[str | Slot] = []
    size = 0
    for part in template:
        for piece in [part] if isinstance(part, Slot) else _CUTS.findall(part):
            length = 2 * len(piece.name) + 20 if isinstance(piece, Slot) else len(piece)
            if size + length > WIDTH // 2 and chunk:
                yield tuple(chunk)
                chunk, size = [], 0
            chunk.append(piece)
            size += length
    yield tuple(chunk)


def _in_place(slot: Slot, quoting: str, other: str) -> str:
    if slot.kind == "date":
        return f"{{{slot.name}}}"
    if slot.kind == "datetime":
        return f"{{{slot.name}:{slot.form}}}"
    if slot.kind == "bool":
        return f"{{str({slot.name}).lower()}}"
    if slot.kind == "str" and quoting and not slot.is_encoded:
        return f"{{quote({slot.name}, safe={other}{other})}}"
    return f"{{{slot.name}}}"


def _plain(text: str) -> Node:
    if any("\udc80" <= char <= "\udcff" for char in text):
        return Code(bytes_literal(text.encode("utf-8", "surrogateescape")))
    whole = string(text)
    return Long(whole, tuple(_pieces(text))) if width(whole) > WIDTH // 2 else Code(whole)


def _pieces(text: str) -> Iterator[str]:
    """Cut a long text behind its line ends and blanks into literals that fit into the deepest line."""
    room = WIDTH - 40
    while text:
        cut = min(len(text), room)
        end = text.find("\n", 0, cut) + 1
        while not end and width(string(text[:cut])) > room:
            cut -= max(1, (width(string(text[:cut])) - room) // 8)
        if not end and cut < len(text):
            end = max(text.rfind(mark, 0, cut) + 1 for mark in (" ", ",", "&", ";"))
        end = end or cut
        yield string(text[:end])
        text = text[end:]


def string(text: str) -> str:
    """Return a literal for exactly this text, with the quotes that need fewer escapes."""
    quote, _ = _quotes(text)
    return f"{quote}{_escaped(text, quote)}{quote}"


def _quotes(text: str) -> tuple[str, str]:
    return ("'", '"') if text.count('"') > text.count("'") else ('"', "'")


def _escaped(text: str, quote: str) -> str:
    return "".join(_shown(char, quote) for char in text)


def _shown(char: str, quote: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char == quote:
        return f"\\{char}"
    # What looks like something else, turns the reading direction or cannot be seen is written by its number.
    if char.isascii():
        return char if char.isprintable() else f"\\x{ord(char):02x}"
    if char.isprintable() and unicodedata.category(char)[0] in "LMN" and not _is_lookalike(char):
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}" if unicodedata.category(char) != "So" else char


def _is_lookalike(char: str) -> bool:
    return unicodedata.normalize("NFKC", char) != char


def bytes_literal(data: bytes) -> str:
    """Return a literal for bytes, with double quotes."""
    written = repr(data)
    return written if written[1] == '"' or '"' in written else f'b"{written[2:-1]}"'


def call_lines(start: str, node: Node, indent: int) -> str:
    """Return a statement: what stands before the expression, and the expression."""
    pad = " " * indent
    return f"{pad}{start}{lay_out(node, indent, indent + len(start))}\n"


def signature(name: str, parameters: Sequence[str], returns: str) -> str:
    """Return the head of a function: in one line, its parameters in one line of their own, or each in its own."""
    head, tail = f"def {name}(", f") -> {returns}:"
    joined = ", ".join(parameters)
    if width(head + joined + tail) <= WIDTH:
        return f"{head}{joined}{tail}\n"
    if width(joined) + _INDENT <= WIDTH:
        return f"{head}\n    {joined}\n{tail}\n"
    return f"{head}\n{''.join(f'    {each},' + chr(10) for each in parameters)}{tail}\n"
