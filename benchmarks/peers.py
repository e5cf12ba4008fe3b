"""Other importers of curl commands, as far as they are installed: what the code that they write sends."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measuring import PYTHON, Command, Measured, compare
from benchmarks.wire import Ear, Sent

SCRAPY = """\
import sys, requests
from scrapy.utils.curl import curl_to_request_kwargs
given = curl_to_request_kwargs(sys.stdin.read().strip())
cookies = given.get("cookies")
if isinstance(cookies, list):
    cookies = {cookie["name"]: cookie["value"] for cookie in cookies}
headers = {name: value for name, value in given.get("headers", [])}
requests.request(given["method"], given["url"], headers=headers, cookies=cookies, data=given.get("body"))
"""
UNCURL = "import sys, requests, uncurl\nexec(uncurl.parse(sys.stdin.read().strip()))\n"
CURLCONVERTER = """\
import * as curlconverter from "curlconverter";
import fs from "fs";
console.log(curlconverter.toPython(fs.readFileSync(0, "utf-8")));
"""
OURS = """\
import sys
from pathlib import Path
from runner.scaffolding.curl.importing import capture
text = Path(sys.argv[1]).read_text(encoding="utf-8")
print(capture(text, name="local/call", apis=[], read_file=lambda name: b"").draft.files)
"""
THEIRS = """\
import * as curlconverter from "curlconverter";
import fs from "fs";
console.log(curlconverter.toPython(fs.readFileSync(process.argv[2], "utf-8")));
"""
GOAL = 0.5
PEERS = ("curlconverter", "uncurl", "Scrapy")


def sent_by_peer(name: str, command: str, listening: Ear, folder: Path) -> Sent | bool | None:
    """Let another importer write Python for a command, and run it; False where it is not installed."""
    if find_spec("requests") is None:
        return False
    code: str | None
    match name:
        case "curlconverter":
            code = _converted(command)
        case "uncurl":
            code = UNCURL if find_spec("uncurl") else None
        case _:
            code = SCRAPY if find_spec("scrapy") else None
    if code is None:
        return False
    before = len(listening.heard)
    environment = {"PATH": "/usr/bin:/bin", "NO_PROXY": "*"}
    words = [sys.executable, "-c", code]
    subprocess.run(
        words, input=command, text=True, cwd=folder, env=environment, capture_output=True, timeout=60, check=False
    )
    heard = listening.heard[before:]
    return heard[0] if heard else None


def _converted(command: str) -> str | None:
    """Return the Python that curlconverter writes; it is looked for in `node_modules` of this folder."""
    node = shutil.which("node")
    if node is None or not Path("node_modules/curlconverter").is_dir():
        return None
    script = Path("node_modules") / "recipe-runner-peer.mjs"
    script.write_text(CURLCONVERTER, encoding="utf-8")
    answer = subprocess.run([node, str(script)], input=command, text=True, capture_output=True, timeout=60, check=False)
    return answer.stdout if answer.returncode == 0 else "raise SystemExit(1)"


def measure_against_curlconverter(file: Path, rounds: int) -> Measured | None:
    """Time whole processes that turn one command into code; None where curlconverter is not installed here."""
    node = shutil.which("node")
    if node is None or not Path("node_modules/curlconverter").is_dir():
        return None
    script = Path("node_modules") / "recipe-runner-timed.mjs"
    script.write_text(THEIRS, encoding="utf-8")
    ours = Command([PYTHON, "-c", OURS, str(file.resolve())])
    theirs = Command([node, str(script.resolve()), str(file.resolve())])
    return compare(f"{file.stem}: curl to code", ours, ("curlconverter", theirs), Path.cwd(), rounds=rounds, goal=GOAL)
