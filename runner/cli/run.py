"""`recipes run`."""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from runner.cli.completing import complete_file, complete_format, complete_recipe
from runner.cli.recipe_command import (
    FOUND,
    WORDS,
    RecipeCommand,
    env_file_option,
    param_option,
    params_option,
    profile_option,
    recipe_words,
)
from runner.errors import AskedWrongly, RunnerError

if TYPE_CHECKING:
    from runner.running.isolated.isolation import Isolation

DEFAULT_CASE = "default"


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed for `recipes run` besides the recipe's own values; each as its option says."""

    try_: bool
    replay: str | None
    dry_run: bool
    now: str | None
    param: tuple[str, ...]
    params: str | None
    profile: str | None
    env_file: str | None
    output: str | None
    format_: str | None
    force: bool
    excel: bool
    key: tuple[str, ...]
    quiet: bool
    debug: bool

    def __post_init__(self) -> None:
        """Refuse what would be without effect.

        Raises:
            AskedWrongly: Two options do not go together.
        """
        if self.replay is not None and (self.try_ or self.dry_run):
            other = "--try" if self.try_ else "--dry-run"
            raise AskedWrongly(f"--replay and {other} do not go together.", hint="recipes run RECIPE --replay")
        if self.now and not self.try_:
            raise AskedWrongly("--now sets the clock of the sandbox, so it goes with --try.", hint="--try --now ISO")
        if self.env_file and not self.is_live:
            raise AskedWrongly("--env-file gives keys, and nothing is sent that needs one.", hint="drop one of them")
        if self.dry_run and (self.output or self.format_ or self.excel or self.key):
            raise AskedWrongly("--dry-run prints a curl command and no result.", hint="recipes run ... --dry-run")

    @property
    def is_live(self) -> bool:
        """Whether requests are sent over the network."""
        return not (self.try_ or self.dry_run or self.replay)


class RunCommand(RecipeCommand):
    """Takes `--replay` with and without the name of a case."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the word behind `--replay` as its case if the recipe has been named already."""
        words: list[str] = []
        rest = iter(args)
        for word in rest:
            if word == "--replay":
                following = next(rest, None) if self.recipe_word(ctx, words) else None
                is_case = following is not None and not following.startswith("-")
                words.append(f"--replay={following if is_case else DEFAULT_CASE}")
                words += [following] if following is not None and not is_case else []
            else:
                words.append(word)
        return super().parse_args(ctx, words)


@click.command("run", cls=RunCommand)
@click.argument("recipe", shell_complete=complete_recipe)
@click.option("--try", "try_", is_flag=True, help="Run it in the API's sandbox: invented data, no key, nothing sent.")
@click.option("--replay", metavar="[CASE]", help="Run it on a recorded case, the default one or CASE: nothing sent.")
@click.option("--dry-run", is_flag=True, help="Print the first request as a curl command and send nothing.")
@click.option("--now", metavar="ISO", help="With --try: the moment at which the clock stands.")
@param_option
@params_option
@profile_option("Take values, and where keys are, from this profile.")
@env_file_option
@click.option(
    "-o", "--output", metavar="FILE", shell_complete=complete_file, help="Write here; the ending says the format."
)
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    shell_complete=complete_format,
    help="table, csv, tsv, json, jsonl, md, xlsx, db, html, svg or png.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option("--excel", is_flag=True, help="CSV that Excel opens right, in which no cell is a formula.")
@click.option("--key", multiple=True, metavar="COLUMN", help="In a .db a row replaces the one of the same COLUMN.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no notes.")
@click.option("--debug", is_flag=True, help="Show the traceback of a failure.")
@click.pass_context
def command(ctx: click.Context, /, recipe: str, **typed: Any) -> None:
    """Run RECIPE: live by default, with --try in the API's sandbox, with --replay on what was recorded.

    Rows are a table on a terminal and CSV in a pipe; one record is JSON in a pipe. A value is taken from the
    command line, else from --params, else from a variable RECIPES_PARAM_NAME, else from the profile, else the default
    holds. A key of the profile wins over the variable of that name, and --env-file over both.
    """
    from runner.cli.isolating import starting_early

    options, found = Options(**{name: typed[name] for name in Options.__dataclass_fields__}), ctx.meta[FOUND]
    with starting_early(ctx.obj, found.repository, found.recipe, quiet=options.quiet) as isolation:
        _run(ctx, options, recipe_words(typed), isolation)


def _run(
    ctx: click.Context, options: Options, typed: Mapping[str, Sequence[str]], isolation: "Isolation | None"
) -> None:
    from runner.running.lean import prepare_httpx

    prepare_httpx()
    from runner.cli.job import Job

    job = Job(ctx.obj, ctx.meta[FOUND], options, isolation)
    try:
        job.carry_out(typed, ctx.meta[WORDS])
    except RunnerError as error:
        if options.debug:
            from runner.output.text import safe_text

            text = "".join(traceback.format_exception(error.__cause__ or error))
            click.echo(safe_text(job.secrets.scrub(text), keep="\n"), err=True)
        raise
