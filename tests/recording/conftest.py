import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from runner.recording.exchange import Exchange, RecordedRequest, RecordedResponse

NUMBERS = ["0", "-0", "1.10", "1E400", "1e-7", "12345678901234567890123", "NaN"]
STRINGS = [
    r'"\ud800"',
    '"\x85"',
    '"\u2028"',
    '"\ufeff"',
    '"⛴️"',
    r'"\"},{"',
    '"a,b:[c]{d}  "',
    '"\x7f"',
    '"# no"',
]
SPACES = ["", " ", "\n", "\r\n", "\t", "  "]


def exchange(body: bytes = b"{}", *, sent: bytes = b"", status: int = 200) -> Exchange:
    """A call to an invented API."""
    headers = (("accept", "*/*"), ("content-type", "application/json"))
    return Exchange(
        RecordedRequest("POST", "https://api.example/v1/articles?key=__API_KEY__&q=a%20b", headers, sent),
        RecordedResponse(status, "OK", (("content-type", "application/json"), ("x-count", "1")), body),
    )


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Write a cassette's text into a file."""

    def write(text: str | bytes) -> Path:
        path = tmp_path / "default.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """JSON as APIs write it: any spacing, any spelling of numbers, duplicate keys, any character."""
    comma, colon = draw(st.sampled_from([",", ", ", " ,", ",\n", ",\n  "])), draw(st.sampled_from([":", ": ", " : "]))
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    string = st.sampled_from(STRINGS) | st.builds(json.dumps, text, ensure_ascii=st.booleans())
    leaf = string | st.sampled_from([*NUMBERS, "true", "null"])

    def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        fields = st.lists(st.builds(lambda key, value: key + colon + value, string, inner), max_size=4)
        return st.lists(inner, max_size=4).map(lambda items: f"[{comma.join(items)}]") | fields.map(
            lambda items: f"{{{comma.join(items)}}}"
        )

    around = st.sampled_from(SPACES)
    return draw(around) + draw(st.recursive(leaf, containers, max_leaves=25)) + draw(around)
