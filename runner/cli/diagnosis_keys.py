"""How much of a key may be shown."""

from runner.catalog import Key

HIDDEN = "…"
SHORT_KEY = 8
"""Characters up to which nothing of a key is shown."""


def end_of_key(secret: str, key: Key) -> str:
    """Return the last four characters of a key behind `…`, or `…` alone where that would give too much away.

    Of `user:password` it is the password that counts, of a path its last part.
    """
    user, _, password = secret.strip().partition(":") if key.place == "basic" else ("", "", secret.strip())
    part = (password or user).rpartition("/")[2] if key.place == "path" else password or user
    return HIDDEN + part[-4:] if len(part) > SHORT_KEY else HIDDEN
