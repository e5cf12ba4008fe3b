"""The webhooks of the sandbox: their address is their key."""

import re

from .refusals import (
    ACTION_PROHIBITED,
    CHANNEL_IS_ARCHIVED,
    CHANNEL_NOT_FOUND,
    INVALID_TOKEN,
    NO_SERVICE,
    NO_TEAM,
    RATE_LIMITED,
    ROLLUP_ERROR,
    Refusal,
    RefusedError,
)

IN_PROCESS = "/sandbox"
"""Where runs in this process post; served to others it works as well."""

TEAM, SERVICE = "T0SANDBOX", "B0SANDBOX"

TOKENS: dict[str, Refusal | None] = {
    "test-key-full": None,
    "test-key-restricted": ACTION_PROHIBITED,
    "test-key-no-channel": CHANNEL_NOT_FOUND,
    "test-key-archived": CHANNEL_IS_ARCHIVED,
    "test-key-removed": NO_SERVICE,
    "test-key-busy": RATE_LIMITED,
    "test-key-broken": ROLLUP_ERROR,
}
"""What becomes of a message, by the last part of the address: `/services/T0SANDBOX/B0SANDBOX/test-key-full`."""

_ADDRESS = re.compile(r"/services/([^/]+)/([^/]+)/([^/]+)")


def check_webhook(path: str) -> None:
    """Refuse an address to which nothing can be posted.

    Unknown: which part is looked at first, and what is said of an address of another form.
    """
    if path == IN_PROCESS:
        return
    address = _ADDRESS.fullmatch(path)
    if address is None:
        raise RefusedError(NO_SERVICE)
    team, service, token = address.groups()
    if team != TEAM:
        raise RefusedError(NO_TEAM)
    if service != SERVICE:
        raise RefusedError(NO_SERVICE)
    refusal = TOKENS.get(token, INVALID_TOKEN)
    if refusal is not None:
        raise RefusedError(refusal)
