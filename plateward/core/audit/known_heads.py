"""The heads that the database has, and the gaps that its log states."""

from base64 import b64encode

from django.conf import settings
from django.db.models import QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.gaps import Gap, gap_in
from plateward.core.audit.models import AuditEntry, Head
from plateward.core.audit.signatures import SignedHead, TreeHead, public_key_text
from plateward.ground.merkle import Frontier


def accepted_gaps() -> list[Gap]:
    """What restored databases lost, as administrators accepted it."""
    leaves = [entry.leaf for entry in AuditEntry.objects.filter(event=Event.AUDIT_RESTORE)]
    return [gap for leaf in leaves if leaf and (gap := gap_in(leaf))]


def current_heads(accepted: list[Gap]) -> QuerySet[Head]:
    """The heads of the continuing log; those of a lost part are kept, and count for nothing here."""
    heads = Head.objects.all()
    for gap in accepted:
        heads = heads.exclude(size__gt=gap.kept, size__lte=gap.lost, at__lte=gap.at)
    return heads


def frontier_of(head: Head) -> Frontier | None:
    """From which the tree goes on; None if the hashes beside the head are not its own."""
    try:
        frontier = Frontier.load(head.size, bytes(head.frontier))
    except ValueError:
        return None
    return frontier if frontier.root() == bytes(head.root) else None


def signed_head(head: Head) -> SignedHead:
    """The row as it left the hub."""
    return SignedHead(
        TreeHead(size=head.size, root=bytes(head.root).hex(), at=head.at),
        b64encode(bytes(head.signature)).decode(),
        public_key_text(settings.RING.signing("audit")),
    )
