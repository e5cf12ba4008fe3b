"""The formats a result can be written in, and which one a file name means."""

from pathlib import Path
from shlex import quote

from runner.errors import AskedWrongly, NotFound, nearest

TEXT_FORMATS: tuple[str, ...] = ("table", "csv", "tsv", "json", "jsonl", "md")
FILE_FORMATS: tuple[str, ...] = ("xlsx", "db", "html", "svg", "png")
"""Those that go into a file only."""
FORMATS: tuple[str, ...] = (*TEXT_FORMATS, *FILE_FORMATS)
ROWS_ONLY: dict[str, str] = {
    "csv": "CSV",
    "tsv": "TSV",
    "xlsx": "Excel file",
    "db": "database",
    "svg": "picture",
    "png": "picture",
}
"""Those that a text has no form in, as a sentence names them."""
EXTENSIONS: dict[str, str] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "md",
    ".txt": "table",
    ".xlsx": "xlsx",
    ".db": "db",
    ".html": "html",
    ".svg": "svg",
    ".png": "png",
}


def check_format(name: str) -> str:
    """Return the format of that name, in any case.

    Raises:
        NotFound: There is none; the hint names the nearest, or all.
    """
    if name.lower() in FORMATS:
        return name.lower()
    raise NotFound("format", name, FORMATS, command="--format", fallback="--format " + "|".join(FORMATS))


def format_of(path: Path) -> str:
    """Return the format that the extension of a file means.

    Raises:
        AskedWrongly: It has no extension, or one that means none.
    """
    extension = path.suffix.lower()
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    near = nearest(extension, EXTENSIONS) or ".csv"
    problem = f"No format has the extension {path.suffix!r}" if extension else f"{path.name!r} has no extension"
    raise AskedWrongly(f"{problem}; there are {' '.join(EXTENSIONS)}.", hint=f"-o {quote(str(path.with_suffix(near)))}")
