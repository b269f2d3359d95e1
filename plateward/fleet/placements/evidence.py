"""Evidence on where readers are, for the compliance report."""

from collections.abc import Iterator

from django.db.models import Sum

from plateward import clock
from plateward.fleet.models import Deployment, ExclusionZone, Reader
from plateward.fleet.placements.models import SignificantIncident, Transfer
from plateward.fleet.placements.places import reassignments, waiting_transfers
from plateward.fleet.placements.rules import DECIDED_WITHIN
from plateward.fleet.where import Basis
from plateward.policy.evidence import Fact, fact


def facts() -> Iterator[Fact]:
    """Deployments in force, what was dropped, transfers, and vehicles that wait for somebody else."""
    now = clock.now()
    in_force = Deployment.objects.in_force(now)
    yield fact(
        "6.a.ii.1",
        "6.b.i.5",
        text="Deployments in force, of public view: {public:,}; under a court order: {ordered:,}. Exclusion zones: "
        "{zones:,}. Reads dropped before storage: {dropped:,}.",
        public=in_force.filter(basis=Basis.PUBLIC_VIEW).count(),
        ordered=in_force.filter(basis=Basis.COURT_ORDER).count(),
        zones=ExclusionZone.objects.filter(ended_at=None).count(),
        dropped=Reader.objects.aggregate(Sum("dropped", default=0))["dropped__sum"],
        route="placements:index",
    )
    yield fact(
        "6.b.i.5",
        text="Significant incidents documented: {incidents:,}.",
        incidents=SignificantIncident.objects.count(),
        route="placements:index",
    )
    waiting = waiting_transfers()
    yield fact(
        "6.e.v",
        text="Transfers of readers to another area, approved: {approved:,}; denied: {denied:,}; waiting: {waiting:,}. "
        "Vehicles to reassign: {reassign:,}.",
        approved=Transfer.objects.filter(approved=True).count(),
        denied=Transfer.objects.filter(approved=False).count(),
        waiting=waiting.count(),
        reassign=len(reassignments()),
        attention="Transfers that wait for command staff for more than three days: {late:,}. See Placements.",
        late=waiting.filter(at__lt=now - DECIDED_WITHIN).count(),
        route="placements:index",
    )
