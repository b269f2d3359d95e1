"""Every byte, file, key and time that is not right is named."""

import json
import ssl
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from plateward.core.audit import leaf
from plateward.core.audit.export_lines import EntryLine, entry_line
from plateward.core.audit.signatures import public_key_text
from plateward.core.audit.tlog.messages import EntryProof
from plateward.core.audit.tlog.notes import NoteKey, SignatureKind
from plateward.ground.links.timestamping import ask_timestamp
from plateward.ground.merkle import leaf_hash
from plateward.ground.vault.authority import Authority
from plateward.ground.wire.read import READ_PURPOSE
from plateward.simulators.tsa import tsa
from plateward.work.evidence.cli import as_document
from plateward.work.evidence.testing import Sample, Signer
from plateward.work.evidence.verify.cms import Signed
from plateward.work.evidence.verify.container import Container
from plateward.work.evidence.verify.findings import PackageFinding, State
from plateward.work.evidence.verify.layout import (
    CUSTODY,
    FIRST,
    SIGNATURE,
    TIMESTAMP,
    WAITING,
    CustodyLine,
    manifest,
    parse_manifest,
)
from plateward.work.evidence.verify.package import PackageVerdict, _times
from plateward.work.evidence.verify.reads import check_reads

pytestmark = pytest.mark.clause("6.a.iv/download", "6.j.i/proven")


def wrong(verdict: PackageVerdict) -> list[str]:
    assert not verdict.verified
    return [finding.says for finding in verdict.findings if finding.state is State.WRONG]


def flipped(content: bytes, at: int = -1) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.clause("6.h.iv/verified")
def test_what_the_hub_made_is_verified(sample: Sample) -> None:
    verdict = sample.check(sample.path)
    assert verdict.verified, verdict.problem
    assert verdict.problem == ""
    assert [finding.check for finding in verdict.findings] == [
        *("file", "bag", "signature", "timestamp", "reads", "custody", "log")
    ]


def test_without_a_trusted_key_nothing_is_verified(sample: Sample) -> None:
    for lacking, words in {
        "agency": "not established: who signed the package: give the agency's certificate (--agency) (and 1 more)",
        "log_key": "not established: who signed the log",
        "timestamping": "not established: since when the package exists",
    }.items():
        verdict = sample.check(sample.path, **{lacking: None})
        assert not verdict.verified
        assert verdict.problem.startswith(words)
        assert not any(finding.state is State.WRONG for finding in verdict.findings)


Alter = Callable[[Sample], Path]


def altered(ending: str, content: bytes | None = None, *, flip: bool = False) -> Alter:
    def alter(sample: Sample) -> Path:
        (name,) = [name for name in sample.files if name.endswith(ending)] or [ending]
        return sample.altered(**{name: flipped(sample.files[name]) if flip else content})

    return alter


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (altered("/context.jpg", flip=True), "context.jpg was altered: its SHA-256 is "),
        (altered("/report.pdf", flip=True), "data/report.pdf was altered: its SHA-256 is "),
        (altered("/plate.jpg"), "plate.jpg was removed: the manifest lists it"),
        (altered("alert-1x/data/more.txt", b"more"), "it does not hold one bag"),
        (altered("/manifest-sha256.txt"), "manifest-sha256.txt was removed"),
        (altered("/bag-info.txt", b"Payload-Oxum: 1.1\n"), "bag-info.txt was altered"),
        (altered("/bagit.txt", b"BagIt-Version: 0.97\n"), "bagit.txt was altered"),
        (altered("more.txt", b"more"), "more.txt was added: it belongs to no package"),
        (altered(SIGNATURE), "signature.p7s was removed: nobody signed the package"),
        (
            altered(SIGNATURE, b"0\x80nothing"),
            "signature.p7s is not the signature of the bag: it is not a CMS",
        ),
        (altered(SIGNATURE, flip=True), "signature.p7s is not the signature of the bag"),
        (altered(TIMESTAMP, b"0\x80nothing"), "timestamp.tsr is not good: it is not a timestamp (RFC 3161)"),
        (altered(TIMESTAMP, flip=True), "timestamp.tsr is not good"),
        (altered(WAITING, b"waits"), "it has timestamp.tsr and timestamp-waits.txt: one was added"),
    ],
)
def test_an_altered_package_is_named(sample: Sample, alter: Alter, says: str) -> None:
    problems = wrong(sample.check(alter(sample)))
    assert any(problem.find(says) >= 0 for problem in problems), problems


