"""Requesting an entry or its removal, a person's own requests, and an entry's history: who requested and approved it,
its versions and end, the plate's other entries."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, failure_as_message
from plateward.core.pages.lists import page_of
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import Entry, HotList
from plateward.field.hotlists.protected.lookup import VehicleMatches, vehicles_for_plate
from plateward.field.hotlists.protected.rules import owners
from plateward.field.hotlists.requests import actions, duplicates, forms
from plateward.field.hotlists.requests.actions import AlreadySubmitted
from plateward.field.hotlists.requests.models import OPEN, Request
from plateward.field.hotlists.requests.routing import may_see_request, review_route_of, routes_of
from plateward.field.hotlists.requests.rules import EMERGENCIES, may_use_number
from plateward.field.hotlists.requests.story import version_history, why_ended
from plateward.ground.links.cad import CadAnswer
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_with_accounts
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission

State = Request.State
# The tabs of a person's own requests, with the states on each.
BEGUN = ("plate", "state", "number")  # what a search that found nothing passes on
TABS = {
    "open": ("Open", (*OPEN, State.RETURNED)),
    "decided": ("Decided", (State.APPROVED, State.REFUSED, State.WITHDRAWN)),
}


def _own_requests(person: Person) -> QuerySet[Request]:
    return Request.objects.filter(requester=person).select_related("hotlist", "requester", "entry__ended")


@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """My requests: open with their reviewer, or decided."""
    me, show = person_of(request), request.GET.get("show", "open")
    show = show if show in TABS else "open"
    requests = _own_requests(me).filter(state__in=TABS[show][1]).prefetch_related("versions")
    page = page_of(request, requests)
    record(actor_of(request), Event.HOTLIST_VIEW, "hotlist-requests:mine", show=show, page=page.number)
    with_whom = routes_of(submitted for submitted in page if submitted.open)
    context = {
        "page": page,
        "rows": [(submitted, submitted.last, with_whom.get(submitted.pk)) for submitted in page],
        "show": show,
        "tabs": [
            (key, label, _own_requests(me).filter(state__in=states).count())
            for key, (label, states) in TABS.items()
        ],
    }
    return render(request, "hotlists/requests/mine.html", context)


@require_GET
def show_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my requests: every version, its reviewer, and what I may do."""
    submitted = get_object_or_404(_own_requests(person_of(request)), pk=pk)
    record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist-request:{pk}")
    entry = submitted.entry if submitted.kind == Request.Kind.LIST else None
    context = {
        "hotlist_request": submitted,
        "route": review_route_of(submitted) if submitted.open else None,
        "story": version_history(submitted),
        "ended": why_ended(entry) if entry else "",
    }
    return render(request, "hotlists/requests/own.html", context)


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Request a hot list entry; duplicates are shown before it is submitted. `begin`: with what a search looked for."""
    begun = {name: request.POST.get(name, "") for name in BEGUN} if "begin" in request.POST else None
    form = forms.ListingForm(person_of(request), None if begun else request.POST or None, begun=begun)
    return _render_listing(request, form, None)


@require_http_methods(["GET", "POST"])
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a returned request and resubmit it."""
    me = person_of(request)
    returned = get_object_or_404(_own_requests(me), pk=pk)
    if returned.state != State.RETURNED:
        messages.error(
            request, f"Request {pk} is not with you for correction: {returned.get_state_display().lower()}."
        )
        return redirect("requests:own", pk)
    if returned.kind == Request.Kind.REMOVE:
        initial = {"why": returned.last.narrative, "emergency": returned.emergency}
        removing = forms.RemovalForm(request.POST or None, initial=initial)
        return _render_removal(request, removing, returned.entry, returned)
    form = forms.ListingForm(me, request.POST or None, last=returned.last)
    return _render_listing(request, form, returned)


def _render_listing(request: HttpRequest, form: forms.ListingForm, mended: Request | None) -> HttpResponse:
    """Show the form with all errors, duplicates, a warning or a refusal; keeps everything that was typed."""
    me, sent = person_of(request), Submission(request, form)
    similar: list[duplicates.Duplicate] = []
    registered: VehicleMatches = ()
    if form.is_bound:
        valid, data = sent.valid, form.cleaned_data
        if "plate" in data and "state" in data:
            own = mended.entry if mended else None
            similar = duplicates.likely_duplicates(
                me, data.get("hotlist"), data["plate"], data["state"], but=own
            )
            registered = vehicles_for_plate(data["plate"], data["state"])
        own_vehicle = valid and me.pk in owners(registered)  # refused at once
        answer = None if own_vehicle else _check_number(form)
        confirmed = form.show(
            [str(duplicate.entry.pk) for duplicate in similar] + [forms.REGISTERED] * bool(registered)
        )
        if form.faults:
            _record_refusal(request, form)
        elif valid and (confirmed or own_vehicle):
            with sent:
                actor, listing = actor_of(request), form.listing
                key = form.cleaned_data["key"]
                send = partial(actions.submit_request, actor, key, listing, answer, mended=mended)
                return _confirm_submitted(request, send)
    record(
        actor_of(request),
        Event.HOTLIST_VIEW,
        "hotlist-requests:ask",
        duplicates=len(similar),
        registered=bool(registered),
    )
    context = {
        "form": form,
        "refusal": sent.refusal,
        "duplicates": similar,
        "registered": bool(registered),
        "mended": mended,
        "story": version_history(mended) if mended else [],
        "lists": form.fields["hotlist"].queryset.exists(),  # type: ignore[attr-defined]
    }
    # If the plate is already listed, show that first; the request is not submitted yet.
    status = 409 if sent.refusal else 422 if form.is_bound else 200
    return render(request, "hotlists/requests/ask.html", context, status=status)


