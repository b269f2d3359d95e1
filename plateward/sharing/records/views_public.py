"""What the public sees: how to ask, the form of a request, and how one's own is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.repeated_refusals import record_or_count
from plateward.core.pages.acts import submitted
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.sharing.records import actions
from plateward.sharing.records.forms import RequestForm, StatusForm
from plateward.sharing.records.models import RecordsRequest
from plateward.sharing.records.signals import statistics_wanted


def _statistics() -> str:
    """The address of the page with statistics, if there is one now."""
    return next((page for _, page in statistics_wanted.send(sender=RecordsRequest) if page), "")


@require_GET
@enforces("SB40.confid/requests")
def show_start(request: HttpRequest) -> HttpResponse:
    """Statistics first; and that reads are confidential."""
    return render(request, "records/public.html", {"statistics": _statistics()})


@require_http_methods(["GET", "POST"])
@enforces("SB40.confid/requests")
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and the number and secret of what was sent, once."""
    sent, form = submitted(request, RequestForm)
    if sent.valid:
        with sent:
            made, secret = actions.take(
                request.actor,  # type: ignore[attr-defined]
                way=RecordsRequest.Way.PAGE,
                received_on=days.today(),
                **form.cleaned_data,
            )
            return render(request, "records/public_taken.html", {"made": made, "secret": secret})
    return sent.render("records/public_ask.html", statistics=_statistics())


@require_http_methods(["GET", "POST"])
@enforces("SB40.confid/requests", "6.b.i.9/denied")
def status(request: HttpRequest) -> HttpResponse:
    """Of one's own request: when it came, when it is due, how it was answered. The first tries have own entries."""
    sent, form = submitted(request, StatusForm)
    found = None
    if sent.valid:
        found = actions.look_up(**form.cleaned_data)
        record_or_count(
            request.actor,  # type: ignore[attr-defined]
            Event.RECORDS_LOOK_UP,
            f"recordsrequest:{found.pk}" if found else "recordsrequests",
            outcome="done" if found else "failed",
            reason="" if found else "No request of this number and secret.",
        )
        if found is None:
            form.add_error(None, "No request has this number and this secret. Check both.")
    last = found.answers.filter(approved=True).last() if found and found.answered_at else None
    return sent.render("records/public_status.html", found=found, answer=last)
