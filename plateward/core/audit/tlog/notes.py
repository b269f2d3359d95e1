"""Signed notes and their keys (c2sp.org/signed-note): a text, an empty line, a line per signature."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from plateward.ground.errors import PlatewardError

MAX_NOTE_BYTES = 64 * 1024
MAX_SIGNATURES = 32
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
KEY_BYTES = {1: 32, 4: 32, 6: 1312}


class BadNote(PlatewardError, ValueError):
    """These bytes are not what C2SP's formats say: the sentence says what is wrong."""


class SignatureKind(IntEnum):
    """What a key signs with; the byte in its id."""

    ED25519 = 1  # over the text of the note
    COSIGNATURE = 4  # Ed25519, with the time (c2sp.org/tlog-cosignature)
    COSIGNATURE_ML_DSA_44 = 6  # the same, and safe from quantum computers


@dataclass(frozen=True)
class NoteKey:
    """A public key and the name that it signs under. As text a "vkey": `name+id+key`."""

    name: str
    kind: SignatureKind
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + self._typed()).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(self._typed()).decode()}"

    def _typed(self) -> bytes:
        return bytes([self.kind]) + self.public

    @classmethod
    def parse(cls, vkey: str) -> "NoteKey":
        """From its text. Raises BadNote."""
        name, _, rest = vkey.partition("+")
        stated, _, encoded = rest.partition("+")
        typed = decode_base64(encoded)
        if not typed or typed[0] not in KEY_BYTES or len(typed) != 1 + KEY_BYTES[typed[0]]:
            raise BadNote(f"“{vkey[:80]}” is not a key that signs notes. Copy the whole key, without blanks.")
        key = cls(check_name(name), SignatureKind(typed[0]), typed[1:])
        if key.id.hex() != stated:
            raise BadNote(f"The key of {name} was altered: its id is not {stated}.")
        return key


@dataclass(frozen=True)
class NoteSignature:
    """One line below a note: who signed, the id of the key, and the signature."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.id + self.signature).decode()}\n"

    def is_by(self, key: NoteKey) -> bool:
        return (self.name, self.id) == (key.name, key.id)


@dataclass(frozen=True)
class Note:
    """The text, with its last newline, and its signatures, of which none was checked."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(map(str, self.signatures))).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Note":
        """From its bytes. Raises BadNote."""
        try:
            text, _, lines = content[: MAX_NOTE_BYTES + 1].decode().rpartition("\n\n")
        except UnicodeDecodeError as error:
            raise BadNote("A signed note is text in UTF-8.") from error
        if len(content) > MAX_NOTE_BYTES or CONTROL.search(text + lines):
            raise BadNote(f"A signed note has at most {MAX_NOTE_BYTES} bytes and no control characters.")
        if not text:
            raise BadNote("A signed note has a text, an empty line and its signatures.")
        return cls(text + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """The signatures in these lines, at least one. Raises BadNote."""
    rows = lines.split("\n")
    if rows.pop() or not 1 <= len(rows) <= MAX_SIGNATURES:
        raise BadNote(f"A signed note ends with 1 to {MAX_SIGNATURES} whole lines of signatures.")
    return tuple(map(_parse_signature, rows))


def _parse_signature(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    signature = decode_base64(encoded)
    if dash != "—" or len(signature) < 5:
        raise BadNote(f"“{line[:80]}” is not the signature of a note.")
    return NoteSignature(check_name(name), signature[:4], signature[4:])


def check_name(name: str) -> str:
    """A key's name. Raises BadNote."""
    if not name or "+" in name or any(character.isspace() for character in name) or len(name.encode()) > 255:
        raise BadNote(f"“{name[:80]}” is not the name of a key: it has no blanks and no plus sign.")
    return name


def decode_base64(text: str) -> bytes:
    """From base64 in its one spelling. Raises BadNote."""
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise BadNote(f"“{text[:80]}” is not base64.") from error
    if b64encode(data).decode() != text:
        raise BadNote(f"“{text[:80]}” is not base64 as it is written.")
    return data
