"""Signed heads: once one has left the hub, nobody can rewrite what is before it unseen."""

from base64 import b64decode
from datetime import UTC

from django.conf import settings
from django.db import transaction

from plateward.core.audit import head_places, known_heads
from plateward.core.audit.continuity import require_whole
from plateward.core.audit.models import Head
from plateward.core.audit.signatures import SignedHead, TreeHead, sign_tree_head
from plateward.ground import clock
from plateward.ground.policy.trace import enforces


@enforces("6.b.i.9/sealed", "AU-9/found")
def sign_head() -> SignedHead:
    """Sign the log as it is, or take the head signed at this size, and keep it outside the database too. For
    the background worker every so often, and for an export.

    Raises what `require_whole` raises: each head continues the earlier ones, so the newest covers all.
    """
    tree = require_whole()
    root = tree.root()
    with transaction.atomic():
        kept = Head.objects.filter(size=tree.size, root=root).first()
        if kept is None:
            at = clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            made = sign_tree_head(
                settings.RING.signing("audit"), TreeHead(size=tree.size, root=root.hex(), at=at)
            )
            row = Head(
                size=tree.size, at=at, root=root, frontier=bytes(tree), signature=b64decode(made.signature)
            )
            # Two hub nodes may sign the same tree at once; the first is kept.
            Head.objects.bulk_create([row], ignore_conflicts=True)
            kept = Head.objects.get(size=tree.size, root=root)
    signed = known_heads.signed_head(kept)
    head_places.keep_outside(signed)
    return signed


def latest_head() -> SignedHead | None:
    """The head that was signed last."""
    head = known_heads.current_heads(known_heads.accepted_gaps()).order_by("-size").first()
    return known_heads.signed_head(head) if head else None


def first_head_over(size: int) -> SignedHead:
    """The first signed head that covers this many entries; signed now if there is none."""
    heads = known_heads.current_heads(known_heads.accepted_gaps()).filter(size__gte=size)
    head = heads.order_by("size").first()
    return known_heads.signed_head(head) if head else sign_head()
