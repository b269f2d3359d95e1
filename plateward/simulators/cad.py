"""A computer-aided dispatch that answers for its incidents as EIDO's dereference service does, and can also be slow,
wrong or down.

    python -m plateward.simulators.cad --port 8451 --cert cad.pem --key cad.key --incidents incidents.json

`incidents.json` is a list of objects with the fields of `Incident`. It runs until SIGTERM or Ctrl-C. It shares nothing
with the client, so that neither hides the other's mistakes.
"""

import socket
import ssl
import struct
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import unquote

import msgspec

from plateward.simulators.running import options, run, running, tls

AGENCY = "nmsp.nm.gov"


class Mode(StrEnum):
    """How a question is answered: after `delay` seconds (SLOW), with nonsense, about another incident, with a server's
    error, never while the line stays open (SILENT), byte by byte without end (DRIP), or by a reset (REFUSE).
    """

    DRIP = "drip"
    ERROR = "error"
    GARBLED = "garbled"
    NORMAL = "normal"
    OTHER_ANSWER = "other_answer"
    REFUSE = "refuse"
    SILENT = "silent"
    SLOW = "slow"


@dataclass(frozen=True)
class Incident:
    """An incident, or a case of the records system: its number, and of what kind it is."""

    number: str
    type: str = "VehicleTheft"


class Simulator(ThreadingHTTPServer):
    """CAD. `mode` may be changed while it runs, incidents added; `asked` lists the numbers that were asked for."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        incidents: Iterable[Incident],
        mode: Mode,
        delay: float,
        address: tuple[str, int],
        tls: ssl.SSLContext,
    ) -> None:
        self.incidents = {one.number: one for one in incidents}
        self.mode = mode
        self.delay = delay
        self.tls = tls
        self.asked: list[str] = []
        self.stopping = Event()
        super().__init__(address, Conversation)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        """The handshake is made in the conversation's own thread: one that never ends it keeps nobody waiting."""
        request.settimeout(30)
        with self.tls.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is its own affair."""


class Conversation(BaseHTTPRequestHandler):
    """One connection: a question and its answer."""

    server: Simulator

    def do_GET(self) -> None:
        before, _, number = self.path.rpartition("/")
        number = unquote(number)
        if before != "/EIDO" or not number:
            return self._answer(404, b"")
        self.server.asked.append(number)
        match self.server.mode:
            case Mode.SLOW if self.server.stopping.wait(self.server.delay):
                return None  # stopped while waiting; otherwise it answers as NORMAL does, below
            case Mode.SILENT:
                self.server.stopping.wait()
                return None
            case Mode.REFUSE:
                # Closed with something unsent thrown away, a connection is reset rather than ended.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return None
            case Mode.ERROR:
                return self._answer(503, b"")
            case Mode.GARBLED:
                return self._answer(200, b'{"$id": "' + number.encode())
            case Mode.DRIP:
                return self._drip()
            case Mode.OTHER_ANSWER:
                return self._answer(200, msgspec.json.encode(eido(Incident(f"{number}X"))))
        found = self.server.incidents.get(number)
        return self._answer(200, msgspec.json.encode(eido(found))) if found else self._answer(404, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.stopping.wait(0.05):
            self.wfile.write(b" ")

    def log_message(self, *_: object) -> None:
        """Not on stderr."""


def eido(incident: Incident) -> dict[str, Any]:
    """The incident as an EIDO 1.0 of the smallest form that its schema allows."""
    now = datetime.now(UTC).isoformat()
    prologue = {"lastUpdateTimeStamp": now, "updatedByAgencyReference": {"$ref": AGENCY}}
    return {
        "$id": f"urn:emergency:uid:incidentid:{incident.number}:cad.{AGENCY}",
        **prologue,
        "eidoVersion": "1.0",
        "issuingElementIdentification": f"cad.{AGENCY}",
        "incidentComponent": {
            "$id": f"{incident.number}-incident",
            **prologue,
            "incidentTypeCommonRegistryText": incident.type,
            "internalIncidentId": incident.number,
        },
        "agencyComponent": [
            {
                "$id": AGENCY,
                **prologue,
                "agencyRoleDescriptionRegistryText": ["Dispatching"],
                "agencyType": ["police"],
            }
        ],
    }


@contextmanager
def serve(
    incidents: Iterable[Incident],
    certificate: Path,
    key: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    mode: Mode = Mode.NORMAL,
    delay: float = 15.0,
) -> Iterator[Simulator]:
    """CAD in a thread of its own (port 0: any free one); stopped, with all it was doing, at the end."""
    with running(Simulator(incidents, mode, delay, (host, port), tls(certificate, key))) as simulator:
        yield simulator


def main() -> None:
    parser = options("plateward.simulators.cad", "CAD", Mode, Mode.NORMAL)
    parser.add_argument("--incidents", type=Path, required=True, help="JSON list of incidents and cases")
    given = parser.parse_args()

    def started() -> AbstractContextManager[Simulator]:
        incidents = msgspec.json.decode(given.incidents.read_bytes(), type=list[Incident])
        return serve(incidents, given.cert, given.key, host=given.host, port=given.port, mode=given.mode)

    run("CAD", given, started)


if __name__ == "__main__":
    main()
