"""An export and its independent verifier: the first altered, missing, inserted or reordered entry is named."""

import json
import string
import subprocess
import sys
from base64 import b64decode
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from plateward.core.audit import export_entries, verify
from plateward.core.audit.export_lines import HEADER, MARKING, CheckpointLine, entry_line, seal_file
from plateward.core.audit.leaf import Leaf, salted_line, without_details
from plateward.core.audit.signatures import SignedHead, TreeHead, public_key_text, sign_tree_head
from plateward.core.audit.tlog.checkpoints import Checkpoint, NoteSigner
from plateward.core.audit.tlog.notes import Note, SignatureKind
from plateward.core.audit.verify import NotProven, VerifiedLog, read_head, require_quorum, verify_log
from plateward.ground.clock import now
from plateward.ground.merkle import Frontier

HUB = Ed25519PrivateKey.from_private_bytes(b"h" * 32)
KEY = public_key_text(HUB)
LETTERS = (string.ascii_letters + string.digits + "+/").encode()  # of base64


def leaf(sequence: int, event: str = "alert.confirm", plate: str = "ZIA1234") -> Leaf:
    return Leaf(
        sequence=sequence,
        at="2026-07-01T15:04:05.060000Z",
        node="hub",
        actor_kind="person",
        actor_id="archuleta",
        actor_name="Ada Archuleta",
        address="192.0.2.12",
        session="f00d",
        event=event,
        object="alert:7",
        outcome="done",
        clause="",
        reason="",
        details={"plate": plate},
    )


def head(tree: Frontier, key: Ed25519PrivateKey = HUB) -> SignedHead:
    return sign_tree_head(key, TreeHead(tree.size, tree.root().hex(), "2026-07-01T16:00:00.000000Z"))


def content(lines: list[bytes], heads: set[int] = frozenset({2, 4}), *, details: bool = True) -> list[bytes]:  # type: ignore[assignment]
    """The export of a log with these lines, and heads signed at these sizes."""
    made, tree = [HEADER], Frontier()
    for line in lines:
        if tree.size in heads:
            made.append(head(tree).line())
        written, covered = entry_line(line, details=details)
        made.append(written)
        tree = tree.append(covered)
    made.append(head(tree).line())
    checkpoint = Checkpoint("nm.example/log", tree.size, tree.root())
    signer = NoteSigner("nm.example/log", SignatureKind.ED25519, HUB)
    note = Note(str(checkpoint), (signer.sign(checkpoint, now()),))
    return sealed([*made, msgspec.json.encode(CheckpointLine(bytes(note).decode()))])


def sealed(lines: list[bytes]) -> list[bytes]:
    digest = sha256(b"".join(line + b"\n" for line in lines)).hexdigest()
    return [*lines, msgspec.json.encode(seal_file(HUB, digest))]


def leaf_alone(line: bytes) -> bytes:
    """An entry's line with the entry withheld; other lines as they are."""
    if not line.startswith(b'{"leaf"'):
        return line
    return msgspec.json.encode({"leaf": msgspec.json.decode(line)["leaf"]})


LINES = [salted_line(leaf(i))[0] for i in range(6)]
LOG = content(LINES)  # header, 0, 1, head, 2, 3, head, 4, 5, head, checkpoint, seal


def proven(folder: Path, lines: list[bytes], key: str | None = KEY) -> VerifiedLog:
    path = folder / "log.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return verify_log(path, key)


