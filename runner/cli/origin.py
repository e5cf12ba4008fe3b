"""What `recipes show --provenance FILE` says: where an exported file comes from, and what has changed since."""

import json
from dataclasses import asdict

import click

from runner.cli.session import Session
from runner.errors import AskedWrongly, BrokenSource, NotFound
from runner.output.text import mend, safe_text
from runner.sharing.export.provenance import Provenance, read_provenance, say_age

_LABEL = 12  # cells of a label and the gap behind it


def show_origin(session: Session, file: str, *, as_json: bool) -> None:
    """Print what an exported file says of itself, and how the recipe of today compares.

    Raises:
        AskedWrongly: It cannot be read, or says nothing.
    """
    provenance = read_provenance(session.path(file))
    age = _age(session, provenance)
    if as_json:
        click.echo(mend(json.dumps({**asdict(provenance), "now": age.partition(":")[0]}, indent=1)))
        return
    facts = {
        "Recipe": provenance.recipe,
        "Repository": provenance.repository,
        "Commit": provenance.commit,
        "Digest": provenance.digest,
        "Made": f"on {provenance.day} with recipe-runner {provenance.version}",
        "Verified": provenance.verified,
        "Recipe now": age,
        "Make anew": f"recipes export {provenance.recipe} ..." if age.startswith("outdated") else "",
    }
    for label, text in facts.items():
        if text:
            click.echo(safe_text(f"{label:<{_LABEL}}{text}"))


def _age(session: Session, provenance: Provenance) -> str:
    try:
        found = session.library.find(provenance.recipe)
    except NotFound:
        return "unknown: no recipe of that name is in sight"
    except (AskedWrongly, BrokenSource) as error:
        return f"unknown: {error}"
    return say_age(provenance, found.recipe, found.repository.title)
