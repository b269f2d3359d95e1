"""What the alert's page shows of its verification."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plateward import clock
from plateward.alerts import rules as steps
from plateward.alerts.facts import SOURCE_TEXT, Answer, Facts, Source
from plateward.alerts.models import Alert, Verification
from plateward.alerts.vehicle.page import is_open
from plateward.alerts.verifying import rules
from plateward.alerts.verifying.asking import confirmation
from plateward.alerts.verifying.asking.forms import DoorNumber, HitConfirmation
from plateward.alerts.verifying.asking.vehicle import is_commercial
from plateward.alerts.verifying.entry import page as entry
from plateward.alerts.verifying.models import Carrier, Door, Found, HitAnswer, HitRequest
from plateward.links.fmcsa import Outcome
from plateward.links.ncic import Verdict
from plateward.links.ncic.vehicle import withheld
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.policy.decision import Allow, Refusal
from plateward.policy.trace import enforces

ANSWER_TEXT = {
    (Source.NCIC, Answer.HIT): "Hit: NCIC has this plate on file",
    (Source.NCIC, Answer.NO_RECORD): "No record",
    (Source.FMCSA, Answer.HIT): "Out of service, or may not operate",
    (Source.FMCSA, Answer.NO_RECORD): "FMCSA does not know it",
    (Source.FMCSA, Answer.CLEAR): "Nothing against vehicle and carrier",
}
NO_ANSWER = {
    Answer.DOWN: "No answer: {} could not be asked",
    Answer.GARBLED: "No answer of {} that can be used",
}
MARKS = {Answer.HIT: "good", Answer.NO_RECORD: "bad", Answer.CLEAR: "bad"}
VERDICT_TEXT = {
    Verdict.VALID: "The record is valid",
    Verdict.NOT_VALID: "The record is NOT valid",
    Verdict.WAIT: "They need more time",
}
STATUS_TEXT = {"A": "active", "I": "inactive", "N": "none"}


@dataclass(frozen=True)
class Answered:
    """The last answer of NCIC or of FMCSA. `fresh_until` where it is positive; `stale`: it is too old to count;
    `verbatim`: word for word, but for the vehicle while nobody has said what they see."""

    name: str
    said: Verification
    text: str
    mark: str
    fresh_until: datetime | None
    stale: bool
    carrier: Carrier | None
    authorities: Sequence[str]
    verbatim: str


@dataclass(frozen=True)
class OnDoor:
    """An answer about the carrier whose number was on the vehicle. `other`: the plate's own answers name another."""

    said: Door
    text: str
    other: bool
    authorities: Sequence[str]


@dataclass(frozen=True)
class Asked:
    """A hit confirmation request with its answers. `waits`: there is time left and neither yes nor no."""

    sent: HitRequest
    answers: Sequence[tuple[HitAnswer, str]]
    waits: bool
    over: bool


def text(said: Verification) -> str:
    """What was answered, in a few words."""
    source, answer = Source(said.source), Answer(said.answer)
    return ANSWER_TEXT.get((source, answer)) or NO_ANSWER[answer].format(SOURCE_TEXT[source])


