"""Protocols on pages: one's own, all of them, a version with its text, who acknowledged it and as of a moment; drafts,
and what the Chief decides of them."""

import hashlib

from django.core import signing
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.csv_export import csv_bytes, saved_as
from plateward.core.pages.documents import PDF, document_response
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor_names import names_of
from plateward.people.documents import actions, rules
from plateward.people.documents.audience import (
    access_of,
    accesses_at,
    acknowledgment_rows,
    binding_versions,
    binds_access,
    describe_audience,
    due_of,
    people_bound,
    readable_versions,
    status_of,
)
from plateward.people.documents.forms import AsOfForm, DecisionForm, DraftForm, ReviewForm, WithdrawForm
from plateward.people.documents.models import Protocol, ProtocolVersion
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.people.permissions import Permission
from plateward.people.reach import visible_people, visible_person

SHOWN_FOR = 12 * 3600  # seconds from a page to its acknowledgment
SALT = "protocols.shown"


@require_GET
@enforces("6.b.i.1/acknowledged")
def index(request: HttpRequest) -> HttpResponse:
    """The protocols that bind the viewer, and what they have yet to acknowledge."""
    person = person_of(request)
    record(actor_of(request), Event.PROTOCOL_VIEW, f"person:{person.username}")
    coming = readable_versions(person).defer("text").filter(effective_at__gt=clock.now())
    context = {"rows": binding_versions(person, clock.now()), "coming": coming}
    return render(request, "protocols/index.html", context)


@require_GET
@enforces("6.b.i.1/versions")
def register(request: HttpRequest) -> HttpResponse:
    """Every protocol that the viewer may see, by its latest version, with how many acknowledged it."""
    record(actor_of(request), Event.PROTOCOL_VIEW, "protocols")
    now = clock.now()
    versions, accesses = readable_versions(person_of(request)).defer("text"), accesses_at(now)
    in_force = dict(ProtocolVersion.objects.in_force(now).values_list("pk", "kind"))
    rows = [
        {
            "version": version,
            "status": status_of(version, in_force=version.pk in in_force),
            "bound": len(people_bound(version, accesses)) if version.pk in in_force else None,
        }
        for version in versions.annotate(read=Count("acknowledgments")).order_by("title", "-number")
        if version.pk in in_force
        or version.approved_at is None
        or (version.effective_at or now) > now
        or version.protocol.withdrawn_at
    ]
    missing = rules.missing_kinds(set(in_force.values()))
    context = {
        "rows": rows,
        "missing": missing,
        "drafts": Permission.PROTOCOL_DRAFT in person_of(request).permissions,
    }
    return render(request, "protocols/register.html", context)


@require_GET
def show_version(request: HttpRequest, pk: int) -> HttpResponse:
    """A version: its text, what changed, and the form to acknowledge it."""
    version = visible_or_404(readable_versions(person_of(request)), pk, Event.PROTOCOL_VIEW)
    return render_version(request, version, Submission(request))


