"""What a package holds, and under which names: written by the hub, read by the verifier. Needs no Django.

NAME/           the bag (RFC 8493), the only folder: payload in NAME/data, its manifests beside that
signature.p7s   the hub's CMS signature over NAME/tagmanifest-sha256.txt
timestamp.tsr   the RFC 3161 timestamp over the same; until there is one, timestamp-waits.txt says so
"""

import re
from datetime import datetime, timedelta

import msgspec

from plateward.core.audit.leaf import Leaf
from plateward.work.evidence.verify.container import is_name

SIGNATURE, TIMESTAMP, WAITING = "signature.p7s", "timestamp.tsr", "timestamp-waits.txt"
TAG_MANIFEST, MANIFEST, BAG_INFO, BAGIT = (
    "tagmanifest-sha256.txt",
    "manifest-sha256.txt",
    "bag-info.txt",
    "bagit.txt",
)
BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
WAITING_TEXT = (
    "This package has no timestamp yet: the timestamp authority could not be reached, or none is set up.\n"
)
FORMAT = "plateward.work.evidence.v1"
INDEX, CUSTODY, REPORT, CASE, CHECK = (
    "data/package.json",
    "data/custody.jsonl",
    "data/report.pdf",
    "data/case.jsonld",
    "data/how-to-check.txt",
)
AGENCY, LOG_KEYS = "data/agency.pem", "data/log-keys.txt"
LOG_ANNOUNCED = "data/log-announced.json"  # each key of the log that followed another, signed by that
LINE = re.compile(rb"([0-9a-f]{64})  ([^\n]+)\n")
FIRST = "0" * 64  # what stands for the line before the first
MOST_READS = 500
CLOCKS_MAY_DIFFER = timedelta(minutes=5)
YEARS = range(2000, 2200)


class IndexedRead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A read with its reader and the reader's public key (Ed25519, hex)."""

    id: str
    reader: str
    key: str

    @property
    def folder(self) -> str:
        return f"data/reads/{self.id}"

    @property
    def certificate(self) -> str:
        """The agency's certificate for the reader's key."""
        return f"data/readers/{self.key[:32]}.crt"


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the package is of. `gone`: reads that were destroyed before it was made. Times in UTC, RFC 3339."""

    format: str
    marking: str
    number: str
    alerts: tuple[int, ...]
    made_at: str
    made_by: str
    reads: tuple[IndexedRead, ...]
    gone: tuple[str, ...]


class CustodyLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event in the custody of what the package holds. `previous`: the SHA-256 (hex) of the line before it.
    `entry`: its number in the audit log; `leaf`: the hash (base64) of what the log's tree covers of it. The rest is
    empty if the agency withholds it: then the entry's file has nothing but the leaf either."""

    number: int
    previous: str
    entry: int
    leaf: str
    at: str = ""
    actor: str = ""
    event: str = ""
    object: str = ""
    outcome: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What it repeats of its entry."""
        return {name: getattr(self, name) for name in FACTS}

    @property
    def withheld(self) -> bool:
        return not any(self.facts.values())


FACTS = ("at", "actor", "event", "object", "outcome")  # of an entry, in its line of the chain


def stated(entry: Leaf) -> dict[str, str]:
    """The facts of an entry, as its line of the chain repeats them."""
    return dict(
        zip(FACTS, (entry.at, entry.actor_name, entry.event, entry.object, entry.outcome), strict=True)
    )


READ_FILES = ("read.signed", "read.sig", "read.json", "context.jpg", "plate.jpg")


def alert_folder(number: int) -> str:
    """The records of an alert, and answers word for word."""
    return f"data/alerts/{number}"


def entry_file(sequence: int) -> str:
    """An entry of the audit log as `audit prove` writes it."""
    return f"data/log/{sequence}.entry.json"


def proof_file(sequence: int) -> str:
    """Its proof (c2sp.org/tlog-proof)."""
    return f"data/log/{sequence}.tlog-proof"


def manifest(digests: dict[str, str]) -> bytes:
    """A manifest of files and their SHA-256 (hex)."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()


def parse_manifest(content: bytes) -> dict[str, str]:
    """The inverse. Raises ValueError."""
    lines = content.splitlines(keepends=True)
    matches = [LINE.fullmatch(line) for line in lines]
    digests = {match[2].decode(): match[1].decode() for match in matches if match}
    if len(digests) != len(lines) or manifest(digests) != content:
        raise ValueError("it is not written as a hub writes it")
    if not all(map(is_name, digests)):
        raise ValueError("it lists a file by a name that no file of a package has")
    return digests


def moment(text: str) -> datetime:
    """A time as the hub writes it. Raises ValueError."""
    return sane(datetime.fromisoformat(text))


def sane(at: datetime) -> datetime:
    """The same time, if it can be one of a package. Raises ValueError."""
    if at.utcoffset() != timedelta(0):
        raise ValueError("its time is not in UTC")
    if at.year not in YEARS:
        raise ValueError(f"its time is of the year {at.year}")
    return at