@pytest.mark.clause("5.c/cji")
def test_the_export_carries_its_marking() -> None:
    assert json.loads(LOG[0])["marking"] == MARKING
    assert MARKING.startswith("CJI")


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
class TestExport:
    def test_it_is_proven_by_the_public_key_in_either_form(self, tmp_path: Path) -> None:
        log = proven(tmp_path, LOG)
        assert (log.entries, log.trusted, log.withheld) == (6, True, 0)
        vkey = str(NoteSigner("nm.example/log", SignatureKind.ED25519, HUB).key)
        assert proven(tmp_path, LOG, vkey).key == KEY
        assert log.checkpoint.startswith("nm.example/log\n6\n")

    def test_without_details_it_is_proven_as_well_and_says_so(self, tmp_path: Path) -> None:
        bare = content(LINES, details=False)
        assert b"ZIA1234" not in b"".join(bare)
        log = proven(tmp_path, bare)
        assert (log.entries, log.withheld) == (6, 6)
        one = proven(tmp_path, content([LINES[0], without_details(LINES[1]), *LINES[2:]]))
        assert (one.root, one.withheld) == (proven(tmp_path, LOG).root, 1)

    @pytest.mark.parametrize(
        ("lines", "problem"),
        [
            ([*LOG[:4], LOG[4].replace(b"ZIA", b"ZIB"), *LOG[5:]], "entry 2 was altered"),
            ([*LOG[:4], LOG[4].replace(b'"done"', b'"dine"'), *LOG[5:]], "entry 2 was altered"),
            ([*LOG[:4], *LOG[5:]], "entry 2 is missing"),
            ([*LOG[:4], LOG[5], LOG[4], *LOG[6:]], "entry 2 is missing: entry 3 is in place of it"),
            ([*LOG[:5], LOG[4], *LOG[5:]], "entry 2 is there again, in place of 3"),
            ([*LOG[:7], *LOG[9:]], "it holds 4 entries but its head states 6"),
            ([*LOG[:3], *LOG[4:]], "a head or a cosignature was removed"),
            (sealed(LOG[:-2]), "checkpoint is missing"),
            (LOG[:-1], "before its signature"),
            (LOG[:5], "it stops after 3 entries"),
            ([*LOG, LOG[1]], "lines were added after its signature"),
            ([*LOG[:5], b"{}", *LOG[5:]], "in place of entry 3 is neither an entry nor a head"),
            ([b'{"format":"else"}', *LOG[1:]], "not its header"),
            ([*LOG[:11], content(LINES[:5])[10]], "is not the one"),
            ([*LOG[:10], content(LINES[:5])[9], LOG[11]], "checkpoint was altered"),
        ],
    )
    def test_the_first_wrong_entry_is_named(self, tmp_path: Path, lines: list[bytes], problem: str) -> None:
        with pytest.raises(NotProven, match=problem):
            proven(tmp_path, lines)

    def test_an_entry_altered_with_its_leaf_lies_between_two_named_heads(self, tmp_path: Path) -> None:
        forged = entry_line(salted_line(leaf(3, plate="ZIB1234"))[0])[0]
        with pytest.raises(NotProven, match="of entries 2 to 3 one or more were altered together"):
            proven(tmp_path, [*LOG[:5], forged, *LOG[6:]])

    def test_no_entry_is_withheld_whole(self, tmp_path: Path) -> None:
        with pytest.raises(NotProven, match="entry 2 was altered: its line is not an entry"):
            proven(tmp_path, sealed([*LOG[:4], leaf_alone(LOG[4]), *LOG[5:-1]]))

    def test_a_gap_whose_extent_is_withheld_is_named(self, tmp_path: Path) -> None:
        restore = salted_line(leaf(2, "audit.restore"))[0]
        for lines in (content([*LINES[:2], without_details(restore)]), content([*LINES[:2], restore])):
            with pytest.raises(NotProven, match="there is a gap: entry 2 accepts that entries were lost"):
                proven(tmp_path, lines)

    @pytest.mark.parametrize("at", ["2026-07-01T15:04:05.060000", "2025-07-01T15:04:05", "yesterday", ""])
    def test_a_time_that_is_none_is_named(self, tmp_path: Path, at: str) -> None:
        wrong = salted_line(msgspec.structs.replace(leaf(1), at=at))[0]
        with pytest.raises(NotProven, match="entry 1 was altered: its line is not an entry"):
            proven(tmp_path, content([LINES[0], wrong]))

    @pytest.mark.parametrize(
        ("number", "begin", "problem"),
        [
            (1, b'{"leaf":"","line":', "entry 0 was altered"),
            (1, b'{"leaf":', "entry 0 was altered"),
            (3, b'{"head":', "head after 2 entries was altered"),
            (10, b'{"checkpoint":', "checkpoint was altered"),
            (11, b'{"digest":', "signature over the file was altered"),
        ],
    )
    def test_brackets_nested_too_deeply_are_a_wrong_line(
        self, tmp_path: Path, number: int, begin: bytes, problem: str
    ) -> None:
        deep = begin + b"[" * 200_000 + b"]" * 200_000 + b"}"
        with pytest.raises(NotProven, match=problem):
            proven(tmp_path, [*LOG[:number], deep, *LOG[number + 1 :]])

    def test_each_head_is_looked_at_by_itself(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """There may be millions: a signature is verified once, the last head's at the end again."""
        sizes: list[int] = []
        signed_by = SignedHead.signed_by

        def counted(signed: SignedHead, key: str) -> bool:
            sizes.append(signed.head.size)
            return signed_by(signed, key)

        monkeypatch.setattr(SignedHead, "signed_by", counted)
        proven(tmp_path, LOG)
        assert sizes == [2, 4, 6, 6]

    def test_its_signature_has_one_spelling(self, tmp_path: Path) -> None:
        """The last character before the padding holds four bits that base64 ignores."""
        before, last, end = LOG[-1][:-5], LOG[-1][-5:-4], LOG[-1][-4:]
        assert end == b'=="}'
        for other in LETTERS.replace(last, b""):
            with pytest.raises(NotProven, match="signature over the file was altered"):
                proven(tmp_path, [*LOG[:-1], before + bytes([other]) + end])

    def test_another_keys_log_is_not_this_hubs(self, tmp_path: Path) -> None:
        other = public_key_text(Ed25519PrivateKey.from_private_bytes(b"f" * 32))
        with pytest.raises(NotProven, match="names a key that is not the hub's"):
            proven(tmp_path, LOG, other)


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
def test_a_quorum_of_witnesses_can_be_required(tmp_path: Path) -> None:
    witness = NoteSigner(
        "az.example/w", SignatureKind.COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"w" * 32)
    )
    log = proven(tmp_path, LOG)
    note = Note.parse(log.checkpoint.encode())
    cosigned = Note(note.text, (*note.signatures, witness.sign(Checkpoint.parse(note.text), now())))
    policy = tmp_path / "policy"
    policy.write_text(f"witness az {witness.key}\nquorum az\n")
    with pytest.raises(NotProven, match="cosigned by no witness, which is no quorum"):
        require_quorum(log.checkpoint, log.key, (), policy)
    assert require_quorum(bytes(cosigned).decode(), log.key, (), policy) == ["az"]
    policy.write_text(f"log {NoteSigner('az', SignatureKind.ED25519, witness.private).key}\nquorum none\n")
    with pytest.raises(NotProven, match="none of the logs"):
        require_quorum(log.checkpoint, log.key, (), policy)
    with pytest.raises(NotProven, match="cannot be read"):
        require_quorum(log.checkpoint, log.key, (), tmp_path / "none")


