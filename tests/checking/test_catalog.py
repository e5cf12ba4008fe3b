"""The recipes that come with this program are the pattern for all others."""

from pathlib import Path

import runner
from runner.catalog import catalog_root
from runner.checking.check import check_repository


def test_no_rule_complains_of_the_catalog() -> None:
    checked = check_repository(catalog_root(Path(runner.__file__).parent), {})
    assert checked.findings == ()
    assert checked.recipes >= 7
