"""Which pictures requests for records name: to be redacted for them."""

from typing import Any

from django.dispatch import receiver

from plateward.field.reads.store import ReadKey
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.sharing.records.models import NamedPicture
from plateward.sharing.redaction.signals import redaction_wanted


@receiver(redaction_wanted)
@enforces("6.h.iii/redaction", "6.h.iv/safeguard", "6.c.ii/cases")
def _redaction_wanted(person: Person, read: ReadKey, **_: Any) -> str:
    """The name of the newest open request for this picture, for who handles requests, or decides on answers."""
    if not person.permissions & {Permission.PICTURE_REDACT, Permission.PICTURE_RELEASE}:
        return ""
    named = NamedPicture.objects.filter(read=read.id, day=read.day, request__answered_at=None)
    newest = named.select_related("request").last()
    return str(newest.request) if newest else ""
