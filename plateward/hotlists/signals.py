"""Signals for the rooms above. Both are sent within the transaction that changes a list."""

from django.dispatch import Signal

# A revision came into force: `hotlist`, `revision`.
entries_changed = Signal()

# Entries ended and nothing replaced them: `entries`, a list of their ids; `cause`, a Revision.Cause;
# `reason`, words for a person who saw an alert of one. Sent together with `entries_changed`.
entries_ended = Signal()
