"""Leave to run: nothing of a repository executes without it."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from runner.catalog import Api
from runner.catalog.index_walk import holds
from runner.errors import NotTrusted


@dataclass(frozen=True, slots=True)
class Approval:
    """The user's leave to run what one repository holds.

    Attributes:
        root: The repository.
        destinations: `VARIABLE host` for each key and the host it may go to; None allows what the repository says.
        catalog: Root of the repository that comes with this program: its sandboxes may answer too. None: they may not.
    """

    root: Path
    destinations: frozenset[str] | None = None
    catalog: Path | None = None

    def check(self, path: Path) -> None:
        """Refuse a file outside the approved repository.

        Raises:
            NotTrusted: `path` lies elsewhere.
        """
        if not holds(os.path.realpath(self.root), path):
            raise NotTrusted(f"{path} lies outside {self.root}, which is all that was approved.")

    def check_sandbox(self, api: Api, path: Path) -> None:
        """Refuse a sandbox that lies neither in the approved repository nor, where it is lent, in the catalog.

        Raises:
            NotTrusted: `path` lies elsewhere.
        """
        if api.sandbox_folder is None:
            self.check(path)
        elif self.catalog is None or not holds(os.path.realpath(self.catalog), path):
            raise NotTrusted(f"{path} is no sandbox of the catalog, which alone may lend one.")

    def check_destination(self, api: Api) -> None:
        """Refuse to send a key to a host that was not approved together with it.

        Raises:
            NotTrusted: `api` now names another variable or another host than the user approved.
        """
        if self.destinations is None or api.key is None or destination(api) in self.destinations:
            return
        raise NotTrusted(
            f"{api.title} wants to send {api.key.env} to {host(api)}, which was not approved with {self.root}.",
            hint=trust_command(self.root),
        )


def trust_command(root: Path) -> str:
    """Return what the user types to approve a repository."""
    from shlex import quote

    return f"recipes trust {quote(str(root))}"


def destination(api: Api) -> str:
    """Return `VARIABLE host`: which key goes where."""
    return f"{api.key.env if api.key else ''} {host(api)}".strip()


def host(api: Api) -> str:
    """Return host and port of the API: `api.newswhip.com`."""
    return urlsplit(api.base_url).netloc
