import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.errors import AskedWrongly
from runner.scaffolding.curl.bash import split_bash
from runner.scaffolding.curl.words import mark, to_bytes


def words(text: str) -> list[str]:
    (command,) = split_bash(text).commands
    return [word.text for word in command.words]


@given(st.lists(st.text(), min_size=1))
def test_any_text_that_is_quoted_for_a_shell_comes_back(texts: list[str]) -> None:
    assert words("curl " + " ".join(map(shlex.quote, texts))) == ["curl", *texts]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab'\"\\ \t\n#=:$x1é?{}@,%^-", max_size=8), min_size=1, max_size=4))
def test_bash_itself_reads_the_same_words(pieces: list[str]) -> None:
    quoted = [piece.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") for piece in pieces]
    text = "printf '%s\\0' " + " ".join(f'a"{piece}"' for piece in quoted)
    answer = subprocess.run(["bash", "-c", text], capture_output=True, check=True)
    assert [to_bytes(word) for word in words(text)[2:]] == answer.stdout.split(b"\0")[:-1]


@pytest.mark.parametrize(
    "escape",
    [
        r"\n\t\r\a\b\e\f\v",
        r"\\ \' \" \?",
        r"\x41\x7a",
        r"\101\60",
        r"\u00e9\u20ac",
        r"\U0001f600",
        r"\xc3\xa9",
        r"\ca",
        r"\q",
        r"\xff",
    ],
)
def test_escapes_of_dollar_quotes_are_those_of_bash(escape: str) -> None:
    text = f"printf %s $'{escape}'"
    answer = subprocess.run(
        ["bash", "-c", text], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    )
    assert to_bytes(words(text)[2]) == answer.stdout


def test_two_escapes_for_one_character_are_joined() -> None:
    assert words(r"curl $'\ud83d\ude00'") == ["curl", "😀"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a$NAME", f"a{mark('NAME')}"),
        ('"a ${NAME:-x} b"', f"a {mark('NAME')} b"),
        ("'$NAME'", "$NAME"),
        (r"\$NAME", "$NAME"),
        ('"$(date +%s)"', mark("output_of_command")),
        ("`date`", mark("output_of_command")),
        ("$1", "$1"),
    ],
)
def test_variables_are_marked_where_a_shell_would_fill_them_in(text: str, expected: str) -> None:
    assert words(f"curl {text}") == ["curl", expected]


def test_a_line_end_behind_a_backslash_is_nothing_in_double_quotes_and_all_in_single_ones() -> None:
    assert words("curl \"a\\\nb\" 'a\\\nb' a\\\nb") == ["curl", "ab", "a\\\nb", "ab"]


def test_comments_redirects_and_what_follows_are_told_from_words() -> None:
    first, second = split_bash("# before\ncurl a#b 'c' 2>/dev/null > out.json # behind\necho x").commands
    assert [word.text for word in first.words] == ["curl", "a#b", "c"]
    assert [word.text for word in second.words] == ["echo", "x"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("curl a -d @- <<EOF\n{1}\n  2\nEOF\n", "{1}\n  2\n"),
        ("curl a -d @- <<'EOF'\n$X\nEOF", "$X\n"),
        ("curl a -d @- <<EOF\n$X\nEOF", f"{mark('X')}\n"),
        ("curl a -d @- <<< 'b c'", "b c\n"),
    ],
)
def test_a_text_that_is_redirected_is_the_input(text: str, expected: str) -> None:
    (command,) = split_bash(text).commands
    assert command.input is not None
    assert command.input.text == expected


@pytest.mark.parametrize(
    "text, note",
    [
        ("curl a \\  \n -H 'b: c'", "A backslash with blanks behind it was read as the end of a line."),
        ("curl a \\ -H 'b: c'", "A backslash with blanks behind it was read as the end of a line."),
        ("curl a\n  -H 'b: c'", "A line end without its backslash was read as if it had one."),
        ("curl a \\\n> -H 'b: c'", "The prompt > at the beginning of a line was left out."),
        ("curl a -H “b: c”", "Curly quotes were read as plain ones."),
        ("curl a -H ‘b: c’", "Curly quotes were read as plain ones."),
        ("curl\u00a0a -H 'b: c'", "Blanks that are no plain blanks were read as blanks."),
        ("curl a –H 'b: c'", "A long dash was read as the dashes of an option."),
    ],
)
def test_damage_is_repaired_and_said(text: str, note: str) -> None:
    split = split_bash(text)
    (command,) = split.commands
    assert [word.text for word in command.words] == ["curl", "a", "-H", "b: c"]
    assert split.notes == (note,)


def test_an_ampersand_in_data_without_quotes_belongs_to_it() -> None:
    split = split_bash("curl -d a=1&b[c]=2 https://a.example/ & sleep 1")
    assert [word.text for word in split.commands[0].words] == ["curl", "-d", "a=1&b[c]=2", "https://a.example/"]
    assert split.notes == ("An & in the data is not quoted; it was read as part of the data.",)


def test_a_proper_command_of_several_lines_needs_no_repair() -> None:
    split = split_bash("curl a \\\r\n  -H 'b: c' \\\n\n")
    assert [word.text for word in split.commands[0].words] == ["curl", "a", "-H", "b: c"]
    assert split.notes == ()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("curl https://a.example/?b=1&c=2 -v", ["curl", "https://a.example/?b=1&c=2", "-v"]),
        ("curl https://a.example/<id>/b", ["curl", "https://a.example/<id>/b"]),
    ],
)
def test_characters_of_an_address_that_lacks_quotes_belong_to_it(text: str, expected: list[str]) -> None:
    assert words(text) == expected
    assert len(split_bash(text).notes) == 1


@pytest.mark.parametrize("text", ["curl 'a", 'curl "a', "curl $'a"])
def test_an_open_quote_is_an_error_that_says_where_and_quotes_nothing(text: str) -> None:
    with pytest.raises(AskedWrongly, match=r"^The .* at character 6 of the command is never closed\.$"):
        split_bash(text)
