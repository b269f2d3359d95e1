"""Where readers are: all of them, one with its history, and the zones where none records."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.field.fleet.actions import area_of
from plateward.field.fleet.models import Deployment, ExclusionZone, Reader
from plateward.field.fleet.placements import actions
from plateward.field.fleet.placements.forms import (
    AssignForm,
    DecisionForm,
    DeploymentForm,
    EndForm,
    IncidentForm,
    TransferForm,
    ZoneForm,
)
from plateward.field.fleet.placements.models import Transfer
from plateward.field.fleet.placements.places import current_assignments, reassignments, waiting_transfers
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission

# Who reads what happened at a reader and the grounds of a court order; others see where readers are.
MAY_KNOW = {Permission.DEPLOYMENT_MANAGE, Permission.INCIDENT_RECORD}


@require_GET
@enforces("6.a.ii.1/basis", "6.b.i.5/locations", "6.e.v/person")
def list_placements(request: HttpRequest) -> HttpResponse:
    """Every reader that is not revoked: area, who drives it, and why it may record. Context: rows, waiting,
    deployments, zones."""
    record(actor_of(request), Event.DEPLOYMENT_VIEW, "readers")
    now, assigned, reasons = clock.now(), current_assignments(), reassignments()
    readers = Reader.objects.filter(revoked_at=None).select_related("unit__district")
    rows = [
        {
            "reader": reader,
            "area": area_of(reader.unit),
            "assignment": (assignment := assigned.get(reader.pk)),
            "reassign": reasons.get(assignment, "") if assignment else "",
            "deployments": [item for item in reader.deployments.all() if item.state(now) == "in force"],
        }
        for reader in readers.prefetch_related("deployments__decision", "deployments__area")
    ]
    context = {
        "rows": rows,
        "waiting": waiting_transfers().select_related("reader", "before", "to__district", "by"),
        "deployments": Deployment.objects.waiting().select_related("reader"),
        "zones": ExclusionZone.objects.filter(ended_at=None).count(),
    }
    return render(request, "fleet/placements.html", context)


@require_GET
def show_reader(request: HttpRequest, pk: int) -> HttpResponse:
    """One reader's place, with its history and what may be changed."""
    return _render_reader(request, _reader(pk), Submission(request))


@require_POST
@enforces("6.a.ii.1/basis", "6.b.i.5/locations")
def deploy(request: HttpRequest, pk: int) -> HttpResponse:
    """Record where the reader may record from then on."""
    reader = _reader(pk)
    sent, form = submitted(request, DeploymentForm)
    if sent.valid:
        with sent:
            actions.record_deployment(actor_of(request), reader, **form.values())
            return sent.done(
                f"The deployment of {reader} was submitted to command staff.", "placements:reader", pk
            )
    return _render_reader(request, reader, sent)


@require_POST
@enforces("6.b.i.5/locations")
def approve_deployment(request: HttpRequest, pk: int) -> HttpResponse:
    """Command staff approve or deny that the reader records there."""
    deployment = get_object_or_404(Deployment.objects.select_related("reader"), pk=pk)
    sent, form = submitted(request, DecisionForm, auto_id=f"deployment-{pk}-%s")
    if sent.valid:
        approved = form.cleaned_data["approved"] == "yes"
        with sent:
            actions.decide_deployment(
                actor_of(request), deployment, approved=approved, answer=form.cleaned_data["answer"]
            )
            done = f"{deployment.reader} may record: {deployment.place}" if approved else "Deployment denied"
            return sent.done(f"{done}.", deployment)
    return _render_reader(request, _reader(deployment.reader_id), sent, deciding=deployment.pk)


@require_POST
@enforces("6.a.ii.1/outside")
def end_deployment(request: HttpRequest, pk: int) -> HttpResponse:
    """End a deployment now."""
    deployment = get_object_or_404(Deployment.objects.select_related("reader"), pk=pk)
    form = EndForm(request.POST)
    with failure_as_message(request):
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        actions.end_deployment(actor_of(request), deployment, reason)
        messages.success(request, f"The deployment at {deployment.place} has ended.")
    return redirect("placements:reader", deployment.reader_id)


@require_POST
@enforces("6.e.v/transfer")
def request_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask command staff for a transfer to another area."""
    reader = _reader(pk)
    sent, form = submitted(request, TransferForm)
    if sent.valid:
        with sent:
            actions.request_transfer(actor_of(request), reader, **form.cleaned_data)
            return sent.done(
                f"The transfer of {reader} was submitted to command staff.", "placements:reader", pk
            )
    return _render_reader(request, reader, sent)


@require_POST
@enforces("6.e.v/transfer")
def decide_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Command staff approve or deny it."""
    transfer = get_object_or_404(Transfer.objects.select_related("reader", "to__district", "by"), pk=pk)
    sent, form = submitted(request, DecisionForm)
    if sent.valid:
        approved, data = form.cleaned_data["approved"] == "yes", form.cleaned_data
        with sent:
            actions.decide_transfer(
                actor_of(request), transfer, approved=approved, answer=data["answer"], seen=data["seen"]
            )
            done = f"{transfer.reader} is now with {transfer.to}" if approved else "Transfer denied"
            return sent.done(f"{done}.", "placements:reader", transfer.reader_id)
    return _render_reader(request, _reader(transfer.reader_id), sent)


