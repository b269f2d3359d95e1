"""What the alert's page shows about sharing."""

from typing import Any

from plateward.alerts.audience.active import active_shares
from plateward.alerts.audience.models import Share
from plateward.alerts.models import Alert
from plateward.alerts.sharing.forms import ShareForm as Form
from plateward.hotlists.audience import lists_for
from plateward.people.models import Person
from plateward.policy.trace import enforces


@enforces("6.e.ii")
def template_context(alert: Alert, person: Person) -> dict[str, Any]:
    """Template context: active shares; shared_with_me, the share without which this person would not see it;
    and the form, if they may share it."""
    holding = [share.share for share in active_shares(alert.shares.all())]
    live = list(Share.objects.filter(pk__in=holding).select_related("by", "to"))
    in_audience = lists_for(person).filter(pk=alert.entry.hotlist_id).exists()
    own = next((share for share in live if share.to_id == person.pk), None)
    return {
        "shares": live if in_audience else [],
        "shared_with_me": None if in_audience else own,
        "share_form": Form(auto_id="share_%s") if in_audience and not alert.entry.hotlist.covert else None,
    }
