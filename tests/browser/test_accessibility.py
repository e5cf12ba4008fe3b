"""What axe-core finds on each kind of page, as rules of WCAG and good practice; nothing serious may be among it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ENDPOINT, TOP_AUTHORS

CRISIS = "recipes/newswhip/crisis-watch.html"
FRAME = "recipes/newswhip/articles-frame.html"
PAGES = ("index.html", "start.html", "health.html", TOP_AUTHORS, ENDPOINT, "collections/start-here.html", FRAME, CRISIS)
FEWEST_RULES = 15
"""So many have something to look at on each of these pages, at least; else axe did not run."""


@pytest.fixture(scope="module", params=[("light", 375), ("dark", 1280)], ids=["light phone", "dark"])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page into which axe may be put, which the policy of ours forbids."""
    scheme, width = request.param
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_barrier(site: Path, page: Any, name: str) -> None:
    page.goto((site / name).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    found = Axe().run(page, options={"resultTypes": ["violations", "passes"]}).response
    serious = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in serious] == []
    assert len(found["passes"]) > FEWEST_RULES


def test_axe_finds_what_is_a_barrier(site: Path, page: Any) -> None:
    page.goto((site / "index.html").as_uri())
    page.evaluate("document.querySelector('#words').labels[0].remove()")
    page.evaluate("document.querySelector('#words').placeholder = ''")
    found = Axe().run(page).response
    assert "label" in {each["id"] for each in found["violations"]}
