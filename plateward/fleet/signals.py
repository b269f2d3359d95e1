"""What the fleet asks the rooms above."""

from django.dispatch import Signal

# Which version of its lists each reader holds: `readers`, a list. Whoever delivers the lists answers with a
# `lists.ReaderLists` for each, by key.
lists_asked = Signal()
