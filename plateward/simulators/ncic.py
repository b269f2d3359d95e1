"""A state's message switch with NCIC behind it, which can also be slow, wrong or down.

    python -m plateward.simulators.ncic --port 8450 --cert switch.pem --key switch.key --records plates.json

`plates.json` is a list of objects with the fields of `OnFile`. It runs until SIGTERM or Ctrl-C. It shares no
parsing with the client, so that neither hides the other's mistakes.
"""

import re
import socket
import socketserver
import ssl
import struct
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event

import msgspec

from plateward.simulators.running import options, run, running, tls

QUESTION = re.compile(
    r"1N01(?P<id>[A-Z0-9]{1,16})\.QV\.(?P<ori>[A-Z0-9]{9})\.LIC/(?P<plate>[A-Z0-9]{1,10})\.LIS/(?P<state>[A-Z]{2})"
    r"(\.ATN/[A-Z0-9 ]*)?"
)
MAX_QUESTION = 4096


class Mode(StrEnum):
    """How a query is answered: after `delay` seconds (SLOW), with nonsense, with the answer to another query,
    never while the line stays open (SILENT), or by a reset of the line (REFUSE).
    """

    GARBLED = "garbled"
    NORMAL = "normal"
    OTHER_ANSWER = "other_answer"
    REFUSE = "refuse"
    SILENT = "silent"
    SLOW = "slow"


@dataclass(frozen=True)
class OnFile:
    """A plate on file; queries for it are answered in `mode` where that is not None."""

    plate: str
    state: str
    reason: str = "STOLEN VEHICLE"
    nic: str = "V000000000"
    ori: str = "NM0000000"
    year: str = ""
    make: str = ""
    model: str = ""
    colour: str = ""
    mode: Mode | None = None


class Simulator(socketserver.ThreadingTCPServer):
    """The switch. `mode` may be changed while it runs; `asked` lists the texts of its queries."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        records: list[OnFile],
        mode: Mode,
        delay: float,
        address: tuple[str, int],
        tls: ssl.SSLContext,
    ) -> None:
        self.records = records
        self.mode = mode
        self.delay = delay
        self.tls = tls
        self.asked: list[str] = []
        self.stopping = Event()
        super().__init__(address, Conversation)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def found(self, plate: str, state: str) -> list[OnFile]:
        """The records of a plate; NCIC takes O for zero."""
        return [r for r in self.records if (_zeroed(r.plate), r.state) == (_zeroed(plate), state)]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is its own affair."""


class Conversation(socketserver.BaseRequestHandler):
    """One connection: a query and its answer."""

    server: Simulator
    request: socket.socket

    def handle(self) -> None:
        self.request.settimeout(30)
        with self.server.tls.wrap_socket(self.request, server_side=True) as connection:
            question = QUESTION.fullmatch(_receive(connection))
            if question is None:
                return
            self.server.asked.append(question[0])
            found = self.server.found(question["plate"], question["state"])
            mode = next((record.mode for record in found if record.mode), self.server.mode)
            match mode:
                case Mode.SLOW if self.server.stopping.wait(self.server.delay):
                    return  # stopped while waiting; otherwise it answers as NORMAL does, below
                case Mode.SILENT:
                    self.server.stopping.wait()
                    return
                case Mode.REFUSE:
                    # Closed with something unsent thrown away, a connection is reset rather than ended.
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                case Mode.GARBLED:
                    text = "1L01\x00LIC//\x7f NOT AN ANSWER"
                case Mode.OTHER_ANSWER:
                    text = answer("0" if question["id"] != "0" else "1", question, found)
                case _:
                    text = answer(question["id"], question, found)
            connection.sendall(b"\x02" + text.encode("ascii") + b"\x03")


def answer(control: str, question: re.Match[str], found: list[OnFile]) -> str:
    """The answer's text, with each record in a block of its own."""
    head = f"1L01{control}\n{question['ori']}\n\n"
    if not found:
        return f"{head}NO NCIC WANT LIC/{_zeroed(question['plate'])} LIS/{question['state']}\n"
    return head + "\n".join(_block(record) for record in found)


def _block(record: OnFile) -> str:
    vehicle = {"VYR": record.year, "VMA": record.make, "VMO": record.model, "VCO": record.colour}
    lines = [
        f"MKE/{record.reason}",
        f"ORI/{record.ori} LIC/{_zeroed(record.plate)} LIS/{record.state}",
        *(f"{key}/{value}" for key, value in vehicle.items() if value),
        f"NIC/{record.nic}",
    ]
    return "\n".join(lines) + "\n"


def _receive(connection: ssl.SSLSocket) -> str:
    message = b""
    while not message.endswith(b"\x03") and len(message) < MAX_QUESTION:
        chunk = connection.recv(1024)
        if not chunk:
            break
        message += chunk
    return message.removeprefix(b"\x02").removesuffix(b"\x03").decode("ascii", "replace")


def _zeroed(plate: str) -> str:
    return plate.replace("O", "0")


@contextmanager
def serve(
    records: Iterable[OnFile],
    certificate: Path,
    key: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    mode: Mode = Mode.NORMAL,
    delay: float = 15.0,
) -> Iterator[Simulator]:
    """A switch in a thread of its own (port 0: any free one); stopped, with all it was doing, at the end."""
    with running(Simulator(list(records), mode, delay, (host, port), tls(certificate, key))) as simulator:
        yield simulator


def main() -> None:
    parser = options("plateward.simulators.ncic", "NCIC message switch", Mode, Mode.NORMAL)
    parser.add_argument("--records", type=Path, required=True, help="JSON list of plates on file")
    given = parser.parse_args()

    def started() -> AbstractContextManager[Simulator]:
        records = msgspec.json.decode(given.records.read_bytes(), type=list[OnFile])
        return serve(records, given.cert, given.key, host=given.host, port=given.port, mode=given.mode)

    run("NCIC", given, started)


if __name__ == "__main__":
    main()
