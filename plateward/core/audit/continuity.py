"""The log continues every known head: in the database, beside the keys, at a witness. A database that was
restored or cut back does not, and the hub does nothing with it until an administrator accepts the loss."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError

from plateward.core.audit import known_heads, log_reader
from plateward.core.audit.gaps import Gap
from plateward.core.audit.head_places import head_places
from plateward.core.audit.models import AuditEntry, Head, Tree, newest_head
from plateward.core.audit.signatures import SignedHead
from plateward.core.audit.unavailable import log_unavailable
from plateward.ground.errors import HubMustStop
from plateward.ground.merkle import Frontier
from plateward.ground.policy.trace import enforces


class LogSetBack(HubMustStop):
    """The log in the database lacks a known signed head: the database was restored, or cut back."""


class AnotherRing(HubMustStop):
    """The key ring is another hub's than the database."""


@dataclass(frozen=True)
class MissingHead:
    """A signed head that the log lacks, and how many of the entries that it covers the log still has."""

    where: str
    head: SignedHead
    kept: int


@dataclass(frozen=True)
class HeadComparison:
    """The tree as it is; the known heads that it lacks; the heads that it must continue, oldest first."""

    tree: Frontier
    missed: Sequence[MissingHead]
    continued: Sequence[Head]

    def require_continued(self) -> None:
        """The entries lead from the oldest head past each other one to the tree. Raises LogDamaged."""
        grown = _load_frontier(self.continued[0]) if self.continued else Frontier()
        roots = {head.size: _verified_head(head).head.root for head in self.continued}
        for _, line in log_reader.read_lines(grown.size, self.tree.size):
            grown = grown.append(log_reader.covered_by_tree(grown.size, line))
            if grown.size in roots and roots[grown.size] != grown.root().hex():
                raise log_reader.log_damaged(f"its first {grown.size} entries are not those that were signed")
        if grown != self.tree:
            raise log_reader.log_damaged("its entries do not produce its head")


def compare_heads() -> HeadComparison:
    """Read all known heads first, and then the tree, which in the meantime can only have grown."""
    outside = [(str(place), head) for place in head_places() if (head := place.head())]
    accepted = known_heads.accepted_gaps()
    heads = known_heads.current_heads(accepted)
    newest = heads.order_by("-size").first()
    tree = _load_tree()
    missed, continued = [], []
    for where, signed in outside:
        if any(gap.covers(signed.head) for gap in accepted):
            continue
        row = Head.objects.filter(size=signed.head.size, root=bytes.fromhex(signed.head.root)).first()
        if signed.head.size > tree.size:
            missed.append(MissingHead(where, signed, tree.size))
        elif row is None:
            missed.append(MissingHead(where, signed, _shared_entries(signed, accepted)))
        else:
            continued.append(row)
    if newest and newest.size > tree.size:
        missed.append(MissingHead("A head in the database", _verified_head(newest), tree.size))
        newest = heads.filter(size__lte=tree.size).order_by("-size").first()
    if newest:
        continued.append(newest)
    return HeadComparison(tree, missed, sorted(continued, key=lambda head: head.size))


@enforces("6.b.i.9/sealed", "AU-9/found")
def require_whole() -> Frontier:
    """The tree, if it continues every known head. Or AnotherRing, LogSetBack, LogDamaged, HeadUnusable, LogUnavailable.

    Reads entries since the oldest of the newest heads: on a working hub, those of a few seconds."""
    try:
        _require_own_ring()
        comparison = compare_heads()
        if comparison.missed:
            raise _set_back_error(comparison)
        comparison.require_continued()
    except DatabaseError as error:
        raise log_unavailable(error) from error
    return comparison.tree


@enforces("6.b.i.9/sealed", "6.b.i.10/failure", "AU-9/found")
def require_newest_head() -> None:
    """For every append, since the jobs look every few seconds only: the head that was signed last, in the database and
    beside the keys, is this hub's. Reads no entry. Raises LogDamaged, HeadUnusable."""
    head_places()[0].head()
    if newest := newest_head():
        _verified_head(newest)
        _load_frontier(newest)


@enforces("6.i.i/keys", "SC-28/ring")
def _require_own_ring() -> None:
    """A ring that opens nothing here and signed nothing here is another hub's; else it is the log that was altered."""
    ends = [AuditEntry.objects.order_by(order).first() for order in ("sequence", "-sequence")]
    if not all(ends) or any(entry.sealed_leaf for entry in ends if entry):
        return
    if (newest := newest_head()) and (signed := known_heads.signed_head(newest)).signed_by(signed.key):
        return
    raise AnotherRing(
        f"The key ring in {settings.KEYS} is not this database's: it opens neither the first nor the last entry of "
        "its audit log, and did not sign its newest head. Nothing was done (OPR:50 6.i.i). Bring back the ring of this "
        "database from its own backup, or correct PLATEWARD_KEYS or PLATEWARD_DATABASE_URL. If this is the right "
        "ring, the whole log was replaced: report this incident (6.b.i.9)."
    )


def _load_tree() -> Frontier:
    row = Tree.objects.get()
    try:
        return Frontier.load(row.size, bytes(row.frontier))
    except ValueError as error:
        raise log_reader.log_damaged("its size and hashes do not match") from error


def _shared_entries(lost: SignedHead, accepted: Sequence[Gap]) -> int:
    """How much of this head's log is certainly in the database: up to the previous signed head."""
    earlier = known_heads.current_heads(list(accepted)).filter(size__lt=lost.head.size, at__lte=lost.head.at)
    head = earlier.order_by("-size").first()
    return head.size if head else 0


def _load_frontier(head: Head) -> Frontier:
    if frontier := known_heads.frontier_of(head):
        return frontier
    raise log_reader.log_damaged(f"the hashes beside the head of {head.size} entries are not its own")


def _verified_head(head: Head) -> SignedHead:
    signed = known_heads.signed_head(head)
    if not signed.signed_by(signed.key):
        raise log_reader.log_damaged(f"its head of {head.size} entries is forged")
    return signed


def _set_back_error(comparison: HeadComparison) -> LogSetBack:
    worst = max(comparison.missed, key=lambda missing: missing.head.head.size)
    signed = worst.head.head
    has = (
        f"the database holds {comparison.tree.size:,}"
        if signed.size > comparison.tree.size
        else "the database does not have that head"
    )
    return LogSetBack(
        f"{worst.where} is from an audit log of {signed.size:,} entries, signed {signed.at}, but {has}: entries are "
        "missing or were replaced. Nothing was done (OPR:50 6.b.i.9, CJIS AU-9). If the database was not restored, "
        "this is an incident: change nothing, and report it to the ALPR administrator and the CJIS security officer. "
        "After a lawful restore, accept the loss: plateward audit accept-restore --administrator NAME --reason WHY"
    )
