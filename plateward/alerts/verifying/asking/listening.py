"""What the hub does by itself: it fetches what agencies have answered meanwhile."""

from django.conf import settings

from plateward.alerts.verifying.asking import confirmation, outside
from plateward.alerts.verifying.models import HitRequest
from plateward.policy.trace import enforces


@enforces("5.h")
def fetch() -> int:
    """Once anything was asked, whatever the switch keeps is fetched, late answers too. Returns how many messages came.
    Several nodes may do it at once: a message that comes twice is one."""
    if not HitRequest.objects.exists():
        return 0
    return confirmation.collect(outside.switch(), settings.AGENCY_ORI)
