"""Signals that the fleet sends to the rooms above."""

from django.dispatch import Signal

# Asks which version of its lists each reader has: `readers`, a list. The delivering room answers with a
# `lists.ReaderLists` for each, by key.
lists_asked = Signal()
