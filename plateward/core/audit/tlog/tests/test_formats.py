"""C2SP's formats: what is written is read again, by us and by a program of others; nothing else is read."""

import contextlib
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from plateward.core.audit.tlog.checkpoints import (
    Checkpoint,
    NoteSigner,
    parse_number,
    signed_by,
    verify_signature,
)
from plateward.core.audit.tlog.messages import AddCheckpoint, EntryProof
from plateward.core.audit.tlog.notes import BadNote, Note, NoteKey, SignatureKind, parse_signatures
from plateward.core.audit.tlog.policy import parse_policy

AT = datetime(2026, 7, 1, 15, 4, 5, tzinfo=UTC)
ED = Ed25519PrivateKey.from_private_bytes(b"h" * 32)
SIGNERS = [
    NoteSigner("nm.example/log", SignatureKind.ED25519, ED),
    NoteSigner(
        "nm.example/log", SignatureKind.COSIGNATURE_ML_DSA_44, MLDSA44PrivateKey.from_seed_bytes(b"m" * 32)
    ),
    NoteSigner("az.example/w", SignatureKind.COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"w" * 32)),
]
CHECKPOINT = Checkpoint("nm.example/log", 20852163, b"r" * 32)
NOTE = Note(str(CHECKPOINT), tuple(signer.sign(CHECKPOINT, AT) for signer in SIGNERS))


def verify_all(content: bytes) -> None:
    for signer in SIGNERS:
        signed_by(Note.parse(content), signer.key)


# From the texts of the specifications (c2sp.org/tlog-cosignature and tlog-checkpoint).
SPECIFIED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 \
jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
class TestNotes:
    def test_a_checkpoint_is_signed_in_three_ways_and_read_again(self) -> None:
        note = Note.parse(bytes(NOTE))
        assert note == NOTE
        times = []
        for signer, signature in zip(SIGNERS, note.signatures, strict=True):
            key = NoteKey.parse(str(signer.key))
            assert key == signer.key
            assert signed_by(note, key) == CHECKPOINT
            times.append(verify_signature(key, CHECKPOINT, signature))
        assert times == [None, AT, AT]

    def test_the_specifications_own_example_is_read(self) -> None:
        note = Note.parse(SPECIFIED)
        assert bytes(note) == SPECIFIED
        assert Checkpoint.parse(note.text).size == 20852163
        assert [signature.name for signature in note.signatures] == [
            "example.com/behind-the-sofa",
            "witness.example.com/w1",
        ]

    @pytest.mark.parametrize("number", range(3))
    def test_another_size_root_time_or_name_is_not_what_was_signed(self, number: int) -> None:
        key, signature = SIGNERS[number].key, NOTE.signatures[number]
        for other in (
            Checkpoint(CHECKPOINT.origin, 20852164, CHECKPOINT.root),
            Checkpoint(CHECKPOINT.origin, CHECKPOINT.size, b"s" * 32),
            Checkpoint("az.example/log", CHECKPOINT.size, CHECKPOINT.root),
        ):
            with pytest.raises(BadNote, match="not its own"):
                verify_signature(key, other, signature)
        with pytest.raises(BadNote, match="not signed by"):
            signed_by(NOTE, NoteKey(key.name, key.kind, bytes(len(key.public))))

    @given(st.integers(0, len(bytes(NOTE)) - 1), st.integers(0, 255))
    def test_a_changed_byte_is_noticed(self, at: int, value: int) -> None:
        content = bytes(NOTE)
        changed = content[:at] + bytes([value]) + content[at + 1 :]
        if changed == content:
            return
        with pytest.raises(BadNote):
            verify_all(changed)

    @given(st.binary(max_size=300))
    def test_whatever_comes_is_read_or_refused(self, content: bytes) -> None:
        for parse in (Note.parse, EntryProof.parse, parse_policy):
            with contextlib.suppress(BadNote):
                parse(content)

    @pytest.mark.parametrize("text", ["01", "-1", "1 ", "", "٣", "9223372036854775808", "x"])
    def test_a_size_has_one_spelling(self, text: str) -> None:
        with pytest.raises(BadNote):
            parse_number(text)


def test_requests_are_written_and_proofs_are_read_again() -> None:
    assert bytes(AddCheckpoint(0, (), NOTE)).startswith(b"old 0\n\nnm.example/log\n")
    for extra in (b"", b"more"):
        proof = EntryProof(73894, (b"a" * 32,), NOTE, extra)
        assert EntryProof.parse(bytes(proof)) == proof
    assert bytes(EntryProof(1, (b"a" * 32,), NOTE)).startswith(
        b"c2sp.org/tlog-proof@v1\nindex 1\n" + b64encode(b"a" * 32) + b"\n\nnm.example/log\n"
    )
    with pytest.raises(BadNote, match="at most 63"):
        EntryProof.parse(bytes(EntryProof(5, (b"a" * 32,) * 64, NOTE)))


WITNESS = str(SIGNERS[2].key)
OTHER = str(
    NoteSigner("tx.example/w", SignatureKind.COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"x" * 32)).key
)


@pytest.mark.clause("6.b.i.9/sealed")
class TestPolicy:
    def test_a_quorum_is_met_by_enough_witnesses(self) -> None:
        policy = parse_policy(
            f"# ours\nlog {SIGNERS[0].key}\nwitness az {WITNESS} https://az.example/\nwitness tx {OTHER}\n"
            "group any1 any az tx\nquorum any1\n".encode()
        )
        assert policy.logs == (SIGNERS[0].key,)
        assert policy.witnesses[0].url == "https://az.example"
        assert policy.cosigners(NOTE) == {"az"}
        assert policy.is_met(frozenset({"az"}))
        assert not policy.is_met(frozenset())
        both = parse_policy(f"witness az {WITNESS}\nwitness tx {OTHER}\ngroup g all az tx\nquorum g".encode())
        assert not both.is_met(both.cosigners(NOTE))
        assert parse_policy(b"quorum none").is_met(frozenset())

    def test_a_line_in_the_witness_name_that_is_not_its_own_counts_for_nothing(self) -> None:
        policy = parse_policy(f"witness az {WITNESS}\nquorum az".encode())
        own = NOTE.signatures[2]
        forged = Note(NOTE.text, (type(own)(own.name, own.id, own.signature[:-1] + b"x"),))
        assert policy.cosigners(forged) == frozenset()

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "no line `quorum`"),
            ("quorum az", "Line 1"),
            (f"witness none {WITNESS}\nquorum none", "taken"),
            (f"witness a {WITNESS}\nwitness b {WITNESS}\nquorum a", "Line 2.*twice"),
            (f"witness a {SIGNERS[0].key}\nquorum a", "does not sign what"),
            (f"witness a {WITNESS}\ngroup g 2 a\nquorum g", "1 to 1"),
            ("group g any a\nquorum g", "defined above"),
            (f"witness a {WITNESS[:-1]}A\nquorum a", "Line 1"),
        ],
    )
    def test_a_wrong_policy_is_refused_with_its_line(self, text: str, problem: str) -> None:
        with pytest.raises(BadNote, match=problem):
            parse_policy(text.encode())


def test_a_witness_answers_with_lines_alone() -> None:
    assert parse_signatures(str(NOTE.signatures[2])) == (NOTE.signatures[2],)
    with pytest.raises(BadNote):
        parse_signatures("nothing\n")
