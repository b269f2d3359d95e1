"""Verification on the alert's page: its answers, and querying NCIC, FMCSA and who entered the record."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest

from plateward.core.pages.fields import ButtonsField
from plateward.ground import clock
from plateward.ground.links.ncic.hit import Priority, RecordVerdict
from plateward.ground.links.ncic.messages import OCA
from plateward.ground.links.ncic.vehicle import withhold_vehicle
from plateward.ground.policy.decision import Allow, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts import rules as steps
from plateward.work.alerts.answers import NumberedVerdict, current_verdict
from plateward.work.alerts.facts import Facts, VerificationAnswer, VerificationSource
from plateward.work.alerts.models import Alert
from plateward.work.alerts.signals import HistoryLine, line_of
from plateward.work.alerts.step import step_form
from plateward.work.alerts.vehicle.page import may_show_description
from plateward.work.alerts.verifying import rules
from plateward.work.alerts.verifying.asking import actions, hit_confirmation, services
from plateward.work.alerts.verifying.asking.actions import may_ask_fmcsa
from plateward.work.alerts.verifying.entry.actions import open_request
from plateward.work.alerts.verifying.models import (
    Carrier,
    CarrierAnswer,
    HitRequest,
    NcicRecord,
    Verification,
)

DOT = re.compile(r"(?:U\.?S\.? ?)?(?:D\.?O\.?T\.?)?[ #:]*([0-9]{1,8})", re.IGNORECASE)
WRONG_DOT = "A DOT number is 1 to 8 digits. Enter it as shown on the vehicle, e.g. 1234567 (clause 5.j)."


class DoorNumberForm(forms.Form):
    """The DOT number as shown on the vehicle."""

    dot = forms.CharField(
        label="DOT number on the vehicle",
        max_length=30,
        help_text="1 to 8 digits, as shown on the door: USDOT 1234567 or 1234567.",
        error_messages={"required": WRONG_DOT, "max_length": WRONG_DOT},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_dot(self) -> str:
        """The digits without leading zeros."""
        match = DOT.fullmatch(str(self.cleaned_data["dot"]).strip())
        number = match[1].lstrip("0") if match else ""
        if not number:
            raise forms.ValidationError(WRONG_DOT)
        return number


class HitConfirmationForm(forms.Form):
    """A request to the agency that entered a record."""

    nic = ButtonsField((), "Record", "The NCIC record that the entering agency is to confirm.")
    priority = ButtonsField(
        [
            (Priority.URGENT, "Urgent: answer within 10 minutes"),
            (Priority.ROUTINE, "Routine: answer within an hour"),
        ],
        "Priority",
        "How soon the entering agency must answer.",
        initial=Priority.URGENT,
    )
    oca = forms.CharField(
        label="Case number (OCA)",
        max_length=20,
        help_text="Letters, digits and dashes.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, records: Sequence[NcicRecord], **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {"nic": records[0].nic, "oca": records[0].oca} if len(records) == 1 else {}
        )
        super().__init__(*args, **kwargs)
        self.fields["nic"].choices = [(record.nic, str(record)) for record in records]  # type: ignore[attr-defined]

    @property
    def ready(self) -> bool:
        """Whether one press sends it: the record, and its agency's case, are known."""
        return bool(self["nic"].value() and self["oca"].value())

    def clean_oca(self) -> str:
        """As the switch takes it."""
        oca = str(self.cleaned_data["oca"]).upper()
        if not OCA.fullmatch(oca):
            raise forms.ValidationError("A case number is 1 to 20 letters, digits and dashes.")
        return oca


ANSWER_TEXT = {
    (VerificationSource.NCIC, VerificationAnswer.HIT): "Hit, not confirmed yet",
    (VerificationSource.NCIC, VerificationAnswer.NO_RECORD): "No record",
    (VerificationSource.FMCSA, VerificationAnswer.HIT): "Out of service, or may not operate",
    (VerificationSource.FMCSA, VerificationAnswer.NO_RECORD): "Not on file with FMCSA",
    (VerificationSource.FMCSA, VerificationAnswer.CLEAR): "Nothing against vehicle or carrier",
}
NO_ANSWER = {
    VerificationAnswer.DOWN: "No response: {} could not be queried",
    VerificationAnswer.GARBLED: "No usable response from {}",
}
HIT_TEXT = {RecordVerdict.VALID: "Hit confirmed", RecordVerdict.NOT_VALID: "Record not valid"}
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


