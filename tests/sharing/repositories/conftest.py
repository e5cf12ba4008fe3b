import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.sharing.repositories.fetching import Fetcher
from runner.sharing.repositories.git import Git
from runner.sharing.repositories.lockfile import LockFile
from runner.sharing.repositories.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """The git program, in an environment of its own."""
    return Git({"PATH": os.environ["PATH"], "HOME": str(tmp_path)})


@pytest.fixture
def fetcher(store: Store, git: Git, tmp_path: Path) -> Fetcher:
    return Fetcher(store, tmp_path, git)


@pytest.fixture
def lock(tmp_path: Path) -> LockFile:
    return LockFile(tmp_path / "recipes.lock", tmp_path / "guards" / "lock")


Write = Callable[..., Path]
