"""Duties to update a material and to retrain people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import failure_as_message, submitted
from plateward.people import days
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Role
from plateward.people.reach import visible_people
from plateward.people.training.actions import duties
from plateward.people.training.actions.courses import released_since
from plateward.people.training.models import Duty
from plateward.people.training.views.forms import ExemptForm, HandOverDutyForm, NewDutyForm


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every duty: the open ones with what is left to do, then the closed ones."""
    record(actor_of(request), Event.TRAINING_VIEW, "duties")
    all_duties = Duty.objects.select_related("course", "owner").defer("what")
    today = days.today()
    open_ = [
        {
            "duty": duty,
            "updated": released_since(duty),
            "waiting": duties.waiting_count(duties.people_concerned(duty)),
            "update_late": duty.update_due < today,
            "retrain_late": duty.retrain_due < today,
        }
        for duty in all_duties.filter(closed_at=None)
    ]
    closed = list(all_duties.exclude(closed_at=None).order_by("-closed_at"))
    names = names_of(duty.closed_by for duty in closed)
    return render(request, "training/duties.html", {"open": open_, "closed": closed, "names": names})


@require_GET
def duty_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty: what happened, the material, and each person whom it concerns (a supervisor's own people)."""
    duty = get_object_or_404(Duty.objects.select_related("course", "owner"), pk=pk)
    record(actor_of(request), Event.TRAINING_VIEW, f"duty:{duty.pk}")
    people = duties.people_concerned(duty)
    visible = set(visible_people(person_of(request)).values_list("pk", flat=True))
    context = {
        "duty": duty,
        "roles": [Role(item.role).label for item in duty.concerns.exclude(role="")],
        "people": [item for item in people if item.person.pk in visible],
        "waiting": duties.waiting_count(people),
        "concerned": len(people),
        "updated": released_since(duty),
        "overdue": duty.retrain_due < days.today(),
        "names": names_of(
            [duty.opened_by, duty.closed_by, *(item.excepted.made_by for item in people if item.excepted)]
        ),
        "whole": person_of(request).role != Role.SUPERVISOR,
    }
    return render(request, "training/duty.html", context)


@require_http_methods(["GET", "POST"])
def add_duty(request: HttpRequest) -> HttpResponse:
    sent, form = submitted(request, NewDutyForm, initial={"owner": person_of(request).username})
    if sent.valid:
        with sent:
            made = duties.open_duty(actor_of(request), **form.cleaned_data)
            return sent.done(
                "The duty is open. The people concerned see it on every page.", "training:duty", made.pk
            )
    return sent.render("training/duty_form.html")


@require_POST
def exempt(request: HttpRequest, pk: int) -> HttpResponse:
    duty, form = get_object_or_404(Duty, pk=pk), ExemptForm(request.POST)
    if form.is_valid():
        person = form.cleaned_data["person"]
        with failure_as_message(request):
            duties.except_person(actor_of(request), duty, person, form.cleaned_data["reason"])
            messages.success(request, f"{person} is excepted.")
    else:
        messages.error(request, "Enter a reason of at most 400 characters; nothing was changed.")
    return redirect("training:duty", pk)


@require_http_methods(["GET", "POST"])
def hand_over_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Reassign the update of the material."""
    duty = get_object_or_404(Duty.objects.select_related("owner"), pk=pk)
    sent, form = submitted(request, HandOverDutyForm)
    if sent.valid:
        owner = form.cleaned_data["owner"]
        with failure_as_message(request):
            duties.hand_over_duty(actor_of(request), duty, owner)
            messages.success(request, f"{owner} now updates the material.")
        return redirect("training:duty", pk)
    return sent.render("training/hand_over.html", duty=duty)


@require_POST
def close_duty(request: HttpRequest, pk: int) -> HttpResponse:
    duty = get_object_or_404(Duty.objects.select_related("course"), pk=pk)
    with failure_as_message(request):
        duties.close_duty(actor_of(request), duty)
        messages.success(request, "The duty is closed.")
    return redirect("training:duty", pk)
