"""The client of the agency's computer-aided dispatch, over TLS: whether it knows an incident, and sending it an
incident's document.

Look-ups follow EIDO's dereference service (NENA-STA-021.1, `GET /EIDO/{IncidentId}`); documents go by `POST /EIDO` with
an `Idempotency-Key`. Case numbers of the records system are looked up the same way: CAD answers for both.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID

from plateward.ground import clock
from plateward.ground.links import eido
from plateward.ground.links.eido import CadIncident, NoEido
from plateward.ground.links.https import HttpAnswer, HttpQuestion, NoAnswer, ask
from plateward.ground.links.secure import bearer, require_strong
from plateward.ground.policy.trace import enforces

ANSWER_AT_MOST = 1024 * 1024  # bytes; an incident with all its notes is tens of kilobytes
# Only these refusals mean that this document will never be taken: the others may be the connection's.
FINAL_STATUSES = frozenset({400, 409, 413, 415, 422})


class CadOutcome(StrEnum):
    """The result of a look-up; UNREACHABLE is every answer that says neither yes nor no."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class CadAnswer:
    """`detail` is for people, in at most 300 characters: what CAD said, or why it said nothing. `incident` is set if
    CAD knows it."""

    outcome: CadOutcome
    detail: str
    at: datetime
    incident: CadIncident | None = None


class DocumentFate(StrEnum):
    """What became of a document. UNHEARD: CAD may or may not have taken it, and it is sent again."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNHEARD = "unheard"


@dataclass(frozen=True)
class CadReceipt:
    """CAD's answer to a document; `incident` is CAD's current version, if it took the document."""

    fate: DocumentFate
    detail: str
    at: datetime
    incident: CadIncident | None = None


@enforces(
    "6.a.iii/known",
    "6.e.vii/type",
    "6.e.vii/closing",
    "6.i.ii/tls",
    "6.i.ii/devices",
    "SC-8/systems",
    "SC-13/suites",
)
class Cad:
    """CAD at `host`:`port`; safe for several threads. `timeout` in seconds covers a whole request.

    CAD identifies this hub by a certificate loaded into `tls`, by the bearer `token`, by both, or not at all.

    Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for CAD's name, and
    `BadCredential` for an impossible token.
    """

    def __init__(
        self, host: str, port: int, tls: ssl.SSLContext, timeout: float = 5.0, token: str = ""
    ) -> None:
        require_strong(tls, "CAD")
        self.base, self.timeout = f"https://{host}:{port}", timeout
        self._tls, self._shown = tls, bearer(token, "CAD")

    def look_up(self, number: str) -> CadAnswer:
        """Look up a number. Never raises: UNREACHABLE says what went wrong."""
        try:
            answer = self._ask("GET", f"/{quote(number, safe='')}")
            incident = incident_in_answer(number, answer.status, answer.body)
        except NoAnswer as error:
            return CadAnswer(CadOutcome.UNREACHABLE, f"CAD {error}."[:300], clock.now())
        if incident:
            return CadAnswer(CadOutcome.KNOWN, f"CAD has {number}.", clock.now(), incident)
        return CadAnswer(CadOutcome.UNKNOWN, f"CAD has no incident or case {number}.", clock.now())

    def send(self, id: UUID, document: bytes) -> CadReceipt:
        """Send an incident to CAD. `id` identifies the message and stays the same when it is sent again, so that CAD
        takes it once. Never raises."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(id)}
        try:
            answer = self._ask("POST", "", document, headers)
            if answer.status in FINAL_STATUSES:
                refused = f"CAD refused it (HTTP {answer.status})."
                return CadReceipt(DocumentFate.REFUSED, refused, clock.now())
            incident = accepted_incident(document, answer.status, answer.body)
        except NoAnswer as error:
            return CadReceipt(DocumentFate.UNHEARD, f"CAD {error}."[:300], clock.now())
        return CadReceipt(DocumentFate.TAKEN, f"CAD has it as {incident.number}.", clock.now(), incident)

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        question = HttpQuestion(method, f"{self.base}/EIDO{path}", self._shown | dict(headers or {}), body)
        return ask("CAD", question, self._tls, self.timeout, ANSWER_AT_MOST)


@enforces("6.a.iii/known")
def incident_in_answer(number: str, status: int, body: bytes) -> CadIncident | None:
    """The incident of this number; None if CAD says that it knows none. Raises `NoAnswer` if it says neither, and
    nothing else."""
    if status == 404:
        return None
    incident = _read_answer(status, body)
    if number.upper() not in incident.names:
        raise NoAnswer("responded about another incident")
    return incident


@enforces("6.e.vii/type")
def accepted_incident(document: bytes, status: int, body: bytes) -> CadIncident:
    """The incident as CAD has it after taking this document. Raises `NoAnswer` if its answer does not say that, and
    nothing else."""
    incident = _read_answer(200 if status == 201 else status, body)
    if incident.id != eido.read_document(document).id:
        raise NoAnswer("responded about another incident")
    if not incident.number:
        raise NoAnswer("gave no number")
    return incident


def _read_answer(status: int, body: bytes) -> CadIncident:
    if status in (401, 403):
        raise NoAnswer(
            f"does not accept this hub's credential (HTTP {status}): notify the ALPR administrator"
        )
    if status != 200:
        raise NoAnswer(f"refused the request (HTTP {status})")
    try:
        return eido.read_document(body)
    except NoEido as error:
        raise NoAnswer("sent something that is not an EIDO") from error