@require_POST
@enforces("6.e.v/person")
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the reader's area gets the vehicle with it."""
    reader = _reader(pk)
    sent, form = submitted(request, AssignForm)
    if sent.valid:
        with sent:
            person = form.cleaned_data["person"]
            actions.assign_reader(actor_of(request), reader, person)
            return sent.done(f"{person} now has the vehicle with {reader}.", "placements:reader", pk)
    return _render_reader(request, reader, sent)


@require_POST
@enforces("6.b.i.5/results")
def record_incident(request: HttpRequest, pk: int) -> HttpResponse:
    """Document an incident that is deemed significant."""
    reader = _reader(pk)
    sent, form = submitted(request, IncidentForm)
    if sent.valid:
        with sent:
            actions.record_incident(actor_of(request), reader, **form.cleaned_data)
            return sent.done(f"Incident at {reader} saved.", "placements:reader", pk)
    return _render_reader(request, reader, sent)


def _reader(pk: int) -> Reader:
    return get_object_or_404(Reader.objects.select_related("unit__district"), pk=pk)


@enforces("6.c.ii/cases")
def _render_reader(
    request: HttpRequest, reader: Reader, sent: Submission, *, deciding: int = 0
) -> HttpResponse:
    """`deciding`: the key of the deployment of which a decision was submitted."""
    record(actor_of(request), Event.DEPLOYMENT_VIEW, f"reader:{reader.name}")
    transfers = list(reader.transfers.select_related("before", "to__district", "by", "decided_by"))
    waiting = next((transfer for transfer in transfers if transfer.decided_at is None), None)
    assignment = current_assignments().get(reader.pk)
    deployments = list(reader.deployments.select_related("area", "decision__by"))
    now, seen = clock.now(), {"seen": reader.unit_id}
    may_know = bool(person_of(request).permissions & MAY_KNOW)

    def approval_form(deployment: Deployment, state: str) -> DecisionForm | None:
        own = deployment.by == actor_of(request).key
        if state != "waiting" or own or Permission.TRANSFER_DECIDE not in person_of(request).permissions:
            return None
        if deployment.pk == deciding:
            return sent.form_of(DecisionForm)
        return DecisionForm(auto_id=f"deployment-{deployment.pk}-%s")

    return sent.render(
        "fleet/placement.html",
        reader=reader,
        area=area_of(reader.unit),
        deployments=[(item, state := item.state(now), approval_form(item, state)) for item in deployments],
        actors=names_of({name for item in deployments for name in (item.by, item.ended_by) if name}),
        decided=[transfer for transfer in transfers if transfer.decided_at],
        waiting=waiting,
        may_decide=waiting is not None and person_of(request) in actions.deciders_above(waiting.by),
        assignments=reader.assignments.select_related("person", "by"),
        reassign=reassignments().get(assignment, "") if assignment else "",
        may_know=may_know,
        incidents=reader.incidents.select_related("by") if may_know else (),
        deployment_form=sent.form_of(DeploymentForm),
        transfer_form=sent.form_of(TransferForm),
        assign_form=sent.form_of(AssignForm),
        incident_form=sent.form_of(IncidentForm),
        decision_form=DecisionForm(initial=seen) if deciding else sent.form_of(DecisionForm, initial=seen),
    )


@require_http_methods(["GET", "POST"])
@enforces("6.a.ii.1/zones")
def manage_zones(request: HttpRequest) -> HttpResponse:
    """The zones in which no read is kept, and a form to add one."""
    sent, form = submitted(request, ZoneForm)
    if sent.valid:
        with sent:
            zone = actions.add_zone(actor_of(request), **form.cleaned_data)
            return sent.done(f"No read from {zone} is kept from now on.", "placements:zones")
    record(actor_of(request), Event.DEPLOYMENT_VIEW, "zones")
    zones = list(ExclusionZone.objects.all())
    actors = names_of({name for zone in zones for name in (zone.by, zone.ended_by) if name})
    return sent.render("fleet/zones.html", zones=zones, actors=actors)


@require_POST
@enforces("6.a.ii.1/zones")
def end_zone(request: HttpRequest, pk: int) -> HttpResponse:
    """End a zone now."""
    zone = get_object_or_404(ExclusionZone, pk=pk)
    form = EndForm(request.POST)
    with failure_as_message(request):
        actions.end_zone(actor_of(request), zone, form.cleaned_data["reason"] if form.is_valid() else "")
        messages.success(request, f"Zone {zone} has ended.")
    return redirect("placements:zones")
