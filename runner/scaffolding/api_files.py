"""The text of an `api.toml`, from an API."""

from typing import Any, Final

from runner.catalog import Api, Rate

_RETRY_ON: Final = (429, 503)
"""What `api.toml` means where it does not say."""


def api_text(api: Api) -> str:
    """Return the text of an `api.toml`; `read_api` reads the same API back."""
    import tomli_w

    table: dict[str, Any] = {"title": api.title, "base-url": api.base_url}
    if api.docs:
        table["docs"] = api.docs
    if api.sandbox:
        table["sandbox"] = api.sandbox
    if api.sandbox_now is not None:
        table["sandbox-now"] = api.sandbox_now
    if api.timeout != 30.0:
        table["timeout"] = int(api.timeout) if api.timeout.is_integer() else api.timeout
    if api.read_posts:
        table["read-posts"] = list(api.read_posts)
    table |= {name: entries for name, entries in _sections(api).items() if entries}
    return tomli_w.dumps(table)


def _sections(api: Api) -> dict[str, dict[str, Any]]:
    """Return the tables of an `api.toml` by their names, without what is empty."""
    key = {"in": api.key.place, "name": api.key.name, "env": api.key.env, "help": api.key.help} if api.key else {}
    limits: dict[str, Any] = {"rates": [_rate(each) for each in api.rates]} if api.rates else {}
    if api.retry_on != _RETRY_ON:
        limits["retry-on"] = list(api.retry_on)
    errors = {"message": api.error_message, "id": api.error_id, "key-refused": list(api.key_refusals)}
    return {"key": _filled(key), "limits": limits, "errors": _filled(errors)}


def _filled(entries: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value}


def _rate(rate: Rate) -> str:
    return f"{rate.calls}/{rate.seconds:.0f}s"
