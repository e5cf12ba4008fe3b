"""`recipes sandbox`."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import click

from runner.catalog import Api
from runner.cli.completing import complete_api
from runner.cli.permission import approve
from runner.cli.session import Session
from runner.errors import AskedWrongly
from runner.output.text import safe_text


@click.command("sandbox")
@click.argument("api", shell_complete=complete_api)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any free port.")
@click.option("--now", metavar="ISO", help="The time it shows at first: 2026-11-20T09:00:00Z. Default: the present.")
@click.pass_obj
def command(session: Session, api: str, port: int, now: str | None) -> None:
    """Serve the sandbox of API on this machine until Ctrl-C: invented data, for curl and other programs."""
    repository, found = session.library.find_api(api)
    if not found.sandbox:
        raise AskedWrongly(f"{found.title} has no sandbox.", hint="recipes list")
    moment = parse_moment(now) if now else None
    approval = approve(session, repository, None, [found])

    from runner.running.loading import load_sandbox
    from runner.running.serving import open_server

    with open_server(load_sandbox(found, approval), port=port, now=moment) as server:
        address = f"http://127.0.0.1:{server.port}{urlsplit(found.base_url).path}"
        where = f"{address}{_behind_address(found)}"
        click.echo(f"{safe_text(found.title)} sandbox (invented data) on {where}. Ctrl-C ends it.", err=True)
        server.serve_forever()


def _behind_address(api: Api) -> str:
    """Return the key of the sandbox in its place: in the path, or named behind the address."""
    if api.key is None:
        return ""
    from runner.running.keys import sandbox_key

    secret = sandbox_key(api.key)
    return f"/{secret}" if api.key.place == "path" else f", key: {api.key.name or api.key.place}={secret}"


def parse_moment(text: str) -> datetime:
    """Turn `2026-11-20T09:00:00Z` into an aware moment; UTC where no zone is given.

    Raises:
        AskedWrongly: It is no ISO 8601 date or moment.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise AskedWrongly(f"--now must be a moment, not {text!r}.", hint="--now 2026-11-20T09:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
