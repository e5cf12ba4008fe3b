"""Our own catalog's site, opened from its folder in a real browser."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from runner.sharing.site.fields import bash_command, powershell_command
from runner.sharing.site.folder import SiteFolder
from runner.sharing.site.model import Field, Site
from runner.sharing.site.pages import Pages
from tests.browser.conftest import ENDPOINT, ROOT, TOP_AUTHORS, Watched
from tests.sharing.site.conftest import Shelf
from tests.sharing.site.test_hostile import problems

FILTER_CLINIC = "recipes/newswhip/filter-clinic.html"
PAGES = ("index.html", "start.html", "health.html", TOP_AUTHORS, ENDPOINT)
NASTY = [
    "\"'`$(){}<>&|;",
    "",
    " ",
    "two words",
    "it's",
    'say "hi"',
    "$HOME",
    "$(touch x)",
    "`touch x`",
    "a\\b\\",
    "-x",
    "--days",
    "!!",
    "*",
    "~",
    "#x",
    "a=b",
    "%PATH% %s",
    "a;b|c&d",
    "é 日本 😀",
    "\u2018smart\u2019 \u201cquotes\u201d",
    "tab\tin",
    "\u202eturned",
    "${x}",
    "<a href='x'>",
    "''",
    "\x1b[31m",
]

CATCH = """
import sys
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read()
    head, mark, tail = text.rpartition('if __name__ == "__main__":')
    stub = "import json\\ndef main(newswhip, **values): return [{'values': json.dumps(values)}]\\n"
    sys.argv = ["script", "--base-url", "http://127.0.0.1:9", "--json"]
    exec(compile(head + stub + mark + tail, "script", "exec"), {"__name__": "__main__"})
    sys.stdout.write("\\0")
