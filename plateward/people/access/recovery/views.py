"""Resets that wait, and requesting one."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.ground import clock
from plateward.ground.policy.decision import refusal_in
from plateward.people.access.models import Recovery
from plateward.people.access.recovery import actions, rules
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.person_fields import BadgeOrUsernameField

SHOWN_FOR = timedelta(days=90)


class RecoveryForm(forms.Form):
    person = BadgeOrUsernameField(
        label="Username",
        help_text="The person whose second factor is reset. Make sure that this person really asked for it.",
    )
    reason = forms.CharField(
        label="What was lost, and how",
        max_length=400,
        help_text="A second person decides based on this. It stays on record.",
    )
    identity = forms.CharField(
        label="How you checked identity",
        max_length=400,
        help_text="For example: in person, by agency ID card. Not by email or telephone alone.",
    )


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Request a reset as the first of two; see the ones that wait for a second person."""
    sent, form = submitted(request, RecoveryForm, initial={"person": request.GET.get("person", "")})
    if sent.valid:
        with sent:
            recovery = actions.ask_for_recovery(actor_of(request), **form.cleaned_data)
            return sent.done(
                f"{recovery.person}: a second person has 24 hours to confirm the reset.", "access:recovery"
            )
    return _render_recoveries(request, sent)


@require_POST
def decide_recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms and gets the password to hand over, or denies."""
    recovery = get_object_or_404(Recovery.objects.select_related("person"), pk=pk)
    reason = request.POST.get("reason", "")[:400]
    sent = Submission(request)
    with sent:
        if request.POST.get("decision") != "confirm":
            actions.deny_recovery(actor_of(request), recovery, reason)
            return sent.done(f"{recovery.person}: denied; nothing was reset.", "access:recovery")
        context = {
            "person": recovery.person,
            "password": actions.confirm_recovery(actor_of(request), recovery),
            "title": "The second factor is reset",
            "message": "The lost factor no longer works, and the open session has ended.",
        }
        return render(request, "access/first_password.html", context)
    return _render_recoveries(request, sent)


def _render_recoveries(request: HttpRequest, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.RECOVERY_VIEW, "recoveries")
    me, now = person_of(request), clock.now()
    recent = Recovery.objects.filter(asked_at__gt=now - SHOWN_FOR)
    every = recent.select_related("person__supervisor")
    recoveries = [
        recovery for recovery in every if not refusal_in(rules.may_vouch(me, recovery.person, second=True))
    ]
    waits = [recovery for recovery in recoveries if not recovery.decision and recovery.lapses > now]
    return sent.render(
        "access/recovery.html",
        form=sent.form_of(RecoveryForm),
        rows=[
            {
                "recovery": recovery,
                "left": recovery.lapses - now,
                "barred": refusal_in(rules.may_confirm_recovery(f"person:{me.username}", recovery, now)),
            }
            for recovery in waits
        ],
        names=names_of(by for recovery in recoveries for by in (recovery.asked_by, recovery.decided_by)),
        past=[recovery for recovery in reversed(recoveries) if recovery not in waits],
    )
