"""Dispatch's place in the navigation; open calls, for the home page."""

from plateward.people.navigation import Link, Viewer
from plateward.people.waiting import Matter, Waiting
from plateward.work.dispatch.console import calls_for


def _calls(viewer: Viewer) -> Waiting:
    return Waiting.among(calls_for(viewer.person).open(), "opened_at")


MATTERS = (Matter("dispatch:console", "Open calls", _calls),)


MAP = Link("map:index", "Map")
PAGE = Link("dispatch:console", "Dispatch")
