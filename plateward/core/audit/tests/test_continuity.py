"""A database that was restored or cut back: the hub does nothing with it until a person accepts the loss."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from plateward.core.audit import head_places, log_reader
from plateward.core.audit.actor import Actor, command_line_actor
from plateward.core.audit.continuity import AnotherRing, LogSetBack, require_whole
from plateward.core.audit.events import Event
from plateward.core.audit.evidence import facts
from plateward.core.audit.export import write_export
from plateward.core.audit.head_places import HeadUnusable
from plateward.core.audit.heads import latest_head, sign_head
from plateward.core.audit.log import LogUnavailable, act, record
from plateward.core.audit.log_reader import LogDamaged
from plateward.core.audit.models import AuditEntry, Head, Tree
from plateward.core.audit.records.sums import Sum
from plateward.core.audit.restoring import NotAccepted, NothingLost, accept_restore
from plateward.core.audit.signatures import SignedHead, TreeHead, sign_tree_head
from plateward.core.audit.verify import NotProven, verify_log
from plateward.ground.policy.evidence import Fact
from plateward.ground.vault.keyring import KeyRing

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")]
IT = command_line_actor("audit accept-restore")
ADA = Actor("person", "archuleta", "Ada Archuleta")


def beside_keys() -> Path:
    return settings.KEYS / head_places.HEAD_FILE


def entries(number: int) -> None:
    for i in range(number):
        record(ADA, Event.IMAGE_VIEW, f"read:{i}")


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
@pytest.mark.parametrize("signed", [False, True])
def test_another_hub_s_ring_is_called_that_and_no_entry_forged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, signed: bool
) -> None:
    entries(3)
    if signed:
        sign_head()
    monkeypatch.setattr(settings, "RING", KeyRing.create(tmp_path / "keys"))
    with pytest.raises(AnotherRing, match=r"is not this database's.*Bring back the ring") as refused:
        require_whole()
    assert not any(word in str(refused.value) for word in ("forged", "damaged", "altered"))


@contextmanager
def lost_later() -> Iterator[None]:
    """What happens here is missing from the backup restored at the end; what is beside the keys stays."""
    backup = transaction.atomic()
    backup._from_testcase = True  # type: ignore[attr-defined]  # acts may stand in it, as in the transaction around each test
    with backup:
        yield
        transaction.set_rollback(True)


@contextmanager
def behind_the_triggers() -> Iterator[None]:
    """Act with the rights of the database's owner."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in (
                "audit_entry_no_delete",
                "audit_entry_no_update",
                "audit_entry_once",
                "audit_tree_grows",
            ):
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            for table in ("audit_entry", "audit_tree"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield


def cut_back(to: int, frontier: bytes) -> None:
    with behind_the_triggers():
        AuditEntry.objects.filter(sequence__gte=to).delete()
        Tree.objects.update(size=to, frontier=frontier, records=Sum().sealed(f"total.{to}"))


class TestSetBack:
    @pytest.mark.both_databases
    def test_an_older_database_is_refused_by_the_head_beside_the_keys(self) -> None:
        sign_head()
        size = Tree.objects.get().size
        with lost_later():
            entries(3)
            sign_head()
        with pytest.raises(LogSetBack) as refused:
            require_whole()
        said = str(refused.value)
        assert f"an audit log of {size + 3:,} entries" in said
        assert f"the database holds {size:,}" in said
        assert str(beside_keys()) in said
        assert "AU-9" in said
        assert "plateward audit accept-restore" in said

    def test_it_is_refused_after_it_has_grown_past_the_head_too(self) -> None:
        with lost_later():
            entries(2)
            sign_head()
        entries(5)
        with pytest.raises(LogSetBack, match="the database does not have that head"):
            require_whole()

    def test_the_witness_alone_is_enough(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(settings, "WITNESS", tmp_path / "heads")
        with lost_later():
            entries(2)
            sign_head()
        beside_keys().unlink()
        with pytest.raises(LogSetBack, match="at the witness"):
            require_whole()

    @pytest.mark.both_databases
    def test_a_log_that_was_cut_back_is_refused_by_the_heads_in_the_database(self) -> None:
        entries(2)
        tree = Tree.objects.get()
        entries(200)
        sign_head()
        beside_keys().unlink()
        cut_back(tree.size, bytes(tree.frontier))
        with pytest.raises(LogSetBack, match="A head in the database"):
            require_whole()

    @pytest.mark.parametrize("act", [sign_head, lambda: write_export(IT, Path("never"), lambda *_: None)])
    def test_nothing_is_signed_or_exported_then(self, act: Callable[[], object]) -> None:
        with lost_later():
            entries(2)
            sign_head()
        before = AuditEntry.objects.count(), Head.objects.count(), beside_keys().read_bytes()
        with pytest.raises(LogSetBack):
            act()
        assert (AuditEntry.objects.count(), Head.objects.count(), beside_keys().read_bytes()) == before


class TestReplaced:
    @pytest.fixture
    def log(self) -> bytes:
        """The frontier of a log that has five more entries, all signed."""
        frontier = bytes(Tree.objects.get().frontier)
        entries(5)
        sign_head()
        return frontier

    def test_other_entries_up_to_the_same_head_are_damage(self, log: bytes) -> None:
        size = Tree.objects.get().size
        cut_back(size - 5, log)
        entries(6)
        with pytest.raises(LogDamaged):
            require_whole()

    @pytest.mark.both_databases
    def test_an_entry_altered_after_the_last_head_is_damage(self, log: bytes) -> None:
        entries(2)
        with behind_the_triggers():
            AuditEntry.objects.filter(sequence=Tree.objects.get().size - 1).update(sealed=bytes(200))
        with pytest.raises(LogDamaged, match="was altered or moved"):
            require_whole()

    @pytest.mark.both_databases
    def test_a_head_in_the_database_that_the_hub_did_not_sign_is_damage(self, log: bytes) -> None:
        forged = Head.objects.latest("size")
        forged.pk, forged.size = None, forged.size + 1
        Head.objects.bulk_create([forged])
        with pytest.raises(LogDamaged, match="is forged"):
            require_whole()

    @pytest.mark.both_databases
    def test_hashes_beside_a_head_that_are_not_its_own_are_damage(self, log: bytes) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP TRIGGER audit_head_no_update"
                if connection.vendor == "sqlite"
                else "ALTER TABLE audit_head DISABLE TRIGGER USER"
            )
        newest = Head.objects.latest("size")
        Head.objects.filter(pk=newest.pk).update(frontier=bytes(len(newest.frontier)))
        with pytest.raises(LogDamaged, match="are not its own"):
            require_whole()


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/failure", "AU-5/stops")
def test_nothing_is_added_to_a_log_whose_newest_head_was_altered_and_it_goes_on_when_it_is_as_it_was() -> (
    None
):
    entries(1)
    signed = sign_head()
    newest = Head.objects.latest("pk")
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER audit_head_no_update"
            if connection.vendor == "sqlite"
            else "ALTER TABLE audit_head DISABLE TRIGGER USER"
        )
    rows, whole = Head.objects.filter(pk=newest.pk), bytes(newest.signature)
    rows.update(signature=bytes([whole[0] ^ 1, *whole[1:]]))
    with pytest.raises(LogUnavailable), act(ADA, Event.IMAGE_VIEW, "read:1"):
        pass
    rows.update(signature=whole)
    entries(1)
    beside_keys().write_bytes(signed.line().replace(b'"root":"', b'"root":"0') + b"\n")
    with pytest.raises(LogUnavailable):
        entries(1)
    beside_keys().write_bytes(signed.line() + b"\n")
    entries(1)


