"""Legal holds: those that the viewer sees, placing one, and one with its reviews."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.people.permissions import Permission
from plateward.work.retention import holding
from plateward.work.retention.covering import coverage
from plateward.work.retention.deciding import HoldKind
from plateward.work.retention.forms import HoldForm, LiftForm, ReviewForm
from plateward.work.retention.models import Hold


@require_GET
@enforces("6.c.ii/cases")
def holds(request: HttpRequest) -> HttpResponse:
    """The active holds, or all, newest first."""
    every = request.GET.get("show") == "all"
    rows = holding.holds_for(person_of(request)).prefetch_related("reviews")
    page = page_of(request, rows if every else rows.live())
    record(actor_of(request), Event.HOLD_VIEW, "holds", show="all" if every else "live", page=page.number)
    return render(request, "retention/holds.html", {"page": page, "every": every, "today": days.today()})


@require_http_methods(["GET", "POST"])
@enforces("6.h.i/terms", "6.h.ii/held")
def place(request: HttpRequest) -> HttpResponse:
    """Place a hold; what kind it is, the address says."""
    kind = HoldKind(given) if (given := request.GET.get("kind")) in HoldForm.NEEDS else HoldKind.ALERT
    sent, form = submitted(request, HoldForm, kind=kind)
    if sent.valid:
        with sent:
            hold = holding.place_hold(actor_of(request), form.hold())
            return sent.done(f"{hold} is placed. See below what it covers now.", hold)
    return sent.render(
        "retention/place.html", kind=kind, kinds=[(kind.value, kind.label) for kind in HoldForm.NEEDS]
    )


@require_GET
def show_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """One hold."""
    return _render(request, _visible(request, pk), Submission(request))


@require_POST
@enforces("6.h.ii/held")
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a hold, after a new proof of the second factor (people/routes.py)."""
    hold = _visible(request, pk)
    sent, form = submitted(request, LiftForm, auto_id="lift_%s")
    if sent.valid:
        with sent:
            holding.lift_hold(actor_of(request), hold, form.cleaned_data["reason"])
            return sent.done(
                f"{hold} is lifted. Reads that nothing else keeps are destroyed at the next run.", hold
            )
    return _render(request, hold, sent)


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a hold is still needed."""
    hold = _visible(request, pk)
    sent, form = submitted(request, ReviewForm, auto_id="review_%s")
    if sent.valid:
        with sent:
            holding.review_hold(actor_of(request), hold, **form.cleaned_data)
            return sent.done("Recorded.", hold)
    return _render(request, hold, sent)


def _visible(request: HttpRequest, pk: int) -> Hold:
    return visible_or_404(holding.holds_for(person_of(request)), pk, Event.HOLD_VIEW)


def _span(hold: Hold) -> str:
    """The agency's days that it covers, as they were entered."""
    if hold.since is None or hold.until is None:
        return ""
    first, last = days.day_of(hold.since), days.last_day(hold.until)
    if first == last:
        return clock.format_day(first)
    return f"{clock.format_day(first)} through {clock.format_day(last)}"


def _render(request: HttpRequest, hold: Hold, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.HOLD_VIEW, f"hold:{hold.pk}")
    person = person_of(request)
    hold = holding.holds_for(person).get(pk=hold.pk)  # as it is now: an act may have been refused
    reviews = list(hold.reviews.all())
    ends = hold.owner_id == person.pk or Permission.RETENTION_ADMINISTER in person.permissions
    try:
        covered = coverage(hold, person).text
    except ActError as error:
        covered = str(error)
    open_ = hold.lifted_at is None and ends
    return sent.render(
        "retention/hold.html",
        hold=hold,
        covered=covered,
        span=_span(hold),
        reviews=reviews,
        names=names_of([hold.lifted_by, *(item.by for item in reviews)]),
        today=days.today(),
        lifting=sent.form_of(LiftForm, offered=open_, auto_id="lift_%s"),
        reviewing=sent.form_of(ReviewForm, offered=open_, auto_id="review_%s"),
    )