def test_an_added_file_is_named(sample: Sample) -> None:
    path = sample.altered(**{f"{sample.bag}/data/more.txt": b"more"})
    assert wrong(sample.check(path)) == ["data/more.txt was added: no manifest lists it"]


def test_a_removed_timestamp_is_not_established(sample: Sample) -> None:
    verdict = sample.check(sample.altered(**{TIMESTAMP: None}))
    assert verdict.problem == "not established: since when the package exists: timestamp.tsr was removed"


def own_signer() -> Signer:
    """A forger's: a certificate like the hub's, issued by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Plateward agency authority")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .serial_number(7)
        .public_key(key.public_key())
    )
    return builder.not_valid_before(now).not_valid_after(now + timedelta(days=9)).sign(key, SHA256()), key


def server_signer() -> Signer:
    """A key that the agency certified for something else."""
    certificate, key = Authority.create(settings.RING).issue_server(["127.0.0.1"])
    loaded = load_pem_private_key(key.encode(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate(certificate.encode()), loaded


@pytest.mark.parametrize(
    ("signer", "why"),
    [
        (own_signer, "another authority issued it"),
        (server_signer, "the agency issued it for another purpose"),
    ],
)
def test_a_signature_from_another_key_is_named(
    sample: Sample, signer: Callable[[], Signer], why: str
) -> None:
    assert wrong(sample.check(sample.forged({}, signer()))) == [
        f"the package is signed with a key that is not the hub's: {why}"
    ]


def test_an_expired_timestamp_certificate_is_named(sample: Sample, tmp_path: Path) -> None:
    with tsa(ended=timedelta(days=1)) as expired:
        tags = sample.files[f"{sample.bag}/tagmanifest-sha256.txt"]
        stamped = ask_timestamp(expired.url, tags, ssl.create_default_context())
        problems = wrong(sample.check(sample.altered(**{TIMESTAMP: stamped}), timestamping=expired.authority))
    assert len(problems) == 1
    assert problems[0].startswith(
        "timestamp.tsr is not good: the certificate of CN=Simulated timestamp authority was"
    )
    assert problems[0].endswith(": expired")


def test_a_timestamp_of_an_authority_that_is_not_trusted_is_named(sample: Sample) -> None:
    with tsa() as other:
        problems = wrong(sample.check(sample.path, timestamping=other.authority))
    assert problems[0].startswith("timestamp.tsr is not good: the trusted authority did not make it")


# What only somebody with the hub's own keys could make: the parts prove themselves.


def test_a_read_that_its_reader_did_not_sign_is_named(sample: Sample) -> None:
    signed = sample.files[f"{sample.read}/read.signed"].replace(b"PKG123", b"PKG124")
    (problem,) = wrong(sample.check(sample.forged({"/read.signed": signed})))
    assert problem.startswith(f"read {sample.index.reads[0].id}: The signature is wrong")


def test_an_image_that_was_not_signed_for_is_named(sample: Sample) -> None:
    image = flipped(sample.files[f"{sample.read}/context.jpg"])
    (problem,) = wrong(sample.check(sample.forged({"/context.jpg": image})))
    assert (
        problem == f"read {sample.index.reads[0].id}: context.jpg is not the image that its reader signed for"
    )


def test_another_readers_key_is_named(sample: Sample) -> None:
    key = Ed25519PrivateKey.generate()
    body = sample.files[f"{sample.read}/read.signed"]
    assert body.startswith(READ_PURPOSE)
    read = msgspec.structs.replace(sample.index.reads[0], key=key.public_key().public_bytes_raw().hex())
    index = msgspec.structs.replace(sample.index, reads=(read,))
    path = sample.forged({"/package.json": msgspec.json.encode(index), "/read.sig": key.sign(body)})
    problems = wrong(sample.check(path))
    assert problems[-1] == f"the certificate of reader {read.reader} cannot be read"
    (unlisted,) = problems[:-1]
    assert unlisted.endswith(".crt belongs to nothing that data/package.json lists")


def test_a_read_under_another_readers_name_is_named_wherever_it_is_listed(sample: Sample) -> None:
    """One of two reads of a key, whichever: the other one's name is right."""
    read = sample.index.reads[0]
    renamed = msgspec.structs.replace(read, id="0190a0a0-0000-7000-8000-000000000001", reader="unit-99")
    for reads in ((read, renamed), (renamed, read)):
        index = msgspec.structs.replace(sample.index, reads=reads)
        with Container.open(sample.path) as container:
            made_at = datetime.fromisoformat(index.made_at)
            findings = list(check_reads(container, sample.bag, index, (), made_at))
        says = f"read {renamed.id} is said to be of reader unit-99, but its key is of {read.reader}"
        assert says in [finding.says for finding in findings]


