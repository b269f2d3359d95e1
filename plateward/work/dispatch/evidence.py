"""Evidence on calls for service, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward.core.audit.evidence import PERIOD
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.work.dispatch.models import Call, Message

LONG_WAIT = timedelta(minutes=15)


def facts() -> Iterator[Fact]:
    """Calls, and what CAD has not taken."""
    waiting = Message.objects.waiting()
    late = waiting.filter(made_at__lt=clock.now() - LONG_WAIT).count()
    yield fact(
        "6.e.vii",
        text="Calls for service of the last 30 days: {calls:,}; messages that CAD has not accepted yet: {unsent}.",
        calls=Call.objects.filter(opened_at__gte=clock.now() - PERIOD).count(),
        unsent=waiting.count(),
        attention="Messages that wait for CAD for more than 15 minutes: {late}. Phone dispatch.",
        late=late,
        route="dispatch:console",
    )
