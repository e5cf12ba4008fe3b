from typing import Any

import pytest


@pytest.mark.parametrize(
    "line",
    [
        "print()",
        "print('x', file=sys.stderr)",
        "print('x', file=sys.stdout)",
        "pprint.pprint(topic)",
        "sys.stdout.write(topic)",
        "[print(each) for each in topic]",
    ],
)
def test_what_is_printed_is_found(project: Any, line: str) -> None:
    assert project.lines_of("R101", line) == [1]


@pytest.mark.parametrize("line", ["print(topic, file=open(topic))", "topic.print()", "'print()'", "printed = print"])
def test_a_file_of_the_recipes_own_may_be_printed_to(project: Any, line: str) -> None:
    assert project.lines_of("R101", line) == []


def test_a_function_of_that_name_prints_nothing(project: Any) -> None:
    assert project.lines_of("R101", "print(topic)", above="def print(text: str) -> None: ...\n") == []


def handler(caught: str, body: str) -> str:
    return f"try:\n    int(topic)\nexcept{caught}:\n    {body}"


@pytest.mark.parametrize(
    "caught", ["", " Exception", " BaseException as error", " (ValueError, Exception)", " (ValueError, (Exception,))"]
)
@pytest.mark.parametrize("body", ["pass", "topic = ''"])
def test_a_handler_that_takes_everything_is_one_finding(project: Any, caught: str, body: str) -> None:
    assert project.lines_of("R103", handler(caught, body)) == [3]
    assert project.lines_of("R104", handler(caught, body)) == []


@pytest.mark.parametrize("body", ["raise", "topic = ''; raise", "raise ValueError(topic) from None"])
def test_a_handler_may_take_everything_if_it_raises_again(project: Any, body: str) -> None:
    assert project.lines_of("R103", handler(" Exception", body)) == []


def test_everything_suppressed_is_found_and_one_error_is_not(project: Any) -> None:
    lines = "with contextlib.suppress(Exception):\n    pass\nwith contextlib.suppress(KeyError):\n    pass"
    assert project.lines_of("R103", lines) == [1]


@pytest.mark.parametrize("body", ["pass", "...", "'nothing'"])
def test_a_handler_that_does_nothing_is_found(project: Any, body: str) -> None:
    assert project.lines_of("R104", handler(" ValueError", body)) == [3]


@pytest.mark.parametrize("body", ["topic = ''", "return", "pass; topic = ''"])
def test_a_handler_that_does_something_is_none(project: Any, body: str) -> None:
    assert project.lines_of("R104", handler(" ValueError", body)) == []


@pytest.mark.parametrize("default", ["[]", "{}", "{1}", "list()", "dict(a=1)", "set()", "[x for x in 'ab']"])
@pytest.mark.parametrize("star", ["", "*, "])
def test_a_shared_default_is_found(project: Any, default: str, star: str) -> None:
    above = f"def row({star}seen: Any = {default}) -> None: ...\n"
    project.write_recipe(above=above)
    assert [found for found in project.found() if found[0] == "R110"] == [
        ("R110", "recipes/newswhip/new_things.py", project.above_line)
    ]


@pytest.mark.parametrize("default", ["()", "None", "tuple()", "frozenset()", "timedelta(0)"])
def test_a_default_that_cannot_change_is_none(project: Any, default: str) -> None:
    assert project.lines_of("R110", above=f"def row(seen: Any = {default}) -> None: ...\n") == []


LIST = '''\
def main(newswhip: httpx.Client, topic: list[str] = ["a"]) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Args:
        topic: What to look for.
    """
    {body}
'''


def test_the_runner_gives_main_its_values_so_a_list_is_fine_there(project: Any) -> None:
    project.write_recipe(main=LIST.format(body="yield {'a': newswhip, 'b': topic}"))
    assert [code for code, _, _ in project.found() if code != "R206"] == []


@pytest.mark.parametrize(
    "body, unused",
    [
        ("yield {'a': newswhip}", "topic"),
        ("yield {'topic': 1}", "newswhip topic"),
        ("yield from (lambda: [newswhip, topic])()", ""),
        ("yield from locals()", ""),
    ],
)
def test_what_main_never_uses_is_found(project: Any, body: str, unused: str) -> None:
    from runner.checking.check import check_repository

    project.write_recipe(main=LIST.format(body=body))
    found = [each.problem for each in check_repository(project.root, {}).findings if each.code == "R111"]
    assert found == [f"main never uses {name}" for name in unused.split()]
