"""Resets that wait, and asking for one."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.people.access.asking.forms import PersonField
from plateward.people.access.models import Recovery
from plateward.people.access.recovery import actions, rules
from plateward.people.deciders import named
from plateward.people.http import person_of, who_is
from plateward.policy.decision import Refusal

SHOWN = timedelta(days=90)


class Ask(forms.Form):
    """Whose factor is lost, and how one knows that it is them who says so."""

    person = PersonField(label="Username")
    reason = forms.CharField(label="What was lost, and how", max_length=400)
    identity = forms.CharField(
        label="How you checked who it is",
        max_length=400,
        help_text="For example: in person, by agency ID card. Not by e-mail or telephone alone.",
    )


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Ask as the first of two; see what waits for a second."""
    form = Ask(request.POST or None, initial={"person": request.GET.get("person", "")})
    sent = Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        with sent:
            asked = actions.ask(who_is(request), given["person"], given["reason"], given["identity"])
            messages.success(request, f"{asked.person}: a second person has 24 hours to confirm the reset.")
            return redirect("access:recovery")
    return _shown(request, sent, form)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms, and gets the password to hand over; or denies."""
    recovery = get_object_or_404(Recovery.objects.select_related("person"), pk=pk)
    reason = request.POST.get("reason", "")[:400]
    sent = Submission(request)
    with sent:
        if request.POST.get("decision") != "confirm":
            actions.deny(who_is(request), recovery, reason)
            messages.success(request, f"{recovery.person}: denied; nothing was reset.")
            return redirect("access:recovery")
        context = {
            "person": recovery.person,
            "password": actions.confirm(who_is(request), recovery),
            "title": "The second factor is reset",
            "told": "What was lost opens nothing any more, and the session that was open has ended.",
        }
        return render(request, "access/first_password.html", context)
    return _shown(request, sent, Ask())


def _shown(request: HttpRequest, sent: Submission, form: forms.Form) -> HttpResponse:
    record(who_is(request), Event.RECOVERY_VIEW, "recoveries")
    me, now = person_of(request), clock.now()
    recent = Recovery.objects.filter(asked_at__gt=now - SHOWN)
    every = recent.select_related("person__supervisor")
    mine = [one for one in every if not isinstance(rules.may_vouch(me, one.person, second=True), Refusal)]
    waits = [one for one in mine if not one.decision and one.lapses > now]
    context = {
        "form": form,
        "refusal": sent.refusal,
        "rows": [
            {"recovery": one, "left": one.lapses - now, "barred": _barred(request, one)} for one in waits
        ],
        "names": named(by for one in mine for by in (one.asked_by, one.decided_by)),
        "past": [one for one in reversed(mine) if one not in waits],
    }
    return render(request, "access/recovery.html", context, status=sent.status)


def _barred(request: HttpRequest, recovery: Recovery) -> Refusal | None:
    decision = rules.may_confirm(who_is(request).key, recovery, clock.now())
    return decision if isinstance(decision, Refusal) else None
