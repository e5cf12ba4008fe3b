"""Nothing that stands in a repository becomes more than text in a page."""

import json
import os
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from runner.errors import BrokenSource
from tests.sharing.site.conftest import Shelf

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](http://plain.example/)",
    "[x](//other.example/)",
    "<javascript:alert(1)>",
    "![x](https://other.example/pixel.png)",
    "<iframe src=https://other.example></iframe>",
    "<style>*{display:none}</style>",
    "<base href=https://other.example>",
    "<meta http-equiv=refresh content='0;url=https://other.example'>",
    "<form action=https://other.example><button>x</button></form>",
    "</textarea><script>alert(1)</script>",
    "]]><!--<script>alert(1)//-->",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</pre></code></option></select><b>x</b>",
    "x" * 10_000,
]
ELEMENTS = frozenset(
    """html head meta title link script body a header nav button main h1 h2 h3 h4 h5 h6 p dl dt dd section div form
    label input textarea select option span details summary pre code ul ol li table caption thead tbody tr th td footer
    noscript figure figcaption img article strong em i q br blockquote hr""".split()  # noqa: SIM905 - as a list it is long
)
ATTRIBUTES = frozenset(
    """lang charset http-equiv content name rel href type class id src hidden aria-current tabindex aria-label
    aria-labelledby aria-hidden for aria-describedby required autocomplete value data-page data-id data-copy method
    novalidate role scope alt loading decoding min max step minlength placeholder open spellcheck download rows defer
    enterkeyhint selected checked start""".split()  # noqa: SIM905
)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.inline.append(data)

    def problems(self) -> Iterator[str]:
        yield from (f"inline script {each[:40]}" for each in self.inline)
        for tag, attributes in self.elements:
            if tag not in ELEMENTS:
                yield f"element {tag}"
            yield from (f"{tag} {name}" for name in attributes if name not in ATTRIBUTES)
            for name in ("href", "src"):
                address = attributes.get(name)
                if address is not None and urlsplit(address).scheme not in ("", "https", "mailto"):
                    yield f"{tag} leads to {address}"
                if (
                    address is not None
                    and (address.startswith("//") or tag in ("script", "img", "link"))
                    and "//" in address
                ):
                    yield f"{tag} loads {address}"


def problems(files: dict[str, bytes]) -> list[str]:
    pages = {name: Page(content.decode()) for name, content in files.items() if name.endswith(".html")}
    return [f"{name}: {problem}" for name, page in pages.items() for problem in page.problems()]


def toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_no_text_of_a_repository_becomes_markup(shelf: Shelf, payload: str) -> None:
    doc = payload.replace("\\", "\\\\").replace('"', '\\"')
    shelf.settings(payload, f"description = {toml(payload)}\npublisher = {toml(payload)}\n")
    shelf.api(payload, help_text=payload)
    table = f"audience = [{toml(payload)}]\ndeprecated = {toml(payload)}\n"
    table += f"\n[tool.recipe-runner.parameters.topic]\nexample = {toml(payload)}\n"
    shelf.recipe(
        docstring=f"{doc} ?\n\n{doc}\n\n# {doc}\n",
        parameters="topic: str, words: list[str] = ['a']",
        table=table,
        help_text=doc,
    )
    shelf.case([{payload: payload, "link": payload, "b": 1}], values=f"topic = {toml(payload)}")
    files = shelf.files()
    assert sorted(name for name in files if name.startswith("recipes/") and name.endswith(".html")) == [
        "recipes/echo/things.html"
    ]
    assert problems(files) == []


def test_the_check_of_these_tests_sees_what_it_looks_for() -> None:
    text = "<script>x</script><b onclick=x>y</b><a href='javascript:x'>z</a><img src='https://other.example/x.png'>"
    assert problems({"a.html": text.encode()}) == [
        "a.html: inline script x",
        "a.html: element b",
        "a.html: b onclick",
        "a.html: a leads to javascript:x",
        "a.html: img loads https://other.example/x.png",
    ]


def test_every_page_has_the_strict_policy(shelf: Shelf) -> None:
    shelf.recipe()
    shelf.case([{"a": 1}])
    pages = {name: content.decode() for name, content in shelf.files().items() if name.endswith(".html")}
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    policy += "base-uri 'none'; form-action 'none'"
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    assert [name for name, text in pages.items() if tag not in text] == []
    assert len(pages) == 5


