import io
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.output.markdown import markdown_record
from runner.output.text import safe_text
from runner.output.writers import open_writer

NASTY = st.text(st.one_of(st.sampled_from("|\\`<>*[]&\n\r\t b;"), st.characters(codec="utf-8")))


def written(rows: list[dict[str, Any]], columns: tuple[str, ...] = ()) -> str:
    stream = io.StringIO(newline="")
    writer = open_writer("md", stream, columns=columns)
    for row in rows:
        writer.write(row)
    writer.close()
    return stream.getvalue()


def cells_of(line: str) -> list[str]:
    """Read one line as GitHub does: a backslash takes the next character as it is, other bars divide."""
    set_aside = re.sub(r"\\(.)", lambda escaped: f"\0{ord(escaped[1])};", line)
    cells = [cell[1:-1].replace("<br>", "\n") for cell in set_aside.split("|")[1:-1]]
    return [re.sub("\0([0-9]+);", lambda code: chr(int(code[1])), cell) for cell in cells]


def test_rows_are_a_table_with_numbers_to_the_right() -> None:
    assert written([{"headline": "Ferry", "n": 1234, "tags": ["a"]}, {"headline": None, "n": 5, "tags": []}]) == (
        '| headline | n | tags |\n| --- | ---: | --- |\n| Ferry | 1234 | \\["a"] |\n|  | 5 | \\[] |\n'
    )


def test_a_cell_shows_as_it_is() -> None:
    text = "a|b `c` <img> *d* [e](f) &lt; \\ g & h\ni\r\nj\x1b\u202e"
    assert written([{"a": text}]).splitlines()[2] == (
        r"| a\|b \`c\` \<img> \*d\* \[e](f) \&lt; \\ g & h<br>i<br>j" + "\ufffd\ufffd |"
    )


@given(st.lists(NASTY, min_size=2, max_size=2))
def test_every_cell_reads_back(texts: list[str]) -> None:
    lines = written([dict(zip("ab", texts, strict=True))]).split("\n")
    expected = [safe_text(re.sub("\r\n?", "\n", text).replace("\t", " "), keep="\n") for text in texts]
    assert (len(lines), cells_of(lines[2])) == (4, expected)


def test_a_record_is_a_table_of_two_columns() -> None:
    assert markdown_record({"a|b": 1, "c": None}) == "| name | value |\n| --- | --- |\n| a\\|b | 1 |\n| c |  |\n"


def test_columns_known_before_give_an_empty_table() -> None:
    assert (written([], ("a", "b")), written([])) == ("| a | b |\n| --- | --- |\n", "")
