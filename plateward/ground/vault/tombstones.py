"""The signed record that a destroyed key leaves, in two places, so that neither a late read nor a restored copy of one
place makes the key again (docs/decisions/0110)."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Meta

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import private_directory, write_once
from plateward.ground.vault.generations import generation_name, generations_in
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.sealing import SealBroken

KIND = "destroyed"
DOMAIN = b"plateward tombstone\n"  # no other thing that is signed begins so
MOST_BYTES, MOST_WHY = 8_192, 1_000


class TombstoneForged(SealBroken):
    """A tombstone that this key ring did not sign, or for another day."""


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed. `following`: the generation with what was kept; None: the day was destroyed wholly."""

    day: date
    generation: Annotated[int, Meta(ge=0)]
    following: Annotated[int, Meta(ge=1)] | None
    at: datetime
    why: Annotated[str, Meta(max_length=MOST_WHY)]


@dataclass(frozen=True)
class Tombstone:
    """A day's generation was destroyed. `text` is the signed record: a line of JSON, then one with its signature."""

    day: date
    generation: int
    following: int | None
    at: datetime
    why: str
    text: bytes

    @property
    def name(self) -> str:
        return generation_name(self.day, self.generation)


class Tombstones:
    """`<place>/YYYY-MM-DD.destroyed`, `YYYY-MM-DD.1.destroyed` …, the same in each place; one is enough."""

    def __init__(self, places: tuple[Path, Path], ring: KeyRing) -> None:
        self.places = tuple(map(private_directory, places))
        self._ring = ring
        self._public = public_key(ring)  # read once: it is asked with every read

    @enforces("6.h.ii/destruction")
    def sign(self, statement: Statement) -> Tombstone:
        """The same statement always gives the same text."""
        if len(statement.why) > MOST_WHY:
            raise ValueError(f"more than {MOST_WHY} characters")
        body = msgspec.json.encode(statement)
        signature = self._ring.signing("tombstone").sign(DOMAIN + body)
        return self.verified(body + b"\n" + signature.hex().encode() + b"\n")

    def verified(self, text: bytes) -> Tombstone:
        """Raises TombstoneForged."""
        return verified_text(self._public, text)

    def get(self, day: date, generation: int) -> Tombstone | None:
        """Raises TombstoneForged: an altered one says neither that the key was destroyed nor that it was not."""
        for place in self.places:
            if tombstone := self._read(place, day, generation):
                return tombstone
        return None

    def put(self, tombstone: Tombstone) -> None:
        """In each place, synced to disk, even if a process that was killed has written it."""
        for place in self.places:
            write_once(place / f"{tombstone.name}.{KIND}", tombstone.text)

    def is_everywhere(self, tombstone: Tombstone) -> bool:
        return all((place / f"{tombstone.name}.{KIND}").exists() for place in self.places)

    def listed(self) -> set[tuple[date, int]]:
        """The generations that have one in any place, whoever signed it."""
        return {part for place in self.places for part in generations_in(place, KIND)}

    def all(self) -> Iterator[Tombstone]:
        """Oldest day first. Forged ones are left out: `problems` names them, and their day is closed by `get`."""
        for day, generation in sorted(self.listed()):
            try:
                tombstone = self.get(day, generation)
            except TombstoneForged:
                continue
            if tombstone:
                yield tombstone

    @enforces("6.b.i.3/integrity", "6.h.ii/destruction")
    def problems(self) -> Iterator[tuple[date, str]]:
        """What is wrong with them: forged, missing in one place, or not the same in both."""
        for day, generation in sorted(self.listed()):
            try:
                texts = {
                    tombstone and tombstone.text
                    for tombstone in [self._read(place, day, generation) for place in self.places]
                }
            except TombstoneForged as forged:
                yield day, str(forged)
                continue
            if len(texts) > 1:
                missing = "is missing in" if None in texts else "is not the same in"
                places = " or ".join(map(str, self.places))
                yield (
                    day,
                    f"The record of destruction of {generation_name(day, generation)} {missing} {places}.",
                )

    def _read(self, place: Path, day: date, generation: int) -> Tombstone | None:
        path = f"{place}/{generation_name(day, generation)}.{KIND}"
        try:
            os.lstat(path)  # most days have none; a search asks it of each of its days
            text = _read_plain(path)
        except FileNotFoundError:
            return None
        tombstone = self.verified(text)
        if (tombstone.day, tombstone.generation) != (day, generation):
            raise _forged_error(f"{path} is that of {tombstone.name}")
        return tombstone


def _read_plain(path: str) -> bytes:
    """It is signed, and no secret: its mode says nothing. But what waits for a writer or never ends is none. Raises
    `TombstoneForged`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise _forged_error(f"{path} is a symbolic link") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _forged_error(f"{path} is not a plain file")
        return os.read(descriptor, MOST_BYTES + 1)
    finally:
        os.close(descriptor)


def public_key(ring: KeyRing) -> bytes:
    """The one that this ring's tombstones are checked with."""
    return ring.signing("tombstone").public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


@lru_cache(maxsize=20_000)
def verified_text(public: bytes, text: bytes) -> Tombstone:
    """A record and who signed it. Raises TombstoneForged."""
    if len(text) > MOST_BYTES:
        raise _forged_error("it is too long")
    body, _, signature = text.removesuffix(b"\n").partition(b"\n")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature.decode()), DOMAIN + body)
        statement = msgspec.json.decode(body, type=Statement)
    except (InvalidSignature, ValueError) as error:
        raise _forged_error(f"it reads {text[:80]!r}") from error
    if statement.following not in (None, statement.generation + 1):
        raise _forged_error("it names a generation that cannot follow")
    return Tombstone(
        statement.day, statement.generation, statement.following, statement.at, statement.why, text
    )


def _forged_error(what: str) -> TombstoneForged:
    return TombstoneForged(
        f"The record of a day's destruction was altered or is not the hub's own: {what} (OPR:50 6.h.ii, 6.j.i). "
        "The day counts neither as kept nor as destroyed, and nothing of it is shown or added. Report it to the ALPR "
        "administrator as an incident."
    )
