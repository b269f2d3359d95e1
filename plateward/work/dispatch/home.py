"""Dispatch's place in the navigation; open calls, and the line to CAD, for the home page."""

from plateward.people.navigation import Link, Viewer
from plateward.people.waiting import Matter, State, SystemPart, Waiting
from plateward.work.dispatch.console import calls_for
from plateward.work.dispatch.models import Line


def _calls(viewer: Viewer) -> Waiting:
    return Waiting.among(calls_for(viewer.person).open(), "opened_at")


def _cad(_: Viewer) -> State:
    line = Line.objects.filter(pk=1).first()
    if line is None or line.tried_at is None:
        return State("Not used yet", "normal")
    return State("Does not answer", "bad") if line.failing_since else State("Answers")


MATTERS = (Matter("dispatch:console", "Open calls", _calls),)
SYSTEM = (SystemPart("dispatch:console", "CAD", _cad),)


MAP = Link("map:index", "Map")
PAGE = Link("dispatch:console", "Dispatch")
