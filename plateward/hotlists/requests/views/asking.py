"""Asking for an entry or its removal, and one's own requests."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import Entry, HotList
from plateward.hotlists.protected.finding import Named, named
from plateward.hotlists.protected.rules import owners
from plateward.hotlists.requests import actions, duplicates, forms
from plateward.hotlists.requests.actions import SentAlready
from plateward.hotlists.requests.models import OPEN, Request
from plateward.hotlists.requests.routing import route_of, routes
from plateward.hotlists.requests.rules import EMERGENCIES, Wanted, is_known
from plateward.hotlists.requests.story import how_ended, story
from plateward.links.cad import Answer
from plateward.pages.acts import Submission, failure_as_message
from plateward.pages.lists import page_of
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

State = Request.State
# The lists of one's own requests, and which states are on each.
SHOWN = {
    "open": ("Open", (*OPEN, State.RETURNED)),
    "decided": ("Decided", (State.APPROVED, State.REFUSED, State.WITHDRAWN)),
}


def _mine(person: Person) -> QuerySet[Request]:
    return Request.objects.filter(asker=person).select_related("hotlist", "asker", "entry__ended")


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I asked for: what is open, with whom it is, or what was decided."""
    me, show = person_of(request), request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    found = _mine(me).filter(state__in=SHOWN[show][1]).prefetch_related("versions")
    page = page_of(request, found)
    record(who_is(request), Event.HOTLIST_VIEW, "hotlist-requests:mine", show=show, page=page.number)
    with_whom = routes(one for one in page if one.open)
    context = {
        "page": page,
        "rows": [(one, one.last, with_whom.get(one.pk)) for one in page],
        "show": show,
        "tabs": [
            (key, label, _mine(me).filter(state__in=states).count()) for key, (label, states) in SHOWN.items()
        ],
    }
    return render(request, "hotlists/requests/mine.html", context)


@require_GET
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my requests: every version, with whom it is, and what I may do."""
    found = get_object_or_404(_mine(person_of(request)), pk=pk)
    record(who_is(request), Event.HOTLIST_VIEW, f"hotlist-request:{pk}")
    entry = found.entry if found.kind == Request.Kind.LIST else None
    context = {
        "one": found,
        "route": route_of(found) if found.open else None,
        "story": story(found),
        "ended": how_ended(entry) if entry else "",
    }
    return render(request, "hotlists/requests/own.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a plate to be listed: duplicates are shown before it is sent in."""
    me = person_of(request)
    form = forms.Listing(me, request.POST or None)

    def send(wanted: Wanted, answer: Answer | None) -> Request:
        return actions.ask(who_is(request), me, form.cleaned_data["key"], wanted, answer)

    return _listing(request, form, send, None)


