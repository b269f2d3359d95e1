"""Nothing starts unless everything it stores is encrypted at rest."""

import os

from django.conf import settings

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

DECLARATION = "PLATEWARD_DISK_ENCRYPTION"


class NotEncryptedAtRest(PlatewardError):
    """The database would hold unencrypted ALPR data."""


@enforces("6.i.i", "SC-28")
def require_encryption_at_rest() -> None:
    """Raise `NotEncryptedAtRest` unless the database is SQLCipher, or PostgreSQL on an encrypted disk.

    The hub cannot see how a PostgreSQL server's disk is encrypted, so the site declares it in
    `PLATEWARD_DISK_ENCRYPTION`.
    """
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine == "plateward.db.sqlcipher":
        return
    if engine != "django.db.backends.postgresql":
        raise NotEncryptedAtRest(
            f"The database engine {engine} does not encrypt what it stores (OPR:50 6.i.i). "
            "Leave PLATEWARD_DATABASE_URL unset for an encrypted file, or give a postgresql:// address."
        )
    if not os.environ.get(DECLARATION, "").strip():
        raise NotEncryptedAtRest(
            "ALPR data is stored only on a disk encrypted with AES-256 (OPR:50 6.i.i). Encrypt the disk "
            f"of the PostgreSQL server and its backups, then set {DECLARATION} to how (luks, cloud, …)."
        )
