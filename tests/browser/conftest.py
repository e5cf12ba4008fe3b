"""A real browser: Chromium of the system (Debian: `apt-get install chromium`), driven by Playwright.

Where there is none, these tests are skipped. `RECIPES_CHROMIUM` names one that lies elsewhere.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import runner
from runner.catalog import catalog_root, read_repository
from runner.sharing.site.folder import SiteFolder
from runner.sharing.site.model import Site
from runner.sharing.site.pages import Pages
from runner.sharing.site.reading import Options, read_site

CHROMIUM = os.environ.get("RECIPES_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
)
"""Without them it asks its maker's hosts for this and that; as root it starts without its sandbox only."""
TOP_AUTHORS = "recipes/newswhip/top-authors.html"
ENDPOINT = "endpoints/newswhip/post-articles.html"
ROOT = catalog_root(Path(runner.__file__).parent)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    for item in items:
        if CHROMIUM is None and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


@pytest.fixture(scope="module")  # its loop of events would be in the way of other modules
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def catalog() -> Site:
    """Our own catalog, read."""
    return read_site([read_repository(ROOT)], Options())


@pytest.fixture(scope="session")
def site(catalog: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of our own catalog."""
    folder = tmp_path_factory.mktemp("browser") / "our site"
    SiteFolder(folder).replace(Pages(catalog, ROOT).pieces())
    return folder


class Watched:
    """A page, with all that it complained about or asked for elsewhere."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._see)

    def _see(self, request: Any) -> None:
        if not request.url.startswith(("file:", "blob:", "data:")):
            self.complaints.append(request.url)

    def open(self, folder: Path, name: str, fragment: str = "") -> Any:
        self.page.goto(f"{(folder / name).as_uri()}{fragment}")
        return self.page


@pytest.fixture
def watched(browser: Any) -> Iterator[Watched]:
    """A page that fails the test if it complains."""
    context = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    watched = Watched(context.new_page())
    yield watched
    assert watched.complaints == []
    context.close()
