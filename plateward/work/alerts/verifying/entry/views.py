"""The entering unit on the alert's page: asking it, its answer, and what is shown of both."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from plateward.core.pages.fields import LongTextField
from plateward.field.hotlists.models import EncounterBasis
from plateward.ground import clock
from plateward.ground.policy.decision import Allow
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts import rules as steps
from plateward.work.alerts.facts import Facts
from plateward.work.alerts.models import Alert
from plateward.work.alerts.signals import HistoryLine, line_of
from plateward.work.alerts.step import step_form
from plateward.work.alerts.verifying import rules
from plateward.work.alerts.verifying.entry import actions
from plateward.work.alerts.verifying.models import EntryRequest


class EntryAnswerForm(forms.Form):
    """The entering unit's or dispatch's answer: two buttons, and a reason for a no."""

    active = forms.ChoiceField(choices=[("yes", "Active"), ("no", "No longer active")])
    inactive_why = LongTextField(
        2,
        label="Why it is no longer active",
        max_length=1000,
        required=False,
        help_text="Required for a no. The alert ends. A supervisor decides whether to remove the entry.",
    )


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: own_entry; entry_requests, each as a row; entry_basis, the Chief's setting or None;
    and the forms that this person may use now."""
    if not facts.own:
        return {"own_entry": False}
    now, open_request = clock.now(), actions.open_request(alert)
    allowed = Permission.ALERT_VERIFY in person.permissions
    may_ask = allowed and isinstance(rules.may_ask_unit(facts, waits=open_request is not None), Allow)
    may_answer = allowed and isinstance(actions.may_answer(person, facts, open_request), Allow)
    return {
        "own_entry": True,
        "entry_requests": [
            _request_row(request, now, closed=facts.closed)
            for request in alert.entry_requests.select_related("by", "answer__by")
        ],
        "entry_basis": EncounterBasis.in_force().filter(hotlist=alert.entry.hotlist_id).first(),
        "entry_ask_form": may_ask,
        "entry_answer_form": EntryAnswerForm() if may_answer else None,
    }


def _request_row(request: EntryRequest, now: datetime, *, closed: bool) -> dict[str, Any]:
    """A request, who has it, their deadline (None: it escalates no further), and its answer."""
    last, answer = request.latest_referrals, getattr(request, "answer", None)
    due = last[0].due_at if last else None
    active = answer is not None and answer.active and not closed
    return {
        "request": request,
        "asked_of": ", ".join(map(str, request.holders)),
        "due_at": due,
        "over": answer is None and (due is None or now >= due),
        "answer": answer,
        "fresh_until": answer.at + steps.FRESH_FOR if answer and active else None,
        "stale": bool(answer and active and not steps.is_fresh(answer.at, now)),
    }


def history(alert: Alert) -> Iterator[HistoryLine]:
    """Lines for the alert's history."""
    for request in alert.entry_requests.select_related("by", "answer__by"):
        yield line_of(request, "Asked the entering unit whether its entry is active")
        for referral in request.referrals.exclude(to=None).select_related("to"):
            yield line_of(referral, f"Asked {referral.to}: {referral.why}")
        if answer := getattr(request, "answer", None):
            word = "active" if answer.active else f"no longer active: {answer.why}"
            yield line_of(answer, f"Said for the entering unit that the entry is {word}")


@step_form("unit", "entry_ask_form", forms.Form)
def ask(request: HttpRequest, alert: Alert, _: forms.Form) -> None:
    """Ask the entering unit whether its entry is active."""
    actions.ask_entering_unit(actor_of(request), alert)
    messages.success(
        request, "The entering unit and dispatch were asked. The answer appears here automatically."
    )


@step_form("unit", "entry_answer_form", EntryAnswerForm)
def answer(request: HttpRequest, alert: Alert, form: EntryAnswerForm) -> None:
    """It is active, or no longer."""
    active, reason = form.cleaned_data["active"] == "yes", form.cleaned_data["inactive_why"]
    removal = actions.answer_request(actor_of(request), alert, active=active, reason=reason)
    if active:
        messages.info(request, "Recorded: the entry is active. The requester is notified.")
    else:
        more = f"Request {removal.pk} for its removal is waiting for review." if removal else ""
        messages.warning(request, f"Recorded: the entry is no longer active. {more}")
