"""The client of the state's message switch, the way to NCIC, FMCSA and other agencies: over TLS, with a connection per
question."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from plateward.ground import clock
from plateward.ground.links.ncic import hit, legacy, query, xml
from plateward.ground.links.ncic.connection import (
    SwitchConnection,
    add_frame,
    content_of,
    is_complete,
    strip_frame,
)
from plateward.ground.links.ncic.messages import (
    ID,
    ORI,
    Garbled,
    Question,
    SwitchMessage,
    new_id,
    require_sound,
)
from plateward.ground.links.ncic.query import (
    NcicAnswer,
    NcicQuery,
    QueryOutcome,
    StatusQuery,
    VehicleStatus,
)
from plateward.ground.links.secure import InsecureLink, require_strong
from plateward.ground.policy.trace import enforces

NO_MAIL = "NO MESSAGES WAITING"
FETCH_AT_MOST = 200  # messages per run: the next run takes the others
T = TypeVar("T")


class Dialect(StrEnum):
    """How messages are written on the wire."""

    LEGACY = "legacy"
    XML = "xml"


@dataclass(frozen=True)
class Codec:
    """A dialect: how to write a question and read a message, and the longest message accepted, in bytes."""

    render: Callable[[Question], bytes]
    read: Callable[[bytes], SwitchMessage]
    limit: int


CODECS = {
    Dialect.LEGACY: Codec(legacy.render, legacy.read, legacy.MAX_MESSAGE),
    Dialect.XML: Codec(xml.render, xml.read, xml.MAX_MESSAGE),
}


@dataclass(frozen=True)
class SentRequest:
    """The result of a hit confirmation request: HIT if it is on its way; otherwise `gone` says whether it may still
    have left. `response` is set if the agency answered at once. `detail` is a sentence, `raw` the verbatim answer."""

    outcome: QueryOutcome
    detail: str
    raw: str
    gone: bool = True
    response: hit.HitConfirmationResponse | None = None


@dataclass(frozen=True)
class StatusAnswer:
    """The result of a vehicle status query: HIT with PRISM's data, NO_RECORD, or why there is no answer."""

    outcome: QueryOutcome
    detail: str
    raw: str
    received_at: datetime
    vehicle: VehicleStatus | None = None


@dataclass(frozen=True)
class Mail:
    """A message from the mailbox: a YR, or None and why it is none."""

    raw: str
    response: hit.HitConfirmationResponse | None
    why: str = ""


@dataclass(frozen=True)
class Fetch:
    """The switch keeps messages for an agency until fetched: unsolicited ones, such as a late YR. Unacknowledged ones
    come again. `key`: RCV for the oldest message, ACK for the next one once the last is stored."""

    id: str
    ori: str
    key: str
    to = ""

    def __post_init__(self) -> None:
        require_sound((ID, self.id), (ORI, self.ori))

    def fields(self) -> dict[str, str]:
        """No fields are needed."""
        return {}


def is_empty(message: SwitchMessage, fetch: Fetch) -> bool:
    """Whether it says that no message waits."""
    return message.id == fetch.id and [block.label for block in message.blocks] == [NO_MAIL]


class NoSwitchAnswer(Exception):
    """Why there is no answer, in words that follow the name of the system; `raw` is what still came, `gone` whether the
    question may have left."""

    def __init__(self, outcome: QueryOutcome, reason: str, raw: str = "", *, gone: bool = True) -> None:
        super().__init__(reason)
        self.outcome, self.why, self.raw, self.gone = outcome, reason, raw, gone


