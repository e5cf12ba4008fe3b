import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import AskedWrongly
from runner.scaffolding.curl.powershell import split_powershell
from runner.scaffolding.curl.windows import split_cmd
from runner.scaffolding.curl.words import mark

SPECIAL = set('"^&|<>()%!')


def quoted(text: str) -> str:
    """Quote as browsers do for the command prompt."""
    parts, slashes = [], 0
    for char in text:
        if char == '"':
            parts.append("\\" * slashes + '^\\^"')
        else:
            parts.append("^" + char if char in SPECIAL else "^\n\n" if char == "\n" else char)
        slashes = slashes + 1 if char == "\\" else 0
    return '^"' + "".join(parts) + "\\" * slashes + '^"'


def words(text: str) -> list[str]:
    (command,) = split_cmd(text).commands
    return [word.text for word in command.words]


@given(st.lists(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])), min_size=1))
def test_any_text_that_a_browser_quotes_for_the_prompt_comes_back(texts: list[str]) -> None:
    assert words("curl " + " ".join(map(quoted, texts))) == ["curl", *texts]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0%", exclude_categories=["Cs"])), min_size=1))
def test_any_text_in_doubled_quotes_comes_back(texts: list[str]) -> None:
    def doubled(text: str) -> str:
        ending = len(text) - len(text.rstrip("\\"))
        return '"' + "".join('""' if char == '"' else char for char in text) + "\\" * ending + '"'

    texts = [text for text in texts if '\\"' not in text]
    assert words("curl " + " ".join(map(doubled, texts))) == ["curl", *texts]


def test_lines_go_on_behind_a_caret() -> None:
    assert words('curl "https://a.example" ^\r\n  -H "b: c" ^\n  -v') == [
        "curl",
        "https://a.example",
        "-H",
        "b: c",
        "-v",
    ]


@pytest.mark.parametrize(
    "text, note",
    [
        ("curl a ^  \n -v", "A caret with blanks behind it was read as the end of a line."),
        ("curl a\n -v", "A line end without its caret was read as if it had one."),
    ],
)
def test_damage_at_a_line_end_is_repaired_and_said(text: str, note: str) -> None:
    assert words(text) == ["curl", "a", "-v"]
    assert split_cmd(text).notes == (note,)


def test_an_ampersand_in_an_address_without_quotes_belongs_to_it() -> None:
    split = split_cmd("curl https://a.example/?b=1&c=2 & echo x")
    assert [word.text for word in split.commands[0].words] == ["curl", "https://a.example/?b=1&c=2"]
    assert split.notes == ("An & in the address is not quoted; it was read as part of the address.",)


def test_variables_are_marked_and_percent_signs_are_not() -> None:
    assert words('curl "%BASE_URL%/a%20b%20c%A2_%5D" ^%API_KEY^%') == [
        "curl",
        f"{mark('BASE_URL')}/a%20b%20c%A2_%5D",
        "%API_KEY%",
    ]


def test_an_open_quote_is_an_error() -> None:
    with pytest.raises(AskedWrongly, match="double quote at character 6"):
        split_cmd('curl "a')


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_any_text_in_single_quotes_of_powershell_comes_back(texts: list[str]) -> None:
    texts = [text for text in texts if '\\"' not in text]
    (command,) = split_powershell(
        "curl.exe " + " ".join("'" + each.replace("'", "''") + "'" for each in texts)
    ).commands
    assert [word.text for word in command.words] == ["curl.exe", *texts]


def test_powershell_has_its_own_escapes_and_variables() -> None:
    text = 'curl.exe "a`"b""c`n$env:KEY$x" `\r\n -d "{\\"a\\":1}" -H \'{\\"b\\":2}\' # end'
    (command,) = split_powershell(text).commands
    expected = ["curl.exe", f'a"b"c\n{mark("KEY")}{mark("x")}', "-d", '{"a":1}', "-H", '{"b":2}']
    assert [word.text for word in command.words] == expected
