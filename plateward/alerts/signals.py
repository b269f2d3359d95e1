"""What the rooms above hear of. Each is sent within the transaction that it tells of, before the live queue is told:
whoever receives one may lock rows of its own, and what it raises undoes the whole act."""

from django.dispatch import Signal

# An alert came, or one that had not rung rings now: `alert`; `who`, a Who, whose read it was. Not sent for a
# historical one: it is no alarm.
alert_raised = Signal()

# Its stage is another one, and it is still open: `alert`.
alert_moved = Signal()

# It was closed: `alert`; by a person, with its disposition and `actor`, a PersonActor; or by the system, upon a no of
# NCIC or of who entered the record, with its denial (alerts/verifying): `actor` is then who asked, or None.
alert_disposed = Signal()

# NCIC, or who entered the record, said no: `alert`, with its denial, which says whether that closes it; `why`, in
# words.
alert_denied = Signal()

# Its entry stands no more: `alert`, with its recall, which says whether that closed it; `why`, in words.
alert_recalled = Signal()

# Which CAD or case number goes with it, asked upward: `alert`. Whoever knows it answers with it, else with nothing.
number_requested = Signal()

# A step upon it was not taken, and its page is asked for to be shown again: `request`; `alert`; `sent`, the Submission;
# `name` and `form`, the one that was sent. The page answers with the response.
page_asked = Signal()
