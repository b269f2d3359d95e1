"""A redacted copy that proves itself: the reader signs the root of a tree (RFC 6962) over the picture's tiles; the copy
has every tile that is not covered byte for byte, and its proof the salts of these alone.

Leaf 0 is the header, leaf n tile n. A covered tile's leaf is salted, so that nobody can try plates until one fits.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import shake_256
from secrets import token_bytes
from typing import Annotated
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from plateward.ground.merkle import GrowingTree, leaf_hash
from plateward.ground.policy.trace import enforces
from plateward.ground.tiles.jpeg import MAX_TILES, Box, TiledJpeg
from plateward.ground.tiles.marking import MAX_MARKING, as_marking
from plateward.ground.wire.codec import WireError, decode
from plateward.ground.wire.picture import (
    MAX_PICTURE_BYTES,
    PICTURES,
    SECRET_BYTES,
    Picture,
    PictureSeal,
    SignedPicture,
)

LEAF_PREFIX = b"plateward.tile.v1\n"
SALT_BYTES = 16
MAX_PROOF_BYTES = 2 * 1024 * 1024


class TileProof(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag="plateward.tiles.v1"
):
    """Beside a redacted copy: what the reader signed, which tiles are covered (from 1, ascending), the hashes of all
    leaves and the salts of those that are not covered, both one after another; and the words at its foot."""

    picture: SignedPicture
    covered: Annotated[list[Annotated[int, Meta(ge=1, le=MAX_TILES)]], Meta(max_length=MAX_TILES)]
    leaves: bytes
    salts: bytes
    marking: Annotated[str, Meta(max_length=MAX_MARKING)] = ""


def encode_proof(proof: TileProof) -> bytes:
    """Its file, in JSON."""
    return msgspec.json.encode(proof)


def decode_proof(content: bytes) -> TileProof:
    """From its file. Raises WireError."""
    if len(content) > MAX_PROOF_BYTES:
        raise WireError(f"The proof has {len(content)} bytes; the limit is {MAX_PROOF_BYTES}.")
    try:
        return msgspec.json.decode(content, type=TileProof)
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors
        raise WireError("The file is not the proof of a redacted picture.") from error


def tile_leaf(salt: bytes, number: int, content: bytes) -> bytes:
    """The hash of a leaf: the header's (0), or a tile's (from 1)."""
    return leaf_hash(LEAF_PREFIX + salt + number.to_bytes(4, "big") + content)


def root_over(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    tree = GrowingTree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.frontier().root()


@enforces("6.h.iii/proof", "6.j.i/proven")
def seal_picture(
    key: Ed25519PrivateKey, jpeg: bytes, *, read: UUID, camera: str, captured_at: datetime
) -> PictureSeal:
    """At the lens: the root over the picture's tiles, signed, and its secret. Raises NotTiled."""
    secret = token_bytes(SECRET_BYTES)
    _, leaves = _salted(TiledJpeg.split(jpeg), secret)
    return PictureSeal(PICTURES.sign(key, Picture(read, camera, captured_at, root_over(leaves))), secret)


@enforces("6.h.iii/redaction", "6.h.iii/proof")
def cover_tiles(
    jpeg: bytes, boxes: Iterable[Box], seal: PictureSeal | None = None, words: str = ""
) -> tuple[bytes, TileProof | None]:
    """The picture with every tile that a box touches in solid black, and all others byte for byte; with its reader's
    seal, their proof too. `words`: what it bears in a covered strip at its foot. Raises NotTiled (then `encode_tiled`
    the picture first, and there is no proof), and WireError if the seal is another picture's."""
    tiled = TiledJpeg.split(jpeg)
    text = as_marking(words)
    marking = tiled.layout.marking(text) if text else None
    foot = [tiled.layout.foot(marking)] if marking else []
    numbers = tiled.layout.tiles_under([*boxes, *foot])
    copy = tiled.with_black(numbers, marking)
    if seal is None:
        return copy, None
    salts, leaves = _salted(tiled, seal.secret)
    if root_over(leaves) != decode(seal.signed.body, Picture, MAX_PICTURE_BYTES).root:
        raise WireError("The picture is not the one whose tiles its reader signed (OPR:50 6.j.i).")
    covered = sorted(number + 1 for number in numbers)
    open_salts = b"".join(salt for number, salt in enumerate(salts) if number - 1 not in numbers)
    return copy, TileProof(seal.signed, covered, b"".join(leaves), open_salts, text)


def _salted(tiled: TiledJpeg, secret: bytes) -> tuple[list[bytes], list[bytes]]:
    """The salt and the hash of each leaf. Salts that are known say nothing of the others (SHAKE256)."""
    contents = tiled.leaves
    salts = split_salts(shake_256(secret).digest(SALT_BYTES * len(contents)))
    return salts, [tile_leaf(salts[number], number, content) for number, content in enumerate(contents)]


def split_salts(salts: bytes) -> list[bytes]:
    """Those that follow one another."""
    return [salts[at : at + SALT_BYTES] for at in range(0, len(salts), SALT_BYTES)]
