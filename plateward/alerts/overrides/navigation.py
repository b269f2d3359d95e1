"""Where overrides stand in the navigation, and their banner."""

from plateward.alerts.overrides.page import Shown
from plateward.alerts.overrides.views import told
from plateward.navigation import Banner, Link, Viewer


def _waiting(viewer: Viewer) -> list[Shown]:
    return told(viewer.request)


BANNER = Banner(
    "overrides:banner", "Overridden checks", "overrides/banner.html", _waiting, lambda row: row.one.pk
)
PAGE = Link("overrides:index", "Overrides", lambda viewer: len(viewer.ask(BANNER.rows)))
