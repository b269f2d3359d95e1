"""A person's own access; submitting access requests, and seeing and deciding the waiting ones."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.core.pages.bulk import MOST_TOGETHER, checked, each
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.policy.decision import refusal_in
from plateward.people.access import actions, standing
from plateward.people.access import approving as rules
from plateward.people.access.models import Access
from plateward.people.access.requests import forms
from plateward.people.actor_names import names_of, person_key
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person

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
    """The requests that wait for a decision, oldest first."""
    return _render_waiting(request, Submission(request))


@require_POST
def decide_requests(request: HttpRequest) -> HttpResponse:
    """Approve or deny each request that is checked, by its own record; what a rule refuses stays, and says why."""
    sent, form = submitted(request, forms.DecideRequestsForm)
    chosen = list(_all_requests().filter(pk__in=checked(request, "request")).order_by("pk"))
    if not sent.valid:
        return _render_waiting(request, sent, chosen, problem="A reason has at most 400 characters.")
    if not chosen:
        return _render_waiting(request, sent, problem="Nothing was decided. Select the requests first.")
    actor, reason = actor_of(request), form.cleaned_data["reason"]
    verb = {"approve": "approved", "deny": "denied"}[form.cleaned_data["decision"]]
    decide = actions.approve_request if verb == "approved" else actions.deny_request
    result = each(chosen, lambda access: decide(actor, access, reason))
    if result.done:
        about = result.done[0] if len(result.done) == 1 else f"{len(result.done)} requests"
        messages.success(request, f"{about}: {verb}.")
    if not result.refused:
        return redirect("access:waiting")
    return _render_waiting(request, sent, chosen, refused=result.refused, verb=verb)


@require_POST
def withdraw_request(request: HttpRequest, pk: int) -> HttpResponse:
    access = get_object_or_404(_all_requests(), pk=pk)
    with failure_as_message(request):
        actions.withdraw_request(actor_of(request), access)
        messages.success(request, f"{access}: withdrawn. Nothing changed for {access.person}.")
    return redirect("access:ask")


def _render_waiting(
    request: HttpRequest,
    sent: Submission,
    chosen: Sequence[Access] = (),
    refused: Sequence[tuple[Access, ActError]] = (),
    **shown: str,
) -> HttpResponse:
    """`chosen`: the requests that were checked; those of them that still wait stay so. `shown`: problem, or verb."""
    filters = forms.RequestFilters(request.GET, _all_requests().filter(decision=Access.Decision.WAITING))
    record(actor_of(request), Event.ACCESS_VIEW, OBJECT, filters=filters.query)
    page = page_of(request, filters.qs.order_by("pk"), MOST_TOGETHER)
    rows = _request_rows(list(page), actor_of(request).key)
    decidable = [row for row in rows if not row["barred"]]
    on = {access.pk for access in chosen}
    for row in decidable:  # the only one there is need not be looked for
        row["on"] = row["access"].pk in on or len(decidable) == 1
    context = {
        "filters": filters.form,
        "query": filters.query,
        "page": page,
        "rows": rows,
        "names": names_of(access.requested_by for access in page),
        "decides": bool(decidable),
        "reason": request.POST.get("reason", "")[:400],
        "refused": refused,
        **shown,
    }
    answer = sent.render("access/waiting.html", form=None, **context)
    answer.status_code = 409 if refused else answer.status_code
    return answer


def _request_rows(requests: Sequence[Access], decider: str) -> list[dict[str, Any]]:
    """The waiting requests: what each would change, and why this person may not decide it, if so."""
    people = [access.person_id for access in requests]
    earlier = {
        access.person_id: actions.describe_access(access)
        for access in standing.approved_access(clock.now(), person__in=people)
    }
    return [
        {
            "access": access,
            "before": earlier.get(access.person_id, "No access"),
            "after": actions.describe_access(access),
            "barred": refusal_in(rules.may_decide_request(decider, access)),
            "withdrawable": not refusal_in(rules.may_withdraw_request(decider, access)),
        }
        for access in requests
    ]


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
