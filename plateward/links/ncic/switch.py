"""The client of the state's message switch, through which NCIC, FMCSA and other agencies are asked: over TLS, a
connection a question."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from plateward import clock
from plateward.links.ncic import frames, hit, legacy, mailbox, query, status, xml
from plateward.links.ncic.line import Line
from plateward.links.ncic.messages import Garbled, Message, Question, new_id
from plateward.links.ncic.query import Answer, Outcome, Query
from plateward.links.ncic.status import StatusQuery, VehicleStatus
from plateward.links.secure import InsecureLink, require_strong
from plateward.policy.trace import enforces

FETCH_AT_MOST = 200  # messages in one go: the next go takes the others
T = TypeVar("T")


class Dialect(StrEnum):
    """How messages are written on the wire."""

    LEGACY = "legacy"
    XML = "xml"


@dataclass(frozen=True)
class Codec:
    """A dialect: how a question is written, a message read, and the longest that is taken, in bytes."""

    render: Callable[[Question], bytes]
    read: Callable[[bytes], Message]
    limit: int


CODECS = {
    Dialect.LEGACY: Codec(legacy.render, legacy.read, legacy.MAX_MESSAGE),
    Dialect.XML: Codec(xml.render, xml.read, xml.MAX_MESSAGE),
}


@dataclass(frozen=True)
class Sent:
    """What came of a hit confirmation request: HIT where it is on its way, else `gone` says whether it may have left
    all the same; `response` where the agency answered in the same breath. `detail` is a sentence, `raw` what came,
    word for word."""

    outcome: Outcome
    detail: str
    raw: str
    gone: bool = True
    response: hit.HitResponse | None = None


@dataclass(frozen=True)
class Status:
    """What came of a vehicle's status: HIT with what PRISM says, NO_RECORD, or why there is no answer."""

    outcome: Outcome
    detail: str
    raw: str
    received_at: datetime
    vehicle: VehicleStatus | None = None


@dataclass(frozen=True)
class Mail:
    """A message from the mailbox: a YR, or None and why it is none."""

    raw: str
    response: hit.HitResponse | None
    why: str = ""


class NoAnswer(Exception):
    """Why there is none, in words that follow the name of who was asked; `raw` is what came all the same, `gone`
    whether the question may have left."""

    def __init__(self, outcome: Outcome, why: str, raw: str = "", *, gone: bool = True) -> None:
        super().__init__(why)
        self.outcome, self.why, self.raw, self.gone = outcome, why, raw, gone


