"""Which alerts are shown to whom."""

from collections.abc import Collection
from dataclasses import dataclass

from plateward import clock
from plateward.alerts.audience import rules
from plateward.alerts.audience.models import Share, ShareQuerySet
from plateward.hotlists.audience import audiences
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class ActiveShare:
    """A share that holds now: to whom which alert is shown, all by their keys."""

    share: int
    to: int
    alert: int


@enforces("6.e.ii", "6.c.ii")
def active_shares(shares: ShareQuerySet) -> list[ActiveShare]:
    """Those of these shares that hold now; where there is none, which is nearly always, it asks no more."""
    keys = ("pk", "to", "alert", "by", "alert__entry__hotlist", "alert__entry__hotlist__covert")
    rows = list(shares.live(clock.now()).order_by().values_list(*keys))
    if not rows:
        return []
    sharers = {by for _, _, _, by, _, _ in rows}
    lists, standings = audiences(sharers), standing.standings_of(sharers)
    return [
        ActiveShare(share, to, alert)
        for share, to, alert, by, hotlist, covert in rows
        if rules.is_active(
            covert=covert,
            in_audience=hotlist in lists[by],
            hindered=bool(refusals_for(standings[by], Permission.ALERT_VIEW)),
        )
    ]


@enforces("6.e.ii", "6.c.ii")
def shared_with(people: Collection[int]) -> dict[int, frozenset[int]]:
    """The alerts, by key, that others show to each of these people, by key; nobody to whom none is shown."""
    alerts_by_person: dict[int, set[int]] = {}
    for share in active_shares(Share.objects.filter(to__in=people)):
        alerts_by_person.setdefault(share.to, set()).add(share.alert)
    return {person: frozenset(alerts) for person, alerts in alerts_by_person.items()}
