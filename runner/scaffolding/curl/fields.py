"""The fields of a query or a form: as a dict where that sends the same, else as the text that they were."""

from collections.abc import Sequence
from urllib.parse import quote, unquote, unquote_plus

from runner.scaffolding.curl.bodies import form_pairs
from runner.scaffolding.curl.call import Pair
from runner.scaffolding.curl.guesses import (
    guess,
    holds_secret,
    is_address,
    is_secret,
    is_stand_in,
    marked,
    secret_in,
    stand_ins,
)
from runner.scaffolding.curl.layout import Group, Node, string, text_node
from runner.scaffolding.curl.slots import Asking, Slot, Template
from runner.scaffolding.curl.words import VARIABLE


class Fields:
    """Writes fields, and makes parameters of what stands in them."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def as_dict(self, pairs: Sequence[Pair]) -> Node:
        """Write fields as a dict, with a list where one comes again."""
        values: dict[str, list[Node]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(self.node(name, value))
        items = (
            (f"{string(name)}: ", own[0] if len(own) == 1 else Group("[", tuple(("", each) for each in own), "]"))
            for name, own in values.items()
        )
        return Group("{", tuple(items), "}")

    def node(self, name: str, value: str) -> Node:
        """Return the expression for the value of one field."""
        return text_node(self._asking.template(name, value))

    def as_text(self, text: str) -> Template:
        """Keep fields as they were encoded; what a parameter would send in another way is no parameter."""
        pieces: list[str | Slot] = []
        for at, piece in enumerate(text.split("&")):
            name, equals, value = piece.partition("=")
            pieces += ["&" * bool(at), *self._name(name), equals, *self._raw_field(name, value)]
        return joined_template(pieces)

    def _name(self, raw: str) -> Template:
        """Return the name of a field."""
        if holds_secret(unquote(raw)):
            return (self._asking.secret("secret", raw, where="field", is_encoded=True),)
        return self.opened(raw)

    def _raw_field(self, name: str, raw: str) -> Template:
        name, decoded = "" if holds_secret(unquote(name)) else unquote_plus(name), unquote(raw)
        if stand_ins(raw) and not is_secret(name, decoded):
            return self._asking.template(name, raw)
        is_quoted = not VARIABLE.search(raw) and quote(decoded, safe="") == raw
        is_private = is_secret(name, decoded) or is_address(decoded)
        if (is_private and not is_quoted) or (not is_private and secret_in(decoded)):
            return (self._asking.secret(name, raw, where="field", is_encoded=True),)
        known = guess(decoded)
        # numbers and moments are written without percent signs, texts with them
        is_same = decoded == raw if known and known[0] != "str" else is_quoted
        if not is_same and not is_stand_in(decoded):
            return (raw,)
        template = self._asking.template(name, decoded, plain=is_same)
        if not any(isinstance(part, Slot) for part in template):
            return (raw,)
        return tuple(quote(part, safe="") if isinstance(part, str) else part for part in template)

    def opened(self, text: str) -> Template:
        """Return a text in which variables are parameters, and nothing else."""
        return self._asking.template("", text, plain=False) if VARIABLE.search(text) else (text,)


def dict_pairs(text: str) -> tuple[Pair, ...] | None:
    """Return the fields of a query or form that a dict can hold: their names are fixed, and the same stand together."""
    pairs = form_pairs(marked(text))
    if pairs is None or any(VARIABLE.search(name) or holds_secret(name) for name, _ in pairs):
        return None
    names = [name for name, _ in pairs]
    together = [name for name in dict.fromkeys(names) for _ in range(names.count(name))]
    return pairs if names == together else None


def joined_template(pieces: Sequence[str | Slot]) -> Template:
    """Put texts that stand side by side together."""
    joined: list[str | Slot] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return tuple(joined)
