"""Who may see a picture in order to redact it: nobody, but for a request that names it."""

from dataclasses import dataclass

from plateward.field.reads.pictures import picture_of
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.picture import PictureSeal
from plateward.people.models import Person
from plateward.sharing.redaction.models import RedactedPicture
from plateward.sharing.redaction.signals import redaction_wanted


@dataclass(frozen=True)
class WantedPicture:
    """The vehicle's picture of a read that a request names; `request`: that request's name."""

    stored: StoredRead
    request: str

    @property
    def original(self) -> bytes:
        """The JPEG as its reader sent it. Raises DayDestroyed, StoreAway."""
        return picture_of(self.stored, "context")

    @property
    def seal(self) -> PictureSeal | None:
        """What its reader signed of its tiles."""
        return self.stored.read.context_tiles

    @property
    def sha256(self) -> str:
        """Of the original, as its reader signed it."""
        return self.stored.read.context_sha256


@enforces("6.h.iii/redaction", "6.h.iv/safeguard", "6.c.ii/cases")
def wanted_picture(person: Person, key: ReadKey) -> WantedPicture | None:
    """The picture, if it exists and a request that this person works on names it. Raises StoreAway."""
    if not (request := _request(person, key)):
        return None
    with store_answers():
        stored = configured_store().get(key)
    return WantedPicture(stored, request) if stored else None


@enforces("6.c.ii/cases")
def redacted_picture(person: Person, pk: int) -> RedactedPicture | None:
    """A redacted picture, if a request that this person works on names its original."""
    row = RedactedPicture.objects.filter(pk=pk).first()
    return row if row and _request(person, ReadKey(row.day, row.read)) else None


def _request(person: Person, key: ReadKey) -> str:
    answers = redaction_wanted.send(sender=RedactedPicture, person=person, read=key)
    return next((name for _, name in answers if name), "")
