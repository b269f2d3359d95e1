"""Decisions that somebody else reviews: what each asks for, to whom it was referred, and reminders of what waits. Each
room keeps its own policy in its `rules.py`."""
