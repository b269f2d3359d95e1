"""Which alerts are shown to whom."""

from collections.abc import Collection
from dataclasses import dataclass

from plateward import clock
from plateward.alerts.audience import rules
from plateward.alerts.audience.models import Share, Shares
from plateward.hotlists.audience import audiences
from plateward.people.access import standing
from plateward.people.access.rules import hindrances
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Held:
    """A share that holds now: to whom which alert is shown, all by their keys."""

    share: int
    to: int
    alert: int


@enforces("6.e.ii", "6.c.ii")
def held(shares: Shares) -> list[Held]:
    """Those of these shares that hold now; where there is none, which is nearly always, it asks no more."""
    keys = ("pk", "to", "alert", "by", "alert__entry__hotlist", "alert__entry__hotlist__covert")
    rows = list(shares.live(clock.now()).order_by().values_list(*keys))
    if not rows:
        return []
    sharers = {by for _, _, _, by, _, _ in rows}
    lists, found = audiences(sharers), standing.of_all(sharers)
    return [
        Held(share, to, alert)
        for share, to, alert, by, hotlist, covert in rows
        if rules.holds(
            covert=covert,
            in_audience=hotlist in lists[by],
            hindered=bool(hindrances(found[by], Permission.ALERT_VIEW)),
        )
    ]


@enforces("6.e.ii", "6.c.ii")
def shared_with(people: Collection[int]) -> dict[int, frozenset[int]]:
    """The alerts, by key, that others show to each of these people, by key; nobody to whom none is shown."""
    found: dict[int, set[int]] = {}
    for one in held(Share.objects.filter(to__in=people)):
        found.setdefault(one.to, set()).add(one.alert)
    return {person: frozenset(alerts) for person, alerts in found.items()}
