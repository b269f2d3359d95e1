"""The heads that the database has, and the gaps that its log states."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db.models import QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.gaps import Gap, gap_in
from plateward.core.audit.models import AuditEntry, Head
from plateward.core.audit.signatures import SignedHead, TreeHead, key_text, public_key_text
from plateward.core.audit.succession import Announcement
from plateward.ground.merkle import Frontier
from plateward.ground.vault.versions import RotatingKey


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


def log_keys() -> list[str]:
    """Every key that ever signed this log (base64), the current one first."""
    return [key_text(key) for key in reversed(settings.RING.log_keys())]


def announcements() -> tuple[Announcement, ...]:
    """Of each key of the log that followed another, in order. Read before a checkpoint is signed: then the newest that
    they name signs it."""
    versions = settings.RING.versions.all(RotatingKey.LOG)
    return tuple(Announcement(**version.announced) for version in versions if version.announced)


def private_key_of(signed: SignedHead) -> Ed25519PrivateKey:
    """The key that signed this head, for what goes with it."""
    keys = [settings.RING.signing("audit", secret) for secret in settings.RING.log_secrets()]
    return next((key for key in keys if public_key_text(key) == signed.key), keys[0])


def signed_head(head: Head) -> SignedHead:
    """The row as it left the hub, by the key that signed it; by the current one if none of its keys did."""
    tree = TreeHead(size=head.size, root=bytes(head.root).hex(), at=head.at)
    made = [SignedHead(tree, b64encode(bytes(head.signature)).decode(), key) for key in log_keys()]
    return next((signed for signed in made if signed.signed_by(signed.key)), made[0])
