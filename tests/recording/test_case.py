from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from runner.errors import BrokenSource
from runner.recording.case import Case, ExpectedError, all_case_files, case_files, case_text, is_case_name, read_case

DIGEST = "0123456789abcdef" * 4
TOML = f"""\
recipe = "newswhip/top-stories"
digest = "{DIGEST}"
source = "sandbox"
clock = 2026-11-20T10:00:00+01:00
recorded-at = 2026-11-25T21:00:00Z

[values]
topic = "ferry strike"
day = 2026-11-01
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cassettes" / "newswhip" / "top-stories" / "default.toml"
    path.parent.mkdir(parents=True)
    path.write_text(TOML, encoding="utf-8")
    return path


def test_a_case_says_how_it_was_recorded(file: Path) -> None:
    assert read_case(file) == Case(
        folder=file.parent,
        name="default",
        recipe_id="newswhip/top-stories",
        digest=DIGEST,
        source="sandbox",
        clock=datetime(2026, 11, 20, 9, tzinfo=UTC),
        recorded_at=datetime(2026, 11, 25, 21, tzinfo=UTC),
        values={"topic": "ferry strike", "day": date(2026, 11, 1)},
    )


def test_what_is_written_is_read_back(file: Path) -> None:
    case = Case(
        folder=file.parent,
        name="default",
        recipe_id="newswhip/top-stories",
        digest=DIGEST,
        source="live",
        clock=datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC),
        recorded_at=datetime(2026, 11, 25, 21, tzinfo=UTC),
        values={
            "topic": 'a "quoted" \\ text\nin two lines',
            "hours": 24,
            "share": 0.5,
            "ids": ["a", "b"],
            "deep": True,
        },
        versions={"httpx": "0.28.1"},
        sandbox_key="test-key-expired",
        error=ExpectedError(5, "NewsWhip refused the request (400 Bad Request)."),
    )
    file.write_text(case_text(case), encoding="utf-8")
    assert read_case(file) == case


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('source = "sandbox"', 'source = "guess"', "3: source cannot be 'guess'"),
        ('source = "sandbox"\n', "", "1: source is missing"),
        (DIGEST, "abc", "2: digest is no SHA-256 as 64 hex digits"),
        ("T10:00:00+01:00", "T10:00:00", "4: clock must be a moment with its offset"),
        ("top-stories", "other", "1: recipe is 'newswhip/other', but the folder is for newswhip/top-stories"),
        (
            'source = "sandbox"',
            'source = "sandbox"\nsandbox-key = "real"',
            "4: sandbox-key does not look like",
        ),
        ("[values]", "sauce = 1\n[values]", "unknown key 'sauce'"),
        ("[values]", "[error]\nexit-code = 0\nmessage = 'x'\n[values]", "exit-code must be a whole number from 1"),
        ("[values]", "[error]\nexit-code = 5\n[values]", "message is missing"),
        ("[values]", "[values", "7: "),
        ("[values]", f"[values]\nn = [1, 0x{'f' * 5000}]", "8: n is or holds a huge number"),
    ],
)
def test_a_case_that_breaks_a_rule_is_named_with_its_line(file: Path, old: str, new: str, said: str) -> None:
    file.write_text(TOML.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BrokenSource) as raised:
        read_case(file)
    assert said in str(raised.value)
    assert raised.value.hint


def test_a_file_name_has_to_be_fit_for_a_case(file: Path) -> None:
    bad = file.rename(file.with_name("No Match.toml"))
    with pytest.raises(BrokenSource, match="makes no case"):
        read_case(bad)


@pytest.mark.parametrize("name", ["default", "no-match", "2026"])
def test_lower_case_words_name_cases(name: str) -> None:
    assert is_case_name(name)


@pytest.mark.parametrize("name", ["", "-x", "No", "a b", "a/b", "..", "ä", "a" * 65, "a\n"])
def test_anything_else_does_not(name: str) -> None:
    assert not is_case_name(name)


def test_the_default_case_comes_first(file: Path) -> None:
    root = file.parents[3]
    for name in ("another", "zebra"):
        file.with_stem(name).write_text(TOML, encoding="utf-8")
    assert [path.stem for path in case_files(root, "newswhip/top-stories")] == ["default", "another", "zebra"]
    assert [path.stem for path in all_case_files(root)] == ["another", "default", "zebra"]


def test_a_recipe_without_a_folder_has_no_case(tmp_path: Path) -> None:
    assert case_files(tmp_path, "newswhip/top-stories") == ()
    assert list(all_case_files(tmp_path)) == []
