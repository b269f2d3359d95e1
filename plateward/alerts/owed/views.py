"""What is owed to DEMS: the list, and one duty with the owner's record of an export and the supervisor's look at it."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.owed import actions, forms, page
from plateward.alerts.owed.models import Duty
from plateward.alerts.owed.rules import Kind
from plateward.alerts.steps.views import operator
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.people.permissions import Permission


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What I owe and what my people owe, overdue first. Context: mine, theirs and past, each a list of page.Shown;
    reviews: whether there can be people of mine."""
    me = person_of(request)
    mine, theirs = page.owed(me)
    record(who_is(request), Event.DEMS_VIEW, "owed to DEMS", mine=len(mine), theirs=len(theirs))
    context = {
        "mine": mine,
        "theirs": theirs,
        "past": page.ended(me),
        "reviews": Permission.ALERT_REVIEW in me.permissions,
    }
    return render(request, "owed/index.html", context)


@require_GET
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty."""
    return _page(request, _theirs(request, pk), Submission(request))


def _theirs(request: HttpRequest, pk: int) -> Duty:
    found = get_object_or_404(page.every(), pk=pk)
    if not page.opens(found, person_of(request)):
        raise Http404
    return found


def _page(request: HttpRequest, found: Duty, sent: Submission, **changed: Any) -> HttpResponse:
    """Context: owed, a page.Shown; steps, each a Step; waits, for a supervisor; may_open (the alert's page);
    record_form and look_form, or None; refusal."""
    me = person_of(request)
    record(who_is(request), Event.DEMS_VIEW, f"alert:{found.alert_id}")
    context = {
        "owed": page.shown(found),
        "steps": list(found.steps.all()),
        "waits": found.standing.kind == Kind.EXPORTED,
        "refusal": sent.refusal,
        "may_open": Permission.ALERT_VIEW in me.permissions
        and alerts_for(me).filter(pk=found.alert_id).exists(),
        **_forms(me, found),
    }
    # What was typed is given back, but for a form that is open no more: then its page says why.
    changed = {key: value for key, value in changed.items() if context.get(key, True)}
    return render(request, "owed/duty.html", context | changed, status=sent.status)


def _forms(me: Person, found: Duty) -> dict[str, Any]:
    standing, export = found.standing, page.shown(found).export
    number = export.number if export else found.number or actions.number_of(found.alert)
    initial: dict[str, Any] = {"number": number}
    if export:
        initial |= {"item": export.item, "exported_at": export.exported_at}
    looks = standing.kind == Kind.EXPORTED and me.pk not in (standing.owner, standing.recorder)
    return {
        "record_form": forms.Export(initial=initial) if standing.open else None,
        "look_form": forms.Look(initial={"looked_at": standing.last})
        if looks and Permission.ALERT_REVIEW in me.permissions
        else None,
    }


@require_POST
def record_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The export was made in DEMS, by hand."""

    def do(found: Duty, given: dict[str, Any]) -> None:
        actions.record(operator(request), found, given["number"], given["item"].strip(), given["exported_at"])
        messages.success(
            request, f"The export of alert {found.alert_id} is recorded. A supervisor confirms it."
        )

    return _act(request, pk, "record_form", forms.Export(request.POST), do)


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Seen in DEMS, or returned."""

    def do(found: Duty, given: dict[str, Any]) -> None:
        if given["decision"] == "confirm":
            actions.confirm(operator(request), found, given["looked_at"])
            messages.success(request, f"Alert {found.alert_id} is in DEMS; nothing of it is owed any more.")
        else:
            actions.send_back(operator(request), found, given["looked_at"], given["words"])
            messages.success(request, f"The export of alert {found.alert_id} is returned to {found.by}.")

    return _act(request, pk, "look_form", forms.Look(request.POST), do)


def _act(
    request: HttpRequest,
    pk: int,
    name: str,
    form: django_forms.Form,
    do: Callable[[Duty, dict[str, Any]], None],
) -> HttpResponse:
    found, sent = _theirs(request, pk), Submission(request, form)
    if sent.valid:
        with sent:
            do(found, form.cleaned_data)
            return redirect("owed:index")
    return _page(request, _theirs(request, pk), sent, **{name: form})
