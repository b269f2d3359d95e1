"""Evidence on written protocols, for the compliance report."""

from collections.abc import Iterator

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.people.documents.models import ProtocolAcknowledgment, ProtocolVersion
from plateward.people.documents.reminding import ESCALATED_AFTER, acknowledgments_owed
from plateward.people.documents.rules import missing_kinds


def facts() -> Iterator[Fact]:
    """Versions in force, kinds that the clause asks for without one, and acknowledgments that people owe."""
    now = clock.now()
    versions = ProtocolVersion.objects.in_force(now)
    missing = missing_kinds(set(versions.values_list("kind", flat=True)))
    yield fact(
        "6.b.i.1",
        "6.b.i.2",
        "6.b.i.3",
        text="Written protocols in force: {protocols}; acknowledgments in all: {acknowledgments}; without a protocol: "
        "{missing}.",
        protocols=versions.count(),
        acknowledgments=ProtocolAcknowledgment.objects.count(),
        missing=", ".join(missing) or "none",
        attention="No written protocol is in force for: {missing}. Draft it under Protocols, for the Chief's approval.",
        late=bool(missing),
        route="protocols:index",
    )
    owed = [each for _, each in acknowledgments_owed(now)]
    overdue = sum(now >= (each.due or each.since + ESCALATED_AFTER) for each in owed)
    yield fact(
        "6.b.i.1",
        text="Acknowledgments that people owe to protocols in force: {owed:,}; of these overdue, by the protocol's own "
        "days or after {days}: {overdue:,}.",
        owed=len(owed),
        days=ESCALATED_AFTER.days,
        overdue=overdue,
        attention="Acknowledgments of protocols are overdue: {late:,}. All protocols lead to who owes them; their "
        "supervisors are notified every week.",
        late=overdue,
        route="protocols:register",
    )
