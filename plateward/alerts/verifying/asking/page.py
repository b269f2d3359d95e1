"""What the alert's page shows about verification."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from plateward import clock
from plateward.alerts import rules as steps
from plateward.alerts.facts import Facts, VerificationAnswer, VerificationSource
from plateward.alerts.history import HistoryLine, line_of
from plateward.alerts.models import Alert, Verification
from plateward.alerts.vehicle.page import may_show_description
from plateward.alerts.verifying import rules
from plateward.alerts.verifying.asking import hit_confirmation
from plateward.alerts.verifying.asking.actions import may_ask_fmcsa
from plateward.alerts.verifying.asking.forms import DoorNumberForm, HitConfirmationForm
from plateward.alerts.verifying.entry import views as entry
from plateward.alerts.verifying.entry.actions import open_request
from plateward.alerts.verifying.models import Carrier, CarrierAnswer, HitRequest, NcicRecord
from plateward.links.fmcsa import FmcsaOutcome
from plateward.links.ncic import RecordVerdict
from plateward.links.ncic.vehicle import withhold_vehicle
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.decision import Allow, Refusal
from plateward.policy.trace import enforces

ANSWER_TEXT = {
    (VerificationSource.NCIC, VerificationAnswer.HIT): "Hit: NCIC has this plate on file",
    (VerificationSource.NCIC, VerificationAnswer.NO_RECORD): "No record",
    (VerificationSource.FMCSA, VerificationAnswer.HIT): "Out of service, or may not operate",
    (VerificationSource.FMCSA, VerificationAnswer.NO_RECORD): "Not on file with FMCSA",
    (VerificationSource.FMCSA, VerificationAnswer.CLEAR): "Nothing against vehicle and carrier",
}
NO_ANSWER = {
    VerificationAnswer.DOWN: "No response: {} could not be queried",
    VerificationAnswer.GARBLED: "No usable response from {}",
}
MARKS = {VerificationAnswer.HIT: "good", VerificationAnswer.NO_RECORD: "bad", VerificationAnswer.CLEAR: "bad"}
VERDICT_TEXT = {
    RecordVerdict.VALID: "The record is valid",
    RecordVerdict.NOT_VALID: "The record is NOT valid",
    RecordVerdict.WAIT: "They need more time",
}
STATUS_TEXT = {"A": "active", "I": "inactive", "N": "none"}


def answer_text(verification: Verification) -> str:
    """The answer in a few words."""
    source, answer = VerificationSource(verification.source), VerificationAnswer(verification.answer)
    return ANSWER_TEXT.get((source, answer)) or NO_ANSWER[answer].format(source.label)


@enforces("6.e.iv.3", "5.h", "5.j")
def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: answers and requests, and the forms that this person may use now."""
    now = clock.now()
    may = steps.may_verify(facts)
    allowed = Permission.ALERT_VERIFY in person.permissions
    asking = isinstance(may, Allow) and allowed
    requests = [
        _hit_request_row(item, now)
        for item in alert.hit_requests.prefetch_related("answers").select_related("by")
    ]
    fmcsa = may_ask_fmcsa(person, alert, may) if asking else None
    may_fmcsa = isinstance(fmcsa, Allow)
    opened = may_show_description(alert, facts)
    form, barred = _hit_form(alert, facts, now) if asking else (None, None)
    return {
        "answered": [
            item for source in VerificationSource if (item := _answer_row(alert, source, now, opened=opened))
        ],
        "verified": facts.verified,
        "refuted": facts.refuted,
        "denial": getattr(alert, "denial", None),
        "may_verify": asking,
        "may_ask_fmcsa": may_fmcsa,
        "fmcsa_refusal": fmcsa if isinstance(fmcsa, Refusal) and alert.stored[0] is None else None,
        "doors": _door_rows(alert),
        "door_form": DoorNumberForm() if may_fmcsa else None,
        "requests": requests,
        "awaiting": any(item["waits"] or item["over"] for item in requests)
        or (facts.own and open_request(alert) is not None),
        "hit_form": form,
        "hit_refusal": barred,
        "now": now,
        **entry.template_context(alert, facts, person),
    }


