"""Markdown and source as HTML in which nothing runs and nothing leads elsewhere than to https and mailto."""

from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from runner.sharing.site.clean import web_link

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_HIGHEST: Final = 3
"""The level of a heading below those that a page has itself."""
_COLOURS: Final = {
    "Token.Keyword": "k",
    "Token.Keyword.Constant": "n",
    "Token.Operator.Word": "k",
    "Token.Literal.String": "s",
    "Token.Literal.Number": "n",
    "Token.Comment": "c",
    "Token.Name.Function": "f",
    "Token.Name.Class": "f",
    "Token.Name.Builtin": "f",
    "Token.Name.Namespace": "f",
    "Token.Name.Decorator": "f",
}
"""The classes that have a colour in `site.css`, by kind of token and of all below it."""


@lru_cache(maxsize=4096)  # a report stands on its page, and on those of all that leads to it
def markdown_html(text: str) -> Markup:
    """Return Markdown as HTML; markup in it is shown as it is, pictures are left out."""
    return Markup(_reader().render(text))


def content_html(text: str) -> Markup:
    """Return a text as the content of an element, in which quotes may stand as they are."""
    return Markup(escape(text, quote=False))


def quoted_html(text: str) -> Markup:
    """Return a text as the value of an attribute, with single quotes around it: JSON is full of double ones."""
    return Markup(f"""'{escape(text, quote=False).replace("'", "&#39;")}'""")


def source_html(source: str) -> str:
    """Return Python as HTML, with elements around what has a colour, as few as will do."""
    return "".join(_coloured(source))


def _coloured(source: str) -> Iterator[str]:
    for colour, start, end in _runs(source):
        shown = escape(source[start:end], quote=False)
        yield f"<i class={colour}>{shown}</i>" if colour else shown


def _runs(source: str) -> Iterator[tuple[str, int, int]]:
    """Yield colours and their places; what stands between two tokens of one colour is blank and joins them."""
    colour, start, end = "", 0, 0
    for at, kind, piece in python_lexer().get_tokens_unprocessed(source):
        if piece.isspace():
            continue
        if colour_of(kind) != colour:
            yield from ((colour, start, end), ("", end, at))
            colour, start = colour_of(kind), at
        end = at + len(piece)
    yield from ((colour, start, end), ("", end, len(source)))


@cache
def colour_of(kind: "_TokenType") -> str:
    """Return the class of a kind of token, or `""`."""
    if kind.parent is None:
        return ""
    return _COLOURS.get(str(kind)) or colour_of(kind.parent)


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = lambda url: bool(web_link(url))  # type: ignore[method-assign]
    reader.add_render_rule("link_open", _link)
    reader.add_render_rule("table_open", lambda *_: '<div class="across" tabindex="0"><table>\n')
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    reader.core.ruler.push("headings", _lower_headings)
    reader.core.ruler.push("numbers", _mark_numbers)
    return reader


def _link(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    tokens[at].attrSet("rel", "noopener noreferrer nofollow")
    rendered: str = self.renderToken(tokens, at, options, env)
    return rendered


def _lower_headings(state: Any) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _HIGHEST - 1, 6)}"


def _mark_numbers(state: Any) -> None:
    """Say by a class which columns stand at the right: the policy of a page forbids styles in it."""
    for token in state.tokens:
        if "right" in str(token.attrs.pop("style", "")):
            token.attrSet("class", "number")


@cache
def python_lexer() -> "Lexer":
    """Return what Pygments has for Python, but names and signs without a colour come as one: it tries rule after rule.

    So does a string on one line. A name that may have a colour anywhere, the beginning of a line where there may be a
    docstring or `match`, and what else may begin something is for the rules of Pygments.
    """
    import builtins
    import keyword

    from pygments.lexer import inherit, words
    from pygments.lexers import PythonLexer
    from pygments.regexopt import regex_opt
    from pygments.token import Name, String

    rules = (rule[0] for state in PythonLexer.tokens.values() for rule in state if isinstance(rule, tuple))
    coloured = {word for rule in rules if isinstance(rule, words) for word in rule.words}
    coloured |= {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "self", "cls", "lazy"}
    listed = regex_opt(coloured)
    name = rf"(?!(?:{listed}|__\w*)\b)[A-Za-z_][A-Za-z0-9_]*(?![\w\"'])"
    line = rf"(?>(?:\n[^\S\n]*)+)(?!\w{{0,2}}[\"']|(?:{'|'.join(keyword.softkwlist)}|lazy)\b)"
    plain = rf"(?:{name}|[][(){{}},;:~+/*%=<>&^|-]+|\.(?!\d)|(?<=\S)[^\S\n]+|{line})+"
    string = r"\"(?!\"\")(?:[^\"\\\n]|\\.)*\"|'(?!'')(?:[^'\\\n]|\\.)*'"

    class QuickLexer(PythonLexer):  # type: ignore[misc]
        tokens = {"root": [(plain, Name), (string, String), inherit]}  # noqa: RUF012

    return QuickLexer(stripnl=False)
