"""A restored home becomes a hub's again: database and files are of one history, its log says so, and what was destroyed
is destroyed."""

from dataclasses import dataclass
from datetime import date

from django.core.management import call_command

from plateward.core.audit.actor import Actor
from plateward.core.audit.continuity import compare_heads, require_whole
from plateward.core.audit.events import Event
from plateward.core.audit.gaps import Gap
from plateward.core.audit.leaf import decode_line
from plateward.core.audit.log import record
from plateward.core.audit.models import Head, Tree
from plateward.core.audit.restoring import accept_restore
from plateward.core.audit.signatures import SignedHead
from plateward.core.db.setup import is_migrated
from plateward.field.reads.destruction import destroy_again
from plateward.field.reads.place import places
from plateward.ground.policy.trace import enforces
from plateward.serve.backup.rules import Manifest, NotRestored
from plateward.serve.rotation import announce_again


@dataclass(frozen=True)
class TakenUp:
    """What the log lost, if anything; the days of which something was destroyed again; on PostgreSQL, how many entries
    the database has beyond the backup's files."""

    gap: Gap | None
    again: list[date]
    beyond: int


@enforces("6.h.ii/restored", "6.b.i.9/sealed", "AU-9/found", "MP-6/recorded")
def take_up(actor: Actor, manifest: Manifest, administrator: str, reason: str) -> TakenUp:
    """Raises NotRestored if the database is not the one of these files; LogDamaged, NotAccepted."""
    if not is_migrated():
        call_command("migrate", verbosity=0)
    places()
    beyond = _require_same_log(manifest)
    gap = accept_restore(actor, administrator, reason) if compare_heads().missed else None
    require_whole()
    announce_again(actor)
    again = destroy_again()
    record(
        actor,
        Event.BACKUP_RESTORE,
        f"backup:{manifest.serial}",
        reason=reason,
        administrator=administrator,
        made=manifest.made.isoformat(),
        destroyed_again=[day.isoformat() for day in again],
    )
    return TakenUp(gap, again, beyond)


@enforces("6.b.i.9/sealed", "6.j.i/proven")
def _require_same_log(manifest: Manifest) -> int:
    """How many entries the database has beyond the backup's files. A database that is older than they are is not
    refused here: that its log lacks signed heads is what `accept_restore` is for. Raises NotRestored."""
    signed = decode_line(manifest.head.encode(), SignedHead).head
    size = Tree.objects.get().size
    if (
        size >= signed.size
        and not Head.objects.filter(size=signed.size, root=bytes.fromhex(signed.root)).exists()
    ):
        raise NotRestored(
            f"The database does not have the head of {signed.size:,} entries that backup {manifest.serial} was made "
            "under: it is of another hub, or of another history. It is not started with these files. Restore the "
            "database of this hub (database.url)."
        )
    return max(0, size - signed.size)
