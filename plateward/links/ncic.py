"""The client of the state's message switch, through which NCIC is asked: one query a connection, over TLS."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from textwrap import shorten

from plateward import clock
from plateward.errors import PlatewardError
from plateward.links.legacy import (
    ETX,
    MAX_MESSAGE,
    STX,
    Garbled,
    Parsed,
    Query,
    Record,
    new_id,
    parse,
    render,
)
from plateward.policy.trace import enforces

__all__ = ["Answer", "Outcome", "Query", "Record", "Switch", "new_id"]

MAX_DETAIL = 300
NOT_VERIFIED = (
    "The plate is not verified: ask again, or have dispatch run it; do not act before that (OPR:50 6.e.iv.3)."
)


class InsecureLink(PlatewardError):
    """The switch would be asked over a connection that others could read or pose on."""


class Outcome(StrEnum):
    """What came of a query; only HIT and NO_RECORD are answers of NCIC."""

    HIT = "hit"
    NO_RECORD = "no_record"
    DOWN = "down"
    GARBLED = "garbled"


@dataclass(frozen=True)
class Answer:
    """`raw` is the text as it came (ISO 8859-1, so that no byte is lost), to be kept sealed; `detail` is for
    people, in at most 300 characters: what happened and what to do. `records` are those of exactly the plate
    and state asked for.
    """

    outcome: Outcome
    raw: str
    received_at: datetime
    records: tuple[Record, ...]
    detail: str


@enforces("5.h", "6.i.ii", "SC-8", "SC-13")
class Switch:
    """A message switch at `host`:`port`; safe for several threads. `timeout` in seconds is for a whole query,
    once the host's name is looked up.

    Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for the switch's name.
    """

    def __init__(self, host: str, port: int, tls: ssl.SSLContext, timeout: float = 8.0) -> None:
        strong = tls.minimum_version >= ssl.TLSVersion.TLSv1_2
        if not (strong and tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname):
            raise InsecureLink(
                "NCIC is asked over TLS 1.2 or higher and of a switch that proves its name, never otherwise "
                "(OPR:50 6.i.ii). Use ssl.create_default_context() with the authority that signs the switch."
            )
        self.host, self.port, self.timeout = host, port, timeout
        self._tls = tls

    def query(self, query: Query) -> Answer:
        """Ask, and wait at most `timeout` seconds. Never raises: DOWN or GARBLED says what went wrong."""
        try:
            message = self._exchange(render(query))
        except TimeoutError:
            return _failed(Outcome.DOWN, f"NCIC did not answer within {self.timeout:g} seconds.")
        except InsecureLink as error:
            return _failed(Outcome.DOWN, str(error))
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or "the connection broke"
            return _failed(Outcome.DOWN, f"NCIC could not be asked securely over TLS ({reason}).")
        except (OSError, ValueError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return _failed(Outcome.DOWN, f"NCIC could not be reached ({reason}).")
        return judge(query, message)

    def _exchange(self, question: bytes) -> bytes:
        """The bytes that came, up to the end of a message, of what is taken, or of the connection."""
        end = time.monotonic() + self.timeout

        def left() -> float:
            seconds = end - time.monotonic()
            if seconds <= 0:
                raise TimeoutError
            return seconds

        with self._connect(left) as plain:
            plain.settimeout(left())
            with self._tls.wrap_socket(plain, server_hostname=self.host) as connection:
                _require_aes(connection)
                connection.settimeout(left())
                connection.sendall(question)
                answer = b""
                while ETX not in answer and len(answer) <= MAX_MESSAGE:
                    connection.settimeout(left())
                    chunk = connection.recv(4096)
                    if not chunk:
                        break
                    answer += chunk
                return answer

    def _connect(self, left: Callable[[], float]) -> socket.socket:
        """As `socket.create_connection`, which would give each address of the name the whole time."""
        addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        failure = OSError("its name has no address")
        for tried, (family, kind, protocol, _, address) in enumerate(addresses):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(left() / (len(addresses) - tried))
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure


def _require_aes(connection: ssl.SSLSocket) -> None:
    """Python cannot choose among the suites of TLS 1.3, so what was agreed on is looked at."""
    suite, *_ = connection.cipher() or ("nothing",)
    if "AES" not in suite:
        raise InsecureLink(
            f"NCIC was not asked: its switch agreed to {suite} alone, and only AES may carry the question "
            "(CJIS SC-13). Have the switch offer an AES suite."
        )


@enforces("5.h")
def judge(query: Query, message: bytes) -> Answer:
    """What a message means as the answer to this query: pure but for its time, and never an exception."""
    if not message:
        return _failed(Outcome.DOWN, "NCIC closed the connection without an answer.")
    raw = message.decode("latin-1")
    try:
        parsed = parse(_text(message))
        _require_ours(query, parsed)
    except Garbled as error:
        return _failed(Outcome.GARBLED, f"What NCIC sent cannot be used: the answer {error}.", raw)
    plate = f"{query.plate} {query.state}"
    if not parsed.records:
        detail = f"NCIC has no record of {plate}: the hot list's entry is not confirmed by it."
        return Answer(Outcome.NO_RECORD, raw, clock.now(), (), detail)
    reasons = ", ".join(f"{r.reason} (NIC {r.nic}, entered by {r.ori})" for r in parsed.records)
    lead = (
        f"NCIC has {plate} on record. It may be this vehicle: have the entering agency confirm the record "
        "before acting on it. On record:"
    )
    detail = f"{lead} {_within(MAX_DETAIL - len(lead) - 2, reasons)}."
    return Answer(Outcome.HIT, raw, clock.now(), parsed.records, detail)


def _text(message: bytes) -> str:
    if len(message) > MAX_MESSAGE:
        raise Garbled(f"is longer than {MAX_MESSAGE} bytes")
    if not message.startswith(STX) or STX in message[1:]:
        raise Garbled("is not one message")
    if message.find(ETX) != len(message) - 1:
        raise Garbled("is cut off" if ETX not in message else "is not one message")
    try:
        return message[1:-1].decode("ascii")
    except UnicodeDecodeError:
        raise Garbled("holds bytes that are no text") from None


def _require_ours(query: Query, parsed: Parsed) -> None:
    """Raise `Garbled` unless it answers this query, for this plate and state (NCIC writes O as 0)."""
    if parsed.id != query.id:
        raise Garbled("is to another query")
    told = [(record.plate, record.state) for record in parsed.records]
    for plate, state in [parsed.none_for] if parsed.none_for else told:
        if (plate.replace("O", "0"), state) != (query.plate.replace("O", "0"), query.state):
            raise Garbled("is about another plate")


def _failed(outcome: Outcome, happened: str, raw: str = "") -> Answer:
    happened = _within(MAX_DETAIL - len(NOT_VERIFIED) - 1, happened)
    return Answer(outcome, raw, clock.now(), (), f"{happened} {NOT_VERIFIED}")


def _within(limit: int, words: str) -> str:
    """Where something must be left out, it is never what to do."""
    return shorten(words, limit, placeholder=" …")
