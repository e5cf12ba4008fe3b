"""What a new repository says of itself: whatever the titles, no file says anything else."""

import ast
import io
import json
import tokenize
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from runner.catalog import Api, Key
from runner.catalog.api import api_of
from runner.catalog.model import KeyPlace
from runner.catalog.tables import table_of
from runner.scaffolding.repository_files import NewRepository, api_files, repository_files

ACME = Api(
    folder=Path("acme"),
    name="acme",
    title="Acme",
    base_url="https://api.acme.example/v1",
    sandbox="sandbox:app",
    sandbox_now=datetime(2026, 1, 5, 9, tzinfo=UTC),
)
PLAIN = NewRepository("team", "Team recipes", ACME)
SANDBOX = "recipes/acme/sandbox/__init__.py"
NASTY = ['"""', "'", "\\", "\n", "\r", "`", "*", "_", "[a](b)", "<b>", "&lt;", "{{", "}}", "# ///", "#", "|", "~~", "$"]
TITLES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
    st.lists(st.sampled_from([*NASTY, "x", " ", "https://a.example", "www.a.example", ":+1:", "@me"]), min_size=1).map(
        "".join
    ),
).filter(str.strip)


def statements(source: str) -> str:
    """Return what Python reads, without the words of the docstring that a module begins with."""
    tree = ast.parse(source)
    assert isinstance(tree.body[0], ast.Expr)
    return ast.dump(ast.Module(tree.body[1:], []))


def comments(source: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [each.string for each in tokens if each.type == tokenize.COMMENT]


def marks(markdown: str) -> list[str]:
    """Return what marks a text up, of CommonMark and of what GitHub adds to it."""
    parser = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    return [each.type for each in flat(parser.parse(markdown)) if each.type not in ("text", "inline", "text_special")]


def flat(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *flat(token.children or []))]


@given(title=TITLES, api_title=TITLES)
def test_no_title_changes_what_the_files_say(title: str, api_title: str) -> None:
    api = ACME._replace(title=api_title)
    files = repository_files(NewRepository("team", title, api), first="acme/first-call") | api_files(api)
    plain = repository_files(PLAIN, first="acme/first-call") | api_files(ACME)
    assert tomllib.loads(files["recipes.toml"]) == {"name": "team", "title": title}
    described = tomllib.loads(files["recipes/acme/api.toml"])
    assert (described.pop("title"), described) == (
        api_title,
        {key: value for key, value in tomllib.loads(plain["recipes/acme/api.toml"]).items() if key != "title"},
    )
    assert statements(files[SANDBOX]) == statements(plain[SANDBOX])
    assert comments(files[SANDBOX]) == []
    assert not any(line.lstrip().startswith("# ///") for line in files[SANDBOX].splitlines())
    others = set(files) - {"recipes.toml", "README.md", "recipes/acme/api.toml", SANDBOX}
    assert [files[name] for name in sorted(others)] == [plain[name] for name in sorted(others)]


@given(title=TITLES, api_title=TITLES)
def test_no_title_marks_up_the_readme(title: str, api_title: str) -> None:
    new = NewRepository("team", title, ACME._replace(title=api_title))
    readme = repository_files(new, first="acme/first-call")["README.md"]
    assert marks(readme) == marks(repository_files(PLAIN, first="acme/first-call")["README.md"])


@pytest.mark.parametrize(
    "title, heading",
    [
        ("www.a.example", r"www\.a.example"),
        ("https://a.example", r"https\://a.example"),
        ("a@b.example", r"a\@b.example"),
        ("a :+1: b", r"a \:+1\: b"),
        ("$x$", r"\$x\$"),
        ("&lt;", r"\&lt;"),
    ],
)
def test_a_title_is_no_link_mention_or_formula_either(title: str, heading: str) -> None:
    readme = repository_files(NewRepository("team", title, ACME), first="acme/first-call")["README.md"]
    assert readme.splitlines()[0] == f"# {heading}"


def test_a_title_reads_in_the_readme_as_it_was_given() -> None:
    readme = repository_files(NewRepository("team", r"C:\new *stars* <b> `x`", ACME), first="acme/x")["README.md"]
    inline = MarkdownIt("commonmark").parse(readme)[1]
    assert "".join(each.content for each in inline.children or []) == r"C:\new *stars* <b> `x`"


@pytest.mark.parametrize(
    "place, path",
    [("none", "/v1/items"), ("query", "/v1/items"), ("basic", "/v1/items"), ("path", "/sandbox/items")],
)
def test_the_sandbox_answers_the_first_recipe_and_nothing_else(place: KeyPlace | str, path: str) -> None:
    api = ACME
    if place != "none":
        base_url = "https://hooks.acme.example" if place == "path" else ACME.base_url
        api = ACME._replace(base_url=base_url, key=Key(place, "key", "ACME_API_KEY", ""))  # type: ignore[arg-type]
    module: dict[str, Any] = {}
    exec(api_files(api)[SANDBOX], module)
    assert call(module["app"], "GET", path) == ("200 OK", {"items": module["ITEMS"]})
    for method, other in (("GET", "/items/more"), ("POST", path)):
        assert call(module["app"], method, other) == ("404 Not Found", {"error": {"message": "There is nothing here."}})


def call(app: Any, method: str, path: str) -> tuple[str, Any]:
    started: list[Any] = []
    body = b"".join(
        app({"REQUEST_METHOD": method, "PATH_INFO": path}, lambda status, headers: started.append((status, headers)))
    )
    assert started[0][1] == [("Content-Type", "application/json")]
    return started[0][0], json.loads(body)


def test_git_keeps_line_ends_and_no_keys() -> None:
    files = repository_files(PLAIN, first="acme/first-call")
    assert "cassettes/** -text\n" in files[".gitattributes"]
    assert files[".gitignore"].splitlines()[:3] == [".env", ".env.*", "!.env.example"]


def test_every_file_ends_its_last_line_once() -> None:
    files = repository_files(PLAIN, first="acme/first-call") | api_files(ACME)
    assert [name for name, text in files.items() if not text.endswith("\n") or text.endswith("\n\n")] == []


def test_the_api_is_read_back_as_it_was() -> None:
    text = api_files(ACME)["recipes/acme/api.toml"]
    assert api_of(table_of(text, Path("acme/api.toml")), Path("acme")) == ACME
