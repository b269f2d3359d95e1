"""Nothing starts unless everything it stores is encrypted at rest, and the connection to the database is encrypted."""

import os
from ipaddress import ip_address

from django.conf import settings

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

ENCRYPTED_MODES = {
    "require",
    "verify-ca",
    "verify-full",
}  # libpq's sslmode; "prefer", its default, may send in clear


class NotEncryptedInTransit(PlatewardError):
    """ALPR data would cross a network unencrypted."""


@enforces("6.i.ii/tls", "SC-8/systems")
def require_encryption_in_transit() -> None:
    """Raise `NotEncryptedInTransit` unless the database is on this machine, or reached only by TLS.

    On this machine: a file, a Unix socket, or a loopback address. Libpq takes anything missing from the URL from the
    environment (PGHOST, PGSSLMODE, …), and so does this.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.postgresql":
        return
    options = database.get("OPTIONS", {})
    sslmode = options.get("sslmode") or os.environ.get("PGSSLMODE", "")
    if sslmode in ENCRYPTED_MODES or _is_local(database.get("HOST", ""), options):
        return
    raise NotEncryptedInTransit(
        "ALPR data must be encrypted on the network (OPR:50 6.i.ii), but PLATEWARD_DATABASE_URL does not require "
        f"it (sslmode is {sslmode or 'not given'}). Add ?sslmode=verify-full&sslrootcert=… to it."
    )


def _is_local(host: str, options: dict[str, str]) -> bool:
    """Whether every host named is this machine. A service file may name any, so it does not count as local."""
    if options.get("service") or os.environ.get("PGSERVICE"):
        return False
    names = host or options.get("host") or os.environ.get("PGHOST", "")
    addresses = options.get("hostaddr") or os.environ.get("PGHOSTADDR", "")
    # Both: libpq connects by name to a host without an address in hostaddr.
    return all(_is_loopback(name) for name in [*addresses.split(","), *names.split(",")])


def _is_loopback(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):  # libpq's default and its sockets
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class NotEncryptedAtRest(PlatewardError):
    """The database would hold unencrypted ALPR data."""


@enforces("6.i.i/aes", "SC-28/data")
def require_encryption_at_rest() -> None:
    """Raise `NotEncryptedAtRest` unless the database is SQLCipher, or PostgreSQL on an encrypted disk.

    The hub cannot see how a PostgreSQL server's disk is encrypted, so the site declares it (`disk.encryption`).
    """
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine == "plateward.core.db.sqlcipher":
        return
    if engine != "django.db.backends.postgresql":
        raise NotEncryptedAtRest(
            f"The database engine {engine} does not encrypt what it stores (OPR:50 6.i.i). "
            "Leave PLATEWARD_DATABASE_URL unset for an encrypted file, or give a postgresql:// address."
        )
    if not settings.DISK_ENCRYPTION:
        raise NotEncryptedAtRest(
            "ALPR data is stored only on a disk encrypted with AES-256 (OPR:50 6.i.i). Encrypt the disk "
            'of the PostgreSQL server and its backups, then say how in plateward.toml: [disk] encryption = "luks" '
            "(PLATEWARD_DISK_ENCRYPTION)."
        )
