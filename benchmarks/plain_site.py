"""The peer of the site's build: renders its pages with plain Jinja2, highlights with plain Pygments, writes them.

python -m benchmarks.plain_site VALUES FOLDER

It is handed the values of each page and does nothing else: it reads no repository, draws no picture, searches for no
secret and makes no Markdown. The seconds that it takes to load the values are printed, and do not count.
"""

import pickle
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def main(values: Path, folder: Path) -> None:
    """Render each page into a folder that is not there yet."""
    started = time.perf_counter()
    asked: list[tuple[str, dict[str, Any]]] = pickle.loads(values.read_bytes())
    print(time.perf_counter() - started)

    import jinja2
    from markupsafe import Markup
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    from runner.sharing.site.markup import content_html, markdown_html, quoted_html
    from runner.sharing.site.pages import POLICY, STATES

    lexer, formatter = PythonLexer(), HtmlFormatter(nowrap=True)
    loader = jinja2.FileSystemLoader(ROOT / "templates" / "site")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, loader=loader)
    environment.filters |= {"markdown": markdown_html, "content": content_html, "quoted": quoted_html}
    environment.filters["python"] = lambda recipe: Markup(highlight(recipe.source, lexer, formatter))
    environment.tests["contains"] = lambda value, one: one in value
    environment.globals |= {"states": STATES, "policy": content_html(POLICY)}
    environment.globals["card"] = environment.get_template("_parts.html.jinja").module.__dict__["card"]
    for template, context in asked:
        page = folder / f"{context['path']}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(environment.get_template(template).render(context), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
