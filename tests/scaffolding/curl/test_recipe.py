import ast
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.wire import written
from runner.catalog import MISSING, RESERVED_NAMES, Recipe
from runner.checking.check import check_repository
from runner.scaffolding.curl.importing import Captured, capture
from runner.scaffolding.curl.layout import string
from tests.scaffolding.curl.test_wire import SAME  # type: ignore[import-not-found,unused-ignore]

Make = Callable[..., Captured]
UUID = "123e4567-e89b-12d3-a456-426614174000"
URL = "https://api.acme.example/v1"


@pytest.fixture
def recipe(captured: Make, tmp_path: Path) -> Callable[[str], Recipe]:
    """Write the recipe of a command and read it as the catalog does."""
    return lambda command: written(captured(command), tmp_path)


def test_a_recipe_reads_as_if_one_of_us_had_written_it(captured: Make) -> None:
    made = captured(
        f"curl '{URL}/users/42/posts?since=2026-01-31&limit=10' -H 'Authorization: Bearer test-key-1' "
        '--json \'{"query": "ferry", "at": "2026-01-31T09:00:00Z", "tags": ["a"], "own": "{team}"}\'',
        name="acme/posts-of-user",
        title="Which posts did a user write?",
        only_reads=True,
        sample={"posts": [{"id": 1, "Title": "x", "author": {"name": "y"}}, {"id": 2}]},
    )
    assert made.draft.recipe_id == "acme/posts-of-user"
    assert (
        made.draft.files["recipes/acme/posts_of_user.py"]
        == '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28"]
#
# [tool.recipe-runner.parameters.team]
# example = "team"
# ///
"""Which posts did a user write?

For somebody who wants to see one call of this API at work.
It is POST /users/{user_id}/posts, as sent with curl.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx


def main(
    acme: httpx.Client,
    team: str,
    user_id: int = 42,
    since: date = date(2026, 1, 31),
    limit: int = 10,
    query: str = "ferry",
    at: datetime = datetime(2026, 1, 31, 9, 0, tzinfo=UTC),
) -> Iterator[dict[str, Any]]:
    """Yield one row for each post.

    Args:
        team: The field `team`.
        user_id: The user id in the address.
        since: The field `since`.
        limit: The field `limit`.
        query: The field `query`.
        at: The field `at`.
    """
    response = acme.post(
        f"/users/{user_id}/posts",
        params={"since": since.isoformat(), "limit": limit},
        headers={"Accept": "application/json"},
        json={"query": query, "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "tags": ["a"], "own": team},
    )
    response.raise_for_status()
    for post in response.json()["posts"]:
        yield {"id": post["id"], "title": post.get("Title")}
'''
    )


@pytest.mark.parametrize(
    "call, expected",
    [
        (f"{URL}/users/42", {"user_id": 42}),
        (f"{URL}/users/007", {}),
        (
            f"{URL}/stories/123e4567-e89b-12d3-a456-426614174000.json",
            {"story_id": "123e4567-e89b-12d3-a456-426614174000"},
        ),
        (f"{URL}/days/2026-01-31", {"day": date(2026, 1, 31)}),
        (
            f"'{URL}?page=2&ratio=0.5&all=true&x=text&q=words'",
            {"page": 2, "ratio": 0.5, "everything": True, "q": "words"},
        ),
        (f"'{URL}?from=2026-01-31T09:00:00Z'", {"since": datetime(2026, 1, 31, 9, tzinfo=UTC)}),
        (f"'{URL}?id=5&type=6&format=7&class=8'", {"item_id": 5, "kind": 6, "style": 7, "category": 8}),
        (
            f"""{URL} --json '{{"userId": 1, "user_id": 2, "a": {{"id": 3}}}}'""",
            {"user_id": 1, "user_id_2": 2, "a_id": 3},
        ),
        (f"""{URL} --json '{{"a": [1, 2], "b": null, "c": "plain", "d": "2026-13-45"}}'""", {}),
        (f"{URL} -d 'täg=1' -d '=2'", {"tag": 1, "value": 2}),
    ],
)
def test_ids_numbers_and_days_become_typed_parameters(
    recipe: Callable[[str], Recipe], call: str, expected: dict[str, object]
) -> None:
    assert {each.name: each.default for each in recipe(f"curl {call}").parameters} == expected


@pytest.mark.parametrize(
    "call, name",
    [
        (f"{URL}/users/{{userId}}", "user_id"),
        (f"{URL}/users/:user_id", "user_id"),
        (f"'{URL}/users/<user-id>'", "user_id"),
        (f"{URL}/users/YOUR_USER_ID", "user_id"),
        (f"{URL}/users/$USER_ID", "user_id"),
        (f"'{URL}?q={{{{user id}}}}'", "user_id"),
        (f"""{URL} --json '{{"q": "your-user-id"}}'""", "user_id"),
        (f"{URL} -H 'X-For: YOUR_USER_ID'", "user_id"),
        (f'"{URL}/^%USER_ID^%" ^\n -d "{{""a"": ""%USER_ID%""}}" -H content-type:application/json', "user_id"),
    ],
)
def test_stand_ins_become_required_parameters_with_an_example(
    recipe: Callable[[str], Recipe], call: str, name: str
) -> None:
    parameter = recipe(f"curl {call}").parameters[0]
    assert (parameter.name, parameter.default, parameter.kind.base) == (name, MISSING, "str")
    assert parameter.example


def test_addresses_of_people_are_private_and_not_written(captured: Make, tmp_path: Path) -> None:
    made = captured(f"""curl {URL} --json '{{"email": "jane@a-customer.org"}}'""")
    (parameter,) = written(made, tmp_path).parameters
    assert (parameter.private, parameter.example, made.values) == (
        True,
        "somebody@example.com",
        {"email": "jane@a-customer.org"},
    )
    assert "jane@" not in made.draft.files["recipes/acme/call.py"]


def test_no_more_parameters_than_can_be_read_are_made_of_plain_values(recipe: Callable[[str], Recipe]) -> None:
    assert len(recipe(f"curl '{URL}?" + "&".join(f"a{number}={number}" for number in range(20)) + "'").parameters) == 8


def test_a_method_that_httpx_would_put_into_capitals_is_set_on_the_request(captured: Make) -> None:
    [source] = [
        text
        for name, text in captured(f"curl -X wHat '{URL}/things?limit=10'").draft.files.items()
        if name[-3:] == ".py"
    ]
    assert (
        """\
    request = acme.build_request("WHAT", "/things", params={"limit": limit})
    request.method = "wHat"  # httpx itself would send it in capitals
    response = acme.send(request)
    response.raise_for_status()
"""
        in source
    )


def test_no_parameter_takes_a_name_that_commands_keep(recipe: Callable[[str], Recipe]) -> None:
    for start in range(0, len(RESERVED_NAMES), 8):
        names = sorted(RESERVED_NAMES)[start : start + 8]
        found = recipe(f"curl '{URL}?" + "&".join(f"{name}=1" for name in names) + "'").parameters
        assert len(found) == len(names)
        assert not {each.name.rstrip("_") for each in found} & RESERVED_NAMES


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a recipe of every command that is also sent over a socket."""
    root = tmp_path_factory.mktemp("repository")
    (root / "recipes.toml").write_text('name = "made"\ntitle = "Made of commands"\n', encoding="utf-8")
    for number, command in enumerate(SAME):
        text = command.replace("HOST", "127.0.0.1:9")
        draft = capture(text, name=f"api-{number}/call", apis=[], read_file=lambda _: b"\x89 file").draft
        for name, content in draft.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content, encoding="utf-8")
    return root


