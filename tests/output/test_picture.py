import json
import struct
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.catalog import Chart
from runner.errors import AskedWrongly, RecipeFailed
from runner.output.kept_rows import MOST_ROWS
from runner.output.page import Page
from runner.output.picture import Picture
from runner.output.provenance import Provenance
from runner.output.vega import draw_picture, vega_spec

BAR = Chart("bar", "n", "name")
ROWS = [{"name": "Ferry strike", "n": 8}, {"name": "Heat <wave> & more", "n": 3}]
HOSTILE = "</title><script>alert(1)</script>\x1b[31m\u202e"


def drawn(path: Path, chart: Chart, rows: list[dict[str, Any]], **more: Any) -> Path:
    with Picture(path, path.suffix[1:], chart, "What is drawn?", **more) as picture:
        for row in rows:
            picture.write(row)
        picture.commit()
    return path


def paged(
    path: Path, provenance: Provenance, rows: list[dict[str, Any]], chart: Chart | None = None, **more: Any
) -> str:
    with Page(path, provenance, chart, **more) as page:
        for row in rows:
            page.write(row)
        page.commit()
    return path.read_text(encoding="utf-8")


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, and the text in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag]


def texts_of(svg: Path) -> list[str]:
    root = ElementTree.fromstring(svg.read_bytes())
    return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]


def test_an_svg_shows_title_names_and_axis(tmp_path: Path) -> None:
    texts = texts_of(drawn(tmp_path / "a.svg", BAR, ROWS))
    assert {"What is drawn?", "Ferry strike", "Heat <wave> & more", "n"} <= set(texts)


def test_a_png_is_sharp_and_as_wide_as_a_page(tmp_path: Path) -> None:
    content = drawn(tmp_path / "a.png", BAR, ROWS).read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">I", content[16:20])[0] > 1200


def test_a_picture_holds_nothing_that_runs_or_is_loaded(tmp_path: Path) -> None:
    rows = [{"name": HOSTILE, "n": 1}, {"name": "https://a.example/x.png", "n": 2}]
    text = drawn(tmp_path / "a.svg", Chart("bar", "n", "name", title=HOSTILE), rows).read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert {each.tag.rpartition("}")[2] for each in root.iter()} <= {"svg", "g", "rect", "path", "text", "line", "defs"}
    assert "\x1b" not in text


@pytest.mark.parametrize("format_", ["svg", "png"])
def test_text_that_no_xml_may_hold_is_drawn_without_it(format_: str) -> None:
    bad = "".join(map(chr, [*range(0x20), 0x7F, 0x85, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0xFEFF, 0x202E, 0xE0001]))
    code = """if True:
        import sys
        from runner.catalog import Chart
        from runner.output.vega import draw_picture, vega_spec
        bad = eval(sys.argv[1])
        rows = [{bad: bad + each, "n": number, "c": bad} for number, each in enumerate("ab")]
        spec = vega_spec(Chart("bar", "n", bad, color="c", title=bad), rows, bad)
        print(len(draw_picture(sys.argv[2], spec)) > 1000)
    """  # in a process of its own, as the library ends it where it fails
    command = [sys.executable, "-c", code, ascii(bad), format_]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "True\n")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20))
def test_any_text_gives_an_svg_that_parses(text: str) -> None:
    spec = vega_spec(Chart("bar", "n", "name", title=text), [{"name": text, "n": 1}, {"name": f"{text}.", "n": 2}], "")
    ElementTree.fromstring(draw_picture("svg", spec))


def test_rows_of_one_name_are_bars_of_their_own(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "same", "n": 1},
        {"name": "same", "n": 2},
        {"name": None, "n": 3},
        {"name": None, "n": 4},
    ]
    values = vega_spec(BAR, rows, "")["data"]["values"]
    assert len({value["c1"] for value in values}) == 4
    assert [text.strip("\u200b") for text in texts_of(drawn(tmp_path / "a.svg", BAR, rows))].count("same") == 2


