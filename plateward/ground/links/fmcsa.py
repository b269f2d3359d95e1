"""The client of FMCSA's QCMobile service: may a carrier operate, and is it out of service? By DOT number, over TLS.

The key is part of the address, so the address stays out of every log, error and stored answer.
"""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from plateward.ground.links.https import HttpAnswer, HttpQuestion, LateAnswer, LongAnswer, NoAnswer, ask
from plateward.ground.links.secure import require_strong
from plateward.ground.policy.trace import enforces

ANSWER_AT_MOST = 1024 * 1024  # bytes; a carrier with all its dockets is a few kilobytes
KEPT_AT_MOST = 64 * 1024  # characters of the raw answer that are stored
MOST_SHOWN = 200  # orders or dockets to show
NO_KEY = "Webkey not found"
T = TypeVar("T")


class FmcsaOutcome(StrEnum):
    """The result of a look-up; UNREACHABLE and GARBLED say nothing about the carrier."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"
    GARBLED = "garbled"


@dataclass(frozen=True)
class Carrier:
    """`allowed`: whether FMCSA lets it operate now. `since`: when it went out of service, if it is. `orders`: each that
    put it out of service, in force or past, by date (or "") and reason. `authorities`: each by its docket, with its
    statuses as common carrier, contract carrier and broker: A active, I inactive, N none."""

    dot: str
    name: str
    allowed: bool
    since: date | None
    orders: tuple[tuple[str, str], ...]
    authorities: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class FmcsaAnswer:
    """`detail` is a sentence, `raw` the verbatim answer, to be stored sealed."""

    outcome: FmcsaOutcome
    detail: str
    raw: str
    carrier: Carrier | None = None


class NoFmcsaAnswer(Exception):
    """Why there is no answer, in words that follow "FMCSA"."""

    def __init__(self, reason: str, outcome: FmcsaOutcome = FmcsaOutcome.UNREACHABLE) -> None:
        super().__init__(reason)
        self.why, self.outcome = reason, outcome


class _Part(msgspec.Struct, rename="camel"):
    """Fields not named here are ignored."""


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


@enforces("5.j/query", "6.i.ii/tls", "6.i.ii/devices", "SC-8/systems", "SC-13/suites")
class Fmcsa:
    """QCMobile at `host`:`port`, with the agency's `key`; safe for several threads. `timeout` in seconds covers a whole
    request.

    Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for FMCSA's name.
    """

    def __init__(self, host: str, port: int, key: str, tls: ssl.SSLContext, timeout: float = 8.0) -> None:
        require_strong(tls, "FMCSA")
        self._base, self._key, self._tls, self.timeout = f"https://{host}:{port}", key, tls, timeout

    def carrier(self, dot: str) -> FmcsaAnswer:
        """Look up a carrier, its orders and its authorities. Never raises: UNREACHABLE or GARBLED say what went
        wrong."""
        received: list[str] = []
        try:
            carrier = self._carrier(int(dot), received)
        except NoFmcsaAnswer as error:
            return FmcsaAnswer(error.outcome, f"FMCSA {error.why}.", _join_received(received))
        if carrier is None:
            return FmcsaAnswer(
                FmcsaOutcome.UNKNOWN,
                f"FMCSA has no carrier with the DOT number {dot}.",
                _join_received(received),
            )
        return FmcsaAnswer(
            FmcsaOutcome.KNOWN, f"FMCSA has the carrier {dot}.", _join_received(received), carrier
        )

    def _carrier(self, dot: int, received: list[str]) -> Carrier | None:
        end = time.monotonic() + self.timeout
        path = f"/qc/services/carriers/{dot}"

        def page(path: str, judge: Callable[[int, int, bytes], T]) -> T:
            answer = self._get(path, end - time.monotonic())
            text = answer.body.decode("utf-8", "replace").replace(self._key, "(key)")
            received.append(f"GET {path}: HTTP {answer.status}\n{text}")
            return judge(dot, answer.status, answer.body)

        carrier = page(path, carrier_of)
        if carrier is None:
            return None
        orders = page(f"{path}/oos", orders_of)
        authorities = page(f"{path}/authority", authorities_of)
        name = (carrier.legal_name or carrier.dba_name or "")[:120]
        allowed = carrier.allowed_to_operate == "Y"
        return Carrier(str(dot), name, allowed, _date(carrier.oos_date), orders, authorities)

    def _get(self, path: str, left: float) -> HttpAnswer:
        key = quote(self._key, safe="")
        question = HttpQuestion("GET", f"{self._base}{path}?webKey={key}", {}, secret=key)
        try:
            return ask("FMCSA", question, self._tls, left, ANSWER_AT_MOST)
        except LateAnswer:
            raise NoFmcsaAnswer(f"did not answer within {self.timeout:g} seconds") from None
        except LongAnswer as long:
            raise NoFmcsaAnswer(str(long), FmcsaOutcome.GARBLED) from None
        except NoAnswer as no:
            raise NoFmcsaAnswer(str(no)) from None


@enforces("5.j/query")
def carrier_of(dot: int, status: int, body: bytes) -> _Carrier | None:
    """The carrier in an answer, or None if this number has none. Raises `NoFmcsaAnswer`, and nothing else."""
    contents = _contents(status, body, _CarrierContent | list[_CarrierContent] | str | None, "carrier")
    carriers: list[_Carrier] = [item.carrier for item in contents if item.carrier]
    if not carriers:
        return None
    if [item.dot_number for item in carriers] != [dot]:
        raise NoFmcsaAnswer("responded about another carrier", FmcsaOutcome.GARBLED)
    if carriers[0].allowed_to_operate not in ("Y", "N"):
        raise NoFmcsaAnswer("does not say whether the carrier may operate", FmcsaOutcome.GARBLED)
    return carriers[0]


@enforces("5.j/query")
def orders_of(dot: int, status: int, body: bytes) -> tuple[tuple[str, str], ...]:
    """The out-of-service orders in an answer, each once. Raises `NoFmcsaAnswer`, and nothing else."""
    orders = [item.oos for item in _contents(status, body, list[_OrderContent] | str | None)]
    _require_carrier(dot, orders)
    named = [(_date(order.oos_date), (order.oos_reason_description or "")[:120]) for order in orders]
    return tuple(dict.fromkeys((at.isoformat() if at else "", reason) for at, reason in named))[:MOST_SHOWN]


@enforces("5.j/query")
def authorities_of(dot: int, status: int, body: bytes) -> tuple[tuple[str, str, str, str], ...]:
    """The operating authorities in an answer. Raises `NoFmcsaAnswer`, and nothing else."""
    content = _contents(status, body, list[_AuthorityContent] | str | None)
    authorities = [item.carrier_authority for item in content]
    _require_carrier(dot, authorities)
    return tuple(
        (
            f"{item.prefix or ''}{item.docket_number or ''}",
            item.common_authority_status or "",
            item.contract_authority_status or "",
            item.broker_authority_status or "",
        )
        for item in authorities
    )[:MOST_SHOWN]


def _contents(status: int, body: bytes, kind: Any, name: str = "response") -> list[Any]:
    """What a page holds: an object or several; empty if there is nothing under this number."""
    try:
        raw = bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw]).get("content", b"null"))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raw = b""
    if NO_KEY.encode() in raw:
        raise NoFmcsaAnswer("does not accept this agency's key: notify the ALPR administrator")
    if status == 404:
        return []
    if status != 200:
        raise NoFmcsaAnswer(f"refused the request (HTTP {status})")
    try:
        content: Any = msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise NoFmcsaAnswer("sent something that is not a response", FmcsaOutcome.GARBLED) from None
    if isinstance(content, str):
        raise NoFmcsaAnswer(f"sent something that is not a {name}", FmcsaOutcome.GARBLED)
    return content if isinstance(content, list) else [content] if content else []


def _require_carrier(dot: int, parts: list[Any]) -> None:
    if any(part.dot_number != dot for part in parts):
        raise NoFmcsaAnswer("responded about another carrier", FmcsaOutcome.GARBLED)


def _date(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise NoFmcsaAnswer("sent an invalid date", FmcsaOutcome.GARBLED) from None


def _join_received(received: list[str]) -> str:
    return "\n\n".join(received)[:KEPT_AT_MOST]
