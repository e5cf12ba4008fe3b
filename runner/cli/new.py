"""`recipes new`."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from runner.cli.completing import complete_file, complete_recipe, complete_template
from runner.cli.session import Session
from runner.errors import AskedWrongly

if TYPE_CHECKING:
    from runner.catalog import Repository
    from runner.scaffolding.draft import Draft
    from runner.scaffolding.naming import Target

Origin: TypeAlias = "Callable[[Session, Target, Mapping[str, Any]], tuple[Draft, list[str]]]"
"""Makes a draft of what was typed, and says which words would have spared the questions."""

ORIGINS = {"template": "runner.cli.new_template", "from_": "runner.cli.new_from", "curl": "runner.cli.new_curl"}
"""Where a recipe can come from: what was typed for its option, and the module whose `make_draft` is the `Origin`."""


@click.command("new")
@click.argument("name", required=False)
@click.option(
    "--template",
    metavar="NAME",
    shell_complete=complete_template,
    help="Start from this template; `recipes templates` lists them. [default: blank]",
)
@click.option("--from", "from_", metavar="RECIPE", shell_complete=complete_recipe, help="Start from another recipe.")
@click.option("--curl", metavar="COMMAND", help="Start from a curl command: its text, @FILE, or - for stdin.")
@click.option("--customer", metavar="TEXT", help="With --from: whom it is for; it then stays out of what is shared.")
@click.option("-P", "--param", multiple=True, metavar="NAME=VALUE", help="An answer by name; may be repeated.")
@click.option("--params", metavar="FILE", shell_complete=complete_file, help="Answers by name, as TOML or JSON.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@click.option("--diff", is_flag=True, help="Print how it differs from what is there, and write nothing.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--record", is_flag=True, help="Record the first case at once: live, or with --sandbox.")
@click.option("--sandbox", is_flag=True, help="Record it from the API's sandbox: invented data, no key, nothing sent.")
@click.option("--yes", is_flag=True, help="With --curl --record: send the call without asking.")
@click.option("--env-file", metavar="FILE", shell_complete=complete_file, help="Take API keys from this .env file.")
@click.pass_obj
def command(session: Session, /, name: str | None, **typed: Any) -> None:
    """Make the recipe NAME, `api/name` or a name alone, in the repository in use.

    Everything is made in memory and checked as `recipes check` does; only then is it written, all files or none. On a
    terminal you are asked for what is missing, and shown the command that asks nothing.
    """
    _check_options(typed)
    repository = _repository(session)
    if typed["record"]:
        from runner.cli.permission import approve

        approve(session, repository)  # better before the questions than after them
    from runner.running.lean import prepare_jinja2

    prepare_jinja2()
    make_draft = import_module(ORIGINS[_origin(typed)]).make_draft
    target = _target(session, repository, name, typed)
    if not (typed["force"] or typed["dry_run"] or typed["diff"]):
        _check_is_new(repository, target)
    draft, spared = make_draft(session, target, typed)
    if spared:
        _show_command(target, typed, spared)
    from runner.cli.new_writing import deliver

    deliver(session, repository, draft, typed)


def _origin(typed: Mapping[str, Any]) -> str:
    """Return from what the recipe is made.

    Raises:
        AskedWrongly: From several things.
    """
    chosen = [origin for origin in ORIGINS if typed[origin] is not None]
    if len(chosen) > 1:
        options = [_option(origin) for origin in chosen]
        message = f"A recipe has one origin, so {' and '.join(options)} do not go together."
        raise AskedWrongly(message, hint=f"recipes new NAME {options[0]} ...")
    return chosen[0] if chosen else "template"


def _option(name: str) -> str:
    return f"--{name.rstrip('_').replace('_', '-')}"


def _check_options(typed: Mapping[str, Any]) -> None:
    for one, other in (("dry_run", "diff"), ("dry_run", "record"), ("diff", "record")):
        if typed[one] and typed[other]:
            names = [_option(each) for each in (one, other)]
            raise AskedWrongly(f"{' and '.join(names)} do not go together.", hint=f"recipes new NAME {names[0]}")
    for option in ("sandbox", "env_file", "yes"):
        if typed[option] and not typed["record"]:
            name = _option(option)
            raise AskedWrongly(f"{name} is for recording.", hint=f"recipes new NAME --record {name}")
    if typed["yes"] and typed["curl"] is None:
        raise AskedWrongly("--yes is for --curl.", hint="recipes new NAME --curl COMMAND --record --yes")
    if typed["customer"] is not None and not typed["from_"]:
        hint = "recipes new NAME --from RECIPE --customer ..."
        raise AskedWrongly("--customer is for an example that is made from a recipe.", hint=hint)
    if typed["customer"] is not None and not typed["customer"].strip():
        raise AskedWrongly("--customer names nobody.", hint='--customer "Acme News"')


def _repository(session: Session) -> "Repository":
    """Return where the recipe is written.

    Raises:
        AskedWrongly: There is no repository in use.
    """
    if session.root_in_use is None:
        message = "There is no repository here to write to: neither this folder nor one above has a recipes.toml."
        raise AskedWrongly(message, hint="recipes init FOLDER, or recipes --repository FOLDER new NAME")
    return session.library.home


def _target(session: Session, repository: "Repository", name: str | None, typed: dict[str, Any]) -> "Target":
    from runner.scaffolding.apis import find_target, name_of
    from runner.scaffolding.naming import split_name

    if name is None:
        if not session.is_interactive:
            raise AskedWrongly("The name of the recipe is missing.", hint="recipes new newswhip/top-stories")
        name = str(click.prompt("Name of the recipe, such as newswhip/top-stories", err=True))
    apis = [name_of(folder) for folder in repository.api_folders()]
    if typed["curl"] is not None:
        from runner.cli.new_curl import target_of

        return target_of(session, name, typed)
    if typed["from_"] is not None:
        apis = [session.library.find(typed["from_"], command="recipes new NAME --from").recipe.api]
    api, last = split_name(name, apis)
    return find_target(api, last, session.library.lenders)


def _check_is_new(repository: "Repository", target: "Target") -> None:
    if (repository.root / target.path).exists():
        hint = f"recipes new {target.recipe_id}-2, or --diff to compare and --force to replace"
        raise AskedWrongly(f"{target.recipe_id} exists: {repository.root / target.path}.", hint=hint)


def _show_command(target: "Target", typed: Mapping[str, Any], spared: list[str]) -> None:
    from shlex import join

    from runner.output.text import safe_text

    words = ["recipes", "new", target.recipe_id]
    words += [word for origin in ORIGINS if typed[origin] is not None for word in (_option(origin), typed[origin])]
    words += [word for pair in typed["param"] for word in ("-P", pair)]
    words += ["--params", typed["params"]] if typed["params"] else []
    flags = [name for name in ("dry_run", "diff", "force", "record", "sandbox", "yes") if typed[name]]
    words += [_option(name) for name in flags]
    words += ["--env-file", typed["env_file"]] if typed["env_file"] else []
    click.echo(safe_text("Same without questions:"), err=True)
    click.echo(safe_text(f"  {join([*words, *spared])}") + "\n", err=True)
