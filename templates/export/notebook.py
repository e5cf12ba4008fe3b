"""What an exported notebook needs besides its recipe and what calls the API, which is taken from the recipe's script.

Each piece begins with an underscore and imports inside itself, so that it goes below any recipe.
"""

import httpx


def _failure(message: str) -> RuntimeError:
    """Say in one line what is the matter; a notebook goes on running, so this ends a cell and no program."""
    return RuntimeError(" ".join(message.split()).replace("--base-url", "the address of an API"))


def _ask_for_keys(titles: dict[str, str]) -> None:
    """Ask for each key that the environment lacks; it is kept in the memory of this kernel and nowhere else."""
    import getpass
    import os

    for variable, title in titles.items():
        if not os.environ.get(variable, "").strip():
            try:
                os.environ[variable] = getpass.getpass(f"Key for {title} (it is not shown): ")
            except (EOFError, NotImplementedError):  # nobody is there, as under papermill
                raise _failure(f"The key for {title} is missing: set {variable}.") from None


class _Explained:
    """Says in one line why an API did not do its part."""

    def __init__(self, apis: list[object]) -> None:
        self.apis = apis

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, PermissionError):  # an async client may not be used so
            raise _failure(str(error)) from None
        if isinstance(error, httpx.HTTPError):
            request = getattr(error, "_request", None)
            place = request.url.netloc if request is not None else b""
            api = next((api for api in self.apis if api.home.netloc == place), self.apis[0])
            raise _failure(api.explain(error)) from None


def _given(
    name: str,
    value: object,
    kind: str,
    *,
    low: object = None,
    high: object = None,
    choices: list[object] | None = None,
    many: bool = False,
    optional: bool = False,
) -> object:
    """Return a value of the parameters cell as `main` takes it, or say what is wrong with it."""
    if value is None and optional:
        return None
    if value is None:
        raise ValueError(f"{name} is required: give it a value in the parameters cell.")
    values = list(value) if isinstance(value, list | tuple) else [value]
    read = [_read_given(name, each, kind) for each in values]
    if many != isinstance(value, list | tuple):
        raise ValueError(f"{name} must be {'a list' if many else f'one {kind}'}, not {value!r}.")
    if choices and not all(each in choices for each in read):
        raise ValueError(f"{name} must be one of {', '.join(map(str, choices))}, not {value!r}.")
    counted = many or kind == "text"
    measured = len(value) if counted and isinstance(value, str | list | tuple) else read[0]
    low, high = (bound if counted or bound is None else _read_given(name, bound, kind) for bound in (low, high))
    if low is not None and measured < low:
        raise ValueError(f"{name} must be {low} at least, not {measured}.")
    if high is not None and measured > high:
        raise ValueError(f"{name} must be {high} at most, not {measured}.")
    return read if many else read[0]


def _read_given(name: str, value: object, kind: str) -> object:
    """Read one value; days, moments and files may be texts, as JSON has no others."""
    from contextlib import suppress
    from datetime import UTC, date, datetime
    from math import isfinite
    from pathlib import Path

    with suppress(ValueError):
        match kind:
            case "day (YYYY-MM-DD)":
                return date.fromisoformat(str(value))
            case "moment (ISO 8601)":
                moment = datetime.fromisoformat(str(value))
                return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            case "file" if isinstance(value, str | Path):
                return Path(value)
            case "number" if type(value) in (int, float) and isfinite(value):
                return float(value)
            case "text" | "whole number" | "True or False":
                if type(value) is {"text": str, "whole number": int}.get(kind, bool):
                    return value
    raise ValueError(f"{name} must be a {kind}, not {value!r}.")


