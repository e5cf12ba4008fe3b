"""What `recipes export` says of profiles: what one gave, or that one might have been meant."""

from collections.abc import Mapping

import click

from runner.catalog.wording import listed
from runner.cli.profiles import read_profile
from runner.cli.session import Session
from runner.output.text import safe_text
from runner.running.values import Given
from runner.sharing.profile import Profile


def say_given(given: Given, *, gives_customer: bool) -> None:
    """Say on stderr which values the profile gave; a variable may have named it that nobody thinks of."""
    places = (given.command_line, given.file, given.environment)
    names = [name for name in given.profile if not any(name in place for place in places)]
    options = [f"--{name.replace('_', '-')}" for name in names] + ["--customer"] * gives_customer
    what = listed(options) if options else "nothing that is used here"
    click.echo(safe_text(f"From profile {given.profile_name}: {what}."), err=True)


def say_not_searched(profile: Profile, environ: Mapping[str, str]) -> None:
    """Say on stderr for which keys of the profile nothing can be searched."""
    unknown = [
        f"{variable} ({reference}{' is not set' if reference.scheme == 'env' else ''})"
        for variable, reference in profile.keys.items()
        if reference.scheme != "env" or not environ.get(reference.target)
    ]
    if unknown:
        text = f"Not searched for: {listed(unknown)}; nothing is run or unlocked for an export."
        click.echo(safe_text(text), err=True)


def say_meant(session: Session, customer: str) -> None:
    """Say on stderr which profiles are of a customer, where none was chosen.

    Raises:
        RunnerError: A profile cannot be read.
    """
    for name in session.profiles.names() if customer else ():
        if read_profile(session, name).customer.casefold() == customer.casefold():
            text = f"Profile {name} is of {customer} too, and not used: --profile {name} takes its values."
            click.echo(safe_text(text), err=True)
