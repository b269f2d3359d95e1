"""How this node is: disk, keys, certificates, backups, migrations; what waits to be sent; what a site sets first."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from cryptography import x509
from django.conf import settings
from django.db.models import QuerySet

from plateward.core.db.setup import is_migrated
from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground import clock
from plateward.ground.policy.evidence import cryptographic_module, validation
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.versions import RotatingKey
from plateward.oversight.breaches.models import OfficerEmail
from plateward.serve.integrity import check_certificates, check_keys
from plateward.serve.rotation import key_statuses
from plateward.serve.upgrade.keeping import standing
from plateward.work.dispatch.models import Message
from plateward.work.evidence.dems.models import Upload
from plateward.work.evidence.package.models import Package

GB = 10**9
LITTLE, TOO_LITTLE = 0.1, 0.05  # of the disk is left
NEEDED = GB  # free, however small the disk is
WAITS_TOO_LONG = timedelta(minutes=30)
# Backup and tested restore: after how long each is due, and when it is too old.
BACKUP_DUE, BACKUP_OLD = timedelta(days=2), timedelta(days=7)
RESTORE_DUE, RESTORE_OLD = timedelta(days=100), timedelta(days=365)
UNCONFIRMED_OLD = timedelta(days=30)

# What waits to be sent, by the name that metrics have for it.
QUEUES: dict[
    str, Callable[[], "QuerySet[Message] | QuerySet[Upload] | QuerySet[Package] | QuerySet[OfficerEmail]"]
] = {
    "cad": Message.objects.waiting,
    "dems": Upload.objects.under_way,
    "timestamps": Package.objects.untimestamped,
    "systems_officer": partial(OfficerEmail.objects.filter, over_at=None),
}


@enforces("AU-5/told")
def _disk() -> Reading:
    """The disk of this node's own data; what lies in PostgreSQL or S3 is on others."""
    disk = shutil.disk_usage(settings.DATA)
    text = f"{disk.free / GB:,.1f} of {disk.total / GB:,.1f} GB free."
    remedy = "Add space to the disk of home: on a full one nothing is recorded, and so nothing is done."
    share = disk.free / disk.total if disk.total else 0.0
    if share < TOO_LITTLE or disk.free < NEEDED:
        return red(text, remedy)
    return amber(text, remedy) if share < LITTLE else green(text)


@enforces("6.i.i/aes", "SC-28/data")
def _encryption() -> Reading:
    """What a site declares of a server's disk is no more than that."""
    if settings.DATABASE_KIND != "PostgreSQL":
        return green("SQLCipher encrypts the database with AES-256.")
    return amber(
        f"PostgreSQL's disk is only declared to be encrypted ({settings.DISK_ENCRYPTION}); the hub cannot verify "
        "it, and seals images and free text itself.",
        "Have the server's operator show it (cryptsetup status), and file that with the storage approvals.",
    )


@enforces("6.j.i/proven", "AU-9/append")
def _role() -> Reading:
    """What the hub's own role may do besides is for *Integrity* to find."""
    if settings.DATABASE_OWNER:
        return green("Their owner is named as a role apart; Integrity checks what the hub's own may do.")
    return amber(
        "The hub's role owns its tables: who has its password can switch off what protects records.",
        "Have the server's operator make a role that owns them, and name it as owner of [database].",
    )


@enforces("6.i.i/keys", "SC-28/ring")
def _ring() -> Reading:
    number, faults = check_keys()
    if faults:
        return red(
            f"{faults[0].object}: {faults[0].problem}",
            "Restore the ring from its own backup, or set its mode to 600.",
        )
    if settings.RING.by is None:
        return amber(
            "It lies in clear: a person with it and the data has everything.",
            "Seal it (plateward keys seal), and keep its backup apart from the data's.",
        )
    return green(f"{number} files, sealed, unchanged.")


@enforces("6.i.i/rotation", "SC-28/rotation", "SC-13/module")
def _versions() -> Reading:
    """Of keys that are rotated, and of the module that uses them."""
    statuses = key_statuses()
    if unfinished := [status for status in statuses if status.left]:
        first, names = unfinished[0], ", ".join(status.what for status in unfinished)
        return amber(
            f"A rotation is not finished: {names}; {first.left:,} left.",
            "Connect the readers that are left, or revoke those given up; then: plateward keys retire devices"
            if first.what == RotatingKey.DEVICES
            else f"Run it again, and it goes on: plateward keys rotate {first.what}",
        )
    if kept := [status.what for status in statuses if status.older_kept]:
        return amber(
            f"Nothing needs the older version of these, but it is still kept: {', '.join(kept)}.",
            f"Once no backup from before is needed: plateward keys retire {kept[0]}",
        )
    if old := [(status.what, status.due) for status in statuses if status.due and status.due < clock.now()]:
        until = "; ".join(f"{what}, until {clock.format_day(due)}" for what, due in old)
        return amber(
            f"In use for longer than NIST SP 800-57 suggests for a key of its kind: {until}.",
            f"Rotate it: plateward keys rotate {old[0][0]}",
        )
    versions = ", ".join(f"{status.what} {status.version}" for status in statuses if status.version)
    return green(f"Versions: {versions}. {cryptographic_module()}, {validation()}.")


