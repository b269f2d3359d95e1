"""Which alerts are shown to whom."""

from collections.abc import Collection

from plateward import clock
from plateward.alerts.sharing.models import Share
from plateward.policy.trace import enforces


@enforces("6.e.ii", "6.c.ii")
def shared_with(people: Collection[int]) -> dict[int, frozenset[int]]:
    """The alerts, by key, that others show to each of these people, by key; nobody to whom none is shown. A list that
    has become covert since is for the people it names alone."""
    found: dict[int, set[int]] = {}
    rows = Share.objects.live(clock.now()).filter(to__in=people, alert__entry__hotlist__covert=False)
    for to, alert in rows.order_by().values_list("to", "alert"):
        found.setdefault(to, set()).add(alert)
    return {person: frozenset(alerts) for person, alerts in found.items()}