@require_http_methods(["GET", "POST"])
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend what was returned, and send it in again."""
    me = person_of(request)
    found = get_object_or_404(_mine(me), pk=pk)
    if found.state != State.RETURNED:
        messages.error(
            request, f"Request {pk} is not with you to be mended: {found.get_state_display().lower()}."
        )
        return redirect("requests:own", pk)
    if found.kind == Request.Kind.REMOVE:
        initial = {"why": found.last.narrative, "emergency": found.emergency}
        removing = forms.Removing(request.POST or None, initial=initial)

        def send_removal(given: dict[str, Any]) -> Request:
            why, emergency = given["why"], given["emergency"]
            actions.resubmit_removal(who_is(request), me, found, why, emergency=emergency)
            return found

        return _removing(request, removing, found.entry, send_removal, found)
    form = forms.Listing(me, request.POST or None, last=found.last)

    def send(wanted: Wanted, answer: Answer | None) -> Request:
        actions.resubmit(who_is(request), me, found, wanted, answer)
        return found

    return _listing(request, form, send, found)


def _listing(
    request: HttpRequest,
    form: forms.Listing,
    send: Callable[[Wanted, Answer | None], Request],
    mended: Request | None,
) -> HttpResponse:
    """Show the form, with all that is wrong and with duplicates or a warning, or with a refusal; nothing that was typed
    is lost."""
    me, sent = person_of(request), Submission(request, form)
    found: list[duplicates.Duplicate] = []
    registered: Named = ()
    if request.method == "POST":
        valid, given = sent.valid, form.cleaned_data
        if "plate" in given and "state" in given:
            own = mended.entry if mended else None
            found = duplicates.found(me, given.get("hotlist"), given["plate"], given["state"], but=own)
            registered = named(given["plate"], given["state"])
        theirs = valid and me.pk in owners(registered)  # refused at once
        answer = None if theirs else _checked(form)
        seen = form.show([str(one.entry.pk) for one in found] + [forms.REGISTERED] * bool(registered))
        if form.faults:
            _refused(request, form)
        elif valid and (seen or theirs):
            with sent:
                return _sent(request, lambda: send(form.wanted, answer))
    record(
        who_is(request),
        Event.HOTLIST_VIEW,
        "hotlist-requests:ask",
        duplicates=len(found),
        registered=bool(registered),
    )
    context = {
        "form": form,
        "refusal": sent.refusal,
        "duplicates": found,
        "registered": bool(registered),
        "mended": mended,
        "story": story(mended) if mended else [],
        "lists": form.fields["hotlist"].queryset.exists(),  # type: ignore[attr-defined]
    }
    # A plate that is listed already is shown first, and is not sent yet.
    status = sent.status if request.method == "GET" or sent.refusal else 422
    return render(request, "hotlists/requests/ask.html", context, status=status)


@enforces("6.a.iii")
def _checked(form: forms.Listing) -> Answer | None:
    """What CAD says of the number, at its field where it knows none such: before anybody looks at duplicates."""
    answer = actions.asked_of_cad(form.cleaned_data["number"]) if "number" in form.cleaned_data else None
    if answer and isinstance(unknown := is_known(answer.outcome, answer.detail), Refusal):
        form.refuse("number", unknown)
    return answer


@enforces("6.b.i.9")
def _refused(request: HttpRequest, form: forms.Listing) -> None:
    """All that is wrong with what was asked for, on the log as one refusal."""
    record(
        who_is(request),
        Event.HOTLIST_ASK,
        "hotlist-requests:ask",
        outcome="refused",
        clause=form.faults[0].clause,
        reason=" ".join(one.reason for one in form.faults),
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for an entry to be removed."""
    me = person_of(request)
    every = Entry.objects.filter(hotlist__in=lists_for(me), hotlist__kind=HotList.Kind.AGENCY)
    entry = get_object_or_404(every.select_related("hotlist"), pk=pk)
    form = forms.Removing(request.POST or None)

    def send(given: dict[str, Any]) -> Request:
        return actions.ask_removal(
            who_is(request), me, given["key"], entry, given["why"], emergency=given["emergency"]
        )

    return _removing(request, form, entry, send, None)


def _removing(
    request: HttpRequest,
    form: forms.Removing,
    entry: Entry | None,
    send: Callable[[dict[str, Any]], Request],
    mended: Request | None,
) -> HttpResponse:
    assert entry is not None  # noqa: S101  # of every removal
    if entry.reason not in EMERGENCIES:
        form.fields["emergency"].widget = form.fields["emergency"].hidden_widget()
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            return _sent(request, lambda: send(form.cleaned_data))
    record(who_is(request), Event.HOTLIST_VIEW, f"entry:{entry.pk}")
    context = {
        "form": form,
        "entry": entry,
        "refusal": sent.refusal,
        "mended": mended,
        "story": story(mended) if mended else [],
        "ended": how_ended(entry),
        "registered": bool(named(entry.bare, entry.state)),
    }
    return render(request, "hotlists/requests/remove.html", context, status=sent.status)


def _sent(request: HttpRequest, send: Callable[[], Request]) -> HttpResponse:
    try:
        made = send()
    except SentAlready as again:
        messages.info(request, str(again))
        return redirect("requests:own", again.request.pk)
    made = Request.objects.select_related("asker", "hotlist").get(pk=made.pk)
    flagged = (
        " CAD gave no answer for its number: it is asked again every minute, and the request is flagged."
        if made.number_known == Request.Number.UNREACHABLE
        else ""
    )
    live = " It is in force now, two hours at most." if made.state == State.UNREVIEWED else ""
    messages.success(request, f"Request {made.pk} submitted. {route_of(made).told}{live}{flagged}")
    return redirect("requests:own", made.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """I want it no more."""
    me = person_of(request)
    found = get_object_or_404(_mine(me), pk=pk)
    with failure_as_message(request):
        actions.withdraw(who_is(request), me, found)
        messages.success(request, f"Request {pk} is withdrawn.")
    return redirect("requests:own", pk)
