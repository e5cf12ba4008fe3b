from typing import Any

import pytest

GET = "    x = newswhip.get('/x', params={'page': page}).raise_for_status().json()\n"
ENDLESS = {
    "no way out": "while True:\n    yield {}",
    "one": "while 1:\n    yield {}",
    "count": "for page in itertools.count():\n    yield {}",
    "the break of an inner loop": "while True:\n    for each in topic:\n        break",
    "the return of a function in it": "while True:\n    def f() -> int:\n        return 1",
    "cursor": f"page = ''\nwhile True:\n{GET}    page = x['next']\n    if not page:\n        break",
    "cursor as condition": f"page = topic\nwhile page:\n{GET}    page = x['next']",
    "cursor is not None": f"page = topic\nwhile page is not None:\n{GET}    page = x['next']",
    "empty page": f"page = 0\nwhile True:\n{GET}    page += 1\n    if not x['rows']:\n        return",
    "empty page of count": f"for page in itertools.count(1):\n{GET}    if not x:\n        return",
    "polling": f"page = 1\nx = None\nwhile x != 'done':\n    time.sleep(5)\n{GET}",
    "by way of other names": f"page = 1\nwhile True:\n{GET}    a = x['a']\n    b = a['b']\n    if b:\n        return",
    "by a helper": "while True:\n    x = fetch(newswhip)\n    if x:\n        break",
    "two ways out": (
        f"page = 1\nwhile True:\n{GET}    if x == 1:\n        return\n    if x == 2:\n        raise ValueError"
    ),
}
BOUNDED = {
    "range": f"for page in range(5):\n{GET}    if not x:\n        break",
    "a counter in the condition": f"page = 0\nwhile page < 5:\n{GET}    page += 1",
    "total pages": f"page, last = 0, 1\nwhile page < last:\n{GET}    page += 1\n    last = x['pages']",
    "a counter on a way out": f"page = 0\nwhile True:\n{GET}    page += 1\n    if not x or page > 9:\n        return",
    "a second way out": (
        f"page = 0\nwhile True:\n{GET}    page += 1\n    if not x:\n        return\n    if page == 9:\n        return"
    ),
    "what was collected": (
        f"page, rows = 0, []\nwhile True:\n{GET}    rows.extend(x)\n    if not x or len(rows) > 9:\n        return"
    ),
    "a moment": f"page = 0\nwhile True:\n{GET}    if x or datetime.now(UTC) > end:\n        return",
    "a monotonic clock": f"page, x = 0, None\nwhile not x and time.monotonic() < 9:\n{GET}",
    "a queue": f"pages = ['a']\nwhile pages:\n    page = pages.pop()\n{GET}    pages.extend(x)",
    "an unguarded return": f"page = 0\nwhile True:\n{GET}    return",
    "a handler": f"page = 0\nwhile True:\n    try:\n    {GET}    except ValueError:\n        return",
    "a condition in a handler": (
        f"page = 0\nwhile True:\n{GET}    try:\n        int(x)\n    except ValueError:\n        if x: return"
    ),
    "what was put together": f"page, a = 0, []\nwhile True:\n{GET}    a = a + x\n    if len(a) > 9:\n        return",
    "batches": "a = iter(topic)\nwhile batch := list(itertools.islice(a, 5)):\n    newswhip.post('/x', json=batch)",
    "a file": "while line := sys.stdin.readline():\n    yield {'line': line}",
    "windows": "start = end = 0\nwhile start < end:\n    start += 5",
    "binary search": "a, b = 0, 9\nwhile a < b:\n    a = (a + b) // 2",
    "what is read before": "x = newswhip.get('/x').raise_for_status().json()\nwhile x:\n    x = x[1:]",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_loop_that_may_never_end_is_found(project: Any, name: str) -> None:
    lines = ENDLESS[name].split("\n")
    loop = next(number for number, line in enumerate(lines, 1) if line.startswith(("while", "for")))
    assert project.lines_of("R102", ENDLESS[name]) == [loop]


@pytest.mark.parametrize("name", BOUNDED)
def test_a_loop_that_ends_by_itself_is_none(project: Any, name: str) -> None:
    assert project.lines_of("R102", BOUNDED[name]) == []
