import pytest

from runner.errors import AskedWrongly
from runner.scaffolding.curl.paste import read_paste


@pytest.mark.parametrize(
    "text, dialect",
    [
        ("curl 'https://a.example' -H 'b: c'", "bash"),
        ('curl "https://a.example" -d "{\\"a\\":1}"', "bash"),
        ('curl ^"https://a.example^"', "cmd"),
        ('curl "https://a.example" ^\n -v', "cmd"),
        ('curl a -d "{""a"":1}"', "cmd"),
        ("curl.exe a `\n -v", "powershell"),
        ('curl.exe a -H "k: $env:KEY"', "powershell"),
        ("curl 'a' -d '{\"a\":\"%20 ^ `x`\"}'", "bash"),
    ],
)
def test_the_shell_is_known_by_its_escapes(text: str, dialect: str) -> None:
    assert read_paste(text).dialect == dialect


@pytest.mark.parametrize(
    "before",
    [
        "",
        "$ ",
        "  % ",
        "PS C:\\Users\\me> ",
        "C:\\Users\\me>",
        "me@host:~$ ",
        "sudo ",
        "time ",
        "/usr/bin/",
        "# a comment\n",
    ],
)
def test_what_stands_before_curl_is_left_out(before: str) -> None:
    assert [word.text for word in read_paste(f"{before}curl a").words] == ["a"]


def test_values_that_are_set_before_are_filled_in() -> None:
    paste = read_paste('HOST=a.example\nexport TOKEN="b c"; curl "https://$HOST/" -H "X: ${TOKEN}" -H "Y: $OTHER"')
    assert [word.text for word in paste.words][:3] == ["https://a.example/", "-H", "X: b c"]


@pytest.mark.parametrize("fence", ["```", "```bash", " \n  ```sh"])
def test_the_fences_of_markdown_are_no_words(fence: str) -> None:
    paste = read_paste(f"{fence}\ncurl a -d 'b\n```\nc'\n```\n")
    assert [word.text for word in paste.words] == ["a", "-d", "b\n```\nc"]


def test_what_is_behind_a_pipe_is_left_out_and_said() -> None:
    paste = read_paste("curl a | jq .items")
    assert [word.text for word in paste.words] == ["a"]
    assert paste.notes == ("What else was pasted, before or behind the curl command, was left out.",)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "There is no curl command: the text is empty."),
        (" \n\t", "There is no curl command: the text is empty."),
        ("\x89PNG\x00\x01", "This is no text but binary data."),
        ("wget https://a.example", "There is no curl command in the text: it must begin with the word curl."),
        ("https://a.example", "There is no curl command in the text: it must begin with the word curl."),
        (
            "Invoke-WebRequest -Uri https://a.example",
            "Invoke-WebRequest is PowerShell's own command, which is not read.",
        ),
        ("$r = irm https://a.example", "irm is PowerShell's own command, which is not read."),
        ("curl a\n\ncurl b", "There are 2 curl commands in the text, and a recipe is made from one."),
        ("curl a && curl b", "There are 2 curl commands in the text, and a recipe is made from one."),
        ("curl " + "a" * 1_000_000, "The text has 1,000,005 characters; a command has 1,000,000 at most."),
    ],
)
def test_what_is_no_single_curl_command_is_refused(text: str, message: str) -> None:
    with pytest.raises(AskedWrongly) as caught:
        read_paste(text)
    assert str(caught.value) == message
    assert caught.value.hint


SEVERAL = """\
curl -H 'Authorization: Bearer test-key-1' 'https://me:test-key-2@a.example/v1/items?key=test-key-3'
curl --nonsense https://b.example
curl https://c.example/T00000000/B00000000/aB3dE5fG7hJ9kL1mN3pQ5rS7 -d x
"""


def test_each_of_several_commands_is_named_by_its_line_and_address_without_secrets() -> None:
    with pytest.raises(AskedWrongly) as caught:
        read_paste(SEVERAL)
    assert caught.value.details == (
        "1  line 1: a.example/v1/items",
        "2  line 2: curl has no option --nonsense, at character 107.",
        "3  line 3: c.example/T00000000/B00000000/...",
    )
    assert caught.value.hint == ("paste one of them alone, or say which one: -P command=1")


def test_the_number_says_which_command_is_meant() -> None:
    assert [word.text for word in read_paste(SEVERAL, 3).words][-2:] == ["-d", "x"]


@pytest.mark.parametrize("number", [0, 4])
def test_a_number_that_no_command_has_is_refused(number: int) -> None:
    with pytest.raises(AskedWrongly) as caught:
        read_paste(SEVERAL, number)
    assert str(caught.value) == f"There is no command {number}: the text has 3 curl commands."
    assert caught.value.hint == "-P command=3"
