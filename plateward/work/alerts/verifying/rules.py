"""What answers from NCIC, entering agencies and FMCSA mean, who may be asked what, and who of the entering unit
answers. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.field.hotlists.requests.rules import is_thorough
from plateward.ground import clock
from plateward.ground.links import fmcsa
from plateward.ground.links.ncic.hit import RecordVerdict
from plateward.ground.links.ncic.switch import StatusAnswer
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.answers import NumberedVerdict, current_verdict
from plateward.work.alerts.facts import Facts, VerificationAnswer
from plateward.work.alerts.rules import GATE, closed_refusal, is_confirmed

ANSWER_WITHIN = timedelta(
    minutes=10
)  # the entering unit, as NCIC gives an agency for an urgent hit confirmation
MAX_REQUESTS = 3  # to one agency about one record (RNO)
# NCIC codes (LIT) for plates of commercial vehicles: apportioned, bus, commercial, truck, semitrailer.
COMMERCIAL_PLATES = frozenset({"AP", "BU", "CO", "TK", "TR"})
COMMERCIAL_WORDS = re.compile(r"(?<!pickup )\b(bus|commercial|semi|tractor|trailer|truck)\b", re.IGNORECASE)


@dataclass(frozen=True)
class RequestStatus:
    """A hit confirmation request: its deadline, whether it may have gone out, and its answers."""

    number: int
    due: datetime
    sent: bool
    verdicts: frozenset[RecordVerdict] = frozenset()


@enforces("5.h/query", "6.e.iv.3/ncic")
def may_request(facts: Facts, earlier: Sequence[RequestStatus], now: datetime) -> Decision:
    """Whether the agency that entered a record may be asked (again) whether it stands. `earlier`: requests
    about this record."""
    if facts.closed:
        return Refusal("6.e.vii", "This alert is closed.", "A late answer is kept but has no effect.")
    sent = [request for request in earlier if request.sent]
    answer = current_verdict(
        NumberedVerdict(request.number, verdict) for request in sent for verdict in request.verdicts
    )
    if answer is RecordVerdict.VALID:
        return Refusal("5.h", "The entering agency confirmed this record.", "Continue with step 4.")
    if answer is RecordVerdict.NOT_VALID:
        return Refusal(
            "5.h",
            "The entering agency says this record is not valid.",
            "No basis for an encounter. If you know otherwise, call the agency.",
        )
    if sent and now < sent[-1].due:
        return Refusal(
            "5.h",
            f"Request {sent[-1].number} is still waiting for a response.",
            "Wait for it; you can send a second request when its time is up. If urgent, call the agency.",
        )
    if len(sent) >= MAX_REQUESTS:
        return Refusal(
            "5.h", "You asked the entering agency three times.", "Call the agency, or have dispatch call it."
        )
    return Allow()


def next_number(earlier: Iterable[RequestStatus]) -> int:
    """RNO of the next request; requests that certainly never went out do not count."""
    return 1 + sum(request.sent for request in earlier)


@enforces("5.j/query", "6.c.i.5/role")
def is_commercial(kind: str | None, vehicle: str, plate_type: str) -> bool | None:
    """Whether the read (`kind`) or the entry says that this is a commercial vehicle. Without the read (None), the entry
    may say yes, and otherwise it is not known."""
    words = f"{kind or ''} {vehicle}"
    if plate_type.upper() in COMMERCIAL_PLATES or COMMERCIAL_WORDS.search(words):
        return True
    return None if kind is None else False


@enforces("5.j/query", "6.c.i.5/role", "6.e.iv.3/fmcsa")
def may_ask_fmcsa(
    verifying: Decision, commercial: bool | None, inspector: bool, missing: str = ""
) -> Decision:
    """FMCSA answers for commercial vehicles; a Transportation Inspector decides what is one. `missing`: why the read is
    not there, where it is not known (None) whether the vehicle is commercial."""
    if isinstance(verifying, Refusal) or commercial or inspector:
        return verifying
    if commercial is None:
        return Refusal(
            "5.j",
            "Cannot tell whether this is a commercial vehicle: the list entry does not describe one, and the read of "
            "this alert is missing.",
            f"{missing} Query NCIC meanwhile, or have a Transportation Inspector query FMCSA.",
        )
    return Refusal(
        "5.j",
        "Neither the read nor the list entry shows a commercial vehicle.",
        "Query NCIC, or have a Transportation Inspector query FMCSA.",
    )


@enforces("5.j/verifies", "6.e.iv.3/fmcsa")
def judge_fmcsa(status: StatusAnswer, carrier: fmcsa.FmcsaAnswer | None) -> tuple[VerificationAnswer, str]:
    """What FMCSA's answers come to, also in words, at most 300 characters. A vehicle or carrier out of service, or a
    carrier that may not operate, verifies the alert. If FMCSA cannot answer about the carrier, an out-of-service
    vehicle still verifies. `carrier` is None if PRISM names none or this agency has no key."""
    if status.vehicle is None:
        return VerificationAnswer(status.outcome), status.detail[:300]
    vehicle = status.vehicle
    carrier_text = f"The carrier (USDOT {vehicle.dot})" if vehicle.dot else "Its carrier"
    if vehicle.out_of_service:
        since = f" since {clock.format_day(vehicle.since)}" if vehicle.since else ""
        return VerificationAnswer.HIT, f"The vehicle is out of service{since}, by its state (PRISM)."
    if not vehicle.dot:
        return VerificationAnswer.CLEAR, "The vehicle is not out of service; PRISM names no carrier for it."
    if carrier is None:
        return (
            VerificationAnswer.DOWN,
            f"The vehicle is not out of service. {carrier_text} was not queried: this agency has no FMCSA key. "
            "Contact the ALPR administrator.",
        )
    if carrier.outcome is fmcsa.FmcsaOutcome.UNKNOWN:
        return VerificationAnswer.NO_RECORD, carrier.detail[:300]
    if carrier.carrier is None:
        garbled = carrier.outcome is fmcsa.FmcsaOutcome.GARBLED
        return VerificationAnswer.GARBLED if garbled else VerificationAnswer.DOWN, carrier.detail[:300]
    if not carrier.carrier.allowed:
        since = (
            f", out of service since {clock.format_day(carrier.carrier.since)}"
            if carrier.carrier.since
            else ""
        )
        return VerificationAnswer.HIT, f"{carrier_text} may not operate{since}."
    return VerificationAnswer.CLEAR, f"{carrier_text} may operate, and the vehicle is not out of service."


def door_text(allowed: bool | None, outcome: fmcsa.FmcsaOutcome) -> str:
    """FMCSA's answer on the carrier numbered on the door, in words."""
    return {
        fmcsa.FmcsaOutcome.UNKNOWN: "FMCSA has no carrier with this number",
        fmcsa.FmcsaOutcome.UNREACHABLE: "No response: FMCSA could not be queried",
        fmcsa.FmcsaOutcome.GARBLED: "No usable response from FMCSA",
        fmcsa.FmcsaOutcome.KNOWN: "The carrier may operate" if allowed else "The carrier may not operate",
    }[outcome]