class TestPlaces:
    def test_the_newest_head_lies_beside_the_keys_for_the_hub_alone(self) -> None:
        signed = sign_head()
        assert beside_keys().read_bytes() == signed.line() + b"\n"
        assert beside_keys().stat().st_mode & 0o777 == 0o600

    def test_a_hub_that_is_killed_before_the_head_leaves_the_database_is_not_set_back(self) -> None:
        entries(1)
        sign_head()
        before = beside_keys().read_bytes()
        entries(1)
        sign_head()
        beside_keys().write_bytes(before)
        assert require_whole().size == Tree.objects.get().size

    def test_a_witness_keeps_every_head_and_a_line_that_was_cut_off_counts_for_nothing(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        witness = tmp_path / "heads"
        monkeypatch.setattr(settings, "WITNESS", witness)
        signed = [sign_head()]
        for _ in range(2):
            entries(1)
            signed.append(sign_head())
            witness.write_bytes(witness.read_bytes() + b'{"head":{"si')
        kept = witness.read_bytes().splitlines()
        assert [line for line in kept if line != b'{"head":{"si'] == [head.line() for head in signed]
        require_whole()

    def test_a_witness_that_cannot_be_written_is_told_and_stops_nothing(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(settings, "WITNESS", tmp_path / "away" / "heads")
        signed = sign_head()
        assert latest_head() == signed
        assert beside_keys().exists()
        assert "was not written to The head at the witness" in caplog.text
        assert "AU-5" in caplog.text

    @pytest.mark.parametrize("whose", ["nobody's", "another hub's"])
    def test_what_no_head_of_this_hub_is_stops_it(self, whose: str) -> None:
        other = sign_tree_head(
            Ed25519PrivateKey.generate(), TreeHead(1, "00" * 32, "2026-07-01T15:00:00.000000Z")
        )
        beside_keys().write_bytes(b"not a head\n" if whose == "nobody's" else other.line() + b"\n")
        with pytest.raises(HeadUnusable, match="not end with a head signed by this hub"):
            require_whole()

    def test_what_is_read_is_what_came_since_the_newest_head(self, monkeypatch: pytest.MonkeyPatch) -> None:
        entries(20)
        signed = sign_head()
        entries(2)
        read: list[tuple[int, int]] = []
        lines = log_reader.read_lines

        def noting(begin: int, end: int) -> Iterator[tuple[AuditEntry, bytes]]:
            read.append((begin, end))
            return lines(begin, end)

        monkeypatch.setattr(log_reader, "read_lines", noting)
        require_whole()
        assert read == [(signed.head.size, signed.head.size + 2)]


class TestAccepting:
    def test_a_gap_is_stated_with_its_heads_and_who_answers_for_it(self, tmp_path: Path) -> None:
        size = Tree.objects.get().size
        with lost_later():
            entries(4)
            lost = sign_head()
        gap = accept_restore(IT, "Gloria Gallegos", "The disk failed; backup of June 30")
        assert (gap.sequence, gap.kept, gap.lost) == (size, size, size + 4)
        assert gap.by == f"Gloria Gallegos ({IT.name})"
        stated = AuditEntry.objects.latest("sequence").leaf
        assert stated is not None
        assert stated.reason == "The disk failed; backup of June 30"
        assert stated.details["head_1"] == lost.line().decode()
        assert beside_keys().read_bytes() != lost.line() + b"\n"
        require_whole()

    @pytest.mark.clause("AU-11/term")
    def test_the_compliance_report_states_how_much_was_lost(self) -> None:
        def kept() -> Fact:
            return next(item for item in facts() if item.rows == ("AU-11",))

        entries(1)
        assert (kept().figures["lost"], kept().attention) == (0, "")
        with lost_later():
            entries(4)
            sign_head()
        accept_restore(IT, "Gloria Gallegos", "The disk failed; backup of June 30")
        assert (kept().figures["lost"], kept().attention[:27]) == (4, "Entries of the log lost: 4.")

    def test_the_verifier_shows_it_for_ever_and_takes_the_lost_head_for_what_it_is(
        self, tmp_path: Path
    ) -> None:
        with lost_later():
            entries(4)
            lost = sign_head()
        gap = accept_restore(IT, "Gloria Gallegos", "The disk failed")
        entries(10)  # past the size of the lost head
        sign_head()
        signed = write_export(IT, tmp_path / "log.jsonl", lambda *_: None).signed
        proven = verify_log(tmp_path / "log.jsonl", signed.key, lost)
        assert proven.gaps == (gap,)

    def test_a_head_signed_after_it_is_no_part_of_the_gap(self, tmp_path: Path) -> None:
        size = Tree.objects.get().size
        with lost_later():
            entries(9)
            sign_head()
        accept_restore(IT, "Gloria Gallegos", "The disk failed")
        signed = write_export(IT, tmp_path / "log.jsonl", lambda *_: None).signed
        with lost_later():
            entries(3)
            later = sign_head()
            assert size < later.head.size <= size + 9
        with pytest.raises(LogSetBack):
            require_whole()
        with pytest.raises(NotProven, match="its end was cut off"):
            verify_log(tmp_path / "log.jsonl", signed.key, later)

    def test_where_nothing_is_lost_nothing_is_accepted(self) -> None:
        sign_head()
        before = AuditEntry.objects.count()
        with pytest.raises(NothingLost):
            accept_restore(IT, "Gloria Gallegos", "To be sure")
        assert AuditEntry.objects.count() == before

    @pytest.mark.parametrize(("name", "reason"), [("", "The disk failed"), ("Gloria Gallegos", "  ")])
    def test_it_needs_a_name_and_a_reason(self, name: str, reason: str) -> None:
        with lost_later():
            entries(1)
            sign_head()
        with pytest.raises(NotAccepted, match="--administrator and --reason"):
            accept_restore(IT, name, reason)

    def test_a_log_that_is_damaged_besides_is_not_accepted(self) -> None:
        entries(2)
        with lost_later():
            entries(3)
            sign_head()
        with behind_the_triggers():
            AuditEntry.objects.filter(sequence=Tree.objects.get().size - 1).update(sealed=bytes(200))
        before = Tree.objects.get().size
        with pytest.raises(LogDamaged):
            accept_restore(IT, "Gloria Gallegos", "The disk failed")
        assert Tree.objects.get().size == before


@dataclass(frozen=True)
class Step:
    """This many entries, and whether a head is signed after them."""

    entries: int
    signs: bool

    def do(self) -> SignedHead | None:
        entries(self.entries)
        return sign_head() if self.signs else None


STEPS = st.lists(st.builds(Step, st.integers(1, 4), st.booleans()), max_size=3)


@pytest.mark.both_databases
@given(kept=STEPS, lost=STEPS, then=st.integers(0, 6), after=STEPS)
@hypothesis(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_restored_it_is_refused_exactly_where_a_signed_head_was_lost(
    kept: list[Step], lost: list[Step], then: int, after: list[Step], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with lost_later():
        beside_keys().unlink(missing_ok=True)
        for step in kept:
            step.do()
        with lost_later():
            gone = [head for step in lost if (head := step.do())]
        entries(then)
        if not gone:
            require_whole()
            return
        with pytest.raises(LogSetBack):
            require_whole()
        gap = accept_restore(IT, "Gloria Gallegos", "The disk failed")
        assert gap.lost == gone[-1].head.size
        assert gap.kept < gap.lost
        for step in after:
            step.do()
        path = tmp_path_factory.mktemp("log") / "log.jsonl"
        signed = write_export(IT, path, lambda *_: None).signed
        assert verify_log(path, signed.key, gone[-1]).gaps == (gap,)
        require_whole()
