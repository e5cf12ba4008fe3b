from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from runner.errors import BadValues, BrokenSource
from runner.scaffolding.answers import settle_answers, typed_words
from runner.scaffolding.naming import Target
from runner.scaffolding.questions import Question

TARGET = Target("echo", "new-things", "Echo", "echo")
OTHER = Target("other", "new-things", "Other", "other")
MANIFEST = """\
title = "A test"
[questions.path]
type = "str"
help = "Path of the call."
defaults = {echo = "/things"}
pattern = '/\\S*'
[questions.count]
type = "int"
help = "How many"
default = 3
min = 1
max = 9
[questions.share]
type = "float"
help = "A share"
default = 0.5
[questions.loud]
type = "bool"
help = "Whether it is loud"
default = false
[questions.how]
type = "choice"
help = "How loud"
choices = ["very", "much"]
default = "very"
when = "loud and api == 'echo'"
[questions.since]
type = "date"
help = "The first day"
default = 2026-01-31
[questions.words]
type = "list"
help = "Some words"
default = ["a"]
ask = true
"""
DEFAULTS = {
    "path": "/things",
    "count": 3,
    "share": 0.5,
    "loud": False,
    "how": "very",
    "since": date(2026, 1, 31),
    "words": ("a",),
}


def settled(
    workshop: Any, *, target: Target = TARGET, file: Any = None, ask: Any = None, **words: Any
) -> dict[str, Any]:
    typed = {name: [word] if isinstance(word, str) else word for name, word in words.items()}
    return settle_answers(workshop.read("", MANIFEST), target, words=typed, file=file or {}, ask=ask)


def test_without_answers_the_defaults_for_the_api_hold(workshop: Any) -> None:
    assert settled(workshop) == DEFAULTS


def test_words_become_the_type_of_the_question(workshop: Any) -> None:
    given = settled(workshop, count="7", share="2", loud="yes", how="much", since="2026-02-01", words=["b", "c"])
    assert given == DEFAULTS | {
        "count": 7, "share": 2.0, "loud": True, "how": "much", "since": date(2026, 2, 1), "words": ("b", "c")
    }  # fmt: skip


def test_a_file_gives_typed_answers_and_words_win_over_it(workshop: Any) -> None:
    file = {"count": 5, "words": ["x"], "since": date(2026, 3, 1)}
    assert settled(workshop, file=file, count="7") == DEFAULTS | {
        "count": 7, "words": ("x",), "since": date(2026, 3, 1)
    }  # fmt: skip


def test_one_error_names_all_that_is_missing_or_wrong(workshop: Any) -> None:
    with pytest.raises(BadValues) as caught:
        settled(workshop, target=OTHER, count="10", loud="maybe", wrods="x")
    assert str(caught.value) == "4 answers for the template plain are missing or wrong:"
    assert caught.value.details == (
        "The template plain asks for no 'wrods'.",
        "-P path is missing: path of the call.",
        "-P count must be at most 9, not 10.",
        "-P loud must be yes or no, not 'maybe'.",
    )
    assert caught.value.hint == "-P words=... -P path=... -P count=9 -P loud=no"


def test_the_hint_of_several_errors_can_be_pasted(workshop: Any) -> None:
    with pytest.raises(BadValues) as caught:
        settled(workshop, target=OTHER, file={"count": "x", "words": "y", "pth": "/z"})
    assert caught.value.hint == "-P path=... -P count=3 -P words=a"


@pytest.mark.parametrize(
    "words, message",
    [
        ({"path": "things"}, r"-P path must match /\S*, not 'things'."),
        ({"how": "much"}, "-P how means nothing here: it is asked only when loud and api == 'echo'."),
        ({"count": ["1", "2"]}, "-P count was given 2 times, and takes one value."),
        ({"path": "/" + "x" * 4000}, "-P path has 4,001 characters, and 4,000 is the most."),
        ({"words": ["x"] * 101}, "-P words may be given 100 times at most."),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(workshop: Any, words: Any, message: str) -> None:
    with pytest.raises(BadValues) as caught:
        settled(workshop, **words)
    assert str(caught.value) == message


def test_a_person_is_asked_for_what_is_missing_and_what_is_always_asked(workshop: Any) -> None:
    asked = []

    def ask(question: Question, default: object) -> Sequence[str] | None:
        asked.append(question.name)
        return ["/given"] if question.name == "path" else None

    assert settled(workshop, target=OTHER, ask=ask) == DEFAULTS | {"path": "/given"}
    assert asked == ["path", "words"]
    assert settled(workshop, ask=ask, words="b") == DEFAULTS | {"words": ("b",)}
    assert asked == ["path", "words"]


def test_a_condition_of_a_name_that_is_not_known_is_refused_with_its_line(workshop: Any) -> None:
    template = workshop.read("", MANIFEST.replace("loud and api", "lod and api"))
    with pytest.raises(BrokenSource, match=r"template\.toml:26: 'lod' is (undefined|not defined)"):
        settle_answers(template, TARGET, words={}, file={}, ask=None)


def test_typed_words_give_the_same_answer_again() -> None:
    assert typed_words("words", ("a", "b c")) == ["-P", "words=a", "-P", "words=b c"]
