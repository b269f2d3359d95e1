"""Signed heads: once one has left the hub, nothing before it can be rewritten unseen."""

from base64 import b64decode, b64encode
from datetime import UTC

from django.conf import settings
from django.db import transaction

from plateward import clock
from plateward.audit.merkle import Frontier
from plateward.audit.models import Head, Tree
from plateward.audit.signed import SignedHead, TreeHead, public, sign
from plateward.policy.trace import enforces


@enforces("6.b.i.9", "AU-9")
def sign_head() -> SignedHead:
    """Sign what the log is now, or return the head that was signed at this size. For the background worker
    every so often, and for an export.
    """
    with transaction.atomic():
        tree = Tree.objects.get()
        kept = Head.objects.filter(pk=tree.size).first()
        if kept is not None:
            return _signed(kept)
        head = TreeHead(
            size=tree.size,
            root=Frontier.load(tree.size, bytes(tree.frontier)).root().hex(),
            at=clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        )
        signed = sign(settings.RING.signing("audit"), head)
        # Two hub nodes may sign the same size at once; the first is kept.
        Head.objects.bulk_create(
            [
                Head(
                    size=head.size,
                    at=head.at,
                    root=bytes.fromhex(head.root),
                    signature=b64decode(signed.signature),
                )
            ],
            ignore_conflicts=True,
        )
        return _signed(Head.objects.get(pk=head.size))


def latest_head() -> SignedHead | None:
    """The head that was signed last."""
    head = Head.objects.order_by("-size").first()
    return _signed(head) if head else None


def _signed(head: Head) -> SignedHead:
    return SignedHead(
        TreeHead(size=head.size, root=bytes(head.root).hex(), at=head.at),
        b64encode(bytes(head.signature)).decode(),
        public(settings.RING.signing("audit")),
    )