@enforces("6.e.iv.3", "5.h", "5.j")
def shown(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """The template's context: what was answered and asked, and the forms that this person may use now."""
    now = clock.now()
    may = steps.may_verify(facts)
    allowed = Permission.ALERT_VERIFY in person.permissions
    inspector = person.role == Role.INSPECTOR
    asking = isinstance(may, Allow) and allowed
    requests = [
        _asked(one, now) for one in alert.hit_requests.prefetch_related("answers").select_related("by")
    ]
    may_fmcsa = asking and isinstance(
        rules.may_ask_fmcsa(may, inspector or is_commercial(alert), inspector), Allow
    )
    opened = is_open(alert, facts)
    form, barred = _hit(alert, facts, now) if asking else (None, None)
    return {
        "answered": [one for source in Source if (one := _answered(alert, source, now, opened=opened))],
        "verified": facts.verified,
        "refuted": facts.refuted,
        "denial": getattr(alert, "denial", None),
        "may_verify": asking,
        "may_ask_fmcsa": may_fmcsa,
        "doors": _doors(alert),
        "door_form": DoorNumber() if may_fmcsa else None,
        "requests": requests,
        "awaiting": any(one.waits or one.over for one in requests) or entry.waits(alert, facts),
        "hit_form": form,
        "hit_refusal": barred,
        "now": now,
        **entry.shown(alert, facts, person),
    }


def _answered(alert: Alert, source: Source, now: datetime, *, opened: bool) -> Answered | None:
    said = alert.verifications.filter(source=source).select_related("by", "carrier").last()
    if said is None:
        return None
    positive = said.answer == Answer.HIT
    carrier = getattr(said, "carrier", None)
    return Answered(
        SOURCE_TEXT[source],
        said,
        text(said),
        MARKS.get(Answer(said.answer), "normal"),
        said.at + steps.FRESH if positive else None,
        positive and not steps.is_fresh(said.at, now),
        carrier,
        [_authority(*one) for one in carrier.authorities] if carrier else (),
        said.verbatim if opened else withheld(said.verbatim),
    )


@enforces("5.j", "6.e.iv.3")
def _doors(alert: Alert) -> list[OnDoor]:
    """The last answer for each number that was read off the vehicle."""
    last = {one.dot: one for one in alert.doors.select_related("by")}
    if not last:
        return []
    named = list(Carrier.objects.filter(verification__alert=alert).values_list("dot", flat=True))
    return [
        OnDoor(one, judged.text, judged.other, [_authority(*docket) for docket in one.authorities])
        for one in last.values()
        for judged in [rules.judge_door(one.allowed, Outcome(one.outcome), one.dot, named)]
    ]


def _authority(docket: str, common: str, contract: str, broker: str) -> str:
    told = {"common": common, "contract": contract, "broker": broker}
    return f"{docket}: " + ", ".join(
        f"{kind} {STATUS_TEXT.get(said, said or '–')}" for kind, said in told.items()
    )


def _asked(sent: HitRequest, now: datetime) -> Asked:
    requested = sent.requested()
    final = requested.said & {Verdict.VALID, Verdict.NOT_VALID}
    return Asked(
        sent,
        [(one, VERDICT_TEXT[Verdict(one.verdict)]) for one in sent.answers.all()],
        requested.sent and not final and now < requested.due,
        rules.is_due(requested, now),
    )


def _hit(alert: Alert, facts: Facts, now: datetime) -> tuple[HitConfirmation | None, Refusal | None]:
    """The form, for the records that may be asked about; where there is none, why."""
    decided = [
        (one, rules.may_request(facts, confirmation.earlier(alert, one.nic), now))
        for one in confirmation.found(alert)
    ]
    open_ones: list[Found] = [one for one, decision in decided if isinstance(decision, Allow)]
    if open_ones:
        return HitConfirmation(found=open_ones), None
    return None, next((decision for _, decision in decided if isinstance(decision, Refusal)), None)


def history(alert: Alert) -> Iterator[tuple[datetime, str, str]]:
    """Its lines in the alert's history: when, who, what."""
    for said in alert.verifications.select_related("by"):
        yield said.at, str(said.by), f"Asked {SOURCE_TEXT[Source(said.source)]}: {text(said)}"
    for door in alert.doors.select_related("by"):
        judged = rules.judge_door(door.allowed, Outcome(door.outcome), door.dot, ())
        yield door.at, str(door.by), f"Asked FMCSA by the number on the door, USDOT {door.dot}: {judged.text}"
    for sent in alert.hit_requests.select_related("by").prefetch_related("answers"):
        what = (
            f"Asked {sent.to} to confirm NIC {sent.nic}, request {sent.number}: {sent.get_sending_display()}"
        )
        yield sent.at, str(sent.by), what
        for one in sent.answers.all():
            late = ", after the alert was closed" if one.late else ""
            yield one.at, sent.to, f"{VERDICT_TEXT[Verdict(one.verdict)]} (request {sent.number}){late}"
    yield from entry.history(alert)
    if denial := getattr(alert, "denial", None):
        what = "Closed as not verified" if denial.closes else "Not verified, after it was acted upon"
        yield denial.at, "The hub", f"{what}: {denial.why}"
