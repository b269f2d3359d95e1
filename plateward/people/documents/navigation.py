"""Training and protocols in the navigation; the Chief sees how many protocols wait for a decision."""

from plateward.navigation import Link, Section, Viewer
from plateward.people.permissions import Permission
from plateward.people.protocols.models import ProtocolVersion


def waiting_for(viewer: Viewer) -> int:
    if Permission.PROTOCOL_APPROVE not in viewer.person.permissions:
        return 0
    return ProtocolVersion.objects.filter(
        approved_at=None, protocol__withdrawn_at=None, submitted_at__isnull=False
    ).count()


SECTION = Section(
    "Training and protocols",
    (Link("training:index", "Training"),),
    frozenset({"training", "protocols"}),
    (Link("training:index", "Training"), Link("protocols:register", "Protocols", waiting_for)),
)
