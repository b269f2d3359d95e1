"""Which alerts are shared with whom."""

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
    """An active share: who sees which alert, all as keys."""

    share: int
    to: int
    alert: int


@enforces("6.e.ii", "6.c.ii")
def active_shares(shares: ShareQuerySet) -> list[ActiveShare]:
    """The active ones of these shares; if there are none, nearly always, one query is enough."""
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
    """The alerts that others share with each of these people, all as keys; omits people with none."""
    alerts_by_person: dict[int, set[int]] = {}
    for share in active_shares(Share.objects.filter(to__in=people)):
        alerts_by_person.setdefault(share.to, set()).add(share.alert)
    return {person: frozenset(alerts) for person, alerts in alerts_by_person.items()}
