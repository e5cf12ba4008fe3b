"""How each API of a run is reached: live with the user's key, in its sandbox, or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from runner.catalog import Api
from runner.cli.keys import Keys
from runner.errors import AskedWrongly
from runner.running.approval import Approval
from runner.running.keys import sandbox_key, usable_key
from runner.running.loading import load_sandbox
from runner.running.pace import Pace
from runner.running.transports import Link, Patience
from runner.running.wires import network, nowhere, sandbox


def link_live(apis: Mapping[str, Api], keys: Keys) -> dict[str, Link]:
    """Reach each API over the network, with its key and within its rates.

    Raises:
        KeyProblem: A key cannot be put where the API wants it.
    """
    return {name: _live_link(api, keys) for name, api in apis.items()}


def link_recorder(apis: Mapping[str, Api], keys: Keys) -> dict[str, Link]:
    """Do what `link_live` does for a recording: no wait is left to chance, nor does one for a rate move the clock."""
    return {
        name: replace(link, pace=Pace(link.api.rates, is_apart=True), patience=Patience(jitter=0.0))
        for name, link in link_live(apis, keys).items()
    }


def link_sandbox(apis: Mapping[str, Api], approval: Approval, key: str = "") -> dict[str, Link]:
    """Let each API's sandbox answer in this process; nothing waits for a rate, and chance has no part in it.

    Args:
        apis: The APIs of the run.
        approval: The user's leave to run code of their repository.
        key: What the sandboxes are sent, one of their own keys; `""` for the one that may do everything.

    Raises:
        AskedWrongly: An API has no sandbox.
    """
    return {name: _sandbox_link(api, approval, key) for name, api in apis.items()}


def link_nowhere(apis: Mapping[str, Api]) -> dict[str, Link]:
    """Send nothing: the first request ends the run."""
    return {name: Link(api, nowhere(api)) for name, api in apis.items()}


def sandbox_moment(apis: Mapping[str, Api]) -> datetime:
    """Return the moment at which the clock of a sandbox run stands: the APIs' own, or else the present."""
    moments = [api.sandbox_now for api in apis.values() if api.sandbox_now is not None]
    return max(moments, default=datetime.now(UTC))


def _live_link(api: Api, keys: Keys) -> Link:
    secret = usable_key(api, keys.find(api))
    return Link(api, network(api, proxy_for(api)), secret, Pace(api.rates) if api.rates else None)


def _sandbox_link(api: Api, approval: Approval, key: str) -> Link:
    if not api.sandbox:
        raise AskedWrongly(f"{api.title} has no sandbox, so --try cannot answer for it.", hint="run it without --try")
    secret = key or sandbox_key(api.key) if api.key else ""
    return Link(api, sandbox(load_sandbox(api, approval)), secret, patience=Patience(jitter=0.0))


def proxy_for(api: Api) -> str:
    """Return the proxy that the environment names for an API's address, or `""`."""
    return proxy_of(api.base_url)


def proxy_of(url: str) -> str:
    """Return the proxy that the environment names for an address, or `""`."""
    address = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all") or ""
    return "" if not proxy or proxy_bypass(address.hostname or "") else proxy
