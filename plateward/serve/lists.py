"""What the hub does by itself about hot lists, every two seconds."""

import threading

from plateward.hotlists.imports.round import work
from plateward.policy.trace import enforces
from plateward.serve.rounds import go_on

EVERY = 2.0  # seconds


@enforces("5.h")
def look_after_lists(stop: threading.Event) -> None:
    """Files are looked at and applied, and lists are fetched."""
    go_on((work,), EVERY, stop)
