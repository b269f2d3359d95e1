"""Which alerts are shared with whom."""

from collections.abc import Collection

from plateward import clock
from plateward.alerts.audience import rules
from plateward.alerts.audience.models import Share, ShareQuerySet
from plateward.hotlists.audience import audiences
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces


@enforces("6.e.ii", "6.c.ii")
def active_shares(shares: ShareQuerySet) -> list[Share]:
    """The active ones of these shares; if there are none, nearly always, one query is enough."""
    live = list(shares.live(clock.now()).order_by("pk").select_related("alert__entry__hotlist"))
    if not live:
        return []
    sharers = {share.by_id for share in live}
    lists, standings = audiences(sharers), standing.standings_of(sharers)
    return [
        share
        for share in live
        if rules.is_active(
            covert=share.alert.entry.hotlist.covert,
            in_audience=share.alert.entry.hotlist_id in lists[share.by_id],
            hindered=bool(refusals_for(standings[share.by_id], Permission.ALERT_VIEW)),
        )
    ]


@enforces("6.e.ii", "6.c.ii")
def shared_with(people: Collection[int]) -> dict[int, frozenset[int]]:
    """The alerts that others share with each of these people, all as keys; omits people with none."""
    alerts_by_person: dict[int, set[int]] = {}
    for share in active_shares(Share.objects.filter(to__in=people)):
        alerts_by_person.setdefault(share.to_id, set()).add(share.alert_id)
    return {person: frozenset(alerts) for person, alerts in alerts_by_person.items()}