class _Table:
    """Rows as a table; what an API said stands in it as text, never as HTML."""

    def __init__(self, rows: list[dict[str, object]]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        return f"{len(self.rows):,} row{'' if len(self.rows) == 1 else 's'}"

    def _repr_html_(self) -> str:
        from html import escape

        if not self.rows:
            return "<p>0 rows</p>"
        shown = self.rows[:200]
        columns = list(dict.fromkeys(name for row in shown for name in row))
        lines = [[_shown(row.get(name)) for name in columns] for row in shown]
        head = "".join(f"<th>{escape(str(name))}</th>" for name in columns)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>\n" for line in lines)
        more = f"<p>The first {len(shown):,} of {self!r}.</p>" if len(self.rows) > len(shown) else ""
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>{more}"


def _shown(value: object) -> str:
    import json

    value = _as_json(value)
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _as_json(value: object) -> object:
    """Return a value as JSON has it: moments in UTC as ISO 8601, and null for a number that is none."""
    from datetime import UTC, date, datetime
    from math import isfinite

    match value:
        case dict():
            return {str(_as_json(key)): _as_json(each) for key, each in value.items()}
        case list() | tuple():
            return [_as_json(each) for each in value]
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case date():
            return value.isoformat()
        case float():
            return value if isfinite(value) else None
        case None | bool() | int() | str():
            return value
    return str(value)


class _Page:
    """Markdown as a page."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


class _Chart:
    """A picture of rows, as Vega-Lite; JupyterLab, Notebook 7 and VS Code draw it without another library."""

    def __init__(
        self,
        rows: list[dict[str, object]],
        mark: str,
        x: str,
        y: str,
        *,
        color: str = "",
        sort: str = "",
        title: str = "",
    ) -> None:
        self.rows, self.mark, self.sort, self.title = rows[:1000], mark, sort, title
        columns = {"x": x, "y": y, "color": color, "sort": sort.removeprefix("-")}
        self.columns = {field: name for field, name in columns.items() if name}

    def __repr__(self) -> str:
        return f"{self.mark} chart of {self.columns['y']} by {self.columns['x']}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        values = [{field: _as_json(row.get(name)) for field, name in self.columns.items()} for row in self.rows]
        axes = ("x", "y") if self.mark == "bar" else ("y", "x")
        drawn = next((axis for axis in axes if _kind_of(values, axis) == "quantitative"), axes[0])
        names = "y" if drawn == "x" else "x"
        kinds = {drawn: "quantitative", names: "nominal" if self.mark == "bar" else _kind_of(values, names)}
        if self.mark == "bar" and "color" not in self.columns:
            _tell_apart(values, names)
        encoding = {axis: {"field": axis, "type": kinds[axis], "title": self.columns[axis]} for axis in ("x", "y")}
        order = {"op": "max", "order": "descending" if self.sort.startswith("-") else "ascending"}
        encoding[names]["sort"] = {"field": "sort", **order} if self.sort else None  # None: as the rows come
        if "color" in self.columns:
            encoding["color"] = {"field": "color", "type": "nominal", "title": self.columns["color"]}
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            **({"title": self.title} if self.title else {}),
            "data": {"values": values},
            "mark": self.mark,
            "encoding": encoding,
        }
        return {"application/vnd.vegalite.v5+json": spec, "text/plain": repr(self)}


def _kind_of(values: list[dict[str, object]], field: str) -> str:
    """Say what stands on an axis: numbers, moments or names."""
    from datetime import datetime

    present = [value[field] for value in values if value[field] is not None]
    if present and all(isinstance(value, int | float) and not isinstance(value, bool) for value in present):
        return "quantitative"
    try:
        return "temporal" if present and all(datetime.fromisoformat(str(value)) for value in present) else "nominal"
    except ValueError:
        return "nominal"


def _tell_apart(values: list[dict[str, object]], field: str) -> None:
    """Make each name differ by marks that take no room: rows of one name are bars of their own, not one sum."""
    seen: dict[object, int] = {}
    for value in values:
        name = value[field]
        seen[name] = seen.get(name, -1) + 1
        if seen[name]:
            value[field] = f"{'' if name is None else name}" + "\N{ZERO WIDTH SPACE}" * seen[name]