def test_a_key_beside_its_certificate_belongs_to_nothing(sample: Sample) -> None:
    name = f"data/readers/{sample.index.reads[0].key[:32]}.pem"
    assert wrong(sample.check(sample.forged({f"{sample.bag}/{name}": b"a key"}))) == [
        f"{name} belongs to nothing that data/package.json lists"
    ]


def test_times_that_cannot_be_true_are_named(sample: Sample) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    index = msgspec.structs.replace(sample.index, made_at=later)
    problems = wrong(sample.check(sample.forged({"/package.json": msgspec.json.encode(index)})))
    assert len(problems) == 2
    assert problems[0].startswith("the signature is of ")
    earlier = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    index = msgspec.structs.replace(sample.index, made_at=earlier)
    problems = wrong(sample.check(sample.forged({"/package.json": msgspec.json.encode(index)})))
    assert any("after the package was made" in problem for problem in problems)


def chained(lines: list[CustodyLine]) -> bytes:
    """The chain made again over these lines."""
    previous, content = FIRST, b""
    for number, line in enumerate(lines, 1):
        raw = msgspec.json.encode(msgspec.structs.replace(line, number=number, previous=previous)) + b"\n"
        previous, content = sha256(raw).hexdigest(), content + raw
    return content


@pytest.mark.clause("6.h.iv/verified")
def test_the_custody_record_is_checked_against_the_log(sample: Sample) -> None:
    raw = sample.files[f"{sample.bag}/{CUSTODY}"]
    lines = [msgspec.json.decode(line, type=CustodyLine) for line in raw.splitlines()]
    first, *others = lines
    proof_name = f"/{first.entry}.tlog-proof"
    (name,) = [name for name in sample.files if name.endswith(proof_name)]
    proof = EntryProof.parse(sample.files[name])
    (entry,) = [name for name in sample.files if name.endswith(f"/{first.entry}.entry.json")]
    other_leaf = b64encode(bytes(32)).decode()
    cases: list[tuple[dict[str, bytes | None], str]] = [
        ({CUSTODY: raw[: raw.index(b"\n") + 1] + raw.split(b"\n", 2)[2]}, "the chain breaks before event 2"),
        ({CUSTODY: b"{}\n"}, "event 1 of the custody record is not one"),
        ({CUSTODY: b""}, "the custody record is empty"),
        ({CUSTODY: chained(others)}, f"data/log/{first.entry}.entry.json belongs to no event"),
        (
            {CUSTODY: chained([msgspec.structs.replace(first, actor="Nobody"), *others])},
            "says something else",
        ),
        ({CUSTODY: chained([msgspec.structs.replace(first, leaf=other_leaf), *others])}, "it was altered"),
        ({entry: sample.files[entry].replace(b"done", b"gone")}, f"entry {first.entry:,}: it"),
        ({name: None}, f"entry {first.entry:,}: {first.entry}.tlog-proof is missing"),
        (
            {name: bytes(EntryProof(proof.index, proof.proof[:-1], proof.note))},
            "its proof does not lead to the log",
        ),
        (
            {name: bytes(EntryProof(proof.index + 1, proof.proof, proof.note))},
            "its proof does not lead to the log",
        ),
    ]
    for changed, says in cases:
        problems = wrong(sample.check(sample.forged(changed)))
        assert any(says in problem for problem in problems), (says, problems)


