"""The overrides' place in the navigation, and their banner."""

from plateward.alerts.overrides.page import OverrideRow
from plateward.alerts.overrides.views import overrides_for_banner
from plateward.navigation import Banner, Link, Viewer


def _waiting(viewer: Viewer) -> list[OverrideRow]:
    return overrides_for_banner(viewer.request)


BANNER = Banner(
    "overrides:banner", "Overridden checks", "overrides/banner.html", _waiting, lambda row: row.item.pk
)
PAGE = Link("overrides:index", "Overrides", lambda viewer: len(viewer.ask(BANNER.rows)))
