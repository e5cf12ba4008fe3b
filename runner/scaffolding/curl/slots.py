"""Parameters that stand for parts of a call, and texts with places for them."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from runner.catalog import MISSING, Missing, Value
from runner.scaffolding.curl.guesses import (
    Guess,
    StandIn,
    guess,
    is_address,
    is_asked_for,
    is_secret,
    moment_form,
    secret_in,
    stand_ins,
)
from runner.scaffolding.curl.naming import parameter_name, singular, snake
from runner.scaffolding.curl.words import VARIABLE, marked_name, marked_text, named, shown

MOST: Final = 8
"""Parameters made of plain values; more make a recipe hard to read. Stand-ins and secrets always become one."""


class Asked(NamedTuple):
    """A parameter of the recipe to be.

    Attributes:
        name: In the signature.
        kind: Its type: `int`, or `Path`.
        help: Its line in `Args:`.
        default: The old value, or `MISSING`.
        example: For `--try` where there is no default.
        private: Somebody's data, or a second secret.
        captured: What the command had there, or None where it left it open.
        variable: The shell's variable that stood there, with what stood around it, or `""`. May hold secrets.
    """

    name: str
    kind: str
    help: str
    default: Value | Missing = MISSING
    example: Value = None
    private: bool = False
    captured: Value = None
    variable: str = ""

    def __repr__(self) -> str:
        return shown(self, "name", "kind", "help", "default", "example", "private")


class Slot(NamedTuple):
    """A place where the value of a parameter goes.

    Attributes:
        name: Of the parameter.
        kind: Its type.
        form: How a moment is written there, as strftime has it; else `""`.
        as_text: The value is no text, but must stand there as one.
        is_encoded: The value is given as it must stand there.
    """

    name: str
    kind: str
    form: str = ""
    as_text: bool = False
    is_encoded: bool = False


Template: TypeAlias = tuple[str | Slot, ...]


class Asking:
    """Collects the parameters of one recipe.

    Attributes:
        client: The name of its client, which no parameter may have.
        parameters: In the order in which they were asked for.
    """

    def __init__(self, client: str) -> None:
        self.client = client
        self._taken = {client}
        self._plain = 0
        self.parameters: list[Asked] = []

    def template(
        self, name: str, text: str, context: str = "", *, where: str = "field", plain: bool = True
    ) -> Template:
        """Return a text in which stand-ins, secrets, numbers, days and ids are parameters.

        Args:
            name: Of the field it stands in.
            text: Decoded.
            context: What stands around the field.
            where: For the help: `field`, `header`, `path`.
            plain: Whether numbers, days and ids become parameters too.
        """
        if is_secret(name, text):
            return (self.secret(name, text, context, where=where),)
        if within := secret_in(text):
            return self._without(within, name, text, context, where)
        found = stand_ins(text)
        if found:
            return self._open(found, text, context or name, where)
        if is_address(text):
            return (self._address(name, text, context, where),)
        return (self.plain(name, text, context, where=where) or text,) if plain else (text,)

    def plain(self, name: str, text: str, context: str = "", *, where: str = "field") -> Slot | None:
        """Make a parameter of a plain value; None where it is better left as it is."""
        known = guess(text)
        if known is None and not is_asked_for(name, text):
            return None
        kind, value = known or ("str", text)
        return self.value(name, kind, value, context, where=where, form=moment_form(text) if kind == "datetime" else "")

    def value(
        self, name: str, kind: Guess, value: Value, context: str = "", *, where: str, form: str = ""
    ) -> Slot | None:
        """Make a parameter of a value with its type; None where there are enough."""
        if self._plain >= MOST:
            return None
        self._plain += 1
        named = self._add(name, context, kind=kind, help=_help(name, context, where), default=value, captured=value)
        return Slot(named, kind, form)

    def secret(
        self, name: str, value: Value, context: str = "", *, where: str, kind: Guess = "str", is_encoded: bool = False
    ) -> Slot:
        """Make a private parameter of a secret that is not the API's key; the secret itself is not written."""
        example: Value = f"test-key-{snake(name).replace('_', '-') or 'value'}" if kind == "str" else 1
        captured, variable = _known(value)
        words = f"The secret {_quoted(name)} of the call; it stands nowhere in this file."
        more = {"example": example, "private": True, "captured": captured, "variable": variable}
        return Slot(self._add(name, context or "secret", help=words, kind=kind, **more), kind, is_encoded=is_encoded)

    def file(self, path: str, name: str) -> Slot:
        """Make a parameter of a file that is sent."""
        from pathlib import Path

        named = self._add(name or "file", "upload", kind="Path", help="The file to send.", default=Path(path))
        return Slot(named, "Path")

    def _without(self, within: tuple[str, str], name: str, text: str, context: str, where: str) -> Template:
        """Return a text in which a word is a private parameter; in what stands around it, so are other secrets."""
        slot = self.secret(within[0] or f"{name} secret", within[1], context, where=where)
        pieces = (
            self.template(name, piece, context, where=where, plain=False) if isinstance(piece, str) else (piece,)
            for piece in cut(text, within[1], slot)
        )
        return tuple(part for piece in pieces for part in piece if part)

    def _open(self, found: list[StandIn], text: str, context: str, where: str) -> Template:
        parts: list[str | Slot] = []
        at = 0
        for each in found:
            parts += [text[at : each.start], self._stand_in(each, text[each.start : each.end], context, where)]
            at = each.end
        return tuple(part for part in [*parts, text[at:]] if part)

    def _stand_in(self, each: StandIn, text: str, context: str, where: str) -> Slot:
        name = marked_name(each.name.removeprefix("#"))
        kind: Guess = "int" if each.is_number else "str"
        left_open = (one for one in self.parameters if one.default is MISSING and not one.private)
        known = next((one for one in left_open if one.help == _help(name, context, where) and one.kind == kind), None)
        if known:
            return Slot(known.name, kind)
        example: Value = 1 if kind == "int" else (snake(name).replace("_", "-") or "value")
        captured = None if kind == "int" else each.captured if VARIABLE.search(text) else text
        words, variable = _help(name, context, where), name if captured is None else ""
        named = self._add(name, context, kind=kind, help=words, example=example, captured=captured, variable=variable)
        return Slot(named, kind)

    def _address(self, name: str, text: str, context: str, where: str) -> Slot:
        words = _help(name, context, where)
        return Slot(
            self._add(name, context, help=words, example="somebody@example.com", private=True, captured=text), "str"
        )

    def _add(self, name: str, context: str, *, help: str, kind: str = "str", **more: object) -> str:  # noqa: A002
        named = parameter_name(name, context, self._taken)
        self._taken.add(named)
        self.parameters.append(Asked(named, kind, help, **more))  # type: ignore[arg-type]
        return named


def _known(value: Value) -> tuple[Value, str]:
    """Return what curl sends for a secret, or None and its words where only a shell knows that."""
    if not isinstance(value, str):
        return value, ""
    sent = VARIABLE.sub(lambda found: marked_text(found[1]) or found[0], value)
    return (None, named(sent)) if VARIABLE.search(sent) else (sent, "")


def cut(text: str, word: str, slot: Slot) -> Iterator[str | Slot]:
    """Yield a text in pieces, with a slot wherever a word stood."""
    for at, piece in enumerate(text.split(word)):
        if at:
            yield slot
        yield piece


def _help(name: str, context: str, where: str) -> str:
    words = (snake(name) or "value").replace("_", " ")
    if where == "path":
        noun = singular(snake(context)).replace("_", " ")
        return f"The {words} in the address." if not noun or noun in words else f"The {words} of the {noun}."
    return f"The {where} {_quoted(name)}." if _is_plain(name) else f"The {words}."


def _quoted(name: str) -> str:
    return f"`{name}`" if _is_plain(name) else (snake(name) or "value")


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_.\[\]-]{1,40}", name) is not None
