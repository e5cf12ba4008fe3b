"""The site of 1,000 recipes: building it, building it again, and searching in it."""

import io
import pickle
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tokenize import NAME, OP, generate_tokens
from typing import Any

from benchmarks.measuring import Command, Measured, environment, recipes, timed
from runner.catalog import read_repository
from runner.catalog.digests import file_hash
from runner.cli.building import Building
from runner.cli.session import Session
from runner.sharing.site.known import KnownRecipes
from runner.sharing.site.pages import Pages
from runner.sharing.site.reading import Options, read_site
from runner.sharing.site.stamps import program_mark

ROOT = Path(__file__).parents[1]
SIZE = 1_000
PEER = "Jinja2 and Pygments, one process"
WORDS = (
    *("who wrote the most about my brand", "athors", "competitor bencmark", "spreadsheet of scores", "yout"),
    *(
        "which stories get the most engagement",
        "juornalists",
        "pandas",
        "crisis",
        "wire",
        "how many articles",
        "a",
        "de",
    ),
)
SEARCH = """
words => {
  const input = document.getElementById("words");
  const started = performance.now();
  input.value = words;
  input.dispatchEvent(new Event("input"));
  document.body.offsetHeight;  // so that the cards have their new places
  return performance.now() - started;
}
"""


def measure_site(folder: Path, rounds: int) -> Iterator[Measured]:
    """Build from nothing, into a new folder, and after one change: as a process of its own and in this one."""
    root, few = write_copies(folder / "bench1000"), max(3, rounds // 5)
    build, other = _site("-o", str(folder / "site")), _site("-o", str(folder / "other"))
    first, theirs, values = list[float](), list[float](), _write_values(root, folder / "values")
    for _ in range(few):  # in turn, as a machine may be slower for a while
        for each in (folder / "site", root / "home"):  # of which the latter holds what is known from builds before
            shutil.rmtree(each, ignore_errors=True)
        first.append(timed(build, root))
        theirs.append(_plain_build(values, folder / "plain"))
    yield _measured(f"site, {SIZE:,} recipes, the first time", PEER, first, theirs, 1.3)
    anew = Command(other.words, lambda: shutil.rmtree(folder / "other", ignore_errors=True))
    ours = [timed(anew, root) for _ in range(few)]
    yield _measured(f"site, {SIZE:,} known recipes, a new folder", PEER, ours, theirs, 1.3)
    again = [timed(build, _changed(root)) for _ in range(few)]
    yield _measured(f"site, one of {SIZE:,} changed", "the first time", again, first, 0.05)
    session = Session(_environment(root), root)
    building = Building(session, TYPED, folder / "site")
    building.build()
    served = [_seconds(partial(building.build_again, session.anew())) for _ in range(few) if _changed(root)]
    yield _measured(f"site, one of {SIZE:,} changed, --serve", "the first time", served, first, 0.05)


def measure_weight(folder: Path) -> str:
    """Return what a page of our catalog weighs with its styles and scripts."""
    target = folder / "catalog"
    timed(_site("--repository", str(ROOT), "-o", str(target)), folder)
    shared = sum((target / "assets" / name).stat().st_size for name in LOADED)
    sizes = sorted(path.stat().st_size + shared for path in target.glob("recipes/*/*.html"))
    median, most = (f"{size / 1000:.1f} KB" for size in (statistics.median(sizes), sizes[-1]))
    return f"page of a recipe, of {len(sizes)}: median {median}, most {most} (goal: under 60)"


TYPED: Mapping[str, Any] = {"repositories": (), "customers": (), "accept": (), "url": "", "force": False}
LOADED = ("site.css", "recipe.css", "theme.js", "recipe.js", "table.js")


def measure_search(folder: Path) -> str:
    """Return how long the page of 1,000 recipes takes to answer, in Chromium."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, FLAGS

    if CHROMIUM is None:
        return "search in the page: not measured, there is no Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page()
        page.goto((folder / "site" / "index.html").as_uri())
        times = sorted(page.evaluate(SEARCH, words) for _ in range(5) for words in WORDS)
        browser.close()
    median, late = statistics.median(times), times[len(times) * 95 // 100]
    return f"search in the page, {SIZE:,} recipes: median {median:.1f} ms, 95 % within {late:.1f} ms (goal: median 16)"


def write_copies(root: Path) -> Path:
    """Write a repository of copies of our own recipes with their cases, each under a name of its own.

    Those of one recipe do not stand side by side: two processes would draw the same picture at the same moment, which
    happens in no catalog.
    """
    (root / "recipes" / "newswhip").mkdir(parents=True)
    (root / "recipes.toml").write_text('name = "bench"\ntitle = "Bench"\n', encoding="utf-8")
    for api in ("newswhip", "slack"):
        (root / "recipes" / api).mkdir(exist_ok=True)
        shutil.copy(ROOT / "recipes" / api / "api.toml", root / "recipes" / api)
    originals = sorted((ROOT / "recipes" / "newswhip").glob("*.py"))
    for number in range(SIZE):
        path = originals[number % len(originals)]
        name = f"n{number // len(originals)}_{path.stem}"
        source = _apart(path.read_text(encoding="utf-8"), number)
        (root / "recipes" / "newswhip" / f"{name}.py").write_text(source, encoding="utf-8")
        old, new = path.stem.replace("_", "-"), name.replace("_", "-")
        cases = shutil.copytree(ROOT / "cassettes" / "newswhip" / old, root / "cassettes" / "newswhip" / new)
        for case in cases.glob("*.toml"):
            text = case.read_text(encoding="utf-8").replace(f'"newswhip/{old}"', f'"newswhip/{new}"')
            digest = f'digest = "{file_hash(source.encode())}"'  # as if it was recorded of the copy
            case.write_text(re.sub(r'^digest = ".*"$', digest, text, flags=re.MULTILINE), encoding="utf-8")
    time.sleep(3)  # a file that is younger than two seconds is read again
    return root


def _apart(source: str, number: int) -> str:
    """Return a source whose lines of code are like no other copy's: what is known already would cost nothing."""
    ends = [token.end for token in generate_tokens(io.StringIO(source).readline) if token.type in (NAME, OP)]
    lines = source.split("\n")
    for row, column in ends:
        if len(lines[row - 1]) == column:
            lines[row - 1] += f"  # {number}"
    return "\n".join(lines)


class _Asked(Pages):
    """Pages that are not rendered: it only says which template would get what."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def _page(self, template: str, path: str, *, title: str, **context: Any) -> bytes:
        home = "../" * path.count("/")
        head = {"home": home, "path": path, "page_title": title, "site": self._site, "facets": self._facets}
        self.asked.append((f"{template}.html.jinja", head | context))
        return b""


def _write_values(root: Path, path: Path) -> Path:
    """Write which template would get what, for `benchmarks.plain_site`."""
    cache = Session(_environment(root), root).cache_folder
    known = KnownRecipes(cache, program_mark(ROOT / "templates" / "site"))
    pages = _Asked(read_site([read_repository(root)], Options(cache=cache / "cassettes"), known), ROOT)
    for piece in pages.pieces():
        if piece.name.endswith(".html"):
            piece.make()
    path.write_bytes(pickle.dumps(pages.asked))
    return path


def _plain_build(values: Path, target: Path) -> float:
    """Return the seconds that the peer takes for a new folder, without those for loading its values."""
    shutil.rmtree(target, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.plain_site", str(values), str(target)]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return time.perf_counter() - started - float(done.stdout)


def _environment(root: Path) -> dict[str, str]:
    """Return the environment of `_site`."""
    return {name: value for name, value in environment(root).items() if name != "NEWSWHIP_API_KEY"}


def _site(*words: str) -> Command:
    """Return the command without a key: a key "sandbox" would be found where a recipe speaks of the sandbox."""
    return Command(["env", "-u", "NEWSWHIP_API_KEY", *recipes("site", *words).words])


def _changed(root: Path) -> Path:
    """Change one recipe as an editor would, and return the folder of the repository."""
    path = root / "recipes" / "newswhip" / "n7_top_authors.py"
    text = path.read_text(encoding="utf-8")
    old, new = ("most, again", "most") if "most, again" in text else ("most", "most, again")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return root


def _seconds(job: Callable[[], None]) -> float:
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def _measured(job: str, other: str, ours: list[float], theirs: list[float], goal: float) -> Measured:
    medians = statistics.median(ours), statistics.median(theirs)
    ratio = statistics.median(our / their for our, their in zip(ours, theirs, strict=True))
    return Measured(job, other, medians, ratio, goal)
