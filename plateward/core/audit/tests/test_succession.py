"""The log's key is followed by another, and whoever trusts either verifies the whole log."""

import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export import write_export
from plateward.core.audit.export_entries import NotProven
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.signatures import SignedHead, public_key_text
from plateward.core.audit.succession import announcement
from plateward.core.audit.tlog.notes import Note
from plateward.core.audit.verify import verify_log
from plateward.core.audit.witnesses.cosigned import checkpoint_note, log_origin
from plateward.ground import clock
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.versions import RotatingKey, Versions

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.i.i/rotation", "6.b.i.9/sealed", "AU-9/found")]
LOG = RotatingKey.LOG


@pytest.fixture
def ring(settings: Any, tmp_path: Path) -> KeyRing:
    """The tests' own, whose versions and newest head lie elsewhere."""
    ring = KeyRing.open(settings.RING.path)
    ring.versions = Versions(tmp_path / "ring.versions", ring.key("versions"))
    settings.RING, settings.KEYS = ring, tmp_path
    return ring


def succeed(ring: KeyRing, ada: Actor, *, announced: bool = True) -> str:
    """The new public key."""
    secret = os.urandom(32)
    old, new = ring.signing("audit"), ring.signing("audit", secret)
    if announced:
        details: dict[str, Any] = announcement(old, new)
        record(ada, Event.KEY_ROTATE, "key:log", **details)
    ring.versions.add(LOG, secret, clock.now(), new.public_key().public_bytes_raw())
    return public_key_text(new)


def export(ada: Actor, tmp_path: Path) -> Path:
    write_export(ada, tmp_path / "log.jsonl", lambda *_: None, details=False)
    return tmp_path / "log.jsonl"


def heads(ada: Actor) -> SignedHead:
    record(ada, Event.IMAGE_VIEW, "read:1")
    return sign_head()


@pytest.mark.both_databases
def test_either_key_verifies_a_log_whose_key_was_rotated_twice(
    ada: Actor, ring: KeyRing, tmp_path: Path
) -> None:
    first = heads(ada)
    middle = succeed(ring, ada)
    second = heads(ada)
    ring.versions.retire(LOG, clock.now())
    newest = succeed(ring, ada)
    heads(ada)
    ring.versions.retire(LOG, clock.now())
    file = export(ada, tmp_path)
    assert [first.key, second.key] == [public_key_text(ring.signing("audit", ring._signing)), middle]
    for trusted in (first.key, middle, newest):
        assert verify_log(file, trusted).key == newest
    assert verify_log(file, earlier=first).key == verify_log(file, newest, second).key == newest


def test_a_key_that_no_entry_announces_is_forged(ada: Actor, ring: KeyRing, tmp_path: Path) -> None:
    first = heads(ada)
    newest = succeed(ring, ada, announced=False)
    file = export(ada, tmp_path)
    for trusted in (first.key, newest):
        with pytest.raises(NotProven, match="names a key that is not the hub's"):
            verify_log(file, trusted)


def test_an_announcement_that_the_old_key_did_not_sign_counts_for_nothing(
    ada: Actor, ring: KeyRing, tmp_path: Path
) -> None:
    first, thief = heads(ada), Ed25519PrivateKey.generate()
    secret = os.urandom(32)
    new = ring.signing("audit", secret)
    forged: dict[str, Any] = announcement(thief, new) | {"old_key": first.key}
    record(ada, Event.KEY_ROTATE, "key:log", **forged)
    record(
        ada, Event.KEY_ROTATE, "key:log", old_key=first.key, new_key="?", signature=b64encode(b"").decode()
    )
    ring.versions.add(LOG, secret, clock.now(), new.public_key().public_bytes_raw())
    with pytest.raises(NotProven, match="names a key that is not the hub's"):
        verify_log(export(ada, tmp_path), first.key)


@pytest.mark.clause("AU-9/witnessed")
def test_until_the_old_key_is_retired_a_checkpoint_has_the_signatures_of_both_under_one_name(
    ada: Actor, ring: KeyRing
) -> None:
    origin = log_origin([])
    succeed(ring, ada)
    note: Note = checkpoint_note(heads(ada), [])
    assert {line.name for line in note.signatures} == {origin}
    assert len({line.id for line in note.signatures}) == 4
    ring.versions.retire(LOG, clock.now())
    assert len(checkpoint_note(heads(ada), []).signatures) == 2
    assert log_origin([]) == origin
