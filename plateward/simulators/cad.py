"""A simulated computer-aided dispatch: takes EIDO documents, serves its incidents like EIDO's dereference service,
changes them by itself, and can also be slow, wrong or down.

    python -m plateward.simulators.cad --port 8451 --cert cad.pem --key cad.key --incidents incidents.json

`incidents.json` is a list of objects with the fields of `SimulatedIncident`. It runs until SIGTERM or Ctrl-C. While it
runs, script it by `POST /script` with a JSON object: `{"mode": "lose_answer"}`, `{"assign": ["2026-10001", "Unit
14"]}`, `{"close": "2026-10001"}`, `{"cancel": "2026-10001"}`, `{"forget": "2026-10001"}`. With `--token FILE` it
answers only clients with that bearer token, with `--clients PEM` only those with a certificate of that authority. It
shares nothing with the client, so that neither hides the other's mistakes.
"""

import hmac
import json
import ssl
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

import msgspec

from plateward.simulators.cad_incidents import Incidents, NotAnEido, SimulatedIncident, eido
from plateward.simulators.https import HttpsConversation
from plateward.simulators.running import SimulatorServer, command_parser, run

MAX_BODY = 1024 * 1024  # bytes

__all__ = ["CadMode", "CadSimulator", "SimulatedIncident", "eido"]


class CadMode(StrEnum):
    """How it answers: after `delay` seconds (SLOW), with nonsense, about another incident, with a server error, never
    while the line stays open (SILENT), byte by byte without end (DRIP), by a reset (REFUSE), by a reset after taking a
    document (LOSE_ANSWER), never after taking it (TAKE_SILENT), by turning documents down (TURN_DOWN), or with an
    incident as it was before its last change (STALE).
    """

    DRIP = "drip"
    ERROR = "error"
    GARBLED = "garbled"
    LOSE_ANSWER = "lose_answer"
    NORMAL = "normal"
    OTHER_ANSWER = "other_answer"
    REFUSE = "refuse"
    SILENT = "silent"
    SLOW = "slow"
    STALE = "stale"
    TAKE_SILENT = "take_silent"
    TURN_DOWN = "turn_down"


class CadSimulator(SimulatorServer):
    """CAD. While it runs, `mode` and `token` may be changed, and incidents added; `queries` lists the numbers
    looked up, `sent` the ids of the messages received, including repeats."""

    def __init__(
        self,
        incidents: Iterable[SimulatedIncident],
        certificate: Path,
        key: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        mode: CadMode = CadMode.NORMAL,
        delay: float = 15.0,
        token: str = "",
        clients: Path | None = None,
    ) -> None:
        """`token`, and the authority in `clients`, identify its clients."""
        self.calls, self.mode, self.token = Incidents(incidents), mode, token
        self.sent: list[str] = []
        super().__init__(CadConversation, certificate, key, (host, port), delay)
        if clients:
            self.tls.load_verify_locations(clients)
            self.tls.verify_mode = ssl.CERT_REQUIRED

    @property
    def incidents(self) -> dict[str, SimulatedIncident]:
        """Known incidents by number; more may be added."""
        return self.calls.known


class CadConversation(HttpsConversation):
    """A connection: a question or a document, and its answer."""

    server: CadSimulator

    def do_GET(self) -> None:
        before, _, number = self.path.rpartition("/")
        number = unquote(number)
        if before != "/EIDO" or not number:
            return self.answer(404, b"")
        if not self._authorized():
            return self.answer(401, b"")
        self.server.queries.append(number)
        if self._as_scripted(number):
            return None
        document = self.server.calls.document_of(number, stale=self.server.mode is CadMode.STALE)
        return self.answer(200, msgspec.json.encode(document)) if document else self.answer(404, b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            return self.answer(413, b"")
        body = self.rfile.read(int(length))
        if self.path == "/script":
            return self._script(body)
        if self.path != "/EIDO":
            return self.answer(404, b"")
        if not self._authorized():
            return self.answer(401, b"")
        key = self.headers.get("Idempotency-Key", "")
        self.server.sent.append(key)
        if self.server.mode is CadMode.TURN_DOWN:
            return self.answer(422, b"")
        if self.server.mode in (CadMode.LOSE_ANSWER, CadMode.TAKE_SILENT):
            self.server.calls.take(key, body)
            return self.reset() if self.server.mode is CadMode.LOSE_ANSWER else self.silence()
        if self._as_scripted("sent"):
            return None
        try:
            return self.answer(200, msgspec.json.encode(self.server.calls.take(key, body)))
        except NotAnEido:
            return self.answer(400, b"")

    def _authorized(self) -> bool:
        """Whether the client shows the token, if required."""
        expected, given = f"Bearer {self.server.token}", self.headers.get("Authorization", "")
        return not self.server.token or hmac.compare_digest(expected.encode(), given.encode())

    def _as_scripted(self, number: str) -> bool:
        """Whether the mode has answered, or ended the conversation."""
        match self.server.mode:
            case CadMode.ERROR:
                self.answer(503, b"")
            case CadMode.GARBLED:
                self.answer(200, b'{"$id": "' + number.encode())
            case CadMode.OTHER_ANSWER:
                self.answer(200, msgspec.json.encode(eido(SimulatedIncident(f"{number}X"))))
            case mode:
                return self.misbehaves(mode)
        return True

    def _script(self, body: bytes) -> None:
        try:
            command = json.loads(body)
            if "mode" in command:
                self.server.mode = CadMode(command["mode"])
            if "assign" in command:
                self.server.calls.assign(*command["assign"])
            for name in ("close", "cancel", "forget"):
                if name in command:
                    getattr(self.server.calls, name)(command[name])
        except (ValueError, TypeError, KeyError) as error:
            return self.answer(400, str(error).encode())
        return self.answer(204, b"")


def main() -> None:
    parser = command_parser("plateward.simulators.cad", "CAD", CadMode)
    parser.add_argument("--incidents", type=Path, required=True, help="JSON list of incidents and cases")
    parser.add_argument("--assign", default="", help="a unit that is put on every new call by itself")
    parser.add_argument("--token", type=Path, help="a file with the bearer token that it wants")
    parser.add_argument("--clients", type=Path, help="PEM of the authority whose certificates it wants")
    options = parser.parse_args()

    def start() -> CadSimulator:
        incidents = msgspec.json.decode(options.incidents.read_bytes(), type=list[SimulatedIncident])
        place = {"host": options.host, "port": options.port, "mode": options.mode}
        token = options.token.read_text().strip() if options.token else ""
        simulator = CadSimulator(
            incidents, options.cert, options.key, token=token, clients=options.clients, **place
        )
        simulator.calls.always = options.assign
        return simulator

    run("CAD", options, start)


if __name__ == "__main__":
    main()
