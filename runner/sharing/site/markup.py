"""Markdown and source as HTML in which nothing runs and nothing leads elsewhere than to https and mailto."""

from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from runner.sharing.site.clean import web_link

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_HIGHEST = 3
"""The level of a heading below those that a page has itself."""


def markdown_html(text: str) -> Markup:
    """Return Markdown as HTML; markup in it is shown as it is, pictures are left out."""
    return Markup(_reader().render(text))


def source_html(source: str) -> Markup:
    """Return Python as spans with classes, each line with its number."""
    from pygments import highlight

    lexer, formatter = _highlighter()
    return Markup(highlight(source, lexer, formatter))


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = lambda url: bool(web_link(url))  # type: ignore[method-assign]
    reader.add_render_rule("link_open", _link)
    reader.core.ruler.push("headings", _lower_headings)
    return reader


def _link(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    tokens[at].attrSet("rel", "noopener noreferrer nofollow")
    rendered: str = self.renderToken(tokens, at, options, env)
    return rendered


def _lower_headings(state: Any) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _HIGHEST - 1, 6)}"


@cache
def _highlighter() -> tuple[Any, Any]:
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)
