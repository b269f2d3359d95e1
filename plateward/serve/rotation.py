"""Keys are rotated while the hub runs: a new version is made, what the older one holds is moved, and only then can the
older one be retired (docs/decisions/0194). Killed at any point, the same command goes on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet
from django.utils import timezone

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.head_places import head_places
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import act
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.signatures import key_text
from plateward.core.audit.succession import announced_in, announcement
from plateward.field.fleet.certificates import readers_left
from plateward.field.fleet.models import Reader
from plateward.field.reads.images import day_keys
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.progress import ShowProgress
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.locks import AskPassphrase, Pkcs11Method, Tpm2Method
from plateward.ground.vault.passphrase import default_passphrase, passphrase_lock
from plateward.ground.vault.pkcs11 import pkcs11_lock
from plateward.ground.vault.tpm2 import tpm2_lock
from plateward.ground.vault.versions import LABELS, KeyStatus, RotatingKey
from plateward.oversight.log_files.models import LogFile
from plateward.people.models import Person
from plateward.people.sessions import follow_session_keys, open_session, seal_session
from plateward.serve.certificate import ensure_certificate
from plateward.work.evidence.dems.models import Upload
from plateward.work.evidence.requested.models import RequestedPackage

KEEPING_KEYS: tuple[type[Model], ...] = (Upload, RequestedPackage, LogFile)  # `key`: of a waiting file


class NotRotated(PlatewardError):
    """A key cannot be rotated or retired now."""


def key_statuses() -> list[KeyStatus]:
    """Of the ring's lock and each rotating key, with how many things still need its older version; for people and for
    *System*."""
    return [ring_status(), *(_status(what) for what in RotatingKey)]


def ring_status() -> KeyStatus:
    """A lock is changed in one step, so nothing is ever left; version 0: there is none, the ring lies in clear."""
    ring = settings.RING
    if not ring.by:
        return KeyStatus("ring", "in clear: seal it with plateward keys seal", 0, None, 0, older_kept=False)
    lock = ring.lock(ring.path)
    return KeyStatus("ring", "the lock of the key ring", lock.version, lock.made, 0, older_kept=False)


@enforces("6.i.i/rotation", "6.i.i/keys", "SC-28/rotation")
def rotate_ring(actor: Actor, passphrase: AskPassphrase) -> KeyStatus:
    """Another key for the ring's lock, of the same kind: of the TPM2 chip, of the HSM, or of the new passphrase.
    Processes that have it open go on. Raises `NotRotated` if there is no lock, `RingLocked`."""
    ring = settings.RING
    with _alone():
        if not ring.by:
            raise NotRotated(
                "The key ring lies in clear, so it has no lock to rotate (OPR:50 6.i.i). Nothing was done. First: "
                f"plateward keys seal --home {ring.path}"
            )
        match ring.by:
            case Tpm2Method():
                lock = tpm2_lock()
            case Pkcs11Method(module, token, key):
                lock = pkcs11_lock(module, token, key, default_passphrase)
            case _:
                lock = passphrase_lock(passphrase())
        with act(actor, Event.KEY_ROTATE, "key:ring") as entry:
            entry.note(version=ring.lock(ring.path).version + 1)
        ring.seal(lock, clock.now())
    return ring_status()


def _status(what: RotatingKey) -> KeyStatus:
    kept = settings.RING.versions.kept(what)
    older = len(kept) > 1
    left = sum(1 for _ in _left(what)) if older else 0
    of = Reader.objects.filter(revoked_at=None).count() if what is RotatingKey.DEVICES else 0
    # The first start makes the ring, and begins the log.
    made = kept[0].made or AuditEntry.objects.order_by("sequence").values_list("at", flat=True).first()
    return KeyStatus(what, LABELS[what], kept[0].number, made, left, older, of)


@enforces("6.i.i/rotation", "6.b.i.3/integrity", "SC-28/rotation")
def rotate(actor: Actor, what: RotatingKey, show: ShowProgress) -> KeyStatus:
    """A new version, on the log before it is made; or, while an older one is kept, what is left of its work.

    Raises `NotRotated` if the older version has nothing left and was not retired, or another process rotates.
    """
    versions = settings.RING.versions
    with _alone():
        before = _status(what)
        if before.older_kept and not before.left:
            raise NotRotated(
                f"The older version of {before.label} is needed by nothing, but is still kept (OPR:50 6.i.i). "
                f"Nothing was done. First: plateward keys retire {what}"
            )
        if not before.older_kept:
            number = before.version + 1
            secret, public = _made(what, number)
            announced = {}
            if what is RotatingKey.LOG:
                announced = announcement(
                    settings.RING.signing("audit"), settings.RING.signing("audit", secret)
                )
            with act(actor, Event.KEY_ROTATE, f"key:{what}") as entry:
                entry.note(version=number, **announced)
            versions.add(what, secret, clock.now(), public, announced)
            settings.RING.note_versions(settings.DATA)
        _move(what, show)
    return _status(what)


@enforces("6.i.i/rotation", "SC-28/rotation")
def retire(actor: Actor, what: RotatingKey, *, witnesses_told: bool = False) -> KeyStatus:
    """Erase the older version, if nothing needs it. Raises `NotRotated`."""
    with _alone():
        if what is RotatingKey.DEVICES:
            ensure_certificate(settings.RING, settings.ALLOWED_HOSTS)  # what a killed one left
        status = _status(what)
        if not status.older_kept:
            raise NotRotated(f"Only one version of {status.label} is kept. Nothing was done.")
        if status.left:
            raise NotRotated(
                f"{status.left:,} still need the older version of {status.label}, so it is kept (OPR:50 6.i.i). "
                f"Nothing was done. First: {_remedy(what)}"
            )
        witnesses = [witness.name for witness in settings.WITNESS_POLICY.witnesses]
        if what is RotatingKey.LOG and witnesses and not witnesses_told:
            raise NotRotated(
                f"A witness that does not know the new key refuses this log from then on (OPR:50 6.b.i.9): "
                f"{', '.join(witnesses)}. Nothing was done. Give their operators the keys that 'plateward audit "
                "checkpoint' prints, and repeat this with --witnesses-told."
            )
        with act(actor, Event.KEY_RETIRE, f"key:{what}") as entry:
            entry.note(version=status.version - 1)
        settings.RING.versions.retire(what, clock.now())
        if what is RotatingKey.DEVICES:
            ensure_certificate(settings.RING, settings.ALLOWED_HOSTS)
    return _status(what)


@enforces("6.b.i.9/sealed", "AU-9/found")
def announce_again(actor: Actor) -> None:
    """A log that was restored from before its key was rotated is told of each key since, as the one before had signed
    it then: who trusts any of them must be able to follow, also once the older ones are retired."""
    entries = AuditEntry.objects.filter(event=Event.KEY_ROTATE, object=f"key:{RotatingKey.LOG}")
    told = {link.new_key for entry in entries if entry.leaf and (link := announced_in(entry.leaf))}
    for version in settings.RING.versions.all(RotatingKey.LOG):
        if version.announced and version.announced["new_key"] not in told:
            with act(actor, Event.KEY_ROTATE, f"key:{RotatingKey.LOG}") as entry:
                entry.note(version=version.number, **version.announced)


@contextmanager
def _alone() -> Iterator[None]:
    descriptor = os.open(settings.RING.path / ".rotation", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
        yield
    except BlockingIOError:
        raise NotRotated("Another process is rotating a key. Nothing was done. Wait for its end.") from None
    finally:
        os.close(descriptor)


def _made(what: RotatingKey, number: int) -> tuple[bytes, bytes]:
    """A new secret, and what of it is public."""
    if what is RotatingKey.DEVICES:
        authority = Authority.new(number)
        return authority.secret, authority.certificate.public_bytes(Encoding.DER)
    secret = os.urandom(32)
    if what is not RotatingKey.LOG:
        return secret, b""
    return secret, settings.RING.signing("audit", secret).public_key().public_bytes_raw()


def _remedy(what: RotatingKey) -> str:
    """What must come before its older version can be retired."""
    if what is not RotatingKey.DEVICES:
        return f"plateward keys rotate {what}"
    names = readers_left(Authority.open(settings.RING).name)
    more = f" and {len(names) - 10:,} more" if len(names) > 10 else ""
    return (
        f"connect {', '.join(names[:10])}{more}, which get their certificates of the new one within a minute, or give "
        "them up: plateward fleet revoke NAME"
    )


def _move(what: RotatingKey, show: ShowProgress) -> None:
    total = sum(1 for _ in _left(what))
    match what:
        case RotatingKey.DAYS:
            for left in day_keys().rewrap():
                show(total - left, total)
            for row in _rows_left():
                _rewrap_row(row)
        case RotatingKey.DEVICES:
            ensure_certificate(settings.RING, settings.ALLOWED_HOSTS)
        case RotatingKey.LOG:
            sign_head()
        case RotatingKey.SESSIONS:
            for number, session in enumerate(_sessions_left(), 1):
                _sign_session(session)
                show(number, total)


def _left(what: RotatingKey) -> Iterator[object]:
    match what:
        case RotatingKey.DAYS:
            yield from day_keys().left()
            yield from _rows_left()
        case RotatingKey.DEVICES:
            yield from readers_left(Authority.open(settings.RING).name)
        case RotatingKey.LOG:
            newest = key_text(settings.RING.log_keys()[-1])
            yield from (place for place in head_places() if (head := place.head()) and head.key != newest)
        case RotatingKey.SESSIONS:
            yield from _sessions_left()


def _rows_left() -> Iterator[Any]:
    for model in KEEPING_KEYS:
        rows: QuerySet[Any] = model._default_manager.exclude(key=None).only("pk", "key")
        yield from (row for row in rows if not settings.RING.is_current(bytes(row.key)))


def _rewrap_row(row: Any) -> None:
    old, context = bytes(row.key), str(row.pk).encode()
    renewed = settings.RING.wrap(settings.RING.unwrap(old, context), context)
    type(row)._default_manager.filter(pk=row.pk, key=old).update(key=renewed)


def _sessions_left() -> Iterator[Session]:
    """The open sessions of accounts that the current key did not sign, but an older one did."""
    follow_session_keys()
    people = Person.objects.in_bulk()
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        opened = open_session(session.session_key, session.session_data)
        person = people.get(int(opened.get(SESSION_KEY) or 0))
        signed = opened.get(HASH_SESSION_KEY)
        if person and signed and signed in person.get_session_auth_fallback_hash():
            yield session


def _sign_session(session: Session) -> None:
    opened = open_session(session.session_key, session.session_data)
    person = Person.objects.get(pk=int(opened[SESSION_KEY]))
    renewed = seal_session(session.session_key, {**opened, HASH_SESSION_KEY: person.get_session_auth_hash()})
    # One that its browser changed since is left for the next run.
    Session.objects.filter(pk=session.pk, session_data=session.session_data).update(session_data=renewed)
