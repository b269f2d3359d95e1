"""A protocol's draft, and what the Chief decides."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import submitted
from plateward.people.documents import actions
from plateward.people.documents.audience import readable_versions
from plateward.people.documents.forms import DecisionForm, DraftForm, WithdrawForm
from plateward.people.documents.views import render_version
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.people.protocols.models import Protocol
from plateward.policy.trace import enforces


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.1")
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
                    f"{version} is approved. Everyone it binds is asked to acknowledge it.", version
                )
            actions.return_draft(actor_of(request), version, given["seen"], given["reason"])
            return sent.done(f"{version} is returned to its author.", version)
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
