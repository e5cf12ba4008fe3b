"""Checking a repository, or some recipes of one: every rule is applied to what it is for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from runner.catalog import Api, Repository, read_api
from runner.checking import case_rules, chart_rules, collection_rules, leak_rules, orphan_rules, repository_rules
from runner.checking.applying import Find, apply_rules, in_order
from runner.checking.cases import Cases, read_cases
from runner.checking.draft import read_draft
from runner.checking.finding import Finding
from runner.checking.recipe_rules import DRAFT_RULES
from runner.errors import BrokenSource

Watch: TypeAlias = Callable[[int, int], None]

REPOSITORY_RULES: Mapping[str, Find[Repository]] = {
    "R011": repository_rules.api,
    "R012": repository_rules.settings,
    "R013": repository_rules.stray,
    "R021": collection_rules.unknown_recipe,
    "R022": collection_rules.uncollected,
    "R202": orphan_rules.orphan_case,
    "R204": orphan_rules.stray_file,
}
CASE_RULES: Mapping[str, Find[Cases]] = {
    "R201": case_rules.no_case,
    "R203": case_rules.incomplete_case,
    "R205": case_rules.broken_case,
    "R206": case_rules.misfit_values,
    "R207": case_rules.changed_recipe,
    "R208": case_rules.large_cassette,
    "R209": leak_rules.leak,
    "R210": leak_rules.broken_cassette,
    "R211": leak_rules.doubtful_leak,
    "R212": chart_rules.undrawn_chart,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        recipes: How many files were looked at.
        findings: In order of file, line and code.
    """

    recipes: int
    findings: tuple[Finding, ...]

    @property
    def has_failed(self) -> bool:
        """Whether there is more than notes."""
        return any(each.severity == "finding" for each in self.findings)


def _unwatched(_done: int, _total: int) -> None:
    """Tell nobody."""


def check_repository(root: Path, environ: Mapping[str, str], watch: Watch = _unwatched) -> Checked:
    """Check everything in a repository, whether its `recipes.toml` can be read or not.

    Args:
        root: Its folder.
        environ: Environment variables; keys of the APIs among them must not stand in a case.
        watch: Called after each recipe with how many are done, and how many there are.
    """
    repository = Repository(root.resolve(), name="", title="")
    files = repository.recipe_files()
    findings = [*apply_rules(REPOSITORY_RULES, repository), *_check_files(repository, files, environ, watch)]
    return Checked(len(files), in_order(findings))


def check_recipes(chosen: Sequence[tuple[Repository, Path]], environ: Mapping[str, str]) -> Checked:
    """Check some recipes with their cases, and nothing else.

    Args:
        chosen: Each file with the repository it lies in.
        environ: As for `check_repository`.
    """
    unique = dict.fromkeys(chosen)
    findings = [
        finding for repository, path in unique for finding in _check_files(repository, [path], environ, _unwatched)
    ]
    return Checked(len(unique), in_order(findings))


def _check_files(
    repository: Repository, files: Sequence[Path], environ: Mapping[str, str], watch: Watch
) -> Iterator[Finding]:
    apis, described = _read_apis(repository)
    for done, path in enumerate(files, 1):
        draft = read_draft(path, apis, described)
        yield from apply_rules(DRAFT_RULES, draft)
        yield from apply_rules(CASE_RULES, read_cases(repository.root, draft, environ))
        watch(done, len(files))


def _read_apis(repository: Repository) -> tuple[dict[str, Api], set[str]]:
    """Return the APIs that can be read, and the names of all; what is wrong with the others is a rule's business."""
    apis: dict[str, Api] = {}
    folders = repository.api_folders()
    for folder in folders:
        try:
            api = read_api(folder)
        except BrokenSource:
            continue
        apis[api.name] = api
    return apis, {folder.name.replace("_", "-") for folder in folders}
