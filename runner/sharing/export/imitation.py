"""An API on loopback that answers with what was recorded, for programs that know nothing of recordings."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

from runner.catalog import Api
from runner.recording.exchange import RecordedRequest, RecordedResponse
from runner.recording.player import OffTape, Player

_NOT_RECORDED: Final = 501
_OF_THE_WAY: Final = frozenset({"content-length", "content-encoding", "transfer-encoding", "connection"})


class Imitation(ThreadingHTTPServer):
    """Answers at `address` as the API would at its own; addresses of the API in its answers become its own."""

    daemon_threads = True

    def __init__(self, api: Api, player: Player) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api, self.player = api, player

    @property
    def address(self) -> str:
        """The base URL to call in place of the API's."""
        return f"http://127.0.0.1:{self.server_address[1]}{urlsplit(self.api.base_url).path}"

    def answer(self, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes) -> RecordedResponse:
        """Return the recorded answer; one that was not recorded is remembered by the player."""
        home = urlsplit(self.api.base_url)
        sent = body.replace(self.address.encode(), self.api.base_url.encode())
        request = RecordedRequest(method, f"{home.scheme}://{home.netloc}{path}", headers, sent)
        try:
            recorded = self.player.answer(request)
        except OffTape as leaving:
            return RecordedResponse(_NOT_RECORDED, "Not recorded", (), str(leaving.error).encode())
        moved = tuple((name, self._moved(value)) for name, value in recorded.headers)
        content = recorded.body.replace(self.api.base_url.encode(), self.address.encode())
        return RecordedResponse(recorded.status, recorded.reason, moved, content)

    def _moved(self, text: str) -> str:
        return text.replace(self.api.base_url, self.address)


class _Handler(BaseHTTPRequestHandler):
    server: Imitation

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        recorded = self.server.answer(self.command, self.path, tuple(self.headers.items()), body)
        self.send_response_only(recorded.status, recorded.reason)
        for name, value in recorded.headers:
            if name.lower() not in _OF_THE_WAY:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(recorded.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(recorded.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - of the base class

    def log_message(self, *_: object) -> None:
        """Keep silent."""