@enforces("5.h", "6.i.ii", "SC-8", "SC-13")
class Switch:
    """A message switch at `host`:`port`; safe for several threads. `timeout` in seconds is for a whole question,
    once the host's name is looked up.

    Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for the switch's name.
    """

    def __init__(
        self,
        host: str,
        port: int,
        tls: ssl.SSLContext,
        timeout: float = 8.0,
        dialect: Dialect = Dialect.LEGACY,
    ) -> None:
        require_strong(tls, "The message switch")
        self.host, self.port, self.timeout, self.dialect = host, port, timeout, dialect
        self._tls, self._codec = tls, CODECS[dialect]

    @enforces("5.h")
    def query(self, asked: Query) -> Answer:
        """Ask NCIC, and wait at most `timeout` seconds. Never raises: DOWN or GARBLED says what went wrong."""
        try:
            return self.judge(asked, self._ask(asked))
        except NoAnswer as error:
            return query.failed(error.outcome, f"NCIC {error.why}", error.raw)

    def judge(self, asked: Query, received: bytes) -> Answer:
        """What these bytes mean as the answer to this query. Never raises."""
        try:
            records, raw = self._read(received, lambda message: query.records(asked, message))
        except NoAnswer as error:
            return query.failed(error.outcome, f"NCIC {error.why}", error.raw)
        return query.answer(asked, records, raw)

    @enforces("5.j")
    def status(self, asked: StatusQuery) -> Status:
        """Ask FMCSA of the vehicle with this plate; as `query`, it never raises."""
        try:
            vehicle, raw = self._read(self._ask(asked), lambda message: status.judge(asked, message))
        except NoAnswer as error:
            return Status(error.outcome, f"FMCSA {error.why}", error.raw, clock.now())
        plate = f"{asked.plate} {asked.state}"
        if vehicle is None:
            detail = f"FMCSA knows no commercial vehicle with the plate {plate}."
            return Status(Outcome.NO_RECORD, detail, raw, clock.now())
        return Status(Outcome.HIT, f"FMCSA knows the vehicle {plate}.", raw, clock.now(), vehicle)

    @enforces("5.h")
    def confirm(self, asked: hit.HitRequest) -> Sent:
        """Send a hit confirmation request on its way; as `query`, it never raises."""
        try:
            response, raw = self._read(self._ask(asked), lambda message: hit.accepted(asked, message))
        except NoAnswer as error:
            lead = f"It is not sure that the request went to {asked.to}"
            if not error.gone:
                lead = f"The request to {asked.to} was not sent"
            return Sent(error.outcome, f"{lead}: the switch {error.why}", error.raw, error.gone)
        return Sent(Outcome.HIT, f"The request is on its way to {asked.to}.", raw, response=response)

    @enforces("5.h")
    def collect(self, ori: str, take: Callable[[Mail], None]) -> int:
        """Fetch what the switch keeps for this ORI, oldest first; `take` stores each before the switch may drop it.
        Returns how many. Raises `NoAnswer`, and whatever `take` raises: what was not taken comes again."""
        fetch = mailbox.Fetch(new_id(), ori, "RCV")
        stored = mailbox.Fetch(fetch.id, ori, "ACK")
        with ExitStack() as stack:
            with _trouble(self.timeout, gone=False):
                line = stack.enter_context(self._line())
            for taken in range(FETCH_AT_MOST):
                with _trouble(self.timeout):
                    received = line.next(self._rendered(stored if taken else fetch))
                mail = self._mail(received, fetch)
                if mail is None:
                    return taken
                take(mail)
            with _trouble(self.timeout):
                line.next(self._rendered(stored))
        return FETCH_AT_MOST

    def _mail(self, received: bytes, fetch: mailbox.Fetch) -> Mail | None:
        raw = _raw(received)
        if not frames.whole(received, self._codec.limit):
            raise NoAnswer(Outcome.DOWN, "closed the connection within a message.")
        try:
            message = self._codec.read(frames.opened(received, self._codec.limit))
            return None if mailbox.is_empty(message, fetch) else Mail(raw, hit.response(message))
        except Garbled as error:
            return Mail(raw, None, str(error))

    def _ask(self, question: Question) -> bytes:
        with ExitStack() as stack:
            with _trouble(self.timeout, gone=False):
                line = stack.enter_context(self._line())
            with _trouble(self.timeout):
                return line.ask(self._rendered(question))

    def _read(self, received: bytes, judge: Callable[[Message], T]) -> tuple[T, str]:
        """What a message means, and what came."""
        raw = _raw(received)
        try:
            return judge(self._codec.read(frames.opened(received, self._codec.limit))), raw
        except Garbled as error:
            raise NoAnswer(Outcome.GARBLED, f"sent what cannot be used: the answer {error}.", raw) from None

    def _line(self) -> Line:
        return Line(self.host, self.port, self._tls, self.timeout, self._codec.limit)

    def _rendered(self, question: Question) -> bytes:
        return frames.framed(self._codec.render(question))


def _raw(received: bytes) -> str:
    if not received:
        raise NoAnswer(Outcome.DOWN, "closed the connection without an answer.")
    return received.decode("latin-1")


@contextmanager
def _trouble(timeout: float, *, gone: bool = True) -> Iterator[None]:
    """Whatever goes wrong on the way, as `NoAnswer`."""
    try:
        yield
    except TimeoutError:
        why = f"did not answer within {timeout:g} seconds."
    except InsecureLink as error:
        why = f"was not asked. {error}"
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or "the connection broke"
        why = f"could not be asked securely over TLS ({reason})."
    except (OSError, ValueError, OverflowError) as error:
        why = f"could not be reached ({getattr(error, 'strerror', None) or error})."
    else:
        return
    raise NoAnswer(Outcome.DOWN, why, gone=gone)
