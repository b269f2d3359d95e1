"""Start-of-shift checks: the list, one reader with all that was found of it, and the guided check itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.fleet.checks import actions, listing
from plateward.fleet.checks.forms import Guided
from plateward.fleet.checks.known import known
from plateward.fleet.models import Reader
from plateward.fleet.pages import theirs
from plateward.fleet.reach import EVERY
from plateward.pages.acts import Submission
from plateward.people.http import person_of, who_is
from plateward.people.permissions import Permission, Role
from plateward.policy.decision import Allow, Refusal
from plateward.policy.trace import enforces

LAST = 20


@require_GET
@enforces("6.e.iv.1")
def index(request: HttpRequest) -> HttpResponse:
    """The readers that I check, and, for who leads or keeps readers, those at work without a passed check. Context:
    mine and lacking, each a list of listing.Row; looks, whether the second is shown."""
    person = person_of(request)
    record(who_is(request), Event.CHECK_VIEW, "readers")
    looks = person.role == Role.SUPERVISOR or person.role in EVERY
    checks = Permission.CHECK_RECORD in person.permissions
    context = {
        "mine": listing.to_check(person) if checks else [],
        "checks": checks,
        "lacking": listing.lacking(person) if looks else [],
        "looks": looks,
        "unit": person.unit,
    }
    return render(request, "fleet/checks.html", context)


@require_GET
def reader(request: HttpRequest, pk: int) -> HttpResponse:
    """One reader: how it stands, its last checks and malfunctions. Context: row (listing.Row), checks, malfunctions,
    may_check, may_report."""
    found, person = theirs(request, pk), person_of(request)
    record(who_is(request), Event.CHECK_VIEW, f"reader:{found.name}")
    may = Permission.CHECK_RECORD in person.permissions and isinstance(actions.may(person, found), Allow)
    broken = found.malfunctions.select_related("by").prefetch_related("repairs").order_by("-pk")
    context = {
        "row": listing.rows([found])[0],
        "checks": found.checks.select_related("by", "malfunction")
        .prefetch_related("answers")
        .order_by("-pk")[:LAST],
        "malfunctions": broken[:LAST],
        "may_check": may,
        "may_report": Permission.MALFUNCTION_REPORT in person.permissions and found.revoked_at is None,
    }
    return render(request, "fleet/reader.html", context)


@require_http_methods(["GET", "POST"])
@enforces("6.e.iv.1")
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """The guided check of one reader. Context: reader, form (forms.Guided, or None), now, refusal."""
    found, person = get_object_or_404(Reader.objects.select_related("unit"), pk=pk), person_of(request)
    beside = known(found)
    form = Guided(request.POST or None, known=beside)
    decision = actions.may(person, found)
    refusal = decision if isinstance(decision, Refusal) else None
    sent = Submission(request, None if refusal else form)  # one that is refused goes on the log as an attempt
    if sent.valid:
        with sent:
            made = actions.record(
                who_is(request),
                person,
                found,
                {} if refusal else form.answers,
                {step: one.text for step, one in beside.items()},
            )
            if made.failed:
                told = f"Recorded: failed ({made.wrong}). Your supervisor is told. Report it as a malfunction now."
                messages.warning(request, told)
                return redirect("checks:reader", pk)
            messages.success(request, f"Recorded: {found.name} passed its check. It holds for 12 hours.")
            return redirect("checks:index")
        refusal = sent.refusal
    else:
        outcome = (
            {"outcome": "refused", "clause": refusal.clause, "reason": refusal.reason} if refusal else {}
        )
        record(who_is(request), Event.CHECK_VIEW, f"reader:{found.name}", **outcome)  # type: ignore[arg-type]
    context = {
        "reader": found,
        "form": None if refusal else form,
        "now": clock.now(),
        "refusal": refusal,
    }
    return render(request, "fleet/check.html", context, status=409 if refusal else sent.status)
