"""FMCSA's QCMobile service, which answers for carriers by DOT number, and can also be slow, wrong or down.

    python -m plateward.simulators.fmcsa --port 8452 --cert fmcsa.pem --key fmcsa.key --webkey KEY --carriers all.json

`all.json` is a list of objects with the fields of `Carrier`, read again when it changes. It runs until SIGTERM or
Ctrl-C. It shares nothing with the client, so that neither hides the other's mistakes.
"""

import json
import re
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from plateward.simulators.https import HttpsConversation, HttpsServer
from plateward.simulators.running import followed, options, run, running, tls

ASKED = re.compile(r"/qc/services/carriers/(\d{1,8})(?:/(oos|authority))?")


class Mode(StrEnum):
    """How a question is answered: after `delay` seconds (SLOW), with nonsense, about another carrier, with arrays a
    thousandfold within each other (DEEP), with a server's error, never while the line stays open (SILENT), byte by byte
    without end (DRIP), or by a reset (REFUSE).
    """

    DEEP = "deep"
    DRIP = "drip"
    ERROR = "error"
    GARBLED = "garbled"
    NORMAL = "normal"
    OTHER_ANSWER = "other_answer"
    REFUSE = "refuse"
    SILENT = "silent"
    SLOW = "slow"


@dataclass(frozen=True)
class Carrier:
    """A carrier: whether it may operate, its out-of-service orders (date and reason), its authorities (docket, and A,
    I or N); `mode` where it is answered in another way than the rest.
    """

    dot: int
    name: str
    allowed: bool = True
    orders: tuple[tuple[str, str], ...] = ()
    authorities: tuple[tuple[int, str], ...] = ()
    mode: Mode | None = None


class Simulator(HttpsServer):
    """The service. `carriers` and `mode` may be changed while it runs; `asked` lists the paths that were asked for."""

    def __init__(
        self,
        carriers: list[Carrier],
        webkey: str,
        mode: Mode,
        delay: float,
        address: tuple[str, int],
        tls: ssl.SSLContext,
    ) -> None:
        self.carriers, self.webkey, self.mode = carriers, webkey, mode
        super().__init__(address, Conversation, delay, tls)


class Conversation(HttpsConversation):
    """One connection: a question and its answer."""

    server: Simulator

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        match = ASKED.fullmatch(url.path)
        if match is None:
            return self.answer(404, b"")
        self.server.asked.append(url.path)
        if parse_qs(url.query).get("webKey") != [self.server.webkey]:
            return self._say("Webkey not found", 401)
        carrier = next((one for one in self.server.carriers if one.dot == int(match[1])), None)
        match (carrier and carrier.mode) or self.server.mode:
            case Mode.SLOW if self.server.stopping.wait(self.server.delay):
                return None  # stopped while waiting; otherwise it answers as NORMAL does, below
            case Mode.SILENT:
                return self.silence()
            case Mode.REFUSE:
                return self.reset()
            case Mode.ERROR:
                return self.answer(500, b"<html>Internal Server Error</html>")
            case Mode.GARBLED:
                return self.answer(200, b'{"content": {"carrier": [')
            case Mode.DEEP:
                return self.answer(200, b'{"content":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
            case Mode.DRIP:
                return self.drip()
            case Mode.OTHER_ANSWER:
                carrier = Carrier(int(match[1]) + 1, "ANOTHER CARRIER")
        return self._say(content(carrier, match[2]))

    def _say(self, content: Any, status: int = 200) -> None:
        page = {"content": content, "retrievalDate": datetime.now(UTC).isoformat()}
        self.answer(status, json.dumps(page).encode())


def content(carrier: Carrier | None, part: str | None) -> Any:
    """What the service says of a carrier, of its orders, or of its authorities."""
    if carrier is None:
        return [] if part else None
    match part:
        case "oos":
            return [
                {"oos": {"dotNumber": carrier.dot, "oosDate": at, "oosReasonDescription": reason}}
                for at, reason in carrier.orders
            ]
        case "authority":
            return [
                {
                    "carrierAuthority": {
                        "dotNumber": carrier.dot,
                        "prefix": "MC",
                        "docketNumber": docket,
                        "commonAuthorityStatus": status,
                        "contractAuthorityStatus": status,
                        "brokerAuthorityStatus": "N",
                    }
                }
                for docket, status in carrier.authorities
            ]
    return {
        "carrier": {
            "allowedToOperate": "Y" if carrier.allowed else "N",
            "dotNumber": carrier.dot,
            "legalName": carrier.name,
            "oosDate": None if carrier.allowed else next((at for at, _ in carrier.orders), None),
            "statusCode": "A",
        }
    }


@contextmanager
def serve(
    carriers: Iterable[Carrier],
    webkey: str,
    certificate: Path,
    key: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    mode: Mode = Mode.NORMAL,
    delay: float = 15.0,
) -> Iterator[Simulator]:
    """The service in a thread of its own (port 0: any free one); stopped, with all it was doing, at the end."""
    service = Simulator(list(carriers), webkey, mode, delay, (host, port), tls(certificate, key))
    with running(service) as simulator:
        yield simulator


def main() -> None:
    parser = options("plateward.simulators.fmcsa", "FMCSA QCMobile service", Mode, Mode.NORMAL)
    parser.add_argument("--carriers", type=Path, required=True, help="JSON list of carriers")
    parser.add_argument("--webkey", required=True, help="the key that it takes")
    given = parser.parse_args()

    @contextmanager
    def started() -> Iterator[Simulator]:
        known = _carriers(given.carriers.read_bytes())
        address = {"host": given.host, "port": given.port}
        with serve(known, given.webkey, given.cert, given.key, mode=given.mode, **address) as service:

            def take(content: bytes) -> None:
                service.carriers = _carriers(content)

            with followed({given.carriers: take}):
                yield service

    run("FMCSA", given, started)


def _carriers(content: bytes) -> list[Carrier]:
    return msgspec.json.decode(content, type=list[Carrier])


if __name__ == "__main__":
    main()
