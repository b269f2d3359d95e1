"""The log's key is followed by another, and whoever trusts either verifies the whole log."""

import json
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export import write_export
from plateward.core.audit.export_entries import NotProven
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.signatures import SignedHead, public_key_text
from plateward.core.audit.succession import Announcement, announcement, signer_of
from plateward.core.audit.testing import follow_log_key, rotating_ring
from plateward.core.audit.tlog.checkpoints import Checkpoint, NoteSigner
from plateward.core.audit.tlog.notes import BadNote, Note, SignatureKind
from plateward.core.audit.verify import require_quorum, verify_log
from plateward.core.audit.witnesses.cosigned import checkpoint_note, log_origin
from plateward.ground import clock
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.versions import RotatingKey
from plateward.testing.commands import command

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.i.i/rotation", "6.b.i.9/sealed", "AU-9/found")]
LOG = RotatingKey.LOG


@pytest.fixture
def ring(settings: Any, tmp_path: Path) -> KeyRing:
    return rotating_ring(settings, tmp_path)


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
    middle = follow_log_key(ring, ada)
    second = heads(ada)
    ring.versions.retire(LOG, clock.now())
    newest = follow_log_key(ring, ada)
    heads(ada)
    ring.versions.retire(LOG, clock.now())
    file = export(ada, tmp_path)
    assert [first.key, second.key] == [public_key_text(ring.signing("audit", ring._signing)), middle]
    for trusted in (first.key, middle, newest):
        assert verify_log(file, trusted).key == newest
    assert verify_log(file, earlier=first).key == verify_log(file, newest, second).key == newest


def test_a_key_that_no_entry_announces_is_forged(ada: Actor, ring: KeyRing, tmp_path: Path) -> None:
    first = heads(ada)
    newest = follow_log_key(ring, ada, announced=False)
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


def test_the_command_names_each_key_that_followed(ada: Actor, ring: KeyRing, tmp_path: Path) -> None:
    first, newest = heads(ada), follow_log_key(ring, ada)
    asked = ("audit", "verify", str(export(ada, tmp_path)), "--key", first.key, "--json")
    done = command(*asked, env={"PATH": os.environ["PATH"]}, within=60)
    said = json.loads(done.stdout)
    assert [said["key"], *(link["new_key"] for link in said["announced"])] == [newest, newest]


@pytest.mark.clause("AU-9/witnessed")
def test_until_the_old_key_is_retired_a_checkpoint_has_the_signatures_of_both_under_one_name(
    ada: Actor, ring: KeyRing
) -> None:
    origin = log_origin([])
    follow_log_key(ring, ada)
    note: Note = checkpoint_note(heads(ada), [])
    assert {line.name for line in note.signatures} == {origin}
    assert len({line.id for line in note.signatures}) == 4
    ring.versions.retire(LOG, clock.now())
    assert len(checkpoint_note(heads(ada), []).signatures) == 2
    assert log_origin([]) == origin


def test_a_head_by_a_key_that_another_has_followed_is_forged(
    ada: Actor, ring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, old = heads(ada), ring.signing("audit")
    follow_log_key(ring, ada)
    heads(ada)
    monkeypatch.setattr(ring, "signing", lambda *_: old)  # who stole the old key goes on with it
    with pytest.raises(NotProven, match="a key signed it that another had followed"):
        verify_log(export(ada, tmp_path), first.key)


@pytest.mark.clause("AU-9/witnessed")
def test_a_policy_may_name_the_log_by_a_key_from_before(ada: Actor, ring: KeyRing, tmp_path: Path) -> None:
    first = heads(ada)
    follow_log_key(ring, ada)
    proven = verify_log(export(ada, tmp_path), first.key)
    policy = tmp_path / "policy"
    for key, known in ((ring._signing, True), (os.urandom(32), False)):
        signer = NoteSigner("log", SignatureKind.ED25519, ring.signing("audit", key))
        policy.write_text(f"log {signer.key}\nquorum none\n")
        if known:
            assert require_quorum(proven.checkpoint, proven.key, proven.announced, policy) == []
            continue
        with pytest.raises(NotProven, match="none of the logs"):
            require_quorum(proven.checkpoint, proven.key, proven.announced, policy)


class TestSignerOf:
    """A checkpoint beside its announcements, as packages and published entries have it. Keys by their number."""

    keys = tuple(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(4))
    names = tuple(map(public_key_text, keys))
    checkpoint = Checkpoint("log", 9, bytes(32))

    def link(self, old: int, new: int) -> Announcement:
        return Announcement(**announcement(self.keys[old], self.keys[new]))

    def note(self, *signers: int) -> Note:
        lines = [NoteSigner("log", SignatureKind.ED25519, self.keys[key]) for key in signers]
        return Note(str(self.checkpoint), tuple(line.sign(self.checkpoint, clock.now()) for line in lines))

    def signer(self, note: Note, trusted: int, *links: Announcement) -> str:
        return signer_of(note, self.keys[trusted].public_key().public_bytes_raw(), links)

    @pytest.mark.parametrize("signers", [(0,), (0, 1), (1,), (1, 2), (2,)])
    def test_it_is_the_trusted_one_or_one_that_the_chain_leads_to(self, signers: tuple[int, ...]) -> None:
        last = max(signers)
        links = [self.link(number, number + 1) for number in range(last)]
        for trusted in range(last + 1):
            assert self.signer(self.note(*signers), trusted, *links) == self.names[last]

    def test_no_chain_leads_back_from_the_trusted_one(self) -> None:
        with pytest.raises(BadNote):
            self.signer(self.note(0), 1, self.link(0, 1))

    def test_one_without_its_announcement_is_a_stranger(self) -> None:
        with pytest.raises(BadNote):
            self.signer(self.note(1), 0)

    def test_a_chain_with_a_gap_leads_nowhere(self) -> None:
        with pytest.raises(BadNote):
            self.signer(self.note(2), 0, self.link(1, 2))

    def test_a_stranger_announces_none(self) -> None:
        with pytest.raises(BadNote):
            self.signer(self.note(2), 0, self.link(0, 1), self.link(3, 2))

    def test_an_altered_announcement_is_refused_even_where_no_key_needs_it(self) -> None:
        for forged in (
            msgspec.structs.replace(self.link(0, 1), new_key=self.names[2]),
            msgspec.structs.replace(self.link(3, 1), old_key=self.names[0]),
            msgspec.structs.replace(self.link(0, 1), signature="?"),
        ):
            for signer in (0, 1, 2):
                with pytest.raises(BadNote, match="was altered"):
                    self.signer(self.note(signer), 0, forged)

    def test_a_key_whose_successor_is_announced_counts_no_more(self) -> None:
        with pytest.raises(BadNote):
            self.signer(self.note(0), 0, self.link(0, 1))
        with pytest.raises(BadNote):
            self.signer(self.note(0, 1), 0, self.link(0, 1), self.link(1, 2))
