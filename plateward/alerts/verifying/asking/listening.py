"""What the hub does by itself: it fetches what agencies have answered meanwhile."""

from django.conf import settings

from plateward.alerts.verifying.asking import hit_confirmation, services
from plateward.alerts.verifying.models import HitRequest
from plateward.policy.trace import enforces


@enforces("5.h")
def fetch_answers() -> int:
    """Once anything was asked, whatever the switch keeps is fetched, late answers too. Returns how many messages came.
    Several nodes may do it at once: a message that comes twice is one."""
    if not HitRequest.objects.exists():
        return 0
    return hit_confirmation.collect(services.switch(), settings.AGENCY_ORI)
