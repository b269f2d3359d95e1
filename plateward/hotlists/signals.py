"""What the rooms above hear of. Both are sent within the transaction that changes a list."""

from django.dispatch import Signal

# A revision came into force: `hotlist`, `revision`.
entries_changed = Signal()

# Entries match no more, and nothing took their place: `entries`, a list of their ids; `cause`, a Revision.Cause;
# `reason`, in words for a person who saw an alert of one. Sent beside `entries_changed`.
entries_ended = Signal()
