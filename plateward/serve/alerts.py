"""What the hub does by itself about alerts."""

import threading

from plateward.alerts import recall
from plateward.alerts.looking_back import actions as looking_back
from plateward.alerts.outcomes import actions as outcomes
from plateward.alerts.overrides import actions as overrides
from plateward.alerts.owed import actions as owed
from plateward.alerts.routing import actions as routing
from plateward.alerts.verifying.asking import listening
from plateward.alerts.verifying.entry import actions as entry
from plateward.policy.trace import enforces
from plateward.serve.rounds import go_on

EVERY = 1.0  # seconds
JUDGED_EVERY = 300.0  # seconds
HEARD_EVERY = 5.0  # seconds: an agency has ten minutes to answer


@enforces("6.e.iv.3")
def recall_lapsed(stop: threading.Event) -> None:
    """Alerts whose entry expired are recalled."""
    go_on((recall.end_lapsed,), EVERY, stop)


@enforces("5.b", "6.e.iv.3")
def escalate(stop: threading.Event) -> None:
    """Alerts that nobody has acknowledged in time go up the chain of command; so does the question whether an entry of
    the agency's own is active."""
    go_on((routing.escalate_due, entry.escalate_due), EVERY, stop)


@enforces("6.b.i.2")
def look_back(stop: threading.Event) -> None:
    """New entries are matched with stored reads, in a thread of its own: that may take minutes."""
    go_on((looking_back.work,), EVERY, stop)


@enforces("6.f.i.2")
def judge_outcomes(stop: threading.Event) -> None:
    """Cameras and lists that are too often wrong ring no more."""
    go_on((outcomes.look,), JUDGED_EVERY, stop)


@enforces("6.e.iv.3")
def escalate_overrides(stop: threading.Event) -> None:
    """An override that nobody reviewed within a day goes up the chain of command; looked at every minute."""
    go_on((overrides.escalate,), 60.0, stop)


@enforces("6.a.iv", "6.e.iv.4")
def remind_of_dems(stop: threading.Event) -> None:
    """Owner and supervisor are told of an enforcement that is overdue at DEMS; looked at every minute."""
    go_on((owed.remind,), 60.0, stop)


@enforces("5.h")
def hear_agencies(stop: threading.Event) -> None:
    """Answers to hit confirmation requests are fetched from the message switch, in a thread of its own: it may be
    slow."""
    go_on((listening.fetch,), HEARD_EVERY, stop)