@enforces("5.j/verifies", "6.e.iv.3/fmcsa")
def names_other(dot: str, by_plate: Iterable[str]) -> bool:
    """Whether the plate's own answers named only carriers with another number. It verifies nothing either way: a
    number on a door names a carrier, not the plate."""
    named = {number.lstrip("0") for number in by_plate} - {""}
    return bool(named) and dot.lstrip("0") not in named


def is_due(requested: RequestStatus, now: datetime) -> bool:
    """Whether a request went out and its time ran out without yes or no."""
    final = requested.verdicts & {RecordVerdict.VALID, RecordVerdict.NOT_VALID}
    return requested.sent and not final and now >= requested.due


@enforces("6.e.iv.3/ncic")
def may_ask_unit(facts: Facts, *, waits: bool) -> Decision:
    """Whether the entering unit may be asked (again). `waits`: it has not answered yet."""
    if facts.closed:
        return closed_refusal(facts)
    if not facts.own:
        return Refusal(
            "5.h",
            "This entry is not from this agency's own list.",
            "Query NCIC, then have the entering agency confirm its record.",
        )
    read = is_confirmed(facts)
    if isinstance(read, Refusal):
        return read
    if waits:
        return Refusal(
            GATE, "The entering unit was already asked.", "Wait for its answer, or have dispatch call."
        )
    return Allow()


@enforces("6.e.iv.3/ncic")
def may_answer(
    facts: Facts, *, waits: bool, own_stop: bool, addressee: bool, active: bool, reason: str
) -> Decision:
    """Whether this person may say whether the entry is active. `own_stop`: they look at the vehicle, and an
    entry that NCIC lacks needs two people. `addressee`: they are of the entering unit or dispatch, or it was
    escalated to them. A no needs a reason that lets a supervisor approve the removal."""
    if facts.closed:
        return closed_refusal(facts)
    if not waits:
        return Refusal(GATE, "The entering unit has no open question.", "See the answer on its page.")
    if own_stop:
        return Refusal(
            GATE,
            "You cannot confirm an entry for your own stop.",
            "Another member of the entering unit, or dispatch, answers.",
        )
    if not addressee:
        return Refusal(
            GATE, "You are not in the entering unit or dispatch.", "The people named on the page answer."
        )
    if not active and isinstance(short := is_thorough(reason, "why"), Refusal):
        return Refusal("6.f.i.1", short.reason, "State in a sentence why the entry is no longer active.")
    return Allow()
