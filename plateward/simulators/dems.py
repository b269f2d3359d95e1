"""A simulated digital evidence management system: gives tokens, takes files by tus 1.0, keeps them as items, and can
also be slow, wrong, down, or lose what it had.

    python -m plateward.simulators.dems --port 8453 --cert dems.pem --key dems.key --client hub --secret FILE

It runs until SIGTERM or Ctrl-C. While it runs, script it by `POST /script` with a JSON object: `{"mode":
"wrong_hash"}`, `{"lose": "ITEM-2026-1001"}`, `{"cut": 4096}` (the next part ends there, by a reset). It shares nothing
with the client, so that neither hides the other's mistakes.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_plus

from plateward.simulators.https import HttpsConversation
from plateward.simulators.running import SimulatorServer, command_parser, run

MAX_FILE = 1024 * 1024 * 1024  # bytes
VERSION = "1.0.0"


class DemsMode(StrEnum):
    """How it answers: after `delay` seconds (SLOW), with nonsense, with a server error, never while the line stays open
    (SILENT), byte by byte without end (DRIP), by a reset (REFUSE), by a reset after taking a part (LOSE_ANSWER), by
    refusing tokens (NO_TOKEN) or packages (TURN_DOWN), with a hash that is not the file's (WRONG_HASH), under another
    case number (WRONG_CASE), or never acknowledging what it has (UNPROCESSED)."""

    DRIP = "drip"
    ERROR = "error"
    GARBLED = "garbled"
    LOSE_ANSWER = "lose_answer"
    NORMAL = "normal"
    NO_TOKEN = "no_token"  # noqa: S105, a mode's name
    REFUSE = "refuse"
    SILENT = "silent"
    SLOW = "slow"
    TURN_DOWN = "turn_down"
    UNPROCESSED = "unprocessed"
    WRONG_CASE = "wrong_case"
    WRONG_HASH = "wrong_hash"


@dataclass
class Upload:
    """A file on its way: what was said of it, and what has arrived."""

    length: int
    metadata: dict[str, str]
    content: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True)
class Item:
    """A file that is kept."""

    id: str
    content: bytes
    metadata: dict[str, str]


class DemsSimulator(SimulatorServer):
    """A DEMS. While it runs, `mode` may be changed; `items` has what it keeps, by reference, `uploads` what has not
    arrived whole, `begun` the references of all uploads that were begun, and `tokens` how many were given. The next
    part ends after `cut` bytes, by a reset."""

    def __init__(
        self,
        certificate: Path,
        key: Path,
        *,
        client: str = "hub",
        secret: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        mode: DemsMode = DemsMode.NORMAL,
        delay: float = 15.0,
        token_lasts: float = 300.0,
    ) -> None:
        self.client, self.secret, self.mode, self.token_lasts = client, secret, mode, token_lasts
        self.items: dict[str, Item] = {}
        self.uploads: dict[str, Upload] = {}
        self.begun: list[str] = []
        self.tokens: dict[str, float] = {}
        self.cut: int | None = None
        super().__init__(DemsConversation, certificate, key, (host, port), delay)

    def lose(self, id: str) -> None:
        """An item is gone."""
        self.items = {reference: item for reference, item in self.items.items() if item.id != id}

    def keep(self, upload: str) -> None:
        """A file is whole: it becomes an item, once."""
        whole = self.uploads[upload]
        reference = whole.metadata["reference"]
        number = f"ITEM-2026-{1001 + len(self.items)}"
        self.items.setdefault(reference, Item(number, bytes(whole.content), whole.metadata))


class DemsConversation(HttpsConversation):
    """A connection: a question or a part of a file, and its answer."""

    server: DemsSimulator

    def do_GET(self) -> None:
        before, _, reference = self.path.rpartition("/")
        if self._opens() and before == "/api/items":
            self._acknowledge(unquote(reference))

    def do_HEAD(self) -> None:
        if not self._opens():
            return
        upload = self.server.uploads.get(self.path)
        if upload is None:
            return self._say(404)
        self._say(200, {"Upload-Offset": str(len(upload.content)), "Upload-Length": str(upload.length)})

    def do_POST(self) -> None:
        if self.path == "/script":
            return self._script(self._body())
        if self.path == "/oauth/token":
            return self._give_token(self._body())
        if self.path != "/api/files":
            return self._say(404)
        if not self._opens():
            return
        if self.server.mode is DemsMode.TURN_DOWN:
            return self._fail(422, "unknown_case", "There is no such case.")
        metadata = {}
        for pair in self.headers.get("Upload-Metadata", "").split(","):
            name, _, value = pair.strip().partition(" ")
            metadata[name] = base64.b64decode(value).decode()
        length = int(self.headers.get("Upload-Length", "-1"))
        if not 0 <= length <= MAX_FILE or not metadata.get("reference") or not metadata.get("case_number"):
            return self._fail(400, "bad_upload", "Length, reference and case number are required.")
        if metadata["reference"] in self.server.items:
            return self._fail(409, "known_item", "This reference is an item already.")
        address = f"/api/files/{secrets.token_hex(8)}"
        self.server.uploads[address] = Upload(length, metadata)
        self.server.begun.append(metadata["reference"])
        self._say(201, {"Location": address})

    def do_PATCH(self) -> None:
        offset, length = (int(self.headers.get(name, "0")) for name in ("Upload-Offset", "Content-Length"))
        cut, self.server.cut = self.server.cut, None
        part = self.rfile.read(length if cut is None else min(cut, length))
        if not self._opens():
            return
        upload = self.server.uploads.get(self.path)
        if upload is None:
            return self._say(404)
        if offset != len(upload.content):
            return self._say(409)
        if offset + length > upload.length:
            return self._say(413)
        if len(part) < length:
            upload.content += part
            return self.reset()
        name, _, checksum = self.headers.get("Upload-Checksum", "").partition(" ")
        if name and base64.b64decode(checksum) != hashlib.new(name, part).digest():
            return self._say(460)
        upload.content += part
        if len(upload.content) == upload.length:
            self.server.keep(self.path)
        if self.server.mode is DemsMode.LOSE_ANSWER:
            return self.reset()
        self._say(204, {"Upload-Offset": str(len(upload.content))})

    def _acknowledge(self, reference: str) -> None:
        item, mode = self.server.items.get(reference), self.server.mode
        if item is None:
            return self._fail(404, "unknown_item", "There is no such item.")
        if mode is DemsMode.UNPROCESSED:
            return self._say(202)
        content = item.content + b"?" if mode is DemsMode.WRONG_HASH else item.content
        self._tell(
            200,
            {
                "id": item.id,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(item.content),
                "case_number": "2026-99999" if mode is DemsMode.WRONG_CASE else item.metadata["case_number"],
            },
        )

    def _opens(self) -> bool:
        """Whether the client shows a token that holds, and the mode lets it through."""
        self.server.queries.append(f"{self.command} {self.path}")
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        mode = self.server.mode
        if self.server.tokens.get(given, 0.0) < time.monotonic() or mode is DemsMode.NO_TOKEN:
            self._say(401)
        elif self.headers.get("Tus-Resumable") != VERSION:
            self._say(412)
        elif mode is DemsMode.ERROR:
            self._say(503)
        elif mode is DemsMode.GARBLED:
            self._say(200, body=b'{"id": "')
        else:
            return not self.misbehaves(mode)
        return False

    def _give_token(self, body: bytes) -> None:
        pair = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        given = "\n".join(unquote_plus(part) for part in pair.split(":"))  # RFC 6749, 2.3.1
        expected = f"{self.server.client}\n{self.server.secret}"
        known = hmac.compare_digest(expected.encode(), given.encode())
        if not known or body != b"grant_type=client_credentials" or self.server.mode is DemsMode.NO_TOKEN:
            return self._fail(401, "invalid_client", "This client is not known.")
        token = secrets.token_urlsafe(24)
        self.server.tokens[token] = time.monotonic() + self.server.token_lasts
        self._tell(
            200, {"access_token": token, "token_type": "Bearer", "expires_in": self.server.token_lasts}
        )

    def _body(self) -> bytes:
        return self.rfile.read(min(int(self.headers.get("Content-Length", "0")), 64 * 1024))

    def _tell(self, status: int, document: dict[str, Any]) -> None:
        self._say(status, body=json.dumps(document).encode())

    def _fail(self, status: int, error: str, detail: str) -> None:
        self._tell(status, {"error": error, "detail": detail})

    def _say(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {"Tus-Resumable": VERSION, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _script(self, body: bytes) -> None:
        try:
            command = json.loads(body)
            if "mode" in command:
                self.server.mode = DemsMode(command["mode"])
            if "lose" in command:
                self.server.lose(command["lose"])
            if "cut" in command:
                self.server.cut = int(command["cut"])
        except (ValueError, TypeError, KeyError) as error:
            return self._say(400, body=str(error).encode())
        self._say(204)


def main() -> None:
    parser = command_parser("plateward.simulators.dems", "DEMS", DemsMode)
    parser.add_argument("--client", default="hub", help="the client's id")
    parser.add_argument("--secret", type=Path, required=True, help="a file with the client's secret")
    options = parser.parse_args()

    def start() -> DemsSimulator:
        place = {"host": options.host, "port": options.port, "mode": options.mode}
        secret = options.secret.read_text().strip()
        return DemsSimulator(options.cert, options.key, client=options.client, secret=secret, **place)

    run("DEMS", options, start)


if __name__ == "__main__":
    main()
