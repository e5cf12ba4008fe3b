"""Measure what we promise about speed, and print it as a table of ratios.

    python -m benchmarks [--rounds N] [runs] [catalog] [replay] [scaffold] [repositories] [isolation] [export] [gather]
                         [recipes] [site]

Whole processes, ours and the other's in turn, so that a machine that slows down slows both; medians. Floors and
references do only the one job, in the same environment. Peers come with `pip install -e '.[bench]'`.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.catalog import measure_catalogs
from benchmarks.export import count_plumbing, measure_exports
from benchmarks.gather import measure_gathering, measure_memory
from benchmarks.isolation import measure_isolation
from benchmarks.lines import count_lines
from benchmarks.measuring import Measured
from benchmarks.replay import measure_replays
from benchmarks.repositories import measure_repositories
from benchmarks.runs import measure_call, measure_starts, measure_streams
from benchmarks.scaffold import measure_scaffolds
from benchmarks.site import measure_search, measure_site, measure_weight

PARTS = (
    *("runs", "catalog", "replay", "scaffold", "repositories", "isolation", "export", "gather"),
    *("recipes", "site"),
)


@click.command()
@click.option("--rounds", default=15, show_default=True, help="Rounds that count; large jobs take fewer.")
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
def main(rounds: int, parts: Sequence[str]) -> None:
    """Measure, and print Markdown tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured: list[Measured] = []
        notes: list[str] = []
        if "runs" in parts or not parts:
            measured += [*measure_starts(folder, rounds), *measure_call(folder, rounds)]
            for found, megabytes in measure_streams(folder):
                measured.append(found)
                notes.append(f"{found.job}: peak memory {megabytes:.0f} MB (goal: under 100)")
        if "catalog" in parts or not parts:
            measured += measure_catalogs(folder / "catalogs", rounds)
        if "replay" in parts or not parts:
            measured += measure_replays(folder / "replays", rounds)
        if "scaffold" in parts or not parts:
            measured += measure_scaffolds(folder / "scaffold", rounds)
        if "repositories" in parts or not parts:
            measured += measure_repositories(folder / "repositories", rounds)
        if "isolation" in parts or not parts:
            measured += measure_isolation(folder / "isolation", rounds)
        if "export" in parts or not parts:
            measured += measure_exports(folder / "export", rounds)
            notes += count_plumbing(folder / "export")
        if "gather" in parts or not parts:
            measured += measure_gathering(folder / "gather", min(rounds, 3))
            notes += [f"{job}: peak memory {size:.0f} MB" for job, size in measure_memory(folder / "gather")]
        if "site" in parts or not parts:
            measured += measure_site(folder / "site", rounds)
            notes += [measure_weight(folder / "site"), measure_search(folder / "site")]
    if "recipes" in parts or not parts:
        notes += count_lines()
    if measured:
        print_measured(measured)
    print("\n".join(["", *notes]))


def print_measured(measured: Sequence[Measured]) -> None:
    """Print a Markdown table of ratios."""
    print("| job | against | ours, s | theirs, s | ratio | goal |\n|---|---|---:|---:|---:|---:|")
    for each in measured:
        ours, theirs = each.seconds
        goal = f"{each.goal:.2f}" if each.goal else ""
        print(f"| {each.job} | {each.other} | {ours:.3f} | {theirs:.3f} | {each.ratio:.2f} | {goal} |")


if __name__ == "__main__":
    main()
