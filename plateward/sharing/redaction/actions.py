"""A picture is prepared for its review, and redacted once it was reviewed."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

import msgspec
from django.conf import settings

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.pages.export_stop import may_leave
from plateward.ground.errors import ActError, PlatewardError
from plateward.ground.policy.decision import Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.ground.tiles.proof import encode_proof
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.recognition.covering.types import Cover
from plateward.sharing.redaction.audience import WantedPicture
from plateward.sharing.redaction.manifest import Left, Manifest
from plateward.sharing.redaction.models import RedactedPicture
from plateward.sharing.redaction.rules import STATEMENT, Review, judge, judge_result


class NotRedactable(ActError):
    """The bytes that the reader signed are no picture that can be redacted."""


@dataclass(frozen=True)
class Prepared:
    """A picture's size, upright, and what was found to cover in it."""

    size: tuple[int, int]  # width and height in pixels
    found: tuple[Cover, ...]


@enforces("6.h.iii/redaction")
def prepare(picture: WantedPicture) -> Prepared:
    """For the page of its review. Raises NotRedactable, StoreAway, DayDestroyed."""
    from plateward.recognition.covering import checking, pictures  # networks: loaded with the first picture

    original = picture.original
    try:
        image, found = pictures.opened(original), checking.find_covers(original)
    except PlatewardError as error:
        raise NotRedactable(f"This picture cannot be redacted, so it cannot be released. {error}") from error
    return Prepared((image.shape[1], image.shape[0]), tuple(found))


def upright(picture: WantedPicture) -> bytes:
    """The picture upright and without metadata, to look at. Raises NotRedactable, StoreAway, DayDestroyed."""
    from plateward.recognition.covering import pictures

    original = picture.original
    try:
        return pictures.in_tiles(original)
    except PlatewardError as error:
        raise NotRedactable(str(error)) from error


@enforces("6.h.iii/redaction", "6.h.iv/custody", "6.b.i.9/entries")
def redact(actor: PersonActor, picture: WantedPicture, review: Review) -> RedactedPicture:
    """The picture with the review's covers, checked and kept. Raises Refused; NotRedactable; StoreAway; DayDestroyed;
    LogUnavailable, and then nothing is kept."""
    from plateward.recognition.covering import checking, pictures

    # Before the act, whose transaction would otherwise stay open meanwhile.
    prepared = prepare(picture)
    decision = judge(prepared.found, prepared.size, review)
    content, proof, left = b"", None, tuple[Left, ...]()
    if not isinstance(decision, Refusal):
        boxes = [cover.box for cover in review.covers]
        left = review.left(prepared.found)
        words = f"{picture.request} - redacted {days.today()} - {settings.AGENCY_NAME or settings.AGENCY_ORI}"
        content, proof, foot = pictures.cover_proven(picture.original, boxes, picture.seal, words)
        decision = judge_result(checking.flaws(content, boxes, [one.cover.box for one in left], foot))
    with act(actor, Event.PICTURE_REDACT, f"read:{picture.stored.read.id}", reason=picture.request) as entry:
        entry.note(image="context", covers=len(review.covers), found=len(prepared.found), left=len(left))
        require(may_leave())
        require(decision)
        manifest = Manifest(
            picture.sha256,
            sha256(content).hexdigest(),
            prepared.size,
            review.covers,
            left,
            actor.key,
            STATEMENT,
            checking.version(),
        )
        told = msgspec.json.encode(manifest)
        row = RedactedPicture.objects.create(
            read=picture.stored.read.id,
            day=picture.stored.day,
            request=picture.request,
            original_sha256=manifest.original,
            sha256=manifest.result,
            manifest_json=told.decode(),
            content=b64encode(content).decode(),
            proof_json=encode_proof(proof).decode() if proof else "",
            by=actor.key,
        )
        entry.note(
            redacted=row.pk,
            sha256=manifest.result,
            proof=proof is not None,
            manifest_sha256=sha256(told).hexdigest(),
        )
    return row
