"""The text of an `api.toml`, from an API."""

from typing import Any

from runner.catalog import Api, Rate


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
    if api.key is not None:
        entries = {"in": api.key.place, "name": api.key.name, "env": api.key.env, "help": api.key.help}
        table["key"] = {name: value for name, value in entries.items() if value}
    if api.rates:
        table["limits"] = {"rates": [_rate(each) for each in api.rates]}
    return tomli_w.dumps(table)


def _rate(rate: Rate) -> str:
    return f"{rate.calls}/{rate.seconds:.0f}s"