@enforces("5.h/query", "6.i.ii/tls", "6.i.ii/devices", "SC-8/systems", "SC-13/suites")
class Switch:
    """A message switch at `host`:`port`; safe for several threads. `timeout` in seconds covers a whole question, after
    looking up the host's name.

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

    @enforces("5.h/query")
    def query(self, question: NcicQuery) -> NcicAnswer:
        """Query NCIC, and wait at most `timeout` seconds. Never raises: DOWN or GARBLED says what went wrong."""
        try:
            return self.judge(question, self._ask(question))
        except NoSwitchAnswer as error:
            return query.failed_answer(error.outcome, f"NCIC {error.why}", error.raw)

    def judge(self, question: NcicQuery, received: bytes) -> NcicAnswer:
        """The answer in these bytes, for this query. Never raises."""
        try:
            records, raw = self._read(received, lambda message: query.records_of(question, message))
        except NoSwitchAnswer as error:
            return query.failed_answer(error.outcome, f"NCIC {error.why}", error.raw)
        return query.answer_of_records(question, records, raw)

    @enforces("5.j/query")
    def status(self, question: StatusQuery) -> StatusAnswer:
        """Query FMCSA for the vehicle with this plate; like `query`, it never raises."""
        try:
            vehicle, raw = self._read(
                self._ask(question), lambda message: query.read_status(question, message)
            )
        except NoSwitchAnswer as error:
            return StatusAnswer(error.outcome, f"FMCSA {error.why}", error.raw, clock.now())
        plate = f"{question.plate} {question.state}"
        if vehicle is None:
            detail = f"FMCSA has no commercial vehicle with the plate {plate}."
            return StatusAnswer(QueryOutcome.NO_RECORD, detail, raw, clock.now())
        return StatusAnswer(QueryOutcome.HIT, f"FMCSA has the vehicle {plate}.", raw, clock.now(), vehicle)

    @enforces("5.h/query")
    def confirm(self, request: hit.HitConfirmationRequest) -> SentRequest:
        """Send a hit confirmation request; like `query`, it never raises."""
        try:
            response, raw = self._read(
                self._ask(request), lambda message: hit.read_acceptance(request, message)
            )
        except NoSwitchAnswer as error:
            lead = f"The request to {request.to} may not have been sent"
            if not error.gone:
                lead = f"The request to {request.to} was not sent"
            return SentRequest(error.outcome, f"{lead}: the switch {error.why}", error.raw, error.gone)
        return SentRequest(QueryOutcome.HIT, f"The request was sent to {request.to}.", raw, response=response)

    @enforces("5.h/query")
    def collect(self, ori: str, take: Callable[[Mail], None]) -> int:
        """Fetch the messages that the switch keeps for this ORI, oldest first; `take` stores each before the switch may
        drop it. Returns how many. Raises `NoSwitchAnswer`, and whatever `take` raises: messages not taken come
        again."""
        fetch = Fetch(new_id(), ori, "RCV")
        stored = Fetch(fetch.id, ori, "ACK")
        with ExitStack() as stack:
            with _as_no_answer(self.timeout, gone=False):
                line = stack.enter_context(self._line())
            for count in range(FETCH_AT_MOST):
                with _as_no_answer(self.timeout):
                    received = line.next(self._rendered(stored if count else fetch))
                mail = self._mail(received, fetch)
                if mail is None:
                    return count
                take(mail)
            with _as_no_answer(self.timeout):
                line.next(self._rendered(stored))
        return FETCH_AT_MOST

    def _mail(self, received: bytes, fetch: Fetch) -> Mail | None:
        raw = _raw_text(received)
        if not is_complete(received, self._codec.limit):
            raise NoSwitchAnswer(QueryOutcome.DOWN, "closed the connection within a message.")
        try:
            message = self._codec.read(strip_frame(received, self._codec.limit))
            return None if is_empty(message, fetch) else Mail(raw, hit.read_response(message))
        except Garbled as error:
            return Mail(raw, None, str(error))

    def _ask(self, question: Question) -> bytes:
        with ExitStack() as stack:
            with _as_no_answer(self.timeout, gone=False):
                line = stack.enter_context(self._line())
            with _as_no_answer(self.timeout):
                return line.ask(self._rendered(question))

    def _read(self, received: bytes, judge: Callable[[SwitchMessage], T]) -> tuple[T, str]:
        """The judged message, and its raw text."""
        raw = _raw_text(received)
        try:
            return judge(self._codec.read(strip_frame(received, self._codec.limit))), raw
        except Garbled as error:
            raise NoSwitchAnswer(
                QueryOutcome.GARBLED, f"sent an unusable response: it {error}.", raw
            ) from None

    def _line(self) -> SwitchConnection:
        return SwitchConnection(self.host, self.port, self._tls, self.timeout, self._codec.limit)

    def _rendered(self, question: Question) -> bytes:
        return add_frame(self._codec.render(question))


def _raw_text(received: bytes) -> str:
    if not received:
        raise NoSwitchAnswer(QueryOutcome.DOWN, "closed the connection without a response.")
    return content_of(received).decode("latin-1")


@contextmanager
def _as_no_answer(timeout: float, *, gone: bool = True) -> Iterator[None]:
    """Turn every error on the way into `NoSwitchAnswer`."""
    try:
        yield
    except TimeoutError:
        sentence = f"did not answer within {timeout:g} seconds."
    except InsecureLink as error:
        sentence = f"was not queried. {error}"
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or "the connection broke"
        sentence = f"could not be queried securely over TLS ({reason})."
    except (OSError, ValueError, OverflowError) as error:
        sentence = f"could not be reached ({getattr(error, 'strerror', None) or error})."
    else:
        return
    raise NoSwitchAnswer(QueryOutcome.DOWN, sentence, gone=gone)