def named_in(line: int) -> str:
    """What the verifier must name when a byte of this line of LOG was changed."""
    entries = {1: 0, 2: 1, 4: 2, 5: 3, 7: 4, 8: 5}
    if line in entries:
        return f"entry {entries[line]} |in place of entry {entries[line]} "
    return {0: "header", 10: "checkpoint|place of entry 6 ", 11: "signature|at its end"}.get(
        line, "head|in place of"
    )


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_every_byte_that_changes_is_detected_and_its_entry_named(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    number = data.draw(st.integers(0, len(LOG) - 1))
    line = LOG[number]
    at, value = data.draw(st.integers(0, len(line) - 1)), data.draw(st.integers(0, 255))
    changed = line[:at] + bytes([value]) + line[at + 1 :]
    if changed == line:
        return
    with pytest.raises(NotProven, match=named_in(number)):
        proven(tmp_path_factory.mktemp("log"), [*LOG[:number], changed, *LOG[number + 1 :]])


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
@given(data=st.data())
def test_no_bytes_are_cut_or_added_unseen(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = b"".join(line + b"\n" for line in LOG)
    at, cut = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 1000))
    changed = whole[:at] + data.draw(st.binary(max_size=40)) + whole[at + cut :]
    path = tmp_path_factory.mktemp("log") / "log"
    path.write_bytes(changed)
    if changed != whole:
        with pytest.raises(NotProven):
            verify_log(path, KEY)


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
def test_entries_that_other_processes_check_are_proven_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "processes_for", lambda _: 2)
    monkeypatch.setattr(export_entries, "AT_ONCE", 2)
    assert proven(tmp_path, LOG).entries == 6
    altered = [*LOG[:2], LOG[2].replace(b"archuleta", b"archulete"), *LOG[3:]]
    with pytest.raises(NotProven, match="entry 1 was altered: it is not what its leaf says"):
        proven(tmp_path, [*altered[:-3], altered[-3][:40]])  # its end is missing, too
    path = tmp_path / "cut"
    path.write_bytes(b"\n".join(LOG)[:-40])
    with pytest.raises(NotProven, match="the last line is cut off"):
        verify_log(path, KEY)


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
def test_where_the_other_processes_are_killed_the_log_is_proven_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "processes_for", lambda _: 1)
    monkeypatch.setattr(export_entries, "AT_ONCE", 2)
    monkeypatch.setattr(ProcessPoolExecutor, "submit", _broken)
    assert proven(tmp_path, LOG).entries == 6


def _broken(*_: object) -> None:
    raise BrokenProcessPool


def test_a_block_of_long_lines_ends_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_entries, "BLOCK", 10)
    blocks = export_entries._blocks([b"x" * 6, b"y" * 6, b"z"])
    assert list(blocks) == [[b"x" * 6, b"y" * 6], [b"z"]]


