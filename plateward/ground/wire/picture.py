"""What a reader signs of a picture alone, so that a redacted copy can be proven without the read and its plate."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from plateward.ground.wire.codec import Moment, Name, Signature, Signing, require_utc

PICTURE_PURPOSE = b"plateward.picture.v1"
MAX_PICTURE_BYTES = 1024
SECRET_BYTES = 32

Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which read, by which camera, when, and the root over the picture's tiles (ground/tiles/proof.py)."""

    read: UUID
    camera: Name
    captured_at: Moment
    root: Hash

    def __post_init__(self) -> None:
        require_utc(self.captured_at, "captured_at")


class SignedPicture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture's root as msgpack, and the reader's signature over exactly these bytes."""

    body: Annotated[bytes, Meta(max_length=MAX_PICTURE_BYTES)]
    signature: Signature


class PictureSeal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed root, and the secret that the tiles' salts come from: whoever has it can try what a covered tile
    shows. It is in the read, and nowhere else."""

    signed: SignedPicture
    secret: Annotated[bytes, Meta(min_length=SECRET_BYTES, max_length=SECRET_BYTES)]


PICTURES = Signing(Picture, SignedPicture, PICTURE_PURPOSE, MAX_PICTURE_BYTES)