def test_every_recipe_passes_the_checks_but_for_its_case(repository: Path) -> None:
    findings = check_repository(repository, {}).findings
    assert [(each.code, each.path.parent.name, each.problem) for each in findings if each.code != "R201"] == []


def test_every_recipe_is_formatted_and_clean(repository: Path) -> None:
    pytest.importorskip("ruff")
    config = Path(__file__).parents[3] / "pyproject.toml"
    for words in (["format", "--check"], ["check", "--ignore", "D417"]):
        command = [
            sys.executable,
            "-m",
            "ruff",
            *words,
            "--quiet",
            "--no-cache",
            "--config",
            str(config),
            str(repository),
        ]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert answer.stdout == ""
        assert answer.returncode == 0


@given(st.text() | st.text("ab'\"\\{}\n\u202e\u2019\x00#"))
def test_the_literal_of_any_text_is_that_text(text: str) -> None:
    assert ast.literal_eval(string(text)) == text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text(), st.text())
def test_no_text_changes_the_statements_of_a_recipe(captured: Make, title: str, field: str, value: str) -> None:
    import json
    import shlex

    body = json.dumps({field: value, "query": value[:50]})
    made = captured(f"curl {URL}/items --json {shlex.quote(body)}", title=title + "?")
    source = made.draft.files["recipes/acme/call.py"]
    tree = ast.parse(source)
    assert source.count("# ///") == 2
    others = [type(node) for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    assert others == [ast.Expr, ast.FunctionDef]
    assert len(tree.body[-1].body) == 4  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "title, shown",
    [
        ('Where is C:\\new "now"?', 'Where is C:\\new "now"?'),
        ('"""\nimport os?', '""" import os?'),
        ("# /// script\n# ///?", "# /// script # ///?"),
        ("a\u202eb?", "a\u202eb?"),
    ],
)
def test_a_title_is_one_line_and_nothing_else(captured: Make, title: str, shown: str) -> None:
    tree = ast.parse(captured(f"curl {URL}/items", title=title).draft.files["recipes/acme/call.py"])
    assert (ast.get_docstring(tree) or "").partition("\n")[0] == shown


@pytest.mark.parametrize(
    "sample, code",
    [
        ([{"a": 1}], '    for item in response.json():\n        yield {"a": item["a"]}\n'),
        (
            {"n": 2, "data": {"stories": [{"a": 1}]}},
            '    for story in response.json()["data"]["stories"]:\n        yield {"a": story["a"]}\n',
        ),
        ({"news": [{"a": 1}]}, '    for each_news in response.json()["news"]:\n        yield {"a": each_news["a"]}\n'),
        ({"rows": [{"a": {}}]}, '    yield from response.json()["rows"]\n'),
        ({"a": 1}, "    return response.json()\n"),
        ([1], '    return {"answer": response.json()}\n'),
    ],
)
def test_rows_are_made_of_the_first_list_of_objects_in_a_known_answer(
    captured: Make, sample: object, code: str
) -> None:
    made = captured(f"curl {URL}/items", sample=sample)
    assert made.draft.files["recipes/acme/call.py"].endswith(f"    response.raise_for_status()\n{code}")


def test_a_second_day_in_an_address_is_no_part_of_the_first(recipe: Callable[[str], Recipe]) -> None:
    made = recipe(f"curl {URL}/reports/2026-01-01/2026-02-01")
    assert [(each.name, each.help) for each in made.parameters] == [
        ("day", "The day of the report."),
        ("day_2", "The day in the address."),
    ]