def test_a_log_that_another_key_signed_is_named(sample: Sample, tmp_path: Path) -> None:
    key = tmp_path / "other.key"
    key.write_text(public_key_text(Ed25519PrivateKey.generate()))
    (problem,) = wrong(sample.check(sample.path, log_key=key))  # once, not for each of its entries
    assert "its checkpoint is not signed by the log key that you trust" in problem


def test_all_that_the_hub_prints_may_be_the_file_of_the_log_s_key(sample: Sample, tmp_path: Path) -> None:
    raw = NoteKey.parse(sample.trusted["log_key"].read_text().split()[0]).public
    key, witness = (
        NoteKey("log.example", kind, raw) for kind in (SignatureKind.ED25519, SignatureKind.COSIGNATURE)
    )
    root = b64encode(bytes(range(32))).decode()
    printed = tmp_path / "log.key"
    printed.write_text(f"log.example\n235\n{root}\n\nThis log's keys:\n{key}\nAs a witness:\n{witness}\n")
    assert sample.check(sample.path, log_key=printed).verified
    printed.write_text(b64encode(raw).decode())  # as `audit export` prints it
    assert sample.check(sample.path, log_key=printed).verified


def test_a_quorum_of_witnesses_is_required_if_a_policy_is_given(sample: Sample, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text("quorum none\n")
    assert sample.check(sample.path, witnesses=policy).verified
    raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    witness = str(NoteKey("witness.example", SignatureKind.COSIGNATURE, raw))
    policy.write_text(f"witness sister {witness}\nquorum sister\n")
    assert (
        "cosigned by no witness, which is no quorum" in wrong(sample.check(sample.path, witnesses=policy))[0]
    )


def test_a_report_for_programs_names_the_problem(sample: Sample) -> None:
    document = json.loads(as_document(sample.path, sample.check(sample.path, agency=None)))
    assert document["verified"] is False
    assert document["problem"].startswith("not established")
    assert {check["state"] for check in document["checks"]} == {"ok", "not established"}


def test_an_index_that_lies_is_named(sample: Sample) -> None:
    index, (read,) = sample.index, sample.index.reads
    other = msgspec.structs.replace(read, id="0190a0a0-0000-7000-8000-000000000001")
    cannot, strange = "data/package.json cannot be read: ", "belongs to nothing that data/package.json lists"
    cases: list[tuple[dict[str, Any], str]] = [
        ({"reads": ()}, cannot + "it lists no read"),
        ({"alerts": ()}, f"data/alerts/{index.alerts[0]}/alert.json {strange}"),
        ({"reads": (read, read)}, cannot),
        ({"gone": (read.id,)}, cannot),
        ({"gone": tuple(map(str, range(500)))}, cannot),
        ({"reads": (other,)}, f"{read.folder}/context.jpg {strange}"),
        ({"alerts": (990_001,)}, "data/alerts/990001/alert.json is missing"),
        ({"alerts": (990_001,)}, f"data/alerts/{index.alerts[0]}/alert.json {strange}"),
        ({"made_at": "0001-01-01T00:00:00+00:00"}, cannot + "its time is of the year 1"),
        ({"made_at": "9999-12-31T23:59:59+00:00"}, cannot + "its time is of the year 9999"),
        ({"made_at": "2026-11-24T00:00:00"}, cannot + "its time is not in UTC"),
        ({"made_at": "soon"}, cannot),
    ]
    for changed, says in cases:
        lying = msgspec.json.encode(msgspec.structs.replace(index, **changed))
        problems = wrong(sample.check(sample.forged({"/package.json": lying})))
        assert any(says in problem for problem in problems), (says, problems)


@pytest.mark.parametrize("at", ["soon", "2026-11-24T00:00:00", "9999-12-31T23:59:59+00:00", ""])
def test_an_entry_whose_time_is_none_is_named(sample: Sample, at: str) -> None:
    """Whoever has the log's form makes any line: its leaf need not be in a log to be parsed."""
    raw = sample.files[f"{sample.bag}/{CUSTODY}"]
    first = msgspec.json.decode(raw.splitlines()[0], type=CustodyLine)
    (name,) = [name for name in sample.files if name.endswith(f"/{first.entry}.entry.json")]
    entry = leaf.read_line(bytes(msgspec.json.decode(sample.files[name], type=EntryLine).line)).leaf  # type: ignore[arg-type]
    line, _ = leaf.salted_line(msgspec.structs.replace(entry, at=at))
    exported, covered = entry_line(line)
    hashed = b64encode(leaf_hash(covered)).decode()
    chain = chained([msgspec.structs.replace(first, at=at, leaf=hashed)])
    problems = wrong(sample.check(sample.forged({name: exported + b"\n", CUSTODY: chain})))
    assert any("it has no time of an entry" in problem for problem in problems), problems


def test_clocks_may_differ_and_no_more() -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    for minutes, count in ((4, 0), (6, 1)):
        signed = Signed(own_signer()[0], at + timedelta(minutes=minutes))
        findings = list(_times(at, signed, at))
        assert [finding.check for finding in findings] == ["timestamp"] * count


@pytest.mark.parametrize(
    "says", ["a\x1b[2K\rb", "a\nit.zip is verified.", "a\u202eb", "a\udc80b", "ä" * 2000]
)
def test_no_name_writes_on_the_terminal(says: str) -> None:
    sentence = PackageFinding("bag", State.WRONG, says).says
    assert sentence.isprintable()
    assert len(sentence) <= 1001
    assert PackageFinding("bag", State.OK, "“é”: its 7 files").says == "“é”: its 7 files"


@pytest.mark.parametrize("name", ["\x1b[31m", "../up", "data/it is verified", "a\x00"])
def test_a_manifest_lists_names_of_a_package_alone(name: str) -> None:
    with pytest.raises(ValueError, match="no file of a package has"):
        parse_manifest(manifest({name: "0" * 64}))


@pytest.mark.clause("6.h.iv/verified", "6.c.ii/cases")
def test_of_a_withheld_entry_the_leaf_is_proven_and_nothing_else_can_be_stated(sample: Sample) -> None:
    raw = sample.files[f"{sample.bag}/{CUSTODY}"]
    first, *others = [msgspec.json.decode(line, type=CustodyLine) for line in raw.splitlines()]
    name = f"/{first.entry}.entry.json"
    withheld = CustodyLine(first.number, first.previous, first.entry, first.leaf)
    leaf_alone = msgspec.json.encode(EntryLine(first.leaf)) + b"\n"
    verdict = sample.check(sample.forged({name: leaf_alone, CUSTODY: chained([withheld, *others])}))
    assert verdict.verified, verdict.problem
    assert "1 of other alerts, searches and cases, withheld" in " ".join(
        finding.says for finding in verdict.findings
    )
    other_leaf = b64encode(bytes(32)).decode()
    forged = msgspec.structs.replace(withheld, leaf=other_leaf)
    cases: list[tuple[dict[str, bytes | None], str]] = [
        ({name: leaf_alone}, "the custody record says something else"),
        ({CUSTODY: chained([withheld, *others])}, "the custody record says something else"),
        (
            {name: leaf_alone, CUSTODY: chained([msgspec.structs.replace(withheld, actor="Ben"), *others])},
            "the custody record says something else",
        ),
        (
            {name: msgspec.json.encode(EntryLine(other_leaf)), CUSTODY: chained([forged, *others])},
            "its proof does not lead to the log",
        ),
        ({name: b'{"leaf":"no"}', CUSTODY: chained([withheld, *others])}, "it is not an entry"),
    ]
    for changed, says in cases:
        problems = wrong(sample.check(sample.forged(changed)))
        assert any(says in problem for problem in problems), (says, problems)
