"""Evidence on written protocols, for the compliance report."""

from collections.abc import Iterator

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.people import days
from plateward.people.documents.audience import reviews_due
from plateward.people.documents.editions import followed_editions
from plateward.people.documents.models import (
    ProtocolAcknowledgment,
    ProtocolReview,
    ProtocolVersion,
)
from plateward.people.documents.reminding import ESCALATED_AFTER, acknowledgments_owed
from plateward.people.documents.rules import missing_kinds


def facts() -> Iterator[Fact]:
    """Versions in force, kinds that the clause asks for without one, and acknowledgments that people owe."""
    now = clock.now()
    versions = list(ProtocolVersion.objects.in_force(now).defer("text"))
    missing = missing_kinds({version.kind for version in versions})
    yield fact(
        "6.b.i.1",
        "6.b.i.2",
        "6.b.i.3",
        text="Written protocols in force: {protocols}; acknowledgments in all: {acknowledgments}; without a protocol: "
        "{missing}.",
        protocols=len(versions),
        acknowledgments=ProtocolAcknowledgment.objects.count(),
        missing=", ".join(missing) or "none",
        attention="No written protocol is in force for: {missing}. Draft it under Protocols, for the Chief's approval.",
        late=bool(missing),
        route="protocols:index",
    )
    own = [version for version in versions if version.kind == ProtocolVersion.Kind.POLICY]
    editions = followed_editions()
    yield fact(
        "6.d.iv",
        text="Editions that this hub follows: {editions}. The policy's text, as the agency recorded it: {own}.",
        editions="; ".join(f"{pack}, {version}" for pack, version in editions.items()) or "none noted yet",
        own="; ".join(map(str, own)) or "none",
        attention="The policy's text is not recorded: a change of it opens no duty to retrain by itself. Record it "
        "under Protocols, as the policy itself.",
        late=not own,
        route="protocols:register",
    )
    overdue = len(reviews_due(days.today()))
    yield fact(
        "6.b.i.1",
        text="Protocols in force whose review is due: {overdue}; reviews on record that changed nothing: {reviews}.",
        overdue=overdue,
        reviews=ProtocolReview.objects.count(),
        attention="Protocols are due for review: {late}. Revise each, or record its review, under Protocols.",
        late=overdue,
        route="protocols:register",
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