"""
"""Runs all of each script but its main, and prints what main would be given."""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [375, 1440])
def test_a_page_from_a_folder_complains_about_nothing_and_fits(
    site: Path, watched: Watched, name: str, width: int
) -> None:
    watched.page.set_viewport_size({"width": width, "height": 800})
    page = watched.open(site, name)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    assert page.locator("#theme").is_visible()


def test_a_table_in_a_text_does_not_make_a_page_wider_than_a_phone(site: Path, watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 375, "height": 800})
    pages = [path for path in site.rglob("*.html") if "<table>\n" in path.read_text(encoding="utf-8")]
    shown = {}
    for path in pages:
        page = watched.open(site, path.relative_to(site).as_posix())
        shown[path.stem] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in shown.items() if width > 375} == {}
    assert "crisis-watch" in shown


def test_a_word_in_a_table_of_a_report_stays_in_one_piece(site: Path, watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 375, "height": 800})
    page = watched.open(site, "recipes/newswhip/crisis-watch.html")
    outlets = page.locator(".report tbody td:nth-child(2)")
    heights = outlets.evaluate_all(
        "cells => cells.map(cell => {const range = document.createRange();"
        " range.selectNodeContents(cell); return range.getClientRects().length;})"
    )
    assert set(heights) == {1}


def test_several_facts_of_one_name_stand_below_each_other(site: Path, watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 1440, "height": 800})
    page = watched.open(site, "recipes/newswhip/crisis-watch.html")
    places = page.locator(".behind dd").evaluate_all(
        "each => each.map(one => Math.round(one.getBoundingClientRect().x))"
    )
    assert len(places) > 5
    assert len(set(places)) == 1


@pytest.mark.parametrize(
    "words, expected",
    [
        ("who wrote the most about my brand", "newswhip/top-authors"),
        ("athors", "newswhip/top-authors"),
        ("juornalists", "newswhip/top-authors"),
        ("yout", "newswhip/youtube-videos"),
        ("spreadsheet of scores", "newswhip/score-spreadsheet"),
        ("competitor bencmark", "newswhip/competitor-benchmark"),
    ],
)
def test_a_search_finds_by_the_question_also_with_a_typing_error(
    site: Path, watched: Watched, words: str, expected: str
) -> None:
    page = watched.open(site, "index.html")
    page.get_by_label("What do you want to know?").fill(words)
    shown = page.locator(".card:visible").evaluate_all("cards => cards.map(card => card.dataset.id)")
    assert expected in shown[:3]
    assert len(shown) < 31
    assert "words=" in page.url


def test_a_search_for_nothing_that_is_there_says_so(site: Path, watched: Watched) -> None:
    page = watched.open(site, "index.html")
    page.get_by_label("What do you want to know?").fill("qqqqqqqqqq")
    assert page.locator("#count").inner_text() == "No recipe fits. Try other words, or fewer filters."


def test_filters_work_together_and_are_carried_by_the_address(site: Path, catalog: Site, watched: Watched) -> None:
    page = watched.open(site, "index.html")
    count = page.locator(".card").count()
    page.get_by_label("For").select_option("pr")
    page.get_by_label("Tag").select_option("authors")
    shown = page.locator(".card:visible").evaluate_all("cards => cards.map(card => card.dataset.id)")
    assert sorted(shown) == sorted(
        each.id for each in catalog.recipes if "pr" in each.audience and "authors" in each.tags
    )
    assert "newswhip/top-authors" in shown
    assert page.locator("#count").inner_text() == f"{len(shown)} recipe{'' if len(shown) == 1 else 's'} of {count}"
    page.reload()
    assert page.locator(".card:visible").count() == len(shown)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#count")).to_have_text(f"{count} recipes")


def test_filters_and_everything_but_search_work_without_a_script(site: Path, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.get_by_label("For").select_option("developer")
    shown = page.locator(".card:visible").count()
    assert 0 < shown < page.locator(".card").count()
    assert not page.locator("#words").is_visible()
    page.goto((site / TOP_AUTHORS).as_uri())
    assert page.locator("#bash").inner_text() == "recipes run newswhip/top-authors --topic flooding"
    assert page.locator("table.sortable tbody tr").count() == 10
    assert not page.locator("[data-copy]").first.is_visible()
    context.close()


def words_in_bash(command: str, folder: Path) -> list[str]:
    """Return the words that a real bash makes of a command, and make sure that it ran nothing else."""
    script = f'recipes() {{ printf "%s\\0" "$@"; }}\n{command}\n'
    answer = subprocess.run(["bash", "-c", script], capture_output=True, cwd=folder, check=True)
    assert list(folder.iterdir()) == []
    return answer.stdout.decode().split("\0")[:-1]


def test_a_command_pasted_into_bash_gives_back_what_was_typed(site: Path, watched: Watched, tmp_path: Path) -> None:
    page = watched.open(site, TOP_AUTHORS)
    page.get_by_label("days").fill("3")
    for value in NASTY:
        page.get_by_label("topic").fill(value)
        words = words_in_bash(page.locator("#bash").text_content(), tmp_path)
        topic = [] if value == "" else [f"--topic={value}"] if value.startswith("-") else ["--topic", value]
        assert words == ["run", "newswhip/top-authors", *topic, "--days", "3"]


def test_each_line_of_a_list_is_a_value(site: Path, watched: Watched, tmp_path: Path) -> None:
    page = watched.open(site, FILTER_CLINIC)
    for value in NASTY:
        page.get_by_label("conditions").fill(f"one\n{value}\ntwo")
        words = words_in_bash(page.locator("#bash").text_content(), tmp_path)
        others = [] if value == "" else [f"--conditions={value}"] if value.startswith("-") else ["--conditions", value]
        assert words == ["run", "newswhip/filter-clinic", "--conditions", "one", *others, "--conditions", "two"]


def test_the_page_writes_the_same_commands_as_the_builder(site: Path, watched: Watched) -> None:
    page = watched.open(site, TOP_AUTHORS)
    for value in filter(None, NASTY):
        page.get_by_label("topic").fill(value)
        field = Field("topic", "--topic", "text", False, True, False, "", "", "", "", (), (), (value,))
        assert page.locator("#bash").text_content() == bash_command("newswhip/top-authors", [field])
        assert page.locator("#powershell").text_content() == powershell_command("newswhip/top-authors", [field])


def test_a_script_takes_what_was_typed(site: Path, watched: Watched, tmp_path: Path) -> None:
    page = watched.open(site, TOP_AUTHORS)
    page.get_by_label("days").fill("3")
    page.get_by_text("Python script").click()
    values = [each for each in NASTY if each]
    for number, value in enumerate(values):
        page.get_by_label("topic").fill(value)
        if number % 8 == 7:
            page.wait_for_timeout(1_100)  # Chromium begins fewer than ten downloads a second, and drops the others
        with page.expect_download() as download:
            page.locator("#download").click()
        download.value.save_as(tmp_path / f"{number}.py")
        assert download.value.suggested_filename == "top-authors.py"
    scripts = [str(tmp_path / f"{number}.py") for number in range(len(values))]
    answer = subprocess.run(
        [sys.executable, "-c", CATCH, *scripts],
        capture_output=True,
        text=True,
        env={"NEWSWHIP_API_KEY": "test-key-of-a-test"},
    )
    assert answer.stderr == ""
    answers = [json.loads(json.loads(each)[0]["values"]) for each in answer.stdout.split("\0")[:-1]]
    assert [(each["topic"], each["days"], each["limit"]) for each in answers] == [(value, 3, 10) for value in values]


def test_the_script_as_downloaded_from_a_page_tells_its_help(site: Path, watched: Watched, tmp_path: Path) -> None:
    page = watched.open(site, TOP_AUTHORS, "#topic=100%25+wool&days=2")
    page.get_by_text("Python script").click()
    with page.expect_download() as download:
        page.locator("#download").click()
    script = tmp_path / "script.py"
    download.value.save_as(script)
    answer = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True)
    shown = " ".join(answer.stdout.split())
    assert answer.returncode == 0
    assert "[default: 100% wool]" in shown
    assert "default: 2]" in shown


def test_a_link_carries_the_values_and_the_request_takes_them(site: Path, watched: Watched) -> None:
    page = watched.open(site, TOP_AUTHORS)
    page.get_by_label("topic").fill('O\'Neill & "Söhne"')
    page.get_by_label("limit").fill("5")
    address = page.url
    assert address.endswith(f"#topic={quote('O', safe='')}%27Neill+%26+%22S%C3%B6hne%22&limit=5")
    command = page.locator("#bash").text_content()
    page.goto("about:blank")
    page.goto(address)
    assert page.get_by_label("topic").input_value() == 'O\'Neill & "Söhne"'
    assert page.locator("#bash").text_content() == command
    page.get_by_text("The first request as curl").click()
    body = page.locator("#curl").text_content().split("--data-raw '")[1].removesuffix("'").replace("'\"'\"'", "'")
    assert json.loads(body)["filters"] == ['"O\'Neill & "Söhne""']
    assert page.locator("#curl-note").inner_text() == "It keeps what was recorded for limit."
    page.get_by_role("button", name="Start over").click()
    expect(page).not_to_have_url(re.compile("#"))
    assert page.locator("#bash").text_content() == "recipes run newswhip/top-authors --topic flooding"


def test_a_value_that_does_not_fit_is_said(site: Path, watched: Watched) -> None:
    page = watched.open(site, TOP_AUTHORS)
    page.get_by_label("days").fill("9")
    assert page.locator("#p-days").inner_text() != ""
    assert page.get_by_label("days").get_attribute("aria-invalid") == "true"
    page.get_by_label("days").fill("6")
    assert page.locator("#p-days").inner_text() == ""


def test_copying_says_that_it_is_done(site: Path, watched: Watched) -> None:
    page = watched.open(site, TOP_AUTHORS)
    page.get_by_role("button", name="Copy the command for bash").click()
    expect(page.locator("#said")).to_have_text("Copied.")


def test_a_table_is_sorted_by_its_heading(site: Path, watched: Watched) -> None:
    page = watched.open(site, TOP_AUTHORS)
    column = page.locator("table.sortable tbody tr td:nth-child(3)")
    before = column.all_inner_texts()
    head = page.locator("th button", has_text="articles")
    head.click()
    assert column.all_inner_texts() == sorted(before, key=int, reverse=True)
    head.click()
    assert column.all_inner_texts() == sorted(before, key=int)
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("articles")
    head.click()
    assert column.all_inner_texts() == before


def test_the_keyboard_alone_reaches_a_recipe_and_its_command(site: Path, watched: Watched) -> None:
    page = watched.open(site, "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("What do you want to know?").focus()
    page.keyboard.type("youtube")
    page.locator(".card:visible a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/youtube-videos.html")
    page.get_by_role("button", name="Copy the command for bash").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Copied.")


def test_dark_or_light_is_kept_from_page_to_page(site: Path, watched: Watched) -> None:
    page = watched.open(site, "index.html")
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"
    watched.open(site, TOP_AUTHORS)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


def test_a_recipe_page_with_all_that_it_loads_weighs_less_than_60_kb(site: Path) -> None:
    weights = {path.stem: weight(path) for path in (site / "recipes").rglob("*.html")}
    assert {name: size for name, size in weights.items() if size >= 60_000} == {}
    assert len(weights) > 30


def weight(page: Path) -> int:
    """Return the bytes of a page, its styles and its scripts, as they lie in the folder."""
    loaded = re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+[.](?:js|css))"', page.read_text(encoding="utf-8"))
    assert len(loaded) == 5
    return sum(path.stat().st_size for path in (page, *(page.parent / name for name in loaded)))


@pytest.mark.parametrize("name", ["top-authors", "coverage-corpus", "filter-clinic"])
def test_the_script_on_a_page_is_the_one_to_download(site: Path, watched: Watched, name: str) -> None:
    path = site / "recipes" / "newswhip" / f"{name}.html"
    page = watched.open(site, path.relative_to(site).as_posix())
    script = path.with_suffix(".py").read_text(encoding="utf-8")
    assert page.locator("#script").text_content() == script
    assert len(re.findall("^async def main|^def main", path.read_text(encoding="utf-8"), re.MULTILINE)) <= 1


def test_no_page_holds_what_its_policy_forbids(site: Path) -> None:
    pages = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}
    assert len(pages) > 50
    assert problems(pages) == []


def test_who_wrote_the_most_about_my_brand(site: Path, watched: Watched, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "site"), "zip", site)
    shutil.unpack_archive(archive, tmp_path / "von der Kollegin ü")
    page = watched.open(tmp_path / "von der Kollegin ü", "index.html")
    page.get_by_label("What do you want to know?").press_sequentially("who wrote the most about my brand")
    page.locator(".card:visible").first.click()
    assert page.locator("h1").inner_text().startswith("Which authors get the most engagement on my topic")
    page.get_by_label("topic").fill("Larkspur & Finch")
    assert page.locator("#bash").inner_text() == "recipes run newswhip/top-authors --topic 'Larkspur & Finch'"
    page.get_by_text("Python script").click()
    assert 'default="Larkspur & Finch",' in page.locator("#script").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download top-authors.py").click()
    assert b'default="Larkspur & Finch",' in Path(download.value.path()).read_bytes()


def test_a_search_among_a_thousand_finds_the_one(catalog: Site, watched: Watched, tmp_path: Path) -> None:
    first = catalog.recipes[0]._replace(picture="", sample=None, mark="")
    many = [first._replace(id=f"newswhip/r-{at}", path=f"recipes/r-{at}", title=f"What is {at}?") for at in range(1000)]
    pages = Pages(catalog._replace(recipes=tuple(many), collections=()), ROOT)
    pieces = [each for each in pages.pieces() if each.name == "index.html" or each.name.startswith("assets/")]
    SiteFolder(tmp_path / "many").replace(pieces)
    page = watched.open(tmp_path / "many", "index.html")
    assert page.locator("#count").inner_text() == "1000 recipes"
    page.get_by_label("What do you want to know?").fill("777")
    assert page.locator(".card:visible").first.get_attribute("data-id") == "newswhip/r-777"


ODD = ", ".join(
    [
        'choice: Literal["two  blanks", "a\\nb", "a"] = "two  blanks"',
        'lines: str = "one\\ntwo"',
        'listed: list[str] = ["one\\ntwo", "three"]',
        *(f'{name}: str = "a"' for name in ("dataset", "reset", "children", "constructor")),
    ]
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "team")


@pytest.fixture
def odd_page(shelf: Shelf, watched: Watched) -> Any:
    """The page of a recipe with names and values that a form could take for something else."""
    path = shelf.recipe(parameters=ODD)
    source = path.read_text(encoding="utf-8").replace("from typing import Any", "from typing import Any, Literal")
    path.write_text(source, encoding="utf-8")
    SiteFolder(shelf.root / "site").replace(Pages(shelf.site(), ROOT).pieces())
    return watched.open(shelf.root / "site", "recipes/echo/things.html")


def test_values_that_nobody_touched_stay_what_they_are(odd_page: Any, shelf: Shelf) -> None:
    assert odd_page.locator("#bash").text_content() == "recipes run echo/things"
    script = (shelf.root / "site" / "recipes" / "echo" / "things.py").read_text(encoding="utf-8")
    assert odd_page.locator("#script").text_content() == script


def test_a_parameter_may_have_the_name_of_what_a_form_has(odd_page: Any) -> None:
    for name in ("dataset", "reset", "children", "constructor"):
        odd_page.get_by_label(name, exact=True).fill("x y")
        assert odd_page.locator("#bash").text_content() == f"recipes run echo/things --{name} 'x y'"
        odd_page.get_by_role("button", name="Start over").click()
        expect(odd_page.locator("#bash")).to_have_text("recipes run echo/things")


def test_a_choice_with_odd_blanks_is_given_as_it_is(odd_page: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for value in ("a", "a\nb"):
        odd_page.get_by_label("choice").select_option(value=value)
        words = words_in_bash(odd_page.locator("#bash").text_content(), empty)
        assert words == ["run", "echo/things", "--choice", value]