def _answer_row(alert: Alert, source: VerificationSource, now: datetime, *, opened: bool) -> dict[str, Any]:
    """The last NCIC or FMCSA answer, if any: `fresh_until` if positive; `stale`: too old to count; `verbatim`:
    word for word, minus the vehicle until somebody has reported what they see (`opened`)."""
    verification = alert.verifications.filter(source=source).select_related("by", "carrier").last()
    if verification is None:
        return {}
    positive = verification.answer == VerificationAnswer.HIT
    carrier = getattr(verification, "carrier", None)
    return {
        "name": source.label,
        "verification": verification,
        "text": answer_text(verification),
        "mark": MARKS.get(VerificationAnswer(verification.answer), "normal"),
        "fresh_until": verification.at + steps.FRESH_FOR if positive else None,
        "stale": positive and not steps.is_fresh(verification.at, now),
        "carrier": carrier,
        "authorities": _authority_texts(carrier) if carrier else (),
        "verbatim": verification.verbatim if opened else withhold_vehicle(verification.verbatim),
    }


@enforces("5.j", "6.e.iv.3")
def _door_rows(alert: Alert) -> list[dict[str, Any]]:
    """The last answer for each number read off the vehicle. `other`: the plate's own answers name another."""
    last = {door.dot: door for door in alert.doors.select_related("by")}
    if not last:
        return []
    named = list(Carrier.objects.filter(verification__alert=alert).values_list("dot", flat=True))
    return [
        {"answer": door, "text": judged.text, "other": judged.other, "authorities": _authority_texts(door)}
        for door in last.values()
        for judged in [rules.judge_door(door.allowed, FmcsaOutcome(door.outcome), door.dot, named)]
    ]


def _authority_texts(carrier: CarrierAnswer) -> list[str]:
    """Each docket with its statuses."""
    return [
        f"{docket}: "
        + ", ".join(
            f"{kind} {STATUS_TEXT.get(status, status or '–')}"
            for kind, status in zip(("common", "contract", "broker"), statuses, strict=True)
        )
        for docket, *statuses in carrier.authorities
    ]


def _hit_request_row(sent: HitRequest, now: datetime) -> dict[str, Any]:
    """A hit confirmation request with its answers. `waits`: time is left, and there is neither yes nor no."""
    requested = sent.requested()
    final = requested.verdicts & {RecordVerdict.VALID, RecordVerdict.NOT_VALID}
    return {
        "sent": sent,
        "answers": [(answer, VERDICT_TEXT[RecordVerdict(answer.verdict)]) for answer in sent.answers.all()],
        "waits": requested.sent and not final and now < requested.due,
        "over": rules.is_due(requested, now),
    }


def _hit_form(alert: Alert, facts: Facts, now: datetime) -> tuple[HitConfirmationForm | None, Refusal | None]:
    """The form for records that may be asked about; if there is none, the reason."""
    decided = [
        (record, rules.may_request(facts, hit_confirmation.earlier_requests(alert, record.nic), now))
        for record in hit_confirmation.named_records(alert)
    ]
    open_ones: list[NcicRecord] = [record for record, decision in decided if isinstance(decision, Allow)]
    if open_ones:
        return HitConfirmationForm(records=open_ones), None
    return None, next((decision for _, decision in decided if isinstance(decision, Refusal)), None)


def history(alert: Alert) -> Iterator[HistoryLine]:
    """Lines for the alert's history."""
    for verification in alert.verifications.select_related("by"):
        source = VerificationSource(verification.source).label
        yield line_of(verification, f"Asked {source}: {answer_text(verification)}")
    for door in alert.doors.select_related("by"):
        judged = rules.judge_door(door.allowed, FmcsaOutcome(door.outcome), door.dot, ())
        yield line_of(door, f"Asked FMCSA by the number on the door, USDOT {door.dot}: {judged.text}")
    for sent in alert.hit_requests.select_related("by").prefetch_related("answers"):
        asked = f"Asked {sent.to} to confirm NIC {sent.nic}, request {sent.number}"
        yield line_of(sent, f"{asked}: {sent.get_sending_display()}")
        for answer in sent.answers.all():
            late = ", after the alert was closed" if answer.late else ""
            verdict = VERDICT_TEXT[RecordVerdict(answer.verdict)]
            yield HistoryLine(answer.at, sent.to, f"{verdict} (request {sent.number}){late}")
    yield from entry.history(alert)
    if denial := getattr(alert, "denial", None):
        ended = "Closed as not verified" if denial.closes else "Not verified after action was taken"
        yield line_of(denial, f"{ended}: {denial.why}")
