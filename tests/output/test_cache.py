from pathlib import Path

import pytest

from runner.output.cache import keep, sealed, unsealed


def test_what_is_kept_stands_there_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "entry"
    for content in (b"one", b"two"):
        keep(path, content)
        assert (path.read_bytes(), list(path.parent.iterdir())) == (content, [path])


def test_what_cannot_be_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "entry"
    (folder / "inside").mkdir(parents=True)
    keep(folder, b"one")
    (tmp_path / "file").touch()
    keep(tmp_path / "file" / "entry", b"one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["entry", "file"]


@pytest.mark.parametrize("content", [b"", b"\n", b"a\nb\n", bytes(range(256))])
def test_what_was_sealed_comes_back_and_nothing_that_differs_from_it(content: bytes) -> None:
    kept = sealed(content)
    assert unsealed(kept) == content
    for at in range(len(kept)):
        assert unsealed(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :]) is None
    assert (unsealed(kept + b"x"), unsealed(kept[:-1]), unsealed(b"")) == (None, None, None)
