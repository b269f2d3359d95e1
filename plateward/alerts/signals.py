"""Signals for the rooms above, sent within the transaction they report and before the live queue is updated:
a receiver may lock its own rows, and an exception undoes the whole act."""

from django.dispatch import Signal

# An alert came, or a silent one rings now: `alert`; `actor`, an Actor, whose read it was. Not sent for a
# historical alert, which raises no alarm.
alert_raised = Signal()

# The alert's stage changed, and it is still open: `alert`.
alert_moved = Signal()

# The alert closed: `alert`; by a person, with its disposition and `actor`, a PersonActor; or by the system on
# a no from NCIC or the enterer, with its denial (alerts/verifying): `actor` is then who asked, or None.
alert_disposed = Signal()

# NCIC, or who entered the record, said no: `alert`, with its denial, which says if it closes; `why`, in
# words.
alert_denied = Signal()

# Its entry is no longer in force: `alert`, with its recall, which says if it closed; `why`, in words.
alert_recalled = Signal()

# Asks the rooms above for their lines of an alert's history: `alert`. A receiver returns a list of HistoryLine.
history_requested = Signal()

# A step was refused and its page must be shown again: `request`; `alert`; `sent`, the Submission; `name` and
# `form`, as submitted. The page returns the response.
page_asked = Signal()
