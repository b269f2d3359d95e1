"""A redacted picture, checked against what its reader signed at the lens. Needs no Django."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.ground.merkle import split_hashes
from plateward.ground.policy.trace import enforces
from plateward.ground.tiles.jpeg import NotTiled, TiledJpeg
from plateward.ground.tiles.marking import as_marking
from plateward.ground.tiles.proof import (
    MAX_PROOF_BYTES,
    TileProof,
    decode_proof,
    root_over,
    split_salts,
    tile_leaf,
)
from plateward.ground.wire.codec import WireError
from plateward.ground.wire.picture import PICTURES
from plateward.work.evidence.verify.findings import PackageFinding, right, sentence_of, wrong
from plateward.work.evidence.verify.trust import content_of, load_reader_key

MAX_COPY_BYTES = 8 * 1024 * 1024


class WrongCopy(ValueError):
    """The sentence says what is wrong with a copy or its proof."""


def check_copy(copy: Path, proof: Path, key: Path) -> Iterator[PackageFinding]:
    """`verify_copy`, of files. Raises UnusableKey for one that cannot be read."""
    trusted = load_reader_key(key)
    jpeg, content = content_of(copy, MAX_COPY_BYTES), content_of(proof, MAX_PROOF_BYTES)
    try:
        yield from verify_copy(jpeg, decode_proof(content), trusted)
    except WireError as error:
        yield wrong("proof", sentence_of(error))


@enforces("6.h.iii/proof", "6.h.iv/verified")
def verify_copy(copy: bytes, proof: TileProof, key: Ed25519PublicKey) -> Iterator[PackageFinding]:
    """Whether this reader signed the picture, and each tile of the copy is the lens's own or covered: solid black, or
    with the words that the proof names; names the first that is neither."""
    try:
        picture = PICTURES.open(key, proof.picture)
    except WireError as error:
        yield wrong("signature", sentence_of(error))
        return
    taken = f"{picture.captured_at:%Y-%m-%d %H:%M:%S} UTC by {picture.camera}, read {picture.read}"
    yield right("signature", f"the key that you trust signed a picture that was taken {taken}")
    try:
        tiled = TiledJpeg.split(copy)
        salts = _salts(proof, tiled)
        if root_over(split_hashes(proof.leaves)) != picture.root:
            raise WrongCopy(
                "the proof was altered: its hashes do not lead to the root that the reader signed"
            )
        _check_tiles(tiled, proof, salts)
    except (NotTiled, WrongCopy) as error:
        yield wrong("tiles", sentence_of(error))
        return
    count, covered = len(tiled.tiles), len(proof.covered)
    yield right(
        "tiles",
        f"{count - covered:,} of {count:,} tiles are the lens's own, byte for byte; {covered:,} are solid black"
        + (f", where the agency wrote: {proof.marking}" if proof.marking else ""),
    )


def _salts(proof: TileProof, tiled: TiledJpeg) -> dict[int, bytes]:
    """The salts of the leaves that are not covered, by their numbers. Raises WrongCopy."""
    count, covered = len(tiled.leaves), set(proof.covered)
    if any(before >= after for before, after in pairwise(proof.covered)) or max(covered, default=0) >= count:
        raise WrongCopy(
            "the proof was altered: it lists covered tiles that the picture does not have, or one twice"
        )
    known = [number for number in range(count) if number not in covered]
    salts, leaves = split_salts(proof.salts), split_hashes(proof.leaves)
    if len(leaves) != count or len(salts) != len(known):
        raise WrongCopy(
            f"the picture has {count - 1:,} tiles, the proof is of {len(leaves) - 1:,}: it is another picture's, or "
            "was altered"
        )
    return dict(zip(known, salts, strict=True))


def _check_tiles(tiled: TiledJpeg, proof: TileProof, salts: dict[int, bytes]) -> None:
    """Raises WrongCopy for the first part that is not what it should be."""
    signed, marking = split_hashes(proof.leaves), None
    if proof.marking:
        if proof.marking != as_marking(proof.marking):
            raise WrongCopy("the proof was altered: it names words that no picture bears")
        marking = tiled.layout.marking(proof.marking)
        if any(number + 1 in salts for number in tiled.layout.tiles_under([tiled.layout.foot(marking)])):
            raise WrongCopy("the proof was altered: it names words that the picture does not bear")
    wrongs = [
        number
        for number, content in enumerate(tiled.leaves)
        if (
            tile_leaf(salts[number], number, content) != signed[number]
            if number in salts
            else content != tiled.layout.covered(number - 1, marking)
        )
    ]
    if not wrongs:
        return
    if (own := salts.keys() - {0}) and own <= set(wrongs):  # the headers of two pictures may be alike
        raise WrongCopy(
            "it is another picture than the one that the reader signed: no tile of it is the lens's own"
        )
    first, *more = wrongs
    if first == 0:
        raise WrongCopy("the picture's header was altered: it is not the lens's own")
    x, y = tiled.layout.place_of(first - 1)
    name = f"tile {first:,} ({x} pixels from the left, {y} from the top)"
    others = f"; {len(more):,} further tiles are wrong" if more else ""
    content = tiled.leaves[first]
    for number, salt in salts.items():
        if number != first and tile_leaf(salt, number, content) == signed[number]:
            raise WrongCopy(f"{name} was moved: it is the lens's tile {number:,}{others}")
    why = "is not the lens's own" if first in salts else "is stated as covered, but is not solid black"
    raise WrongCopy(f"{name} {why}{others}")
