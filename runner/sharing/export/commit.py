"""The commit in which a recipe stands as it is."""

import subprocess
from hashlib import sha256
from pathlib import Path
from shutil import which

from runner.catalog import Recipe

_SECONDS = 10


def find_commit(recipe: Recipe) -> str:
    """Return the commit of git's HEAD if the recipe stands there so; else `""`.

    Nothing that the repository's own configuration names is run: objects are read, and the work tree is not looked at.
    """
    folder, git = recipe.path.parent, which("git")
    if git is None:
        return ""
    commit = _ask(git, folder, "rev-parse", "--verify", "--quiet", "HEAD")
    source = _ask(git, folder, "cat-file", "blob", f"HEAD:./{recipe.path.name}")
    text = source.replace(b"\r\n", b"\n")
    return commit.decode().strip() if text and sha256(text).hexdigest() == recipe.digest else ""


def _ask(git: str, folder: Path, *words: str) -> bytes:
    try:
        answer = subprocess.run([git, "-C", str(folder), *words], capture_output=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return answer.stdout if answer.returncode == 0 else b""