@enforces("6.i.ii/tls", "6.i.ii/devices")
def _certificates() -> Reading:
    _, broken = check_certificates(ahead=False)
    remedy = "Have the owner issue a new one; the hub renews its own when it is restarted."
    if broken:
        return red(" ".join(f"{fault.object}: {fault.problem}" for fault in broken), remedy)
    _, soon = check_certificates()
    if soon:
        return amber(" ".join(f"{fault.object}: {fault.problem}" for fault in soon), remedy)
    own = x509.load_pem_x509_certificate((settings.RING.path / "hub.crt").read_bytes())
    return green(f"None ends soon; the hub's own is good until {clock.format_day(own.not_valid_after_utc)}.")


def _aged(key: str, due: timedelta, old: timedelta, remedy: str) -> Reading:
    """How long ago `key` of the record of backups was."""
    file = settings.HOME / "backup.json"
    noted = json.loads(file.read_text()) if file.exists() else {}
    if not noted.get(key):
        return red("Never.", remedy)
    at = datetime.fromisoformat(noted[key])
    text = f"{clock.format_span(clock.now() - at)} ago, {noted.get('target', '')}.".replace(", .", ".")
    if clock.now() - at > old:
        return red(text, remedy)
    return amber(text, remedy) if clock.now() - at > due else green(text)


@enforces("6.h.ii/storage")
def _backup() -> Reading:
    return _aged(
        "last_backup", BACKUP_DUE, BACKUP_OLD, "Run plateward backup, and have a timer run it each night."
    )


@enforces("6.h.ii/storage")
def _restore() -> Reading:
    return _aged(
        "last_verified_restore",
        RESTORE_DUE,
        RESTORE_OLD,
        "Run plateward backup verify.",
    )


def _migrations() -> Reading:
    if is_migrated():
        return green("The database is of this version.")
    return red("The database is of another version.", "Restart the hub, which brings it up to date.")


def _upgrade() -> Reading:
    """What is kept of before holds also what was removed since, so it does not stay for long."""
    state = standing()
    if not state.upgrade:
        return green(state.what)
    old = clock.now() - state.upgrade.at > UNCONFIRMED_OLD
    return (red if old else amber)(state.what, state.remedy)


@enforces("AU-5/told")
def _queues() -> Reading:
    late = {
        name: count
        for name, rows in QUEUES.items()
        if (count := rows().filter(due_at__lt=clock.now() - WAITS_TOO_LONG).count())
    }
    if late:
        text = ", ".join(f"{name} {count:,}" for name, count in late.items())
        return red(f"Overdue: {text}.", "See the hub's log for the job that sends them, and restart the hub.")
    return green(f"{sum(rows().count() for rows in QUEUES.values()):,} wait, none overdue.")


def _agency() -> Reading:
    if settings.AGENCY_ORI == "NM0000000" or settings.ALLOWED_HOSTS[0] == "localhost":
        return amber(
            "ORI or host name are those of a trial.",
            "Set hosts, and ori and name of [agency], in plateward.toml.",
        )
    return green(f"{settings.AGENCY_NAME or settings.AGENCY_ORI}, at {settings.ALLOWED_HOSTS[0]}.")


PARTS = (
    Part("agency", "Agency", "6.e.iv.3", _agency, before_live=True),
    Part("backup", "Backup", "6.h.ii", _backup, before_live=True),
    Part("certificates", "Certificates", "6.i.ii", _certificates, before_live=True),
    Part("disk", "Disk", "AU-5", _disk, "integrity:index", before_live=True),
    Part(
        "database_role",
        "Database role",
        "6.j.i",
        _role,
        before_live=True,
        exists=lambda: settings.DATABASE_KIND == "PostgreSQL",
    ),
    Part("encryption", "Encryption at rest", "6.i.i", _encryption, before_live=True),
    Part("keys", "Key versions", "6.i.i", _versions),
    Part("migrations", "Migrations", "6.b.i.9", _migrations),
    Part("queues", "Queues", "AU-5", _queues),
    Part("restore", "Tested restore", "6.h.ii", _restore, before_live=True),
    Part("ring", "Key ring", "6.i.i", _ring, before_live=True),
    Part("upgrade", "Upgrade", "6.h.ii", _upgrade),
)