@enforces("6.a.iii/known")
def _check_number(form: forms.ListingForm) -> CadAnswer | None:
    """Ask CAD before anybody looks at duplicates; an unknown number is an error at its field."""
    answer = actions.cad_answer(form.cleaned_data["number"]) if "number" in form.cleaned_data else None
    if answer and isinstance(unknown := may_use_number(answer.outcome, answer.detail), Refusal):
        form.refuse(unknown)
    return answer


@enforces("6.b.i.9/denied")
def _record_refusal(request: HttpRequest, form: forms.ListingForm) -> None:
    """Log all errors of the request as one refusal."""
    record(
        actor_of(request),
        Event.HOTLIST_ASK,
        "hotlist-requests:ask",
        outcome="refused",
        clause=form.faults[0].clause,
        reason=" ".join(fault.reason for fault in form.faults),
    )


@require_http_methods(["GET", "POST"])
def submit_removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Request an entry's removal."""
    me = person_of(request)
    entries = Entry.objects.filter(hotlist__in=lists_for(me), hotlist__kind=HotList.Kind.AGENCY)
    entry = get_object_or_404(entries.select_related("hotlist"), pk=pk)
    return _render_removal(request, forms.RemovalForm(request.POST or None), entry, None)


def _render_removal(
    request: HttpRequest, form: forms.RemovalForm, entry: Entry | None, mended: Request | None
) -> HttpResponse:
    assert entry is not None  # noqa: S101  # every removal has one
    if entry.reason not in EMERGENCIES:
        form.fields["emergency"].widget = form.fields["emergency"].hidden_widget()
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            actor, data = actor_of(request), form.cleaned_data
            send = partial(
                actions.submit_removal, actor, data["key"], entry, data["why"], emergency=data["emergency"]
            )
            return _confirm_submitted(request, partial(send, mended=mended))
    record(actor_of(request), Event.HOTLIST_VIEW, f"entry:{entry.pk}")
    return sent.render(
        "hotlists/requests/remove.html",
        entry=entry,
        mended=mended,
        story=version_history(mended) if mended else [],
        ended=why_ended(entry),
        registered=bool(vehicles_for_plate(entry.bare, entry.state)),
    )


def _confirm_submitted(request: HttpRequest, send: Callable[[], Request]) -> HttpResponse:
    try:
        submitted = send()
    except AlreadySubmitted as again:
        messages.info(request, str(again))
        return redirect("requests:own", again.request.pk)
    submitted = Request.objects.select_related("requester", "hotlist").get(pk=submitted.pk)
    flagged = (
        " CAD did not respond. The number is checked every minute, and the request is flagged."
        if submitted.number_known == Request.Number.UNREACHABLE
        else ""
    )
    live = " It is in force now, for at most two hours." if submitted.state == State.UNREVIEWED else ""
    messages.success(
        request, f"Request {submitted.pk} submitted. {review_route_of(submitted).text}{live}{flagged}"
    )
    return redirect("requests:own", submitted.pk)


@require_POST
def withdraw_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw my request."""
    me = person_of(request)
    submitted = get_object_or_404(_own_requests(me), pk=pk)
    with failure_as_message(request):
        actions.withdraw_request(actor_of(request), submitted)
        messages.success(request, f"Request {pk} is withdrawn.")
    return redirect("requests:own", pk)


MOST_OTHERS = 50


@require_GET
def show_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry, and the plate's other entries that this person may see."""
    me = person_of(request)
    entries = Entry.objects.filter(hotlist__in=lists_for(me)).select_related("hotlist", "began", "ended")
    entry = get_object_or_404(entries, pk=pk)
    record(actor_of(request), Event.HOTLIST_VIEW, f"entry:{pk}")
    requests = Request.objects.filter(Q(entry=entry) | Q(versions__decisions__entry=entry)).distinct()
    same_plate = entries.filter(bare=entry.bare).exclude(pk=entry.pk).order_by("-began__pk")[:MOST_OTHERS]
    context = {
        "entry": entry,
        "ended": why_ended(entry),
        "names": names_with_accounts(item.by for item in (entry.began, entry.ended) if item),
        "requests": [
            (item, version_history(item), _may_read(me, item))
            for item in requests.select_related("requester__unit", "hotlist").order_by("pk")
        ],
        "others": [(sibling, why_ended(sibling)) for sibling in same_plate],
        "in_force": Entry.objects.in_force().filter(pk=entry.pk).exists(),
        "registered": vehicles_for_plate(entry.bare, entry.state),
    }
    return render(request, "hotlists/requests/history.html", context)


@enforces("6.c.ii/cases")
def _may_read(person: Person, request: Request) -> bool:
    """Only requester and reviewers may read what they wrote about the case."""
    if person.pk == request.requester_id:
        return True
    return Permission.HOTLIST_REVIEW in person.permissions and may_see_request(person, request)
