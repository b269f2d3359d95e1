"""Breaches in the navigation."""

from plateward.navigation import Link
from plateward.oversight.breaches.views import breaches_for

PAGE = Link("breaches:index", "Breaches", lambda viewer: breaches_for(viewer.person).open().count())