def test_few_entries_are_not_worth_other_processes() -> None:
    assert export_entries.processes_for(1024) == 0


def test_a_leaf_says_nothing_of_its_entry() -> None:
    """The same entry twice: two leaves, and neither follows from the text."""
    first, second = salted_line(leaf(1)), salted_line(leaf(1))
    assert first[1] != second[1]
    assert len(first[1]) == 32
    assert b64decode(json.loads(entry_line(first[0])[0])["leaf"]) != sha256(b"\0" + first[0]).digest()


FORGER = Ed25519PrivateKey.from_private_bytes(b"f" * 32)


def write(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def head_after(size: int, key: Ed25519PrivateKey = HUB) -> SignedHead:
    """The head of the log's first entries."""
    tree = Frontier()
    for line in LINES[:size]:
        tree = tree.append(entry_line(line)[1])
    return head(tree, key)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write(tmp_path / "log.jsonl", LOG)


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
class TestKeyAndFile:
    def test_it_says_when_it_has_only_the_files_own_word_for_the_key(self, export: Path) -> None:
        assert not verify_log(export).trusted

    def test_it_proves_an_empty_log(self, tmp_path: Path) -> None:
        assert proven(tmp_path, content([])).entries == 0

    def test_a_last_line_that_is_cut_off_is_detected(self, export: Path) -> None:
        export.write_bytes(export.read_bytes()[:-1])
        with pytest.raises(NotProven, match="the last line is cut off"):
            verify_log(export, KEY)

    def test_a_key_that_is_none_proves_nothing(self, export: Path) -> None:
        with pytest.raises(NotProven, match="not the hub's"):
            verify_log(export, "not a key")

    def test_a_missing_file_is_said_to_be_missing(self, tmp_path: Path) -> None:
        with pytest.raises(NotProven, match="No such file"):
            verify_log(tmp_path / "none", KEY)


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
class TestEarlierHead:
    @pytest.mark.parametrize("size", range(7))
    def test_a_log_that_begins_with_the_earlier_head_is_proven(self, export: Path, size: int) -> None:
        assert verify_log(export, earlier=head_after(size)).trusted

    def test_a_rewritten_past_is_detected_though_the_hubs_own_key_signed_it(self, tmp_path: Path) -> None:
        other = salted_line(leaf(0, plate="ZIB1234"))[0]
        path = write(tmp_path / "log", content([other, *LINES[1:]]))
        assert verify_log(path, KEY).entries == 6
        with pytest.raises(NotProven, match="the past was rewritten"):
            verify_log(path, KEY, head_after(3))

    def test_a_log_shorter_than_it_was_is_detected(self, tmp_path: Path) -> None:
        path = write(tmp_path / "log", content(LINES[:3]))
        with pytest.raises(NotProven, match="its end was cut off"):
            verify_log(path, KEY, head_after(6))

    def test_a_forged_earlier_head_is_refused(self, export: Path) -> None:
        with pytest.raises(NotProven, match="earlier head is forged"):
            verify_log(export, KEY, head_after(3, FORGER))

    def test_it_is_read_from_a_head_file_or_an_earlier_export(self, export: Path, tmp_path: Path) -> None:
        newest = head_after(6)
        assert read_head(export) == read_head(write(tmp_path / "head", [newest.line()])) == newest
        received = "2026-07-01T00:00:00Z hub plateward - head - \ufeff".encode() + newest.line()
        assert read_head(write(tmp_path / "syslog", [received])) == newest
        for other in (write(tmp_path / "other", LINES), tmp_path / "none"):
            with pytest.raises(NotProven, match=r"does not end with a signed head|cannot be read"):
                read_head(other)


WITHOUT_DJANGO = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "sqlcipher3", "psycopg"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
from plateward.cli import main
main()
"""


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, "audit", "verify", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.clause("6.b.i.9/sealed")
def test_the_command_needs_no_hub_and_no_django(export: Path, tmp_path: Path) -> None:
    good = command(str(export), "--key", KEY)
    assert (good.returncode, good.stderr) == (0, "")
    assert "is proven: 6 entries" in good.stdout

    said = command(str(export), "--json")
    assert json.loads(said.stdout)["proven"] is True
    assert json.loads(said.stdout)["trusted"] is False

    bad = write(tmp_path / "bad.jsonl", [*LOG[:4], *LOG[5:]])
    refused = command(str(bad), "--head", str(export))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"plateward: {bad} is NOT proven: entry 2 is missing")
    refused = command(str(bad), "--json")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"plateward: {bad} is NOT proven")
    assert json.loads(refused.stdout)["proven"] is False
