"""What a text seems to use of the machine: a hint for who reads on, no verdict; code can always hide what it does."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

MODULES: Final[Mapping[str, str]] = {
    "subprocess": "subprocess",
    "multiprocessing": "other processes",
    "pty": "other processes",
    "socket": "socket",
    "ssl": "socket",
    "ctypes": "ctypes",
    "cffi": "ctypes",
    "importlib": "importlib",
    "runpy": "importlib",
    "imp": "importlib",
    "builtins": "builtins",
    "keyring": "keyring",
    "pickle": "pickle",
    "marshal": "pickle",
    "shelve": "pickle",
    "shutil": "shutil",
    "tempfile": "writes files",
    "requests": "HTTP calls of its own",
    "urllib.request": "HTTP calls of its own",
    "urllib3": "HTTP calls of its own",
    "http.client": "HTTP calls of its own",
    "aiohttp": "HTTP calls of its own",
    "ftplib": "FTP",
    "smtplib": "mail",
    "webbrowser": "webbrowser",
    "winreg": "winreg",
}
"""What an import means, by the module or what is in it."""
NAMES: Final[Mapping[str, str]] = {
    "os.environ": "os.environ",
    "os.environb": "os.environ",
    "os.getenv": "os.environ",
    "os.putenv": "os.environ",
    "os.open": "writes files",
    "pathlib.Path.home": "home folder",
    "os.path.expanduser": "home folder",
    "sys.modules": "sys.modules",
    "sys.meta_path": "sys.modules",
    "eval": "eval",
    "exec": "exec",
    "compile": "compile",
    "__import__": "importlib",
    "globals": "globals",
    "breakpoint": "breakpoint",
    "asyncio.create_subprocess_exec": "subprocess",
    "asyncio.create_subprocess_shell": "subprocess",
}
"""What the use of a name means, by its full name."""
_OS_PROCESS: Final = re.compile(
    r"os\.(?:system|popen|fork|forkpty|posix_spawnp?|startfile|exec[lv]p?e?|spawn[lv]p?e?|kill)"
)
_OS_CHANGE: Final = re.compile(
    r"os\.(?:remove|unlink|rmdir|removedirs|rename|renames|replace|chmod|chown|symlink|link)"
)
_HTTPX: Final = re.compile(r"httpx\.(?:get|post|put|patch|delete|head|options|request|stream|Client|AsyncClient)")
_WRITERS: Final = frozenset({"write_text", "write_bytes", "touch", "unlink", "symlink_to", "hardlink_to", "rmdir"})
_ADDRESS: Final = re.compile(r"https?://([^/\s'\"?#@]+@)?([A-Za-z0-9.\[\]:-]+)")
_OWN: Final = "HTTP calls of its own"


def find_capabilities(text: str) -> tuple[str, ...]:
    """Return words for what a Python text seems to use of the machine, sorted: `os.environ`, `subprocess`.

    With calls of its own go the hosts that stand in the text: `HTTP calls of its own (elsewhere.example)`.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ("text that is no Python",)
    aliases = dict(_aliases(tree))
    found = {word for node in ast.walk(tree) for word in _words(node, aliases)}
    if _OWN in found and (hosts := _hosts(tree)):
        found = (found - {_OWN}) | {f"{_OWN} ({', '.join(hosts)})"}
    return tuple(sorted(found))


def _aliases(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what each imported name stands for: `sp` for `subprocess`, `environ` for `os.environ`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)
        elif isinstance(node, ast.Import):
            yield from ((each.asname, each.name) for each in node.names if each.asname)


def _words(node: ast.AST, aliases: Mapping[str, str]) -> Iterator[str]:
    match node:
        case ast.Import(names):
            yield from (word for each in names for word in _of_module(each.name))
        case ast.ImportFrom(module, names):
            yield from (word for each in names for word in _of_module(f"{module}.{each.name}"))
        case ast.Name() | ast.Attribute():
            yield from _of_name(_full_name(node, aliases))
        case ast.Call(func):
            yield from _of_call(node, _full_name(func, aliases))


def _of_module(name: str) -> Iterator[str]:
    if name in ("os.*", "builtins.*"):
        yield f"everything of {name[:-2]}"
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        if word := MODULES.get(".".join(parts[:count])):
            yield word


def _of_name(name: str) -> Iterator[str]:
    if word := NAMES.get(name):
        yield word
    if _OS_PROCESS.fullmatch(name):
        yield "subprocess"
    if _OS_CHANGE.fullmatch(name):
        yield "writes files"


def _of_call(call: ast.Call, name: str) -> Iterator[str]:
    if _HTTPX.fullmatch(name):
        yield _OWN
    attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if attribute in _WRITERS:
        yield "writes files"
    # The mode is the second word of open, and the first of Path.open.
    place = 1 if name in ("open", "io.open", "codecs.open") else 0 if attribute == "open" else None
    if place is not None and _may_write(call, place):
        yield "writes files"


def _may_write(call: ast.Call, place: int) -> bool:
    """Tell whether the mode of an open is one for writing, or not known before it runs."""
    modes = [*call.args[place : place + 1], *(each.value for each in call.keywords if each.arg in ("mode", None))]
    texts = [each.value if isinstance(each, ast.Constant) else "w" for each in modes]
    return any(set(text) & set("wax+") for text in texts if isinstance(text, str))


def _full_name(node: ast.AST, aliases: Mapping[str, str]) -> str:
    """Return the dotted name of an expression with what its beginning was imported as, `""` of any other."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id, node.id)
    if isinstance(node, ast.Attribute) and (above := _full_name(node.value, aliases)):
        return f"{above}.{node.attr}"
    return ""


def _hosts(tree: ast.AST) -> list[str]:
    """Return the hosts of addresses in texts that are no docstrings."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]
    return sorted({found[2] for text in texts for found in _ADDRESS.finditer(text)})
