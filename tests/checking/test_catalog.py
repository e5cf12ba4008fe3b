"""The recipes that come with this program are the pattern for all others."""

from pathlib import Path

import runner
from runner.catalog import catalog_root
from runner.checking.check import check_repository

# Whether each recipe has a case, of a fair size, that still holds, the tests of the cases say.
OF_CASES = ("R201", "R207", "R208")


def test_no_rule_complains_of_the_catalog() -> None:
    checked = check_repository(catalog_root(Path(runner.__file__).parent), {})
    assert [each for each in checked.findings if each.code not in OF_CASES] == []
    assert checked.recipes >= 6
