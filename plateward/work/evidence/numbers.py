"""The number under which evidence is kept."""

from plateward.ground.policy.trace import enforces
from plateward.work.alerts.models import Alert
from plateward.work.dispatch.models import CallAlert


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def number_of(alert: Alert) -> str:
    """The alert's CAD or case number: CAD's of its call, once CAD has given one, else its entry's."""
    link = CallAlert.objects.filter(alert=alert).select_related("call").first()
    return (link.call.number if link else "") or alert.entry.number
