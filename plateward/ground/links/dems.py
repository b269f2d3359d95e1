"""What the hub needs of a digital evidence management system (DEMS): it takes a package under its case number, in parts
that may be cut off at any byte, and says what it has. One vendor's interface is one module beside this one that keeps
to the protocol `Dems`; `dems_tus.py` is the first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

ITEM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._:/#-]{0,58}[A-Za-z0-9])?")  # a DEMS's own number of an item


@dataclass(frozen=True)
class DemsAccount:
    """The site's settings for its DEMS, at `url`. `token_url` gives a token for `client_id` and `secret`; `authority`:
    PEM file of the authority that signed their certificates, None for those that the machine trusts."""

    url: str
    token_url: str
    client_id: str
    secret: str = field(repr=False)
    authority: Path | None = None


@dataclass(frozen=True)
class OutgoingPackage:
    """A file for the DEMS. `reference` is ours, the same however often the file is sent; `tags` go with it, besides the
    case or CAD `number`."""

    reference: str
    name: str
    number: str
    size: int
    sha256: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class DemsAcknowledgment:
    """What the DEMS says it has under a reference: its own number of the item, the hash and size of the file, and the
    case number that it is filed under."""

    item: str
    sha256: str
    size: int
    number: str


class DemsAway(Exception):
    """The DEMS said neither yes nor no, so that the same is tried again; why, in words that follow "DEMS", with what a
    person can do where they can do something. Holds no secret."""


class DemsRefused(Exception):
    """The DEMS will never take this as it is; its reason, in its own words."""


class Dems(Protocol):
    """A DEMS. Each call raises DemsAway or DemsRefused, and nothing else."""

    def acknowledgment(self, reference: str) -> DemsAcknowledgment | None:
        """What it has under our reference; None if it certainly has nothing whole under it."""

    def begin(self, package: OutgoingPackage) -> str:
        """The address to send the package's parts to."""

    def offset(self, upload: str) -> int | None:
        """How many bytes arrived at this address; None if the DEMS no longer knows it."""

    def append(self, upload: str, offset: int, part: bytes) -> int:
        """Send what follows the first `offset` bytes; returns how many have arrived then."""
