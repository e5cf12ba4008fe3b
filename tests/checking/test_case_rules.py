from pathlib import Path
from typing import Any

import pytest

from runner.checking.check import Checked, check_recipes, check_repository
from runner.checking.finding import Finding
from runner.recording.case import ExpectedError
from runner.recording.cassette import cassette_text

FOLDER = "cassettes/newswhip/new-things"
RECIPE = "recipes/newswhip/new_things.py"


def problems(project: Any) -> list[tuple[str, str, str]]:
    return [(each.code, each.problem, each.fix) for each in check_repository(project.root, {}).findings]


def test_a_recipe_without_a_case_is_told_how_to_make_one(project: Any) -> None:
    for path in (project.root / FOLDER).iterdir():
        path.unlink()
    assert problems(project) == [
        (
            "R201",
            "no run of this recipe was ever recorded, so nothing proves that it works",
            "recipes record newswhip/new-things",
        )
    ]


@pytest.mark.parametrize(
    "missing, file, problem",
    [
        (".yaml", "default.toml", "default.yaml is missing beside it"),
        (".jsonl", "default.toml", "default.jsonl is missing beside it"),
        (".toml", "default.jsonl", "there is no default.toml beside it"),
    ],
)
def test_each_file_of_a_case_needs_the_others(project: Any, missing: str, file: str, problem: str) -> None:
    (project.root / FOLDER / f"default{missing}").unlink()
    found = [each for each in check_repository(project.root, {}).findings if each.code == "R203"]
    assert (found[0].path.name, found[0].problem) == (file, problem)
    assert found[0].fix == "recipes record newswhip/new-things --case default"


def test_a_case_that_is_meant_to_fail_may_have_no_rows(project: Any) -> None:
    case = project.write_case(error=ExpectedError(5, "NewsWhip refused the request (400 Bad Request)."))
    case.result.unlink()
    assert project.found() == []


@pytest.mark.parametrize(
    "values, problem",
    [
        ({"topc": "ferry"}, "newswhip/new-things has no parameter 'topc'"),
        ({"topic": 1}, "--topic must be text, not 1"),
    ],
)
def test_values_that_the_recipe_does_not_take_are_found(project: Any, values: Any, problem: str) -> None:
    project.write_case(values=values)
    assert [problem for _, problem, _ in problems(project)] == [problem]


def test_a_value_that_has_become_required_is_found(project: Any) -> None:
    block = project.block.replace("# ///\n", '# [tool.recipe-runner]\n# parameters.topic.example = "ferry"\n# ///\n')
    path = project.write_recipe(block=block)
    path.write_text(path.read_text(encoding="utf-8").replace('topic: str = "ferry"', "topic: str"), encoding="utf-8")
    project.write_case(values={})
    assert [problem for _, problem, _ in problems(project)] == ["--topic is missing"]


def test_several_values_that_do_not_fit_are_one_finding(project: Any) -> None:
    project.write_case(values={"topic": 1, "x": 1})
    assert [problem for _, problem, _ in problems(project)] == [
        "newswhip/new-things has no parameter 'x'. --topic must be text, not 1"
    ]


def test_a_source_that_is_none_is_a_broken_case(project: Any) -> None:
    path = project.root / FOLDER / "default.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"sandbox"', '"production"'), encoding="utf-8")
    assert [each[:2] for each in problems(project)] == [("R205", "source cannot be 'production'")]


def test_a_changed_recipe_is_a_note_that_fails_no_check(project: Any) -> None:
    project.write_case(digest="0" * 64)
    checked = check_repository(project.root, {})
    assert [(each.code, each.severity) for each in checked.findings] == [("R207", "note")]
    assert not checked.has_failed


@pytest.mark.parametrize("size, found", [(1_000_000, []), (1_000_001, ["R208"])])
def test_a_cassette_of_a_megabyte_is_the_largest(project: Any, size: int, found: list[str]) -> None:
    text = cassette_text(())
    project.write(f"{FOLDER}/default.yaml", text + "#" * (size - len(text)))
    assert [code for code, _, _ in problems(project)] == found


def test_every_case_is_looked_at(project: Any) -> None:
    project.write_case("no-match", values={"x": 1})
    project.write_case("another", values={"x": 1})
    assert [(code, Path(path).name) for code, path, _ in project.found()] == [
        ("R206", "another.toml"),
        ("R206", "no-match.toml"),
    ]


def test_the_cases_of_a_broken_recipe_are_not_measured_by_it(project: Any) -> None:
    (project.root / RECIPE).write_text("# nothing\n", encoding="utf-8")
    assert [code for code, _, _ in problems(project)] == ["R003"]


def test_a_case_of_no_recipe_is_found_once_for_each_file(project: Any) -> None:
    for ending in ("toml", "yaml", "jsonl"):
        project.write(f"cassettes/newswhip/old-things/default.{ending}")
    assert {each[1] for each in problems(project)} == {"there is no recipe newswhip/old-things"}
    assert len(problems(project)) == 3


@pytest.mark.parametrize(
    "name, found",
    [
        ("README.md", []),
        ("newswhip/README.md", []),
        ("newswhip/new-things/notes.md", []),
        ("newswhip/new-things/.hidden", []),
        ("newswhip/_aside/x.txt", []),
        ("notes.txt", []),
        ("newswhip/notes.txt", ["R204"]),
        ("newswhip/new-things/default.yaml.partial", ["R204"]),
        ("newswhip/new-things/deeper/default.yaml", ["R204"]),
    ],
)
def test_what_is_no_part_of_a_case_is_found(project: Any, name: str, found: list[str]) -> None:
    project.write(f"cassettes/{name}")
    assert [code for code, _, _ in problems(project)] == found


def test_a_file_that_a_case_keeps_for_its_recipe_is_a_part_of_it(project: Any) -> None:
    project.write_case(name="from-a-file", values={"topic": "topics.csv"})
    for name in ("from-a-file.topics.csv", "from-a-file.other.csv", "default.topics.csv"):
        project.write(f"{FOLDER}/{name}")
    found = [each.path.name for each in check_repository(project.root, {}).findings]
    assert found == ["default.topics.csv", "from-a-file.other.csv"]


def test_named_recipes_are_checked_with_their_cases_and_nothing_else(project: Any) -> None:
    from runner.catalog import read_repository

    project.write("cassettes/newswhip/old-things/default.toml")
    project.write_case(values={"x": 1})
    repository = read_repository(project.root)
    checked = check_recipes([(repository, project.root / RECIPE)] * 2, {})
    assert (checked.recipes, [each.code for each in checked.findings]) == (1, ["R206"])


def test_progress_is_told_after_each_recipe(project: Any) -> None:
    project.write_recipe(name="newswhip/other_things")
    seen: list[tuple[int, int]] = []
    check_repository(project.root, {}, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_findings_come_in_order_of_file_and_line(project: Any) -> None:
    project.write_recipe("print(topic)\nmoment = datetime.now()\nprint(topic)", docstring='"""What is new?"""\n')
    found = project.found()
    assert [each[0] for each in found] == ["R016", "R101", "R105", "R101"]
    assert found == sorted(found, key=lambda each: (each[1], each[2]))


def test_nothing_found_has_not_failed() -> None:
    finding = Finding("R101", Path("x"), 1, "problem", "fix", "finding")
    assert [Checked(1, found).has_failed for found in ((), (finding,))] == [False, True]