@pytest.mark.parametrize(
    "chart, row, types",
    [
        (BAR, {"n": 1, "name": "a"}, ("quantitative", "nominal")),
        (Chart("bar", "n", "year"), {"n": 1, "year": 2026}, ("quantitative", "nominal")),
        (Chart("bar", "day", "n"), {"day": "2026-11-20", "n": 1}, ("nominal", "quantitative")),
        (Chart("line", "at", "n"), {"at": "2026-11-20T09:00:00Z", "n": 1}, ("temporal", "quantitative")),
        (Chart("line", "day", "n"), {"day": "2026-11-20", "n": 1}, ("temporal", "quantitative")),
        (Chart("line", "day", "n"), {"day": "2026-13-20", "n": 1}, ("nominal", "quantitative")),
        (Chart("point", "m", "n"), {"m": 1.5, "n": 1}, ("quantitative", "quantitative")),
        (Chart("area", "week", "n"), {"week": "W46", "n": 1}, ("nominal", "quantitative")),
    ],
)
def test_axes_are_what_their_values_are(chart: Chart, row: dict[str, Any], types: tuple[str, str]) -> None:
    encoding = vega_spec(chart, [row], "")["encoding"]
    assert (encoding["x"]["type"], encoding["y"]["type"]) == types


def test_names_stand_in_the_order_of_the_rows_or_as_the_chart_asks() -> None:
    assert vega_spec(BAR, ROWS, "")["encoding"]["y"]["sort"] is None
    sort = vega_spec(Chart("bar", "n", "name", sort="-n"), ROWS, "")["encoding"]["y"]["sort"]
    assert sort == {"field": "c0", "op": "max", "order": "descending"}


def test_a_column_may_have_any_name(tmp_path: Path) -> None:
    rows = [{"a.b[0]": "x", "n'\"": 1}, {"a.b[0]": "y", "n'\"": 2}]
    assert "a.b[0]" not in json.dumps(vega_spec(Chart("bar", "n'\"", "a.b[0]"), rows, "")["data"])
    assert "n'\"" in texts_of(drawn(tmp_path / "a.svg", Chart("bar", "n'\"", "a.b[0]"), rows))


