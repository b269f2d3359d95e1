"""Whether a database and the files of a backup are of one hub and one history."""

from plateward.core.audit.leaf import decode_line
from plateward.core.audit.models import Head, Tree
from plateward.core.audit.signatures import SignedHead
from plateward.ground.policy.trace import enforces
from plateward.serve.backup.rules import Manifest, NotRestored


@enforces("6.b.i.9/sealed", "6.j.i/proven")
def require_same_log(manifest: Manifest) -> int:
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
