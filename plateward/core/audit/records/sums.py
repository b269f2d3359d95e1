"""What all records are, in one number: a sum of keyed digests (MSet-Add-Hash of Clarke and others, ASIACRYPT 2003).

Each version of a row is a number that only the key ring can make. A table's sum is that of its rows; the total, of the
tables' sums. To change a row costs a subtraction and an addition; a row altered, gone, added or set back gives
another total, which nobody can mend without the ring. The numbers are never stored, and sums only sealed: whoever knew
many numbers could find others with the same sum."""

import hmac
from dataclasses import dataclass

from django.conf import settings

from plateward.ground.vault.sealing import seal, unseal

BYTES, COUNT_BYTES = 32, 8
MODULUS = 1 << (8 * BYTES)


@dataclass(frozen=True)
class Sum:
    """Of `count` rows, or tables."""

    count: int = 0
    value: int = 0

    def without(self, digest: bytes) -> "Sum":
        return Sum(self.count - 1, (self.value - _number(digest)) % MODULUS)

    def plus(self, digest: bytes) -> "Sum":
        return Sum(self.count + 1, (self.value + _number(digest)) % MODULUS)

    def beyond(self, other: "Sum") -> "Sum":
        """What this has more than another one, or less."""
        return Sum(self.count - other.count, (self.value - other.value) % MODULUS)

    def with_all(self, others: "Sum") -> "Sum":
        return Sum(self.count + others.count, (self.value + others.value) % MODULUS)

    def sealed(self, place: str) -> bytes:
        """As stored, bound to its place."""
        content = self.count.to_bytes(COUNT_BYTES, signed=True) + self.value.to_bytes(BYTES)
        return seal(settings.RING.key("fields"), content, f"audit.records.{place}".encode())

    @classmethod
    def open(cls, sealed: bytes, place: str) -> "Sum":
        """Raises SealBroken."""
        content = unseal(settings.RING.key("fields"), sealed, f"audit.records.{place}".encode())
        count = int.from_bytes(content[:COUNT_BYTES], signed=True)
        return cls(count, int.from_bytes(content[COUNT_BYTES:]))


def row_digest(table: str, key: str, content: bytes) -> bytes:
    """Of a version of a row, by the SHA-256 of what decides of it: 32 bytes. Nobody can guess its content by it."""
    return _keyed("audit records", f"{table}\0{key}\0".encode() + content)


def table_digest(table: str, rows: Sum) -> bytes:
    """Of a table by its sum: 32 bytes."""
    return _keyed("audit records", f"{table}\0{rows.count}\0".encode() + rows.value.to_bytes(BYTES))


def difference_digest(of: list[str], sums: list[Sum | None]) -> str:
    """Of how far sums are from what they should be; None: one does not open."""
    values = [(name, each and (each.count, each.value)) for name, each in zip(of, sums, strict=True)]
    return _keyed("audit records", f"apart\0{values}".encode()).hex()


def _number(digest: bytes) -> int:
    return int.from_bytes(_keyed("audit record sums", digest))


def _keyed(purpose: str, content: bytes) -> bytes:
    return hmac.digest(settings.RING.key(purpose), content, "sha256")
