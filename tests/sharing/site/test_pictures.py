from pathlib import Path

from runner.catalog import Chart
from runner.output.vega import vega_spec
from runner.sharing.site.pictures import drawn


def test_a_picture_is_drawn_once_and_anew_for_other_rows(tmp_path: Path) -> None:
    one, other = (vega_spec(Chart("bar", "b", "a"), [{"a": "x", "b": count}], "") for count in (1, 2))
    first = drawn(one, tmp_path)
    [kept] = (tmp_path / "pictures").iterdir()
    assert kept.read_bytes() == first
    kept.write_bytes(b"<svg/>")
    assert drawn(one, tmp_path) == b"<svg/>"
    assert drawn(other, tmp_path).startswith(b"<svg ")
    assert drawn(one, None) == first
