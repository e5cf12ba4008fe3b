"""`recipes record`."""

import json
from typing import TYPE_CHECKING, Any

import click

from runner.cli.completing import complete_recipe
from runner.cli.recipe_command import (
    FOUND,
    RecipeCommand,
    env_file_option,
    param_option,
    params_option,
    profile_option,
    recipe_words,
)
from runner.cli.session import Session
from runner.errors import AskedWrongly

if TYPE_CHECKING:
    from runner.cli.recording import Booth
    from runner.recording.recorder import Recorded


@click.command("record", cls=RecipeCommand)
@click.argument("recipe", required=False, shell_complete=complete_recipe)
@click.option("--case", metavar="NAME", help="What to call it: lower-case words. [default: default]")
@click.option("--sandbox", is_flag=True, help="Record from the API's sandbox: invented data, no key, nothing sent.")
@click.option("--sandbox-key", metavar="KEY", help="With --sandbox: send this key, such as one that has expired there.")
@click.option("--expect-error", is_flag=True, help="The case shows how the recipe fails: record that.")
@click.option("--all", "all_", is_flag=True, help="Record all cases of the repository anew, each from where it came.")
@click.option("--stale", metavar="DAYS", type=click.IntRange(0), help="Record the cases older than so many days anew.")
@param_option
@params_option
@profile_option("Take values, and where keys are, from this profile; with --all and --stale only the keys.")
@env_file_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no notes.")
@click.pass_context
def command(ctx: click.Context, /, recipe: str | None, **typed: Any) -> None:
    """Record a run of RECIPE as a case: its values, the calls and their answers, and what it gave.

    A case is replayed by `recipes test` and `recipes run --replay`, without key and network. It is recorded aside,
    replayed at once, compared and searched for secrets; only then does it take the place of the one before. Values that
    are not given are those of the case if it is there already, else defaults and examples.
    """
    from runner.running.lean import prepare_httpx

    prepare_httpx()
    from runner.cli.profiles import choose_profile
    from runner.cli.recording import Booth
    from runner.recording.case import TEST_KEY

    if typed["sandbox"] and typed["env_file"]:
        raise AskedWrongly("--env-file gives keys, and the sandbox needs none.", hint="drop one of them")
    if typed["sandbox_key"] and not typed["sandbox"]:
        raise AskedWrongly("--sandbox-key is a key for the sandbox, and this asks the API.", hint="add --sandbox")
    if typed["sandbox_key"] and not TEST_KEY.fullmatch(typed["sandbox_key"]):
        raise AskedWrongly(
            "--sandbox-key stands in the case, so it takes only keys that open nothing: test-key-...",
            hint="--sandbox-key test-key-expired",
        )
    session: Session = ctx.obj
    booth = Booth(
        session, env_file=typed["env_file"], quiet=typed["quiet"], profile=choose_profile(session, typed["profile"])
    )
    if typed["all_"] or typed["stale"] is not None:
        _check_alone(recipe, typed)
        _record_again(session, booth, typed)
        return
    if recipe is None:
        raise AskedWrongly("Which recipe?", hint="recipes record RECIPE, or recipes record --all")
    recorded = booth.record(
        ctx.meta[FOUND],
        case=typed["case"] or "default",
        source="sandbox" if typed["sandbox"] else "live",
        expects_error=typed["expect_error"],
        words=recipe_words(typed),
        pairs=typed["param"],
        params=typed["params"],
        sandbox_key=typed["sandbox_key"] or "",
    )
    show_recorded(session, [recorded], as_json=typed["as_json"], quiet=typed["quiet"])


def _record_again(session: Session, booth: "Booth", typed: dict[str, Any]) -> None:
    recorded, failed = booth.again(typed["stale"])
    show_recorded(session, recorded, as_json=typed["as_json"], quiet=typed["quiet"])
    if failed:
        raise failed
    if not recorded and not typed["quiet"]:
        click.echo(f"No case is older than {typed['stale']} day{'' if typed['stale'] == 1 else 's'}.", err=True)


def as_data(recorded: "Recorded") -> dict[str, Any]:
    """Return what `record --json` says of one case; the keys are a contract."""
    case = recorded.case
    return {
        "recipe": case.recipe_id,
        "case": case.name,
        "source": case.source,
        "recorded_at": f"{case.recorded_at:%Y-%m-%dT%H:%M:%SZ}",
        "rows": recorded.rows,
        "answers": recorded.exchanges,
        "change": recorded.change,
        "path": str(case.path),
        "doubts": list(recorded.doubts),
    }


def _check_alone(recipe: str | None, typed: dict[str, Any]) -> None:
    """Refuse what means nothing beside --all and --stale."""
    which = "--all" if typed["all_"] else "--stale"
    others = [name for name in ("case", "sandbox", "sandbox_key", "expect_error", "param", "params") if typed[name]]
    if recipe is not None or others:
        other = f"--{others[0].replace('_', '-')}" if others else "a recipe"
        raise AskedWrongly(f"{which} records cases with their own values, so it goes without {other}.")
    if typed["all_"] and typed["stale"] is not None:
        raise AskedWrongly("--all and --stale do not go together.", hint="recipes record --all")


def show_recorded(session: Session, recorded: "list[Recorded]", *, as_json: bool, quiet: bool = False) -> None:
    """Print one line for each case, or JSON; what a person should look at goes to stderr."""
    from runner.output.text import safe_text

    if as_json:
        data = [as_data(each) for each in recorded]
        click.echo(json.dumps(data, ensure_ascii=session.stdout_is_terminal, indent=1))
        return
    for each in recorded:
        click.echo(safe_text(_line(each)))
        for doubt in each.doubts:
            click.echo(safe_text(f"  Look at  {doubt}"), err=True)
        if not quiet and _is_empty(each):
            sandbox = " --sandbox" * (each.case.source == "sandbox")
            again = f"recipes record {each.case.recipe_id}{sandbox} -P NAME=VALUE"
            click.echo(safe_text(f"Note  No row came, so nobody sees what the recipe gives. Again:  {again}"), err=True)


def _is_empty(recorded: "Recorded") -> bool:
    """Whether the case that a listing shows first has nothing to show; others may tell just that."""
    from runner.recording.case import DEFAULT_CASE

    return recorded.case.name == DEFAULT_CASE and not recorded.rows and recorded.case.error is None


def _line(recorded: "Recorded") -> str:
    case = recorded.case
    answers = f"{recorded.exchanges:,} answer{'' if recorded.exchanges == 1 else 's'}"
    result = (
        f"exit code {case.error.exit_code}"
        if case.error
        else f"{recorded.rows:,} row{'' if recorded.rows == 1 else 's'}"
    )
    return f"{case.recipe_id}  {case.name}  {case.source}  {answers}, {result}  {recorded.change}"
