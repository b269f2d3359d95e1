"""A person's own access; submitting access requests, and seeing and deciding the waiting ones."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission, failure_as_message, submitted
from plateward.pages.lists import page_of
from plateward.people.access import actions, standing
from plateward.people.access import approving as rules
from plateward.people.access.models import Access
from plateward.people.access.requests import forms
from plateward.people.actor_names import names_of, person_key
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.policy.decision import refusal_in

OBJECT = "access:requests"
RECENT = 20


@require_GET
def my_access(request: HttpRequest) -> HttpResponse:
    """My access: what I may do, what I lack and how to get it."""
    person = person_of(request)
    record(actor_of(request), Event.ACCESS_VIEW, f"person:{person.username}")
    my_standing = standing.standing_of(person)
    now = clock.now()
    lapsed = {course.code for course in my_standing.facts.courses if course.taken and not course.counts(now)}
    return render(request, "access/mine.html", {"standing": my_standing, "lapsed": lapsed})


def _all_requests() -> QuerySet[Access]:
    return Access.objects.select_related("person", "unit", "supervisor")


@require_GET
def waiting_requests(request: HttpRequest) -> HttpResponse:
    """Every request that waits for a decision, oldest first."""
    return _render_waiting(request, Submission(request))


@require_POST
def decide_request(request: HttpRequest, pk: int) -> HttpResponse:
    access = get_object_or_404(_all_requests(), pk=pk)
    sent, form = submitted(request, forms.DecideRequestForm)
    if not sent.valid:
        problem = "Choose Approve or Deny; a reason has at most 400 characters."
        return _render_waiting(request, sent, problem=problem)
    given = form.cleaned_data
    with sent:
        if given["decision"] == "approve":
            actions.approve_request(actor_of(request), access, given["reason"])
        else:
            actions.deny_request(actor_of(request), access, given["reason"])
        return sent.done(
            f"{access}: {'approved' if given['decision'] == 'approve' else 'denied'}.", "access:waiting"
        )
    return _render_waiting(request, sent, typed={access.pk: given["reason"]})


@require_POST
def withdraw_request(request: HttpRequest, pk: int) -> HttpResponse:
    access = get_object_or_404(_all_requests(), pk=pk)
    with failure_as_message(request):
        actions.withdraw_request(actor_of(request), access)
        messages.success(request, f"{access}: withdrawn. Nothing changed for {access.person}.")
    return redirect("access:ask")


def _render_waiting(
    request: HttpRequest, sent: Submission, *, problem: str = "", typed: dict[int, str] | None = None
) -> HttpResponse:
    record(actor_of(request), Event.ACCESS_VIEW, OBJECT)
    page = page_of(request, _all_requests().filter(decision=Access.Decision.WAITING))
    decider = actor_of(request).key
    rows = [_request_row(access, decider, (typed or {}).get(access.pk, "")) for access in page]
    names = names_of(access.requested_by for access in page)
    # The page says itself what is wrong, next to the request's row.
    return sent.render("access/waiting.html", form=None, page=page, rows=rows, names=names, problem=problem)


def _request_row(access: Access, decider: str, typed: str) -> dict[str, Any]:
    """A waiting request: what it would change, and why this person may not decide it, if so. `reason`: what they typed,
    if it was refused."""
    earlier = standing.approved_access(clock.now(), person=access.person).last()
    return {
        "access": access,
        "before": actions.describe_access(earlier) if earlier else "No access",
        "after": actions.describe_access(access),
        "barred": refusal_in(rules.may_decide_request(decider, access)),
        "withdrawable": not refusal_in(rules.may_withdraw_request(decider, access)),
        "reason": typed,
    }


@require_http_methods(["GET", "POST"])
def ask_for_access(request: HttpRequest) -> HttpResponse:
    """Request a person's access or transfer, and see the status of the viewer's own requests."""
    me = person_of(request)
    candidate = Person.objects.filter(username=request.GET.get("person", "").lower()).first()
    initial = (
        {
            "person": candidate.username,
            "role": candidate.role,
            "unit": candidate.unit,
            "supervisor": candidate.supervisor,
        }
        if candidate
        else {}
    )
    sent, form = submitted(request, forms.RequestAccessForm, initial=initial)
    if sent.valid:
        with sent:
            access = actions.request_access(
                actor_of(request), form.cleaned_data["person"], form.requested_access
            )
            return sent.done(f"{access}: requested. Another person must approve it.", "access:ask")
    record(actor_of(request), Event.ACCESS_VIEW, OBJECT)
    own_requests = _all_requests().filter(requested_by=person_key(me)).order_by("-pk")[:RECENT]
    return sent.render(
        "access/ask.html",
        known=candidate,
        mine=own_requests,
        names=names_of(request_made.decided_by for request_made in own_requests),
        people=Person.objects.filter(supervisor=me),
    )


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """A newcomer: the account now, the access after approval. The password is shown once."""
    sent, form = submitted(request, forms.NewPersonForm)
    if sent.valid:
        with sent:
            person, password = actions.create_person_and_request(
                actor_of(request), **form.account, wanted=form.requested_access
            )
            context = {
                "person": person,
                "password": password,
                "title": f"{person} has an account",
                "message": "Another person must approve the access you requested.",
            }
            return render(request, "access/first_password.html", context)
    record(actor_of(request), Event.ACCESS_VIEW, OBJECT)
    return sent.render("access/welcome.html")
