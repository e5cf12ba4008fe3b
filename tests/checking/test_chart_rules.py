from typing import Any

import pytest

from runner.checking.check import check_repository

CASE = "cassettes/newswhip/new-things/default.jsonl"


def problems(project: Any, chart: str, rows: str, main: str = "") -> list[tuple[str, str]]:
    table = f"# [tool.recipe-runner]\n# chart = {chart}\n# ///\n"
    project.write_recipe(block=project.block.replace("# ///\n", table), main=main)
    project.write(CASE, rows)
    return [(each.problem, each.fix) for each in check_repository(project.root, {}).findings if each.code == "R212"]


def test_a_chart_of_columns_that_the_rows_have_is_no_finding(project: Any) -> None:
    chart = '{mark = "line", x = "day", y = "n", color = "who", sort = "-n"}'
    assert problems(project, chart, '{"day": "2026-11-20", "n": 1, "who": "a"}\n') == []


def test_every_column_that_is_missing_is_named_with_those_there_are(project: Any) -> None:
    chart = '{mark = "bar", x = "likes", y = "headline", sort = "-rank"}'
    assert problems(project, chart, '{"headline": "a", "n": 1}\n') == [
        ("the chart names 'likes', 'rank', and the columns are headline, n", "name one of them")
    ]


def test_a_chart_without_numbers_is_found(project: Any) -> None:
    rows = '{"headline": "a", "n": "12"}\n{"headline": "b", "n": null}\n'
    assert problems(project, '{mark = "bar", x = "n", y = "headline"}', rows) == [
        ("neither 'n' nor 'headline' is a column of numbers", "name one that is, or remove the chart")
    ]


@pytest.mark.parametrize("rows", ["", "no json\n"])
def test_where_no_row_is_recorded_nothing_is_known_of_the_columns(project: Any, rows: str) -> None:
    assert problems(project, '{mark = "bar", x = "likes", y = "headline"}', rows) == []
