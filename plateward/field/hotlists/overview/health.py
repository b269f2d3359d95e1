"""How fresh the hot lists are, and whether their feeds work."""

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.field.hotlists.health import Health, freshness_of
from plateward.field.hotlists.imports.models import Feed
from plateward.field.hotlists.models import HotList
from plateward.ground.policy.trace import enforces


@enforces("5.h/reports")
def _freshness() -> Reading:
    states = [freshness_of(item).health for item in HotList.objects.filter(retired_at=None)]
    late = sum(state in (Health.LATE, Health.STALE) for state in states)
    if not states:
        return amber("There is no hot list.", "Add one under Hot lists, and import its file.")
    if Health.STALE in states:
        return red(
            f"Late or stale: {late}. Nothing on a stale list matches.",
            "Load its newest file under Hot lists.",
        )
    return amber(f"Late: {late}.", "Load its newest file under Hot lists.") if late else green("Current.")


def _feeds() -> Reading:
    every = list(Feed.objects.filter(on=True).values_list("failures", flat=True))
    failed = sum(failures > 0 for failures in every)
    if failed:
        return red(f"{failed} of {len(every)} failed.", "Open Feeds, read the error, then press Fetch now.")
    return green(f"{len(every)} working." if every else "None set up.")


PARTS = (
    Part("hot_lists", "Hot lists", "5.h", _freshness, "hotlists:index", before_live=True),
    Part("feeds", "Feeds", "5.h", _feeds, "hotlists:feeds"),
)
