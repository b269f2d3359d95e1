"""What is kept until when: the page, the schedule, and certificates."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.charts import widths
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.lists import page_of
from plateward.core.pages.pdf import export_pdf
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission
from plateward.work.retention import holding, overview, scheduling
from plateward.work.retention.forms import CopyForm, DecideForm, LossForm, ScheduleForm
from plateward.work.retention.models import DayStanding, Destruction, DestructionOrder, Hold, Run, Schedule
from plateward.work.retention.ordering import waits_of
from plateward.work.retention.restored import acknowledge_loss, discard_copy, unusable_days
from plateward.work.retention.rules import log_days
from plateward.work.retention.scheduling import schedule_in_force, terms_in_force

CERTIFICATE = "work/retention/templates/retention/certificate.typ"
SHOWN = 5  # certificates on the first page


@require_GET
@enforces("6.h.i/terms", "6.h.ii/reads", "6.c.i.1/role", "4.b/schedule")
def index(request: HttpRequest) -> HttpResponse:
    """What is kept until when, what goes next, and what keeps the rest."""
    record(actor_of(request), Event.RETENTION_VIEW, "retention")
    standings, now = list(DayStanding.objects.all()), clock.now()
    last = Run.objects.exclude(ended_at=None).first()
    stopped = last is not None and bool(last.problem) and overview.awaits_date(standings, now)
    ends, ends_in_all = overview.next_ends(standings)
    person = person_of(request)
    sees = Permission.RETENTION_HOLD in person.permissions
    seen = set(holding.holds_for(person).live().values_list("pk", flat=True)) if sees else set()
    kept, kept_in_all = overview.kept_by_people(standings, seen)
    terms = terms_in_force()
    context: dict[str, Any] = {
        "total": sum(standing.reads for standing in standings),
        "charts": [
            ("Why reads are kept (reads)", widths(overview.classes_of(standings))),
            ("Next destruction date (reads)", widths(overview.ends_of(standings, now))),
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
        "terms": terms,
        "log_days": log_days(terms),
        "waiting_schedule": scheduling.waiting_schedule(),
        "past_schedules": list(Schedule.objects.exclude(decided_at=None)[:10]),
        "proposes": Permission.RETENTION_ADMINISTER in person.permissions,
        "holds": Hold.objects.live().count(),
        "orders": sum(not waits for waits in waits_of(DestructionOrder.objects.waiting()).values()),
        "certificates": list(Destruction.objects.exclude(switched_at=None).order_by("-pk")[:SHOWN]),
    }
    return render(request, "retention/index.html", context)


@require_POST
@enforces("6.h.ii/reads", "6.c.i.1/role")
def confirm(request: HttpRequest) -> HttpResponse:
    """The administrator confirms that the hub's date is right."""
    scheduling.confirm_date(actor_of(request))
    messages.success(request, "Confirmed. The next run, within ten minutes, destroys what is due.")
    return redirect("retention:index")


@require_http_methods(["GET", "POST"])
@enforces("6.h.i/terms", "6.c.i.1/role", "4.b/schedule")
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
@enforces("6.h.i/terms", "6.c.i.1/role")
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
@enforces("6.h.ii/destruction", "MP-6/recorded")
def certificates(request: HttpRequest) -> HttpResponse:
    """All certificates, newest first."""
    page = page_of(request, Destruction.objects.exclude(switched_at=None).order_by("-pk"))
    record(actor_of(request), Event.RETENTION_VIEW, "certificates", page=page.number)
    return render(request, "retention/certificates.html", {"page": page})


