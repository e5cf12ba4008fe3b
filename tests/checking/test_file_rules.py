from typing import Any

import pytest

from runner.checking.check import check_repository

TWO_FAULTS = '''\
import runner
def main(newswhip: httpx.Client, topic: set[str] = "ferry"):
    """Yield rows."""
    print(topic)
    yield newswhip
'''


def test_a_broken_file_tells_all_that_is_wrong_with_it(project: Any) -> None:
    project.write_recipe(docstring='"""New things."""\n', main=TWO_FAULTS)
    assert [code for code, _, _ in project.found()] == ["R007", "R005", "R008", "R009", "R101"]


def test_a_setting_is_told_when_the_rest_is_right(project: Any) -> None:
    table = "# [tool.recipe-runner]\n# writes = 1\n# ///\n"
    project.write_recipe(block=project.block.replace("# ///\n", table))
    [finding] = check_repository(project.root, {}).findings
    assert (finding.code, finding.line) == ("R010", 5)
    assert (finding.problem, finding.fix) == ("writes must be true or false, not 1", "write writes = true")


@pytest.mark.parametrize(
    "requirement, found",
    [
        ("httpx", True),
        ("httpx<1", True),
        ("httpx!=0.27", True),
        ("httpx[http2]; python_version >= '3.11'", True),
        ("httpx>=0.28", False),
        ("httpx>0.27", False),
        ("httpx~=0.28", False),
        ("httpx==0.28.*", False),
        ("httpx<1,>=0.28", False),
        ("httpx[http2]>=0.28; python_version >= '3.11'", False),
    ],
)
def test_a_dependency_needs_a_lower_bound(project: Any, requirement: str, found: bool) -> None:
    project.write_recipe(block=project.block.replace("httpx>=0.28", requirement))
    assert [code for code, _, _ in project.found()] == ["R017"] * found


def test_each_dependency_is_found_on_its_own_line(project: Any) -> None:
    lines = 'dependencies = [\n#   "httpx>=0.28",\n#   "luqum",\n#   "rich<14",\n# ]'
    project.write_recipe(block=project.block.replace('dependencies = ["httpx>=0.28"]', lines))
    assert [(code, line) for code, _, line in project.found()] == [("R017", 5), ("R017", 6)]


@pytest.mark.parametrize("version, found", [(">=3.11", False), ("==3.11.*", False), ("<3.14", True)])
def test_the_oldest_python_must_be_named(project: Any, version: str, found: bool) -> None:
    project.write_recipe(block=project.block.replace(">=3.11", version))
    assert [(code, line) for code, _, line in project.found()] == [("R018", 2)] * found


def test_a_misspelt_client_suggests_the_api_there_is(project: Any) -> None:
    main = "def main(newswip: httpx.Client) -> Iterator[dict[str, Any]]:\n    yield {'a': newswip}\n"
    project.write_recipe(main=main)
    found = [each for each in check_repository(project.root, {}).findings if each.code == "R014"]
    assert [(each.problem, each.fix) for each in found] == [("the API newswip is not described", "name it newswhip")]


def test_a_broken_api_is_one_finding_and_none_of_its_recipes(project: Any) -> None:
    project.write("recipes/newswhip/api.toml", "title = 1\n")
    assert [code for code, _, _ in project.found()] == ["R011"]


@pytest.mark.parametrize("lines, found", [(120, []), (121, ["R019"])])
def test_120_lines_of_code_are_the_most(project: Any, lines: int, found: list[str]) -> None:
    text = project.write_recipe().read_text(encoding="utf-8").partition(project.docstring)[2]
    others = sum(map(bool, text.split("\n")))
    project.write_recipe("\n\n".join(["topic += ''"] * (lines - others)))
    assert [code for code, _, _ in project.found()] == found