@enforces("6.b.i.1/versions", "6.b.i.9/entries", "6.b.i.9/first")
def render_version(request: HttpRequest, version: ProtocolVersion, sent: Submission) -> HttpResponse:
    """The page of a version, recorded before it is shown."""
    person = person_of(request)
    record(
        actor_of(request),
        Event.PROTOCOL_VIEW,
        f"protocol:{version.protocol_id}",
        version=version.number,
        sha256=version.sha256,
    )
    readable = readable_versions(person)
    version = readable.get(pk=version.pk)  # as it is now: an act may have been refused
    others = readable.filter(protocol=version.protocol)
    before = others.exclude(approved_at=None).filter(number__lt=version.number).first()
    current, now = actions.is_current(version), clock.now()
    mine = version.acknowledgments.filter(person=person).first()
    owed = current and not mine and binds_access(version, access_of(person, now))
    may, undecided = person.permissions, version.approved_at is None and version.protocol.withdrawn_at is None
    approves = Permission.PROTOCOL_APPROVE in may
    drafts = Permission.PROTOCOL_DRAFT in may and not version.protocol.withdrawn_at
    in_force = ProtocolVersion.objects.in_force(now).filter(pk=version.pk).exists()
    deciding = undecided and version.submitted_at is not None and approves
    context = {
        "version": version,
        "versions": others.defer("text"),
        "blocks": list(rules.blocks_of(version.text)),
        "before": before,
        "changes": rules.changed_lines(before.text, version.text) if before else [],
        "status": status_of(version, in_force=in_force),
        "mine": mine,
        "shown": signing.dumps([person.pk, version.pk, version.sha256], salt=SALT) if owed else "",
        "audience": describe_audience([version])[version.pk],
        "names": names_of(
            [
                *(version.approved_by, version.drafted_by, version.protocol.withdrawn_by),
                *(review.by for review in version.reviews.all()),
            ]
        ),
        "deciding": sent.form_of(DecisionForm, offered=deciding, initial={"seen": version.sha256}),
        "due": due_of(version),
        "overdue": in_force and due_of(version) < days.today(),
        "reviews": version.reviews.all(),
        "reviewing": sent.form_of(ReviewForm, offered=in_force and drafts),
        "withdrawing": sent.form_of(WithdrawForm, offered=current and approves),
        "drafts": drafts,
        "lists": Permission.PROTOCOL_VIEW in may and version.approved_at,
    }
    return sent.render("protocols/version.html", **context)


@require_GET
@enforces("6.b.i.1/versions", "6.b.i.9/entries", "6.b.i.9/first")
def download_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed PDF, recorded before it is sent."""
    version = visible_or_404(readable_versions(person_of(request)), pk, Event.PROTOCOL_VIEW)
    if version.original is None:
        raise Http404("This version has no signed original.")
    content, about = actions.read_original(version.original), f"protocol:{version.protocol_id}"
    record(
        actor_of(request), Event.PROTOCOL_VIEW, about, version=version.number, sha256=version.original.sha256
    )
    return document_response(content, version.original.file_name, PDF)


@require_POST
@enforces("6.b.i.1/acknowledged")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The viewer acknowledges the version that this page showed them."""
    version = visible_or_404(readable_versions(person_of(request)), pk, Event.PROTOCOL_VIEW)
    sent = Submission(request)
    with sent:
        actions.acknowledge(actor_of(request), version, _shown_hash(request, version))
        return sent.done(f"You acknowledged {version}.", "protocols:index")
    return render_version(request, version, sent)


def _shown_hash(request: HttpRequest, version: ProtocolVersion) -> str:
    """The hash that the page proves it showed to this person; empty without a proof."""
    try:
        person, pk, sha256 = signing.loads(request.POST.get("shown", ""), salt=SALT, max_age=SHOWN_FOR)
    except (signing.BadSignature, ValueError):
        return ""
    return str(sha256) if (person, pk) == (person_of(request).pk, version.pk) else ""


