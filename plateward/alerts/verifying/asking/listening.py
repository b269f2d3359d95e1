"""Work the hub does by itself: fetching agencies' answers."""

from django.conf import settings

from plateward.alerts.verifying.asking import hit_confirmation, services
from plateward.alerts.verifying.models import HitRequest
from plateward.policy.trace import enforces


@enforces("5.h")
def fetch_answers() -> int:
    """If anything was ever asked, fetch what the switch holds, late answers too. Returns how many messages
    came. Several nodes may run this at once: duplicates count once."""
    if not HitRequest.objects.exists():
        return 0
    return hit_confirmation.collect(services.switch(), settings.AGENCY_ORI)
