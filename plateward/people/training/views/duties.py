"""Duties to update a material and to retrain people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission, failure_as_message
from plateward.people import days
from plateward.people.courses.models import Duty
from plateward.people.deciders import named
from plateward.people.http import person_of, who_is
from plateward.people.permissions import Role
from plateward.people.reach import within
from plateward.people.training.actions import duties
from plateward.people.training.actions.courses import released_since
from plateward.people.training.forms.duties import Exempt, HandOver, NewDuty
from plateward.people.training.views.shared import show


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every duty: the open ones with what is still to do, then the closed ones."""
    record(who_is(request), Event.TRAINING_VIEW, "duties")
    found = Duty.objects.select_related("course", "owner").defer("what")
    today = days.today()
    open_ = [
        {
            "duty": one,
            "updated": released_since(one),
            "waiting": len([each for each in duties.concerned(one) if not each.done]),
            "update_late": one.update_due < today,
            "retrain_late": one.retrain_due < today,
        }
        for one in found.filter(closed_at=None)
    ]
    closed = list(found.exclude(closed_at=None).order_by("-closed_at"))
    names = named(one.closed_by for one in closed)
    return show(request, "duties", {"open": open_, "closed": closed, "names": names})


@require_GET
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty: what happened, the material, and each person whom it concerns (a supervisor's own people)."""
    found = get_object_or_404(Duty.objects.select_related("course", "owner"), pk=pk)
    record(who_is(request), Event.TRAINING_VIEW, f"duty:{found.pk}")
    return show(request, "duty", _told(request, found))


def _told(request: HttpRequest, found: Duty) -> dict[str, object]:
    people = duties.concerned(found)
    seen = set(within(person_of(request)).values_list("pk", flat=True))
    return {
        "duty": found,
        "roles": [Role(one.role).label for one in found.concerns.exclude(role="")],
        "people": [one for one in people if one.person.pk in seen],
        "waiting": len([one for one in people if not one.done]),
        "concerned": len(people),
        "updated": released_since(found),
        "overdue": found.retrain_due < days.today(),
        "names": named(
            [found.opened_by, found.closed_by, *(one.excepted.made_by for one in people if one.excepted)]
        ),
        "whole": person_of(request).role != Role.SUPERVISOR,
    }


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Open a duty."""
    form = NewDuty(request.POST or None, initial={"owner": person_of(request).username})
    sent = Submission(request, form)
    if sent.valid:
        given = form.cleaned_data | {"kind": Duty.Kind(form.cleaned_data["kind"])}
        with sent:
            made = duties.open_(who_is(request), **given)
            messages.success(request, "The duty is open. Whom it concerns sees it on every page.")
            return redirect("training:duty", made.pk)
    return show(request, "duty_form", {"form": form}, sent)


@require_POST
def exempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why somebody need not retrain."""
    found, form = get_object_or_404(Duty, pk=pk), Exempt(request.POST)
    if form.is_valid():
        person = form.cleaned_data["person"]
        with failure_as_message(request):
            duties.except_(who_is(request), found, person, form.cleaned_data["reason"])
            messages.success(request, f"{person} is excepted.")
    else:
        messages.error(request, "Give a reason of at most 400 characters; nothing was changed.")
    return redirect("training:duty", pk)


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else updates the material."""
    found = get_object_or_404(Duty.objects.select_related("owner"), pk=pk)
    form = HandOver(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        owner = form.cleaned_data["owner"]
        with failure_as_message(request):
            duties.hand_over(who_is(request), found, owner)
            messages.success(request, f"{owner} updates the material now.")
        return redirect("training:duty", pk)
    return show(request, "hand_over", {"form": form, "duty": found}, sent)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """All is done."""
    found = get_object_or_404(Duty.objects.select_related("course"), pk=pk)
    with failure_as_message(request):
        duties.close(who_is(request), found)
        messages.success(request, "The duty is closed.")
    return redirect("training:duty", pk)
