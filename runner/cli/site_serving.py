"""`recipes site --serve`: build, serve, and build again what changes."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final, NoReturn

import click

from runner.cli.building import Building
from runner.cli.group import show_error
from runner.cli.session import Session
from runner.errors import RunnerError
from runner.sharing.site.serving import SiteServer

_PAUSE: Final = 0.5  # seconds between two looks at the files


def serve(session: Session, typed: Mapping[str, Any], port: int) -> NoReturn:
    """Serve a site until the program is stopped.

    Args:
        session: Of the command.
        typed: Its options.
        port: 0 takes any that is free.

    Raises:
        RunnerError: The port cannot be used, or the first build fails.
    """
    with _folder(session, typed["output"]) as output:
        building = Building(session, typed, output, is_kept=bool(typed["output"]))
        with SiteServer(session.folder / output, lambda: building.names, port) as server:
            seen = building.look()
            building.build()
            building.report()
            click.echo(server.address)
            click.echo("Builds again what changes. Ctrl-C ends it.", err=True)
            Thread(target=server.serve_forever, daemon=True).start()
            _follow(session, building, seen)


def _follow(session: Session, building: Building, seen: object) -> NoReturn:
    """Build again whenever a file has changed; what cannot be built is said, and the pages stay as they are."""
    while True:
        time.sleep(_PAUSE)
        now = building.look()
        if now == seen:
            continue
        seen = now
        try:
            building.build_again(session.anew())
        except RunnerError as error:
            show_error(error)
        else:
            building.report()


@contextmanager
def _folder(session: Session, output: str | None) -> Iterator[Path]:
    """Yield the folder that was named, or one that is removed at the end."""
    if output:
        yield session.path(output)
        return
    with TemporaryDirectory(prefix="recipes-site-") as name:
        yield Path(name) / "site"
