"""Evidence on the signed sharing configuration, for the compliance report."""

from collections.abc import Iterator

from plateward.core.audit.events import Event
from plateward.core.audit.evidence import entries_of
from plateward.ground.policy.evidence import Fact, fact
from plateward.people import signed
from plateward.people.sharing.models import SharingDocument, SharingDrift


def facts() -> Iterator[Fact]:
    """Which configuration is in force, and whether what runs differs from it."""
    yield fact(
        "AC-3",
        "AC-4",
        "6.b.i.3",
        text="Sharing configuration in force: {number}; countersigned ones: {signed:,}; differences found in the last "
        "30 days: {drifts:,}.",
        number=signed.read_in_force().number or "none",
        signed=SharingDocument.objects.filter(approved=True).count(),
        drifts=entries_of(Event.SHARING_DRIFT),
        attention="What runs differs from the signed sharing configuration. See Sharing.",
        late=SharingDrift.objects.filter(ended_at=None).exists(),
        route="configuration:index",
    )
