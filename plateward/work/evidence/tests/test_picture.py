"""Each kind of forged copy, and what the verifier says of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace
from typer.testing import CliRunner

from plateward.ground.tiles.jpeg import EOI, RESTARTS, TiledJpeg
from plateward.ground.tiles.proof import TileProof, cover_tiles, encode_proof
from plateward.ground.tiles.testing import sealed_scene
from plateward.ground.wire.picture import SignedPicture
from plateward.work.evidence.cli import app
from plateward.work.evidence.verify.findings import State
from plateward.work.evidence.verify.picture import verify_copy

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def _copy(seed: int = 1, *boxes: tuple[int, int, int, int]) -> tuple[bytes, TileProof]:
    jpeg, seal = sealed_scene(KEY, seed)
    copy, proof = cover_tiles(jpeg, boxes or [(100, 50, 60, 20)], seal)
    assert proof
    return copy, proof


COPY, PROOF = _copy()
TILES = list(TiledJpeg.split(COPY).tiles)
LENS = list(TiledJpeg.split(sealed_scene(KEY)[0]).tiles)
FOREIGN, FOREIGN_PROOF = _copy(2)


def _problem(copy: bytes, proof: TileProof = PROOF, key: Ed25519PrivateKey = KEY) -> str:
    (problem,) = [
        each.says for each in verify_copy(copy, proof, key.public_key()) if each.state == State.WRONG
    ]
    return problem


def _with(**tiles: bytes) -> bytes:
    """The copy with tiles (t1, t2 …) that are others."""
    changed = [tiles.get(f"t{number}", tile) for number, tile in enumerate(TILES, 1)]
    marks = [*(RESTARTS[number % 8] for number in range(len(changed) - 1)), EOI]
    return TiledJpeg.split(COPY).header + b"".join(map(bytes.__add__, changed, marks))


@pytest.mark.clause("6.h.iii/proof", "6.h.iv/verified")
def test_a_copy_proves_that_what_is_not_covered_is_the_lenses_own() -> None:
    findings = list(verify_copy(COPY, PROOF, KEY.public_key()))
    assert {each.state for each in findings} == {State.OK}
    assert "2026-03-02 12:00:00 UTC by Unit 12 front" in findings[0].says
    assert findings[1].says == "51 of 55 tiles are the lens's own, byte for byte; 4 are solid black"


def test_all_or_nothing_may_be_covered() -> None:
    for boxes in ([(0, 0, 320, 176)], [(900, 900, 5, 5)]):
        copy, proof = _copy(1, *boxes)
        assert {each.state for each in verify_copy(copy, proof, KEY.public_key())} == {State.OK}


@pytest.mark.clause("6.h.iii/proof")
@pytest.mark.parametrize(
    ("copy", "says"),
    [
        (
            _with(t12=TILES[13]),
            "tile 12 (64 pixels from the left, 32 from the top) was moved: it is the lens's tile 14",
        ),
        (_with(t12=TILES[12], t13=TILES[11]), "is the lens's tile 13; 1 further tiles are wrong"),
        (
            _with(t3=TILES[2][:-1] + b"\x2a"),
            "tile 3 (128 pixels from the left, 0 from the top) is not the lens's own",
        ),
        (
            _with(t3=LENS[16], t4=TILES[0]),
            "tile 3 (128 pixels from the left, 0 from the top) is not the lens's own",
        ),
        (_with(t17=LENS[0]), "was moved: it is the lens's tile 1"),
        (
            _with(t17=LENS[16]),
            "tile 17 (64 pixels from the left, 48 from the top) is stated as covered, but is not",
        ),
        (_with(t1=TILES[16]), "tile 1 (0 pixels from the left, 0 from the top) is not the lens's own"),
        (
            COPY.replace(b"\x01\x01\x00\x00\x01\x00\x01", b"\x01\x01\x00\x00\x02\x00\x01", 1),
            "header was altered",
        ),
        (COPY.replace(TILES[1] + RESTARTS[1], b"", 1), "tile is missing, was added"),
        (COPY[:-2], "cut off behind tile 54"),
        (FOREIGN, "another picture than the one that the reader signed"),
        (b"GIF89a", "no JPEG"),
    ],
)
def test_a_forged_copy_is_named(copy: bytes, says: str) -> None:
    assert says in _problem(copy)


WORDS = "RECORDS REQUEST 2026-00001 - REDACTED"
JPEG, SEAL = sealed_scene(KEY)
MARKED, MARKED_PROOF = cover_tiles(JPEG, [(100, 50, 60, 20)], SEAL, WORDS.title())


@pytest.mark.clause("6.h.iii/proof", "6.h.iii/redaction")
def test_the_words_at_its_foot_count_as_covered_and_no_other_do() -> None:
    assert MARKED_PROOF
    findings = list(verify_copy(MARKED, MARKED_PROOF, KEY.public_key()))
    assert {each.state for each in findings} == {State.OK}
    assert findings[1].says.endswith(f"9 are solid black, where the agency wrote: {WORDS}")
    other, _ = cover_tiles(JPEG, [(100, 50, 60, 20)], SEAL, "RECORDS REQUEST 2026-00002 - REDACTED")
    assert "is stated as covered" in _problem(other, MARKED_PROOF)
    black, proof = cover_tiles(JPEG, [(100, 50, 60, 20), (0, 160, 320, 16)], SEAL)
    assert proof
    assert "is stated as covered" in _problem(MARKED, proof)
    assert "is stated as covered" in _problem(black, MARKED_PROOF)
    lens = MARKED.replace(TiledJpeg.split(MARKED).tiles[54], LENS[54], 1)
    assert "tile 55 (256 pixels from the left, 160 from the top) is stated" in _problem(lens, MARKED_PROOF)
    for words in ("two words", "A" * 121, "no-such-\u2603"):
        assert "names words that no picture bears" in _problem(MARKED, replace(MARKED_PROOF, marking=words))
    assert "does not bear" in _problem(COPY, replace(PROOF, marking=WORDS))


SMALLER = TileProof(PROOF.picture, PROOF.covered, PROOF.leaves[:-32], PROOF.salts[:-16])


@pytest.mark.clause("6.h.iii/proof")
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda: FOREIGN_PROOF, "another picture than the one that the reader signed"),
        (lambda: replace(FOREIGN_PROOF, picture=PROOF.picture), "hashes do not lead to the root"),
        (lambda: replace(PROOF, leaves=bytes(32) + PROOF.leaves[32:]), "hashes do not lead to the root"),
        (lambda: replace(PROOF, salts=PROOF.salts[16:] + PROOF.salts[:16]), "another picture than"),
        (lambda: replace(PROOF, covered=[*PROOF.covered[:-1], 56]), "tiles that the picture does not have"),
        (lambda: replace(PROOF, covered=PROOF.covered[::-1]), "or one twice"),
        (lambda: replace(PROOF, covered=[17, 17, 22, 23]), "or one twice"),
        (
            lambda: replace(PROOF, covered=[1, *PROOF.covered], salts=PROOF.salts[:16] + PROOF.salts[32:]),
            "tile 1 (0",
        ),
        (lambda: replace(PROOF, covered=PROOF.covered[1:]), "was altered"),
        (lambda: SMALLER, "the picture has 55 tiles, the proof is of 54"),
        (
            lambda: replace(PROOF, picture=SignedPicture(PROOF.picture.body + b"x", PROOF.picture.signature)),
            "signature",
        ),
    ],
)
def test_a_forged_proof_is_named(change: Callable[[], TileProof], says: str) -> None:
    assert says in _problem(COPY, change())


def test_a_picture_of_another_reader_is_not_believed() -> None:
    assert "signature is wrong" in _problem(COPY, key=OTHER)


@pytest.mark.clause("6.h.iii/proof", "6.h.iv/verified")
def test_the_command_proves_a_copy_or_says_why_not(tmp_path: Path) -> None:
    key = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    files = {
        "copy.jpg": COPY,
        "forged.jpg": _with(t12=TILES[13]),
        "proof.json": encode_proof(PROOF),
        "key.pem": key,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def run(copy: str, proof: str = "proof.json", key: str = "key.pem", *more: str) -> tuple[int, str]:
        line = [
            "verify-picture",
            str(tmp_path / copy),
            str(tmp_path / proof),
            "--key",
            str(tmp_path / key),
            *more,
        ]
        result = CliRunner().invoke(app, line)
        return result.exit_code, result.stdout + str(result.exception or "")

    assert run("copy.jpg")[0] == 0
    assert "51 of 55 tiles are the lens's own" in run("copy.jpg")[1]
    assert '"verified": true' in run("copy.jpg", "proof.json", "key.pem", "--json")[1]
    for line, says in [
        (("forged.jpg",), "tile 12 (64 pixels from the left, 32 from the top) was moved"),
        (("copy.jpg", "copy.jpg"), "is not the proof of a redacted picture"),
        (("copy.jpg", "proof.json", "copy.jpg"), "holds no reader's key"),
        (("none.jpg",), "cannot be read"),
    ]:
        code, output = run(*line)
        assert (code, says in output) == (1, True), output