@pytest.mark.parametrize(
    "rows, message",
    [
        ([], "There is nothing to draw: no row came."),
        ([{"name": "a"}], "The chart of this recipe draws n, which its rows lack."),
        ([{"name": "a", "n": "1"}], "There is nothing to draw: neither n nor name holds numbers."),
    ],
)
def test_what_cannot_be_drawn_leaves_no_file(tmp_path: Path, rows: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(AskedWrongly) as caught:
        drawn(tmp_path / "a.svg", BAR, rows)
    assert (str(caught.value), list(tmp_path.iterdir())) == (message, [])


def test_a_picture_that_stands_there_stays_without_force(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(AskedWrongly):
        drawn(path, BAR, ROWS)
    assert path.read_text(encoding="utf-8") == "mine"
    assert "Ferry strike" in texts_of(drawn(path, BAR, ROWS, force=True))


def test_more_rows_than_anybody_looks_at_are_counted_and_said(tmp_path: Path) -> None:
    with Picture(tmp_path / "a.svg", "svg", Chart("line", "at", "n"), "") as picture:
        for number in range(MOST_ROWS + 1):
            picture.write({"at": number, "n": number})
        picture.commit()
        assert picture.rows == MOST_ROWS + 1
        assert picture.notes == ("The picture shows the first 5,000 of 5,001 rows. All: -o rows.csv",)


def test_rows_with_other_columns_are_refused(tmp_path: Path) -> None:
    with Picture(tmp_path / "a.svg", "svg", BAR, "") as picture:
        picture.write(ROWS[0])
        with pytest.raises(RecipeFailed):
            picture.write({"n": 1})


def test_without_the_library_the_error_says_what_to_install(tmp_path: Path) -> None:
    code = """if True:
        import sys
        sys.modules["vl_convert"] = None
        from pathlib import Path
        from runner.catalog import Chart
        from runner.output.picture import Picture
        try:
            Picture(Path(sys.argv[1]), "svg", Chart("bar", "n", "name"), "").__enter__()
        except Exception as error:
            print(error, error.hint)
    """
    command = [sys.executable, "-c", code, str(tmp_path / "a.svg")]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert shown.startswith("Pictures need vl-convert-python, which is not installed. ")
    assert shown.rstrip().endswith("-m pip install 'recipe-runner[charts]'")
    assert list(tmp_path.iterdir()) == []


def test_a_page_has_question_picture_table_and_values(tmp_path: Path, provenance: Provenance) -> None:
    rows = [{"name": "a", "n": 1234.5, "link": "https://a.example/?a=1&b=2", "at": "2026-11-20T09:00:00Z"}]
    seen = Seen(paged(tmp_path / "a.html", provenance, rows, BAR))
    assert seen.texts.count("What things are there?") == 2
    assert {"a", "1,234.5", "2026-11-20 09:00", "topic", "=ferry", "customer", "(private)", "live"} <= set(seen.texts)
    assert [each["href"] for each in seen.attributes("a")] == ["https://a.example/?a=1&b=2"]
    assert str(seen.attributes("img")[0]["src"]).startswith("data:image/svg+xml;base64,")


def test_a_page_runs_nothing_and_asks_for_nothing(tmp_path: Path, provenance: Provenance) -> None:
    rows = [{"name": HOSTILE, "n": 1, HOSTILE: "javascript:alert(1)"}]
    page = paged(tmp_path / "a.html", provenance, rows, BAR)
    seen = Seen(page)
    [policy] = [each["content"] for each in seen.attributes("meta") if each.get("http-equiv")]
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert {"script", "link", "iframe", "object"} & {name for name, _ in seen.tags} == set()
    assert seen.attributes("a") == []
    assert not {"\x1b", "\u202e"} & set(page)


def test_a_record_is_a_page_of_names_and_values(tmp_path: Path, provenance: Provenance) -> None:
    page = paged(tmp_path / "a.html", provenance, [{"articles": 12345, "first": None}], is_record=True)
    assert '<td class="name">articles</td><td class="number">12,345</td>' in page
    assert "<thead>" not in page


def test_a_report_is_a_page_in_which_markup_is_shown(tmp_path: Path, provenance: Provenance) -> None:
    text = "# Brief\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) [b](https://b.example) ![c](https://c.example)\n"
    with Page(tmp_path / "a.html", provenance, None) as page:
        page.write_text(text + "\n| x | y |\n|---|---|\n| 1 | 2 |\n")
        page.commit()
    seen = Seen((tmp_path / "a.html").read_text(encoding="utf-8"))
    names = [name for name, _ in seen.tags]
    assert ("script" in names, "img" in names, "table" in names) == (False, False, True)
    assert [each["href"] for each in seen.attributes("a")] == ["https://b.example", "https://c.example"]


def test_a_page_without_rows_says_so(tmp_path: Path, provenance: Provenance) -> None:
    assert "<tr><td>No rows.</td></tr>" in paged(tmp_path / "a.html", provenance, [], BAR)


def test_a_page_whose_chart_cannot_be_drawn_has_none_and_says_why(tmp_path: Path, provenance: Provenance) -> None:
    with Page(tmp_path / "a.html", provenance, BAR) as page:
        page.write({"name": "a", "n": "1"})
        page.commit()
        assert page.notes == ("No picture in the page. There is nothing to draw: neither n nor name holds numbers.",)
    assert "<img" not in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_a_long_name_is_cut_where_it_has_no_room_and_never_within_a_character(tmp_path: Path) -> None:
    rows = [{"name": "Ferry strike " * 20, "n": 1}, {"name": "\u6e21" * 100, "n": 2}]
    shown = texts_of(drawn(tmp_path / "a.svg", BAR, rows))
    assert {f"{'Ferry strike ' * 4}Ferry s…", "\u6e21" * 29 + "…"} <= set(shown)


def test_names_that_begin_alike_are_lines_of_their_own() -> None:
    rows = [{"at": at, "n": at, "who": f"{'a' * 80}{end}"} for at in (1, 2) for end in "xy"]
    values = vega_spec(Chart("line", "at", "n", color="who"), rows, "")["data"]["values"]
    lines = [value["c2"] for value in values]
    assert (lines[0], lines[1], len({*lines})) == (lines[2], lines[3], 2)


def test_names_that_begin_alike_and_names_that_are_alike_are_bars_of_their_own() -> None:
    rows = [{"name": f"{'a' * 80}{end}", "n": 1} for end in "xyxyx"]
    assert len({value["c1"] for value in vega_spec(BAR, rows, "")["data"]["values"]}) == 5


def test_the_one_word_that_vega_takes_for_code_is_drawn_as_it_is(tmp_path: Path) -> None:
    shown = texts_of(drawn(tmp_path / "a.svg", BAR, [{"name": "if", "n": 1}, {"name": "else", "n": 2}]))
    assert {"if\u200b", "else"} <= set(shown)
