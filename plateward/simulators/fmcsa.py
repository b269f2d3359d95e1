"""FMCSA's QCMobile service, simulated: answers about carriers by DOT number, and can also be slow, wrong or down.

    python -m plateward.simulators.fmcsa --port 8452 --cert f.pem --key f.key --webkey key.txt --carriers all.json

`all.json` is a list of objects with the fields of `SimulatedCarrier`, read again when it changes. It runs until SIGTERM
or Ctrl-C. It shares nothing with the client, so that neither hides the other's mistakes.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from plateward.simulators.https import HttpsConversation
from plateward.simulators.running import SimulatorServer, command_parser, run, watch_files

CARRIER_PATH = re.compile(r"/qc/services/carriers/(\d{1,8})(?:/(oos|authority))?")


class FmcsaMode(StrEnum):
    """How it answers: after `delay` seconds (SLOW), with nonsense, about another carrier, with arrays nested a
    thousandfold (DEEP), with a server error, never while the line stays open (SILENT), byte by byte without end (DRIP),
    or by a reset (REFUSE).
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
class SimulatedCarrier:
    """A carrier: whether it may operate, its out-of-service orders (date and reason), its authorities (docket, and A, I
    or N); `mode` if its answers differ from the rest.
    """

    dot: int
    name: str
    allowed: bool = True
    orders: tuple[tuple[str, str], ...] = ()
    authorities: tuple[tuple[int, str], ...] = ()
    mode: FmcsaMode | None = None


CARRIERS = msgspec.json.Decoder(list[SimulatedCarrier])


class FmcsaSimulator(SimulatorServer):
    """The service. `carriers` and `mode` may be changed while it runs; `queries` lists the requested paths."""

    def __init__(
        self,
        carriers: Iterable[SimulatedCarrier],
        webkey: str,
        certificate: Path,
        key: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        mode: FmcsaMode = FmcsaMode.NORMAL,
        delay: float = 15.0,
    ) -> None:
        self.carriers, self.webkey, self.mode = list(carriers), webkey, mode
        super().__init__(FmcsaConversation, certificate, key, (host, port), delay)


class FmcsaConversation(HttpsConversation):
    """A connection: a question and its answer."""

    server: FmcsaSimulator

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        match = CARRIER_PATH.fullmatch(url.path)
        if match is None:
            return self.answer(404, b"")
        self.server.queries.append(url.path)
        if parse_qs(url.query).get("webKey") != [self.server.webkey]:
            return self._say("Webkey not found", 401)
        carrier = next(
            (candidate for candidate in self.server.carriers if candidate.dot == int(match[1])), None
        )
        match (carrier and carrier.mode) or self.server.mode:
            case FmcsaMode.ERROR:
                return self.answer(500, b"<html>Internal Server Error</html>")
            case FmcsaMode.GARBLED:
                return self.answer(200, b'{"content": {"carrier": [')
            case FmcsaMode.DEEP:
                return self.answer(200, b'{"content":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
            case FmcsaMode.OTHER_ANSWER:
                carrier = SimulatedCarrier(int(match[1]) + 1, "ANOTHER CARRIER")
            case mode if self.misbehaves(mode):
                return None
        return self._say(carrier_content(carrier, match[2]))

    def _say(self, content: Any, status: int = 200) -> None:
        page = {"content": content, "retrievalDate": datetime.now(UTC).isoformat()}
        self.answer(status, json.dumps(page).encode())


def carrier_content(carrier: SimulatedCarrier | None, part: str | None) -> Any:
    """The service's content about a carrier, its orders, or its authorities."""
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


def main() -> None:
    parser = command_parser("plateward.simulators.fmcsa", "FMCSA QCMobile service", FmcsaMode)
    parser.add_argument("--carriers", type=Path, required=True, help="JSON list of carriers")
    parser.add_argument("--webkey", type=Path, required=True, help="a file with the key that it takes")
    options = parser.parse_args()

    @contextmanager
    def started() -> Iterator[FmcsaSimulator]:
        carriers = CARRIERS.decode(options.carriers.read_bytes())
        place = {"host": options.host, "port": options.port, "mode": options.mode}
        webkey = options.webkey.read_text().strip()
        with FmcsaSimulator(carriers, webkey, options.cert, options.key, **place) as service:

            def take(content: bytes) -> None:
                service.carriers = CARRIERS.decode(content)

            with watch_files({options.carriers: take}):
                yield service

    run("FMCSA", options, started)


if __name__ == "__main__":
    main()
