"""What is kept until when: the page, the schedule, and certificates."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission, submitted
from plateward.pages.csv_export import saved_as
from plateward.pages.lists import page_of
from plateward.pages.pdf import export_pdf
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces
from plateward.retention import holding, overview, scheduling
from plateward.retention.forms import DecideForm, ScheduleForm
from plateward.retention.models import DayStanding, Destruction, DestructionOrder, Hold, Run, Schedule
from plateward.retention.report import certificate_data, facts_of, kept_of
from plateward.retention.restored import unusable_days
from plateward.retention.schedule import schedule_in_force, terms_in_force
from plateward.retention.waiting import waits_of

CERTIFICATE = "retention/templates/retention/certificate.typ"
SHOWN = 5  # certificates on the first page


@require_GET
@enforces("6.h.i", "6.h.ii", "6.c.i.1", "4.b")
def index(request: HttpRequest) -> HttpResponse:
    """What is kept until when, what goes next, and what keeps the rest."""
    record(actor_of(request), Event.RETENTION_VIEW, "retention")
    standings, now = list(DayStanding.objects.all()), clock.now()
    last = Run.objects.exclude(ended_at=None).first()
    stopped = last is not None and bool(last.problem) and overview.awaits_date(standings, now)
    bars = overview.bars_of(standings)
    ends, ends_in_all = overview.next_ends(standings)
    person = person_of(request)
    sees = Permission.RETENTION_HOLD in person.permissions
    seen = set(holding.holds_for(person).live().values_list("pk", flat=True)) if sees else set()
    kept, kept_in_all = overview.kept_by_people(standings, seen)
    context: dict[str, Any] = {
        "total": sum(standing.reads for standing in standings),
        "bars": bars,
        "scale": overview.scale_of(standings, bars) if bars else None,
        "charts": [
            ("Why reads are kept (reads)", _widths(overview.classes_of(standings))),
            ("Next destruction date (reads)", _widths(overview.ends_of(standings, now))),
        ],
        "ends": ends,
        "ends_in_all": ends_in_all,
        "kept": kept,
        "kept_in_all": kept_in_all,
        "last": last,
        "unusable_days": unusable_days(),
        "decides": Permission.RETENTION_APPROVE in person.permissions,
        "confirms": stopped and Permission.RETENTION_ADMINISTER in person.permissions,
        "today": now,
        "schedule": schedule_in_force(),
        "terms": terms_in_force(),
        "waiting_schedule": scheduling.waiting_schedule(),
        "past_schedules": list(Schedule.objects.exclude(decided_at=None)[:10]),
        "proposes": Permission.RETENTION_ADMINISTER in person.permissions,
        "holds": Hold.objects.live().count(),
        "orders": sum(not waits for waits in waits_of(DestructionOrder.objects.waiting()).values()),
        "certificates": list(Destruction.objects.exclude(switched_at=None).order_by("-pk")[:SHOWN]),
    }
    return render(request, "retention/index.html", context)


def _widths(rows: list[tuple[str, int]]) -> list[tuple[str, int, float]]:
    most = max((number for _, number in rows), default=0) or 1
    return [(name, number, round(100 * number / most, 2)) for name, number in rows]


@require_POST
@enforces("6.h.ii", "6.c.i.1")
def confirm(request: HttpRequest) -> HttpResponse:
    """The administrator confirms that the hub's date is right."""
    scheduling.confirm_date(actor_of(request))
    messages.success(request, "Confirmed. The next run, within ten minutes, destroys what is due.")
    return redirect("retention:index")


@require_http_methods(["GET", "POST"])
@enforces("6.h.i", "6.c.i.1", "4.b")
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a schedule to the Chief."""
    sent, form = submitted(request, ScheduleForm, terms=terms_in_force())
    if sent.valid:
        with sent:
            made = scheduling.propose_schedule(actor_of(request), form.terms(), form.cleaned_data["why"])
            return sent.done("Submitted to the Chief. The current schedule stays in force until then.", made)
    return sent.render("retention/propose.html")


@require_GET
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """A schedule, proposed or decided."""
    return _render_schedule(request, get_object_or_404(Schedule, pk=pk), Submission(request))


@require_POST
@enforces("6.h.i", "6.c.i.1")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The Chief approves a schedule, or returns it."""
    made = get_object_or_404(Schedule, pk=pk)
    sent, form = submitted(request, DecideForm)
    if sent.valid:
        with sent:
            approve = "approve" in request.POST
            scheduling.decide_schedule(
                actor_of(request), made, approve=approve, note=form.cleaned_data["note"]
            )
            return sent.done("Approved: it is in force now." if approve else "Returned.", made)
    return _render_schedule(request, made, sent)


def _render_schedule(request: HttpRequest, made: Schedule, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.RETENTION_VIEW, f"schedule:{made.pk}")
    made = Schedule.objects.get(pk=made.pk)
    decides = made.decided_at is None and Permission.RETENTION_APPROVE in person_of(request).permissions
    return sent.render(
        "retention/schedule.html",
        schedule=made,
        current=terms_in_force(),
        names=names_of([made.proposed_by, made.decided_by]),
        deciding=sent.form_of(DecideForm, offered=decides),
    )


@require_GET
@enforces("6.h.ii", "MP-6")
def certificates(request: HttpRequest) -> HttpResponse:
    """All certificates, newest first."""
    page = page_of(request, Destruction.objects.exclude(switched_at=None).order_by("-pk"))
    record(actor_of(request), Event.RETENTION_VIEW, "certificates", page=page.number)
    return render(request, "retention/certificates.html", {"page": page})


@require_GET
@enforces("6.h.ii", "MP-6")
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """A certificate."""
    row = get_object_or_404(Destruction, pk=pk)
    record(actor_of(request), Event.RETENTION_VIEW, f"certificate:{row.pk}")
    context = {
        "row": row,
        "facts": facts_of(row),
        "kept": kept_of(row),
        "tombstone": bytes(row.tombstone).decode(),
    }
    return render(request, "retention/certificate.html", context)


@require_GET
@enforces("6.h.ii", "MP-6", "6.e.iii")
def certificate_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF."""
    row = get_object_or_404(Destruction, pk=pk)
    data = certificate_data(row)
    content = export_pdf(
        actor_of(request), Event.RETENTION_EXPORT, f"certificate:{row.pk}", CERTIFICATE, data
    )
    return HttpResponse(content, **saved_as(f"certificate-of-destruction-{row.pk}", "pdf"))
