"""The client of FMCSA's QCMobile service: may a carrier operate, and is it out of service? By its DOT number, over TLS.

The key stands in the address, so the address is told to nobody: no log, no error and no answer that is kept has it.
"""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from plateward.links.secure import InsecureLink, require_aes_of, require_strong
from plateward.policy.trace import enforces

ANSWER_AT_MOST = 1024 * 1024  # bytes; a carrier with all its dockets is a few kilobytes
KEPT_AT_MOST = 64 * 1024  # characters of what came, kept word for word
MOST = 200  # orders or dockets that are shown
NO_KEY = "Webkey not found"
T = TypeVar("T")


class Outcome(StrEnum):
    """What came of a question; UNREACHABLE and GARBLED say nothing of the carrier."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"
    GARBLED = "garbled"


@dataclass(frozen=True)
class Order:
    """An order that put the carrier out of service, in force or past."""

    at: date | None
    reason: str


@dataclass(frozen=True)
class Authority:
    """An operating authority by its docket; each status is A active, I inactive, N none."""

    docket: str
    common: str
    contract: str
    broker: str


@dataclass(frozen=True)
class Carrier:
    """`allowed`: whether FMCSA lets it operate now. `since`: since when it is out of service, where it is."""

    dot: str
    name: str
    allowed: bool
    since: date | None
    orders: tuple[Order, ...]
    authorities: tuple[Authority, ...]


@dataclass(frozen=True)
class Answer:
    """`detail` is a sentence, `raw` what came, word for word, to be kept sealed."""

    outcome: Outcome
    detail: str
    raw: str
    carrier: Carrier | None = None


class NoAnswer(Exception):
    """Why there is none, in words that follow "FMCSA"."""

    def __init__(self, why: str, outcome: Outcome = Outcome.UNREACHABLE) -> None:
        super().__init__(why)
        self.why, self.outcome = why, outcome


class _Part(msgspec.Struct, rename="camel"):
    """What is not named here is left out."""


class _Carrier(_Part):
    allowed_to_operate: str
    dot_number: int
    legal_name: str | None = None
    dba_name: str | None = None
    oos_date: str | None = None


class _Order(_Part):
    dot_number: int
    oos_date: str | None = None
    oos_reason_description: str | None = None


class _Authority(_Part):
    dot_number: int
    docket_number: int | None = None
    prefix: str | None = None
    common_authority_status: str | None = None
    contract_authority_status: str | None = None
    broker_authority_status: str | None = None


class _CarrierContent(_Part):
    carrier: _Carrier | None = None


class _OrderContent(_Part):
    oos: _Order


class _AuthorityContent(_Part):
    carrier_authority: _Authority


class _CarrierPage(_Part):
    content: _CarrierContent | list[_CarrierContent] | str | None = None


class _OrderPage(_Part):
    content: list[_OrderContent] | str | None = None


class _AuthorityPage(_Part):
    content: list[_AuthorityContent] | str | None = None


@enforces("5.j", "6.i.ii", "SC-8", "SC-13")
class Fmcsa:
    """QCMobile at `host`:`port`, asked with the agency's `key`; safe for several threads. `timeout` in seconds is for
    the whole of a question.

    Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for FMCSA's name.
    """

    def __init__(self, host: str, port: int, key: str, tls: ssl.SSLContext, timeout: float = 8.0) -> None:
        require_strong(tls, "FMCSA")
        self._base, self._key, self._tls, self.timeout = f"https://{host}:{port}", key, tls, timeout

    def carrier(self, dot: str) -> Answer:
        """Ask for one carrier, its orders and its authorities. Never raises: UNREACHABLE or GARBLED say what went
        wrong."""
        kept: list[str] = []
        try:
            found = self._carrier(int(dot), kept)
        except NoAnswer as error:
            return Answer(error.outcome, f"FMCSA {error.why}.", _joined(kept))
        if found is None:
            return Answer(
                Outcome.UNKNOWN, f"FMCSA knows no carrier with the DOT number {dot}.", _joined(kept)
            )
        return Answer(Outcome.KNOWN, f"FMCSA knows the carrier {dot}.", _joined(kept), found)

    def _carrier(self, dot: int, kept: list[str]) -> Carrier | None:
        end = time.monotonic() + self.timeout
        path = f"/qc/services/carriers/{dot}"
        # The transport alone: a client would log each address, and with it the key.
        with httpx.HTTPTransport(verify=self._tls, trust_env=False) as transport:

            def ask(path: str, judge: Callable[[int, int, bytes], T]) -> T:
                status, body = self._get(transport, path, end)
                told = body.decode("utf-8", "replace").replace(self._key, "(key)")
                kept.append(f"GET {path}: HTTP {status}\n{told}")
                return judge(dot, status, body)

            found = ask(path, carrier_of)
            if found is None:
                return None
            orders = ask(f"{path}/oos", orders_of)
            authorities = ask(f"{path}/authority", authorities_of)
        name = (found.legal_name or found.dba_name or "")[:120]
        allowed = found.allowed_to_operate == "Y"
        return Carrier(str(dot), name, allowed, _date(found.oos_date), orders, authorities)

    def _get(self, transport: httpx.HTTPTransport, path: str, end: float) -> tuple[int, bytes]:
        body, late = b"", NoAnswer(f"did not answer within {self.timeout:g} seconds")
        left = end - time.monotonic()
        if left <= 0:
            raise late
        request = httpx.Request(
            "GET",
            f"{self._base}{path}?webKey={quote(self._key, safe='')}",
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), left)},
        )
        # What is raised anew has no cause: it would carry the request, and with it the key.
        try:
            answer = transport.handle_request(request)
            try:
                require_aes_of(answer, "FMCSA")
                for part in answer.iter_raw():
                    body += part
                    if len(body) > ANSWER_AT_MOST:
                        raise NoAnswer("sent more than a carrier can be", Outcome.GARBLED)
                    if time.monotonic() > end:
                        raise late
            finally:
                answer.close()
        except httpx.TimeoutException:
            raise late from None
        except InsecureLink as error:
            raise NoAnswer(f"was not asked. {str(error).rstrip('.')}") from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
            reason = str(error).replace(self._key, "(key)") or type(error).__name__
            raise NoAnswer(f"could not be reached ({reason[:150]})") from None
        return answer.status_code, body


@enforces("5.j")
def carrier_of(dot: int, status: int, body: bytes) -> _Carrier | None:
    """The carrier of an answer, or None where there is none of this number. Raises `NoAnswer`, and nothing else."""
    page = _page(status, body, _CarrierPage)
    content = page.content if page else None
    if isinstance(content, str):
        raise NoAnswer("sent what is no carrier", Outcome.GARBLED)
    found = [
        one.carrier for one in (content if isinstance(content, list) else [content]) if one and one.carrier
    ]
    if not found:
        return None
    if [one.dot_number for one in found] != [dot]:
        raise NoAnswer("answered about another carrier", Outcome.GARBLED)
    if found[0].allowed_to_operate not in ("Y", "N"):
        raise NoAnswer("does not say whether the carrier may operate", Outcome.GARBLED)
    return found[0]


@enforces("5.j")
def orders_of(dot: int, status: int, body: bytes) -> tuple[Order, ...]:
    """The out-of-service orders of an answer. Raises `NoAnswer`, and nothing else."""
    orders = [one.oos for one in _listed(_page(status, body, _OrderPage))]
    _require_theirs(dot, orders)
    return tuple(
        dict.fromkeys(Order(_date(o.oos_date), (o.oos_reason_description or "")[:120]) for o in orders)
    )[:MOST]


@enforces("5.j")
def authorities_of(dot: int, status: int, body: bytes) -> tuple[Authority, ...]:
    """The operating authorities of an answer. Raises `NoAnswer`, and nothing else."""
    found = [one.carrier_authority for one in _listed(_page(status, body, _AuthorityPage))]
    _require_theirs(dot, found)
    return tuple(
        Authority(
            f"{one.prefix or ''}{one.docket_number or ''}",
            one.common_authority_status or "",
            one.contract_authority_status or "",
            one.broker_authority_status or "",
        )
        for one in found
    )[:MOST]


def _page(status: int, body: bytes, kind: type[T]) -> T | None:
    """None where there is nothing of this number."""
    try:
        told = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        refused = NO_KEY.encode() in bytes(told.get("content", b""))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        told, refused = {}, False
    if refused:
        raise NoAnswer("does not know this agency's key: tell the ALPR administrator")
    if status == 404:
        return None
    if status != 200:
        raise NoAnswer(f"refused to answer (HTTP {status})")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise NoAnswer("sent what is no answer", Outcome.GARBLED) from None


def _listed(page: Any) -> list[Any]:
    content = page.content if page else None
    if isinstance(content, str):
        raise NoAnswer("sent what is no answer", Outcome.GARBLED)
    return content or []


def _require_theirs(dot: int, parts: list[Any]) -> None:
    if any(one.dot_number != dot for one in parts):
        raise NoAnswer("answered about another carrier", Outcome.GARBLED)


def _date(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise NoAnswer("sent a date that is none", Outcome.GARBLED) from None


def _joined(kept: list[str]) -> str:
    return "\n\n".join(kept)[:KEPT_AT_MOST]
