"""Who may see a picture in order to redact it: nobody, but for a request that names it."""

from dataclasses import dataclass

from plateward.field.reads.pictures import picture_of
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.picture import PictureSeal
from plateward.people.models import Person
from plateward.sharing.redaction.models import PICTURES, RedactedPicture
from plateward.sharing.redaction.signals import redaction_wanted


@dataclass(frozen=True)
class WantedPicture:
    """A picture that a request names; `request`: that request's name."""

    stored: StoredRead
    which: str
    request: str

    @property
    def original(self) -> bytes:
        """The JPEG as its reader sent it. Raises DayDestroyed, StoreAway."""
        return picture_of(self.stored, self.which)

    @property
    def seal(self) -> PictureSeal | None:
        """What its reader signed of its tiles; of the plate's picture nothing."""
        return self.stored.read.context_tiles if self.which == "context" else None

    @property
    def sha256(self) -> str:
        """Of the original, as its reader signed it."""
        return self.stored.read.context_sha256 if self.which == "context" else self.stored.read.plate_sha256


@enforces("6.h.iii/redaction", "6.h.iv/safeguard", "6.c.ii/cases")
def wanted_picture(person: Person, key: ReadKey, which: str) -> WantedPicture | None:
    """The picture, if it exists and a request that this person works on names it. Raises StoreAway."""
    if which not in PICTURES or not (request := _request(person, key, which)):
        return None
    with store_answers():
        stored = configured_store().get(key)
    return WantedPicture(stored, which, request) if stored else None


@enforces("6.c.ii/cases")
def redacted_picture(person: Person, pk: int) -> RedactedPicture | None:
    """A redacted picture, if a request that this person works on names its original."""
    row = RedactedPicture.objects.filter(pk=pk).first()
    return row if row and _request(person, ReadKey(row.day, row.read), row.which) else None


def _request(person: Person, key: ReadKey, which: str) -> str:
    answers = redaction_wanted.send(sender=RedactedPicture, person=person, read=key, which=which)
    return next((name for _, name in answers if name), "")
