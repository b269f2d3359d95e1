"""Evidence on readers, for the compliance report: their checks, malfunctions and places."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Q, Sum

from plateward.core.audit.events import Event
from plateward.core.audit.evidence import PERIOD, entries_of
from plateward.field.fleet.checks.rules import SHIFT, CheckState
from plateward.field.fleet.checks.standings import standings_at
from plateward.field.fleet.malfunctions.models import (
    Authorization,
    Malfunction,
    Modification,
    Repair,
)
from plateward.field.fleet.malfunctions.rules import RepairOutcome
from plateward.field.fleet.models import Deployment, ExclusionZone, Reader
from plateward.field.fleet.placements.models import SignificantIncident, Transfer
from plateward.field.fleet.placements.places import reassignments, waiting_transfers
from plateward.field.fleet.placements.rules import DECIDED_WITHIN
from plateward.field.fleet.where import Basis
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.ground.policy.limits import set_by
from plateward.ground.policy.parameters import PlaceKind
from plateward.ground.policy.trace import enforces


def facts() -> Iterator[Fact]:
    """Of every part of this room."""
    for part in (_readers, _checks, _instructions, _malfunctions, _placements):
        yield from part()


def _readers() -> Iterator[Fact]:
    """Enrolled readers, the reads they sent, and batches that were refused."""
    readers = Reader.objects.filter(revoked_at=None)
    yield fact(
        "5.a",
        "5.c",
        "5.i",
        text="Enrolled readers: {readers:,}; that sent reads within a shift: {at_work:,}; reads received in all: "
        "{reads:,}.",
        readers=readers.count(),
        at_work=readers.filter(last_read_at__gt=clock.now() - SHIFT).count(),
        reads=Reader.objects.aggregate(Sum("reads"))["reads__sum"] or 0,
        route="checks:index",
    )
    yield fact(
        "6.j.i",
        text="Batches of reads refused in the last 30 days, by signature or device: {refused:,}; revoked readers: "
        "{revoked:,}.",
        refused=entries_of(Event.BATCH_REFUSE),
        revoked=Reader.objects.exclude(revoked_at=None).count(),
        route="checks:index",
    )
    in_use = readers.exclude(camera_link="")
    yield fact(
        "6.i.ii",
        "SC-8",
        text="Cameras of readers that send by TLS: {tls:,}; in clear on the reader's own link: {clear:,}; attached to "
        "the reader: {attached:,}.",
        tls=in_use.filter(camera_link__contains=" TLS, ").count(),
        clear=in_use.filter(camera_link__contains=" in clear, ").count(),
        attached=in_use.filter(camera_link="attached to the reader").count(),
        route="fleet:index",
    )


def _checks() -> Iterator[Fact]:
    """Readers at work this shift, with a passed check or not."""
    now = clock.now()
    at_work = Reader.objects.filter(revoked_at=None, last_read_at__gt=now - SHIFT)
    states = Counter(standing.state for standing in standings_at(at_work, now).values())
    without = states.total() - states[CheckState.PASSED]
    yield fact(
        "6.e.iv.1",
        text="Readers that sent reads within a shift: {at_work}; with a passed function check: {passed}; failed: "
        "{failed}; not checked: {unchecked}.",
        at_work=states.total(),
        passed=states[CheckState.PASSED],
        failed=states[CheckState.FAILED],
        unchecked=states[CheckState.NOT_DONE],
        attention="Readers at work without a passed check: {late}. Have them checked under Readers, "
        "Start-of-shift checks.",
        late=without,
        route="checks:index",
    )


def _instructions() -> Iterator[Fact]:
    """Readers whose check follows the manufacturer's own instructions."""
    readers = Reader.objects.filter(revoked_at=None)
    yield fact(
        "6.e.iv.1",
        text="Readers whose check links the manufacturer's instructions: {linked} of {readers}.",
        linked=readers.exclude(model=None).count(),
        readers=readers.count(),
        attention="Readers without the manufacturer's instructions: {late}. Attach them under Readers, Check "
        "instructions.",
        late=readers.filter(model=None).count(),
        route="checks:models",
    )


def _malfunctions() -> Iterator[Fact]:
    """Open malfunctions, recent repairs, and who may repair."""
    open_ones = Malfunction.objects.open()
    oldest, since = open_ones.first(), clock.now() - PERIOD
    repairs = Repair.objects.filter(at__gte=since)
    yield fact(
        "6.e.iv.2",
        "6.f.i.2",
        text="Open malfunctions: {open}; the oldest for {longest}; in the last 30 days repairs: {repairs}; units "
        "replaced: {replaced}; modifications: {modifications}; technicians and vendors authorized for these: "
        "{authorized}.",
        open=open_ones.count(),
        longest=oldest.open_for if oldest else "no time",
        repairs=repairs.count(),
        replaced=repairs.filter(outcome=RepairOutcome.REPLACED).count(),
        modifications=Modification.objects.filter(at__gte=since).count(),
        authorized=Authorization.objects.live().count(),
        attention="Malfunctions neither repaired nor replaced in time: {late}. See Malfunctions.",
        late=open_ones.filter(due_at__lt=clock.now()).count(),
        route="malfunctions:index",
    )


def _placements() -> Iterator[Fact]:
    """Deployments in force, what was dropped, transfers, and vehicles that wait for somebody else."""
    now = clock.now()
    in_force = Deployment.objects.in_force(now).aggregate(
        public=Count("pk", filter=Q(basis=Basis.PUBLIC_VIEW)),
        ordered=Count("pk", filter=Q(basis=Basis.COURT_ORDER)),
    )
    yield fact(
        "6.a.ii.1",
        "6.b.i.5",
        text="Deployments in force, of public view: {public:,}; under a court order: {ordered:,}; waiting for command "
        "staff: {waiting:,}. Exclusion zones: {zones:,}. Reads dropped before storage: {dropped:,}.",
        **in_force,
        waiting=Deployment.objects.waiting().count(),
        zones=ExclusionZone.objects.filter(ended_at=None).count(),
        dropped=Reader.objects.aggregate(Sum("dropped", default=0))["dropped__sum"],
        route="placements:index",
    )
    yield from _excluded_places()
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


@enforces("WA.places/kinds")
def _excluded_places() -> Iterator[Fact]:
    """For each law that names kinds of places: how many zones in force each has."""
    for law in set_by("excluded_places"):
        in_force = Counter(ExclusionZone.objects.filter(ended_at=None).values_list("kind", flat=True))
        kinds = {PlaceKind(kind).label: in_force[kind] for kind in law.value}
        missing = [label for label, zones in kinds.items() if not zones]
        yield fact(
            law.row,
            text="Exclusion zones in force, by the kinds of places that {law} names: {zones}.",
            law=law.law,
            zones="; ".join(f"{label}: {zones:,}" for label, zones in kinds.items()),
            missing=", ".join(missing),
            attention="No exclusion zone is in force for: {missing}. Add them under Placements, Exclusion zones.",
            late=len(missing),
            route="placements:zones",
        )