@enforces("6.e.iv.3/ncic", "6.e.iv.3/fmcsa", "5.h/query", "5.j/verifies")
def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: answers and requests, and the forms that this person may use now."""
    now = clock.now()
    may = steps.may_check(facts)
    allowed = Permission.ALERT_VERIFY in person.permissions
    asking = isinstance(may, Allow) and allowed
    sent = list(alert.hit_requests.prefetch_related("answers").select_related("by"))
    requests = [_hit_request_row(item, now) for item in sent]
    fmcsa = may_ask_fmcsa(person, alert, may) if asking else None
    may_fmcsa = isinstance(fmcsa, Allow)
    opened = may_show_description(alert, facts)
    form, barred = _hit_form(alert, facts, now) if asking else (None, None)
    answered = [
        item
        for source in VerificationSource
        if (item := _answer_row(alert, source, now, sent, opened=opened, closed=facts.closed))
    ]
    return {
        "answered": answered,
        "asked_ncic": any(item["name"] == VerificationSource.NCIC.label for item in answered),
        "asked_fmcsa": any(item["name"] == VerificationSource.FMCSA.label for item in answered),
        "unconfirmed": any(item["hit"] and not item["confirmed"] for item in answered if item["records"]),
        "settled": any(item["confirmed"] or not item["hit"] for item in answered if item["records"]),
        "verified": facts.verified,
        "refuted": facts.refuted,
        "denial": getattr(alert, "denial", None),
        "may_verify": asking,
        "may_ask_fmcsa": may_fmcsa,
        "fmcsa_refusal": fmcsa if isinstance(fmcsa, Refusal) and alert.stored.kept is None else None,
        "doors": _door_rows(alert),
        "door_form": DoorNumberForm() if may_fmcsa else None,
        "requests": requests,
        "awaiting": any(item["waits"] or item["over"] for item in requests)
        or (facts.own and open_request(alert) is not None),
        "hit_form": form,
        "hit_refusal": barred,
        "now": now,
    }


def _answer_row(
    alert: Alert,
    source: VerificationSource,
    now: datetime,
    sent: Sequence[HitRequest],
    *,
    opened: bool,
    closed: bool,
) -> dict[str, Any]:
    """The last NCIC or FMCSA answer, if any, with what the agencies that were asked (`sent`) said: `hit`, while it
    stands against the vehicle; `fresh_until` if positive; `stale`: too old to act on; `verbatim`: word for word, minus
    the vehicle until somebody has reported what they see (`opened`)."""
    verification = alert.verifications.filter(source=source).select_related("by", "carrier").last()
    if verification is None:
        return {}
    verdict = _verdict_on(verification, sent)
    positive = verification.answer == VerificationAnswer.HIT and verdict is not RecordVerdict.NOT_VALID
    counts = positive and not closed
    carrier = getattr(verification, "carrier", None)
    return {
        "name": source.label,
        "verification": verification,
        "text": HIT_TEXT[verdict] if verdict else answer_text(verification),
        "hit": positive,
        "confirmed": verdict is RecordVerdict.VALID,
        "records": verification.answer == VerificationAnswer.HIT and source is VerificationSource.NCIC,
        "fresh_until": verification.at + steps.FRESH_FOR if counts else None,
        "stale": counts and not steps.is_fresh(verification.at, now),
        "carrier": carrier,
        "authorities": _authority_texts(carrier) if carrier else (),
        "verbatim": verification.verbatim if opened else withhold_vehicle(verification.verbatim),
    }


@enforces("5.h/query")
def _verdict_on(verification: Verification, sent: Sequence[HitRequest]) -> RecordVerdict | None:
    """What the agencies that entered the records it names say of them: valid if one does, not valid if all say so."""
    if verification.answer != VerificationAnswer.HIT or not sent:
        return None
    if verification.refuted:
        return RecordVerdict.NOT_VALID
    named = {record.nic for record in verification.records.all()}
    verdicts = [
        current_verdict(
            NumberedVerdict(item.number, verdict)
            for item in sent
            if item.nic == nic
            for verdict in item.requested().verdicts
        )
        for nic in named
    ]
    return RecordVerdict.VALID if RecordVerdict.VALID in verdicts else None


@enforces("5.j/verifies", "6.e.iv.3/fmcsa")
def _door_rows(alert: Alert) -> list[dict[str, Any]]:
    """The last answer for each number read off the vehicle. `other`: the plate's own answers name another."""
    last = {door.dot: door for door in alert.doors.select_related("by")}
    if not last:
        return []
    named = list(Carrier.objects.filter(verification__alert=alert).values_list("dot", flat=True))
    return [
        {
            "answer": door,
            "other": rules.names_other(door.dot, named),
            "authorities": _authority_texts(door),
        }
        for door in last.values()
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
        yield line_of(door, f"Asked FMCSA by the number on the door, USDOT {door.dot}: {door.text}")
    for sent in alert.hit_requests.select_related("by").prefetch_related("answers"):
        asked = f"Asked {sent.to} to confirm NIC {sent.nic}, request {sent.number}"
        yield line_of(sent, f"{asked}: {sent.get_sending_display()}")
        for answer in sent.answers.all():
            late = ", after the alert was closed" if answer.late else ""
            verdict = VERDICT_TEXT[RecordVerdict(answer.verdict)]
            yield HistoryLine(answer.at, sent.to, f"{verdict} (request {sent.number}){late}")
    if denial := getattr(alert, "denial", None):
        ended = "Closed as not verified" if denial.closes else "Not verified after action was taken"
        yield line_of(denial, f"{ended}: {denial.why}")


# A hit is red, no answer a warning; that there is nothing says nothing for or against the vehicle.
TELL = {
    VerificationAnswer.HIT: messages.error,
    VerificationAnswer.DOWN: messages.warning,
    VerificationAnswer.GARBLED: messages.warning,
}


@step_form("verifying", "verify_form", forms.Form)
def ncic(request: HttpRequest, alert: Alert, _: forms.Form) -> None:
    """Query NCIC."""
    ori = settings.AGENCY_ORI
    _show(request, actions.ask_ncic(actor_of(request), alert, services.switch(), ori))


@step_form("verifying", "verify_form", forms.Form)
def fmcsa(request: HttpRequest, alert: Alert, _: forms.Form) -> None:
    """Query FMCSA about the vehicle and its carrier."""
    ori = settings.AGENCY_ORI
    _show(request, actions.ask_fmcsa(actor_of(request), alert, services.switch(), services.fmcsa(), ori))


def _show(request: HttpRequest, verification: Verification) -> None:
    tell = TELL.get(VerificationAnswer(verification.answer), messages.info)
    tell(request, f"{answer_text(verification)}. {verification.detail}")


@step_form("verifying", "door_form", DoorNumberForm)
def door(request: HttpRequest, alert: Alert, form: DoorNumberForm) -> None:
    """Query FMCSA about the carrier whose number is on the vehicle."""
    answer = actions.ask_about_door(actor_of(request), alert, services.fmcsa(), form.cleaned_data["dot"])
    messages.warning(request, f"{answer.detail} A door number does not verify the plate.")


@step_form(
    "verifying",
    "hit_form",
    HitConfirmationForm,
    lambda alert: {"records": hit_confirmation.named_records(alert)},
)
def hit(request: HttpRequest, alert: Alert, form: HitConfirmationForm) -> None:
    """Ask the agency that entered a record whether it stands."""
    given = form.cleaned_data
    wanted = given["nic"], Priority(given["priority"]), given["oca"]
    hit_request = hit_confirmation.request_confirmation(
        actor_of(request), alert, services.switch(), settings.AGENCY_ORI, *wanted
    )
    tell = messages.info if hit_request.sending == HitRequest.State.SENT else messages.warning
    tell(request, hit_request.detail)
