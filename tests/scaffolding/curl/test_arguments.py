import re
import shutil
import subprocess

import pytest

from runner.errors import AskedWrongly
from runner.scaffolding.curl.arguments import read_arguments
from runner.scaffolding.curl.options import by_letter, by_name
from runner.scaffolding.curl.words import Word


def read(*texts: str) -> list[tuple[str, str, bool]]:
    words = [Word(text, 10 * number) for number, text in enumerate(texts, 1)]
    return [(each.name, each.value, each.is_on) for each in read_arguments(words)]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_option_of_the_installed_curl_is_known_with_its_letter_and_its_word() -> None:
    listing = subprocess.run(["curl", "--help", "all"], capture_output=True, text=True, check=True).stdout
    for letter, name, word in re.findall(r"^ (?:-(.), |    )\s*--([\w.-]+)(?: ([<\[]))?", listing, re.MULTILINE):
        option = by_name().get(name) or by_name()[name.removeprefix("no-")]
        assert option.takes_word == bool(word), name
        assert not letter or by_letter()[letter] == option


@pytest.mark.parametrize(
    "texts, expected",
    [
        (["-XPOST", "a"], [("request", "POST", True), ("url", "a", True)]),
        (
            ["-sSLd", "x=1"],
            [("silent", "", True), ("show-error", "", True), ("location", "", True), ("data", "x=1", True)],
        ),
        (["-d@body.json"], [("data", "@body.json", True)]),
        (["--sil", "--no-location"], [("silent", "", True), ("location", "", False)]),
        (["-H", "-x: y"], [("header", "-x: y", True)]),
        (["--", "-a"], [("url", "-a", True)]),
        (["-d", ""], [("data", "", True)]),
    ],
)
def test_options_are_read_as_curl_does(texts: list[str], expected: list[tuple[str, str, bool]]) -> None:
    assert read(*texts) == expected


@pytest.mark.parametrize(
    "texts, message, hint",
    [
        (["--heder", "a"], "curl has no option --heder, at character 11.", "--header   (did you mean this?)"),
        (["a", "--da", "x"], "curl has no option --da, at character 21.", "--data   (did you mean this?)"),
        (["-ß"], "curl has no option -ß, at character 11.", "curl --help all"),
        (["-sW"], "curl has no option -W, at character 11.", "-w   (did you mean this?)"),
        (["--data=test-key-1"], "curl takes no --data=... as at character 11.", "--data VALUE, as two words"),
        (["--nope=test-key-1"], "curl has no option --nope, at character 11.", None),
        (
            ["a", "-H"],
            "The option --header at character 21 needs a word behind it.",
            "Copy the whole command, to its last word.",
        ),
    ],
)
def test_an_unknown_flag_is_an_error_with_its_place_and_the_nearest_flag(
    texts: list[str], message: str, hint: str | None
) -> None:
    with pytest.raises(AskedWrongly) as caught:
        read(*texts)
    assert str(caught.value) == message
    assert hint is None or caught.value.hint == hint
    assert "test-key" not in f"{caught.value}{caught.value.hint}"