@require_GET
@enforces("6.b.i.1/acknowledged", "6.b.i.8/scope")
def list_acknowledgments(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has acknowledged a version and who has not: a supervisor's own people, or everybody."""
    version = _approved_version(request, pk)
    record(actor_of(request), Event.PROTOCOL_VIEW, f"protocol:{version.protocol_id}", version=version.number)
    rows = acknowledgment_rows(version, visible_people(person_of(request)))
    missing = sum(row.acknowledged_at is None for row in rows)
    context = {
        "version": version,
        "page": page_of(request, rows, 100),
        "missing": missing,
        "acknowledged": len(rows) - missing,
    }
    return render(request, "protocols/acknowledgments.html", context)


@require_GET
@enforces("6.b.i.1/acknowledged", "6.b.i.8/scope", "6.b.i.9/entries", "6.b.i.9/first")
def download_acknowledgments(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file, recorded before it is sent."""
    version = _approved_version(request, pk)
    rows = acknowledgment_rows(version, visible_people(person_of(request)))
    content = csv_bytes(
        ["name", "account", "badge", "role", "unit", "bound_now", "acknowledged_at", "version_sha256"],
        (
            [
                row.person.full_name,
                row.person.username,
                row.person.badge,
                row.access.role if row.access else "",
                row.access.unit or "" if row.access else "",
                "yes" if row.access else "no",
                row.acknowledged_at.isoformat() if row.acknowledged_at else "",
                version.sha256,
            ]
            for row in rows
        ),
    )
    about = f"protocol:{version.protocol_id}"
    digest = hashlib.sha256(content).hexdigest()
    record(
        actor_of(request),
        Event.PROTOCOL_EXPORT,
        about,
        version=version.number,
        people=len(rows),
        bytes=len(content),
        sha256=digest,
    )
    return HttpResponse(content, **saved_as(f"protocol-{version.protocol_id}-version-{version.number}"))


def _approved_version(request: HttpRequest, pk: int) -> ProtocolVersion:
    rows = readable_versions(person_of(request)).exclude(approved_at=None)
    return visible_or_404(rows, pk, Event.PROTOCOL_VIEW)


@require_GET
@enforces("6.b.i.1/acknowledged", "6.b.i.9/entries")
def as_of(request: HttpRequest) -> HttpResponse:
    """Which protocols bound a person at a moment, such as a read's, and whether they had acknowledged them."""
    form, person, rows = AsOfForm(request.GET or None), None, None
    if form.is_valid():
        person = visible_person(request, form.cleaned_data["person"].pk)
        rows = binding_versions(person, form.cleaned_data["at"])
    about = f"person:{person.username}" if person else "protocols"
    record(actor_of(request), Event.PROTOCOL_VIEW, about, as_of=request.GET.get("at"))
    context = {"form": form, "rows": rows, "person": person}
    return render(request, "protocols/as_of.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.1/versions")
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a new protocol, or the next version of one."""
    protocol = visible_or_404(Protocol.objects.all(), pk, Event.PROTOCOL_VIEW) if pk else None
    latest = protocol.versions.first() if protocol else None
    sent, form = submitted(
        request, DraftForm, files=request.FILES or None, initial=DraftForm.initial_from(latest)
    )
    if sent.valid:
        with sent:
            submit = "submit" in request.POST
            saved = actions.save_draft(
                actor_of(request), protocol, form.draft(), seen=form.cleaned_data["seen"], submit=submit
            )
            done = "submitted to the Chief" if submit else "saved as a draft"
            return sent.done(f"{saved}: {done}.", saved)
    record(actor_of(request), Event.PROTOCOL_VIEW, f"protocol:{pk}" if pk else "protocols", editing=True)
    draft = latest if latest and latest.approved_at is None else None
    return sent.render("protocols/edit.html", protocol=protocol, latest=latest, draft=draft)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a version, or return it to its author."""
    version = visible_or_404(readable_versions(person_of(request)), pk, Event.PROTOCOL_VIEW)
    sent, form = submitted(request, DecisionForm)
    if sent.valid:
        with sent:
            given = form.cleaned_data
            if "approve" in request.POST:
                actions.approve(actor_of(request), version, given["seen"])
                return sent.done(
                    f"{version} is approved. Everyone it applies to is asked to acknowledge it.", version
                )
            actions.return_draft(actor_of(request), version, given["seen"], given["reason"])
            return sent.done(f"{version} is returned to its author.", version)
    return render_version(request, version, sent)


@require_POST
@enforces("6.b.i.1/due")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a version in effect was reviewed and stays as it is."""
    version = visible_or_404(readable_versions(person_of(request)), pk, Event.PROTOCOL_VIEW)
    sent, form = submitted(request, ReviewForm)
    if sent.valid:
        with sent:
            actions.record_review(actor_of(request), version, form.cleaned_data["note"])
            return sent.done(f"The review of {version} is recorded. The next is due in a year.", version)
    return render_version(request, version, sent)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a protocol, with all its versions."""
    protocol = visible_or_404(Protocol.objects.all(), pk, Event.PROTOCOL_VIEW)
    versions = readable_versions(person_of(request)).filter(protocol=protocol).exclude(approved_at=None)
    version = visible_or_404(versions, getattr(versions.first(), "pk", 0), Event.PROTOCOL_VIEW)
    sent, form = submitted(request, WithdrawForm)
    if sent.valid:
        with sent:
            actions.withdraw(actor_of(request), protocol, form.cleaned_data["reason"])
            return sent.done(f"The protocol “{version.title}” is withdrawn.", version)
    return render_version(request, version, sent)