def test_what_turns_text_around_or_hides_shows_as_replaced(shelf: Shelf) -> None:
    shelf.recipe(docstring="Is \u202egnp.exe\u202c good?\n\nA\u200bB \u2066x\u2069", table='audience = ["a\u202eb"]')
    shelf.case([{"a\u202e": "b\u2066"}])
    files = shelf.files()
    shown = "".join(content.decode() for name, content in files.items() if name.endswith((".html", "data.js", ".css")))
    assert [char for char in "\u202e\u202c\u200b\u2066\u2069" if char in shown] == []


def test_a_title_of_ten_thousand_characters_is_cut(shelf: Shelf) -> None:
    shelf.recipe(docstring="y" * 10_000 + "?")
    [recipe] = shelf.site().recipes
    assert (len(recipe.title), recipe.title[-1]) == (300, "…")


@pytest.mark.parametrize(
    "payload", ["</script><script>alert(1)</script>", "<!--<script>", "\u2028alert(1)//", '\\"];x=1']
)
def test_what_the_search_reads_is_data_and_comes_back_as_it_was(shelf: Shelf, payload: str) -> None:
    shelf.recipe(docstring=f"Is it {json.dumps(payload)[1:-1]} ?")
    script = shelf.files()["assets/search-data.js"].decode()
    assert [char for char in "<>\u2028\u2029" if char in script] == []
    data = json.loads(script.removeprefix("self.recipesToSearch=").removesuffix(";\n"))
    [recipe] = shelf.site().recipes
    assert [each["title"] for each in data["documents"]] == [recipe.title]


def test_a_tag_that_is_more_than_a_word_breaks_its_recipe(shelf: Shelf) -> None:
    shelf.recipe(table='tags = ["<script>alert(1)</script>"]')
    files = shelf.files()
    assert problems(files) == []
    assert b"1 broken" in files["index.html"]
    assert b"&lt;script&gt;" in files["health.html"]


def test_a_table_in_a_text_says_by_a_class_where_numbers_stand(shelf: Shelf) -> None:
    shelf.recipe(docstring="Is it?\n\n| a | b |\n|---|---:|\n| x | 1 |\n")
    files = shelf.files()
    assert problems(files) == []
    assert '<td class="number">1</td>' in files["recipes/echo/things.html"].decode()


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://plain.example/", "data:text/html,x", "https://a@b.example/"]
)
def test_a_row_whose_link_is_none_for_a_page_is_shown_as_text(shelf: Shelf, link: str) -> None:
    shelf.recipe()
    shelf.case([{"link": link, "safe": "https://safe.example/"}])
    page = Page(shelf.files()["recipes/echo/things.html"].decode())
    leads = [attributes.get("href") or "" for tag, attributes in page.elements if tag == "a"]
    assert "https://safe.example/" in leads
    assert [each for each in leads if link in each] == []


def test_an_address_that_is_none_for_a_page_is_left_out(shelf: Shelf) -> None:
    shelf.recipe()
    shelf.settings(more='homepage = "http://plain.example/"')
    shelf.api(docs="http://plain.example/docs")
    assert problems(shelf.files()) == []


@pytest.mark.parametrize("settings", ['homepage = "javascript:alert(1)"', "publisher = 7", 'name = "<b>"'])
def test_a_repository_that_says_what_it_may_not_is_refused(shelf: Shelf, settings: str) -> None:
    usual = {"name": "team", "title": "Team recipes"}
    lines = [f'{key} = "{value}"' for key, value in usual.items() if not settings.startswith(key)]
    (shelf.root / "recipes.toml").write_text("\n".join([*lines, settings, ""]), encoding="utf-8")
    with pytest.raises(BrokenSource):
        shelf.files()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_recipe_that_is_no_file_is_broken_and_nothing_waits_for_it(shelf: Shelf) -> None:
    shelf.recipe()
    os.mkfifo(shelf.root / "recipes" / "echo" / "pipe.py")
    [broken] = shelf.site().broken
    assert broken.problem == "line 1: this is no plain file"
