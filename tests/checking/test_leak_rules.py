import base64
import string
from typing import Any

import pytest

from runner.checking.check import check_repository
from runner.checking.finding import Finding
from runner.recording.cassette import cassette_text
from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

KEY = "test-key-" + string.ascii_letters[7:27]
FOLDER = "cassettes/newswhip/new-things"
KEY_TABLE = '[key]\nin = "query"\nname = "key"\nenv = "NEWSWHIP_API_KEY"\n'


def traffic(
    *, url: str = "https://api.newswhip.com/v1/articles", body: str = "{}", header: tuple[str, str] | None = None
) -> str:
    request = RecordedRequest("GET", url, (header,) if header else (), b"")
    return cassette_text([Exchange(request, RecordedResponse(200, "OK", (), body.encode()))])


def found(project: Any, environ: dict[str, str] | None = None) -> tuple[Finding, ...]:
    project.write("recipes/newswhip/api.toml", project.api + KEY_TABLE)
    return check_repository(project.root, {"NEWSWHIP_API_KEY": KEY} if environ is None else environ).findings


@pytest.mark.parametrize(
    "text",
    [
        traffic(url=f"https://api.newswhip.com/v1/articles?key={KEY}"),
        traffic(body=f'{{"echo": "{KEY}"}}'),
        traffic(body=base64.b64encode(f'{{"echo": "{KEY}"}}'.encode()).decode()),
    ],
    ids=["in the address", "in the answer", "in base64"],
)
def test_a_key_of_this_machine_is_found_in_a_cassette_and_never_quoted(project: Any, text: str) -> None:
    project.write(f"{FOLDER}/default.yaml", text)
    findings = [each for each in found(project) if each.code == "R209"]
    assert {each.path.name for each in findings} == {"default.yaml"}
    assert all(each.line > 1 for each in findings)
    assert "NEWSWHIP_API_KEY" in findings[0].problem
    assert KEY not in repr(findings)


@pytest.mark.parametrize("name", ["default.jsonl", "default.toml"])
def test_the_other_files_of_a_case_are_searched_too(project: Any, name: str) -> None:
    path = project.root / FOLDER / name
    path.write_text(f"{path.read_text(encoding='utf-8')}# {KEY}\n", encoding="utf-8")
    [finding] = found(project)
    assert (finding.code, finding.path, finding.line) == ("R209", path, path.read_text("utf-8").count("\n"))


def test_a_stand_in_is_no_leak_and_nor_is_a_key_that_is_not_there(project: Any) -> None:
    project.write(f"{FOLDER}/default.yaml", traffic(url="https://api.newswhip.com/v1?key=__NEWSWHIP_API_KEY__"))
    assert found(project) == ()
    assert found(project, {}) == ()
    assert found(project, {"NEWSWHIP_API_KEY": ""}) == ()


def test_a_header_that_a_recording_never_keeps_is_a_leak(project: Any) -> None:
    project.write(f"{FOLDER}/default.yaml", traffic(header=("x-who", "somebody")))
    [finding] = found(project)
    assert (finding.code, finding.problem) == (
        "R209",
        "a header that is not kept stands here (request 1, header x-who)",
    )


def test_what_only_a_person_can_tell_is_one_note_for_a_case(project: Any) -> None:
    project.write(f"{FOLDER}/default.jsonl", '{}\n{"by": "a@b.com"}\n')
    path = project.root / FOLDER / "default.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}# c@b.com\n", encoding="utf-8")
    [finding] = found(project)
    assert (finding.code, finding.severity, finding.line) == ("R211", "note", 2)
    assert finding.problem == "an e-mail address may stand here (line 2), and 1 more like this"


@pytest.mark.parametrize(
    "text, line",
    [
        ("interactions: !!python/object/apply:os.system [ls]\nversion: 1\n", 1),
        ("interactions: []\nversion: 9\n", 2),
        ("interactions: []\n", 1),
    ],
)
def test_a_cassette_that_cannot_be_read_is_found(project: Any, text: str, line: int) -> None:
    project.write(f"{FOLDER}/default.yaml", text)
    assert [(each.code, each.line) for each in found(project)] == [("R210", line)]


def test_a_cassette_that_cannot_be_read_is_searched_all_the_same(project: Any) -> None:
    project.write(f"{FOLDER}/default.yaml", f"interactions: [\n# {KEY}\n")
    assert {each.code for each in found(project)} == {"R209", "R210"}


def test_a_case_whose_toml_cannot_be_read_is_searched_all_the_same(project: Any) -> None:
    project.write(f"{FOLDER}/default.toml", "recipe = 1\n")
    project.write(f"{FOLDER}/default.jsonl", f'{{"a": "{KEY}"}}\n')
    assert {each.code for each in found(project)} == {"R205", "R209"}


def test_a_secret_that_stands_in_two_files_is_named_once_for_each_case(project: Any) -> None:
    project.write_case("another")
    for name in ("default.jsonl", "another.jsonl", "another.toml"):
        path = project.root / FOLDER / name
        path.write_text(f"{path.read_text(encoding='utf-8')}# {KEY}\n", encoding="utf-8")
    assert [(each.code, each.path.name) for each in found(project)] == [
        ("R209", "another.jsonl"),
        ("R209", "default.jsonl"),
    ]