@require_GET
@enforces("6.h.ii/destruction", "MP-6/recorded")
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
@enforces("6.h.ii/destruction", "MP-6/recorded")
def certificate_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF."""
    row = get_object_or_404(Destruction, pk=pk)
    data = certificate_data(row)
    content = export_pdf(
        actor_of(request), Event.RETENTION_EXPORT, f"certificate:{row.pk}", CERTIFICATE, data
    )
    return HttpResponse(content, **saved_as(f"certificate-of-destruction-{row.pk}", "pdf"))


@require_http_methods(["GET", "POST"])
@enforces("6.h.ii/destruction", "6.c.i.1/role", "MP-6/recorded")
def copies(request: HttpRequest) -> HttpResponse:
    """Decide that a copy is destroyed, after a new proof of the second factor (people/routes.py)."""
    set_aside = [unusable.day for unusable in unusable_days() if unusable.day and unusable.set_aside]
    sent, form = submitted(request, CopyForm, days=set_aside)
    if sent.valid:
        with sent:
            discard_copy(actor_of(request), **form.cleaned_data)
            day = clock.format_day(form.cleaned_data["day"])
            return sent.done(f"The restored copy of {day} is destroyed.", "retention:index")
    record(actor_of(request), Event.RETENTION_VIEW, "copies", days=[day.isoformat() for day in set_aside])
    return sent.render("retention/copies.html", set_aside=set_aside)


@require_http_methods(["GET", "POST"])
@enforces("6.h.ii/held", "6.c.i.1/role")
def losses(request: HttpRequest) -> HttpResponse:
    """Acknowledge that the reads of a day are lost, after a new proof of the second factor (people/routes.py)."""
    unusable = [item for item in unusable_days() if item.day and item.is_lost]
    waiting = [item.day for item in unusable if item.day and not item.acknowledged]
    sent, form = submitted(request, LossForm, days=waiting)
    if sent.valid:
        with sent:
            acknowledge_loss(actor_of(request), **form.cleaned_data)
            day = clock.format_day(form.cleaned_data["day"])
            return sent.done(f"The loss of the reads of {day} is acknowledged.", "retention:index")
    record(actor_of(request), Event.RETENTION_VIEW, "losses", days=[day.isoformat() for day in waiting])
    return sent.render("retention/losses.html", waiting=waiting)


@enforces("6.h.ii/destruction", "MP-6/recorded")
def certificate_data(row: Destruction) -> dict[str, Any]:
    """The data of certificate.typ."""
    return {
        "title": f"Certificate of destruction {row.pk}",
        "subtitle": f"Reads of {clock.format_day(row.day)} (UTC)",
        "facts": facts_of(row),
        "rules": [(why, _reads(row, number)) for why, number in row.rules],
        "kept": [(why, f"{number:,}", until) for why, number, until in kept_of(row)],
        "copies": [(what, f"{number:,}") for what, number in row.copies],
        "tombstone": bytes(row.tombstone).decode(),
    }


def _reads(row: Destruction, number: int | None) -> str:
    """How many reads went by a rule; without a number, all that went by no other."""
    if number is None and len(row.rules) > 1:
        return "all others"
    return f"{row.reads if number is None else number:,}"


def kept_of(row: Destruction) -> list[tuple[str, int, str]]:
    """What was kept: why, how many reads, and until which UTC day, if one is known."""
    return [
        (why, n, clock.format_day(date.fromisoformat(until[:10])) if until else "")
        for why, n, until in row.kept
    ]


def facts_of(row: Destruction) -> list[tuple[str, str]]:
    """The certificate in lines, for page and paper."""
    done = row.completed_at
    return [
        ("Day of capture", f"{clock.format_day(row.day)} (UTC)"),
        ("Encryption key destroyed", f"Key {row.generation + 1} of this day"),
        ("Reads destroyed", f"{row.reads:,}"),
        ("Images destroyed", f"{row.images:,}"),
        ("Bytes removed", f"{row.bytes:,}"),
        (
            "Reads kept",
            f"{row.stays:,}, sealed under a new key" if row.stays else "None",
        ),
        ("Recorded beforehand", days.format_time(row.begun_at) if row.begun_at else "Not yet"),
        ("Key destroyed", days.format_time(row.switched_at) if row.switched_at else "Not yet"),
        ("Completed", days.format_time(done) if done else "Not yet"),
        ("Method", "The key is destroyed first (crypto-erase, CJIS MP-6), then what it sealed is removed"),
    ]
