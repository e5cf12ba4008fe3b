"""A package index on loopback for tests that install, so that nothing is downloaded."""

import base64
import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import Distribution, distribution
from pathlib import Path
from threading import Thread

from packaging.requirements import Requirement


class Index:
    """A package index on loopback (PEP 503), with the wheels that a test makes.

    Attributes:
        url: What pip and uv are told.
        asked: What was asked for, in order.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/simple/"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, name: str, version: str, files: Mapping[str, str], *, needs: tuple[str, ...] = ()) -> str:
        """Offer a wheel, and return its sha256."""
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        about += "".join(f"Requires-Dist: {each}\n" for each in needs)
        info = f"{name}-{version}.dist-info"
        wheel = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        all_files = {**files, f"{info}/METADATA": about, f"{info}/WHEEL": wheel}
        return self._put(
            name, f"{name}-{version}-py3-none-any.whl", info, {k: v.encode() for k, v in all_files.items()}
        )

    def add_installed(self, name: str) -> None:
        """Offer a package that is installed here, and all that it needs."""
        found = distribution(name)
        project = found.metadata["Name"].lower().replace("-", "_")
        if (self.folder / "simple" / project.replace("_", "-")).exists():
            return
        info = f"{project}-{found.version}.dist-info"
        self._put(project, f"{project}-{found.version}-py3-none-any.whl", info, dict(_files(found, info)))
        for needed in map(Requirement, found.requires or ()):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                self.add_installed(needed.name)

    def add_source(self, name: str, version: str) -> None:
        """Offer a package that has to be built."""
        (self._page(name) / f"{name}-{version}.tar.gz").write_bytes(b"not even packed")

    def _put(self, name: str, file: str, info: str, files: dict[str, bytes]) -> str:
        rows = [(path, f"sha256={_hash(data)}", len(data)) for path, data in files.items()]
        record = io.StringIO()
        csv.writer(record).writerows([*rows, (f"{info}/RECORD", "", "")])
        path = self._page(name) / file
        with zipfile.ZipFile(path, "w") as archive:
            for each, data in {**files, f"{info}/RECORD": record.getvalue().encode()}.items():
                archive.writestr(each, data)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def _page(self, name: str) -> Path:
        page = self.folder / "simple" / name.replace("_", "-")
        page.mkdir(parents=True, exist_ok=True)
        return page


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _files(found: Distribution, info: str) -> Iterator[tuple[str, bytes]]:
    for path in found.files or ():
        first = path.parts[0]
        if (
            first == ".."
            or path.suffix == ".pyc"
            or path.name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
        ):
            continue
        name = "/".join([info, *path.parts[1:]] if first.endswith(".dist-info") else path.parts)
        yield name, Path(str(path.locate())).read_bytes()


class _Handler(SimpleHTTPRequestHandler):
    """Lists each folder with the hashes of its files."""

    def __init__(self, index: Index, *args: object) -> None:
        self.index = index
        super().__init__(*args, directory=str(index.folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.index.asked.append(self.path)
        super().do_GET()

    def list_directory(self, path: str | os.PathLike[str]) -> io.BytesIO | None:
        links = [
            f'<a href="{each.name}#sha256={hashlib.sha256(each.read_bytes()).hexdigest()}">{each.name}</a>'
            for each in Path(path).iterdir()
            if each.is_file()
        ]
        body = f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *_: object) -> None:
        """Keep silent."""
