"""A question to the room that publishes statistics."""

from django.dispatch import Signal

# Whether the public may see statistics now, and where: that room returns the address of its page, or "".
statistics_wanted = Signal()
