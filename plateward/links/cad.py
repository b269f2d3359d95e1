"""The client of the agency's computer-aided dispatch: does it know an incident, by its number?

It asks as EIDO's dereference service is asked (NENA-STA-021.1, `GET /EIDO/{IncidentId}`), over TLS. Case numbers of the
records system are asked in the same way: CAD answers for both.
"""

import json
import ssl
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import httpx

from plateward import clock
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

ANSWER_AT_MOST = 1024 * 1024  # bytes; an incident with all its notes is tens of kilobytes
# What EIDO 1.0 requires of the whole object.
REQUIRED = (
    "$id",
    "lastUpdateTimeStamp",
    "updatedByAgencyReference",
    "eidoVersion",
    "issuingElementIdentification",
    "agencyComponent",
)


class InsecureLink(PlatewardError):
    """CAD would be asked over a connection that others could read or pose on."""


class Outcome(StrEnum):
    """What came of a question; UNREACHABLE is every answer that says neither yes nor no."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Answer:
    """`detail` is for people, in at most 300 characters: what CAD said, or why it said nothing."""

    outcome: Outcome
    detail: str
    at: datetime


class NoAnswer(Exception):
    """Why there is none, in words that follow "CAD"."""


@enforces("6.a.iii", "6.i.ii", "SC-8", "SC-13")
class Cad:
    """CAD at `host`:`port`; safe for several threads. `timeout` in seconds is for the whole of a question.

    Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for CAD's name.
    """

    def __init__(self, host: str, port: int, tls: ssl.SSLContext, timeout: float = 5.0) -> None:
        strong = tls.minimum_version >= ssl.TLSVersion.TLSv1_2
        if not (strong and tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname):
            raise InsecureLink(
                "CAD is asked over TLS 1.2 or higher and must prove its name (OPR:50 6.i.ii). "
                "Use ssl.create_default_context() with the authority that signs its certificate."
            )
        self.base, self.timeout = f"https://{host}:{port}", timeout
        self._tls = tls

    def look_up(self, number: str) -> Answer:
        """Ask for one number. Never raises: UNREACHABLE says what went wrong."""
        try:
            status, body = self._get(f"{self.base}/EIDO/{quote(number, safe='')}")
            known = judge(number, status, body)
        except NoAnswer as why:
            return Answer(Outcome.UNREACHABLE, f"CAD {why}."[:300], clock.now())
        if known:
            return Answer(Outcome.KNOWN, f"CAD knows {number}.", clock.now())
        return Answer(Outcome.UNKNOWN, f"CAD knows no incident or case {number}.", clock.now())

    def _get(self, url: str) -> tuple[int, bytes]:
        end, body = time.monotonic() + self.timeout, b""
        try:
            with (
                httpx.Client(
                    verify=self._tls, timeout=self.timeout, trust_env=False, follow_redirects=False
                ) as client,
                client.stream("GET", url, headers={"Accept": "application/json"}) as answer,
            ):
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > ANSWER_AT_MOST:
                        raise NoAnswer("sent more than an incident can be")
                    if time.monotonic() > end:
                        raise NoAnswer(f"did not answer within {self.timeout:g} seconds")
                return answer.status_code, body
        except httpx.TimeoutException as error:
            raise NoAnswer(f"did not answer within {self.timeout:g} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise NoAnswer(f"could not be reached ({reason[:200]})") from error


@enforces("6.a.iii")
def judge(number: str, status: int, body: bytes) -> bool:
    """Whether an answer says that this number is known. Raises `NoAnswer` where it says neither, and nothing else."""
    if status == 404:
        return False
    if status != 200:
        raise NoAnswer(f"refused to answer (HTTP {status})")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoAnswer("sent what is no EIDO") from error
    if not isinstance(found, dict) or not all(found.get(name) for name in REQUIRED):
        raise NoAnswer("sent what is no EIDO")
    if number.upper() not in _names(found):
        raise NoAnswer("answered about another incident")
    return True


def _names(found: dict[str, Any]) -> set[str]:
    """What the object calls its incident: its own id, the id within a NENA urn, the agency's number."""
    id = str(found["$id"]).upper()
    names = {id, id.removeprefix("URN:EMERGENCY:UID:INCIDENTID:").split(":")[0]}
    incident = found.get("incidentComponent")
    if isinstance(incident, dict):
        names.add(str(incident.get("internalIncidentId", "")).upper())
    return names - {""}
