"""Rules for what was recorded: that it can be read, and that nothing secret stands in it."""

import re
from collections.abc import Iterator
from pathlib import Path

from runner.checking.cases import Cases
from runner.checking.finding import Spot, spot_of
from runner.errors import BrokenSource
from runner.recording.leaks import Leak


def broken_cassette(cases: Cases) -> Iterator[Spot]:
    """Find cassettes that cannot be read."""
    for traffic in cases.traffic.values():
        if isinstance(traffic, BrokenSource):
            yield spot_of(traffic)


def leak(cases: Cases) -> Iterator[Spot]:
    """Find secrets in the files of each case; where is said, and never what."""
    fix = "record the case anew; if the file was ever committed, have the key replaced"
    for path, found in cases.leaks:
        if found.certain:
            yield Spot(path, _line(found), f"{found.what} stands here ({found.where})", fix)


def doubtful_leak(cases: Cases) -> Iterator[Spot]:
    """Find what only a person can tell from a secret: one note for each case."""
    doubtful: dict[str, list[tuple[Path, Leak]]] = {}
    for path, found in cases.leaks:
        if not found.certain:
            doubtful.setdefault(path.stem, []).append((path, found))
    for (path, first), *others in doubtful.values():
        more = f", and {len(others)} more like this" if others else ""
        yield Spot(path, _line(first), f"{first.what} may stand here ({first.where}){more}", "look at it")


def _line(found: Leak) -> int:
    line = re.match(r"line (\d+)", found.where)
    return int(line[1]) if line else 1
