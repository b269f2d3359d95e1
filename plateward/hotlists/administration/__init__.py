"""Keeping the lists: their settings, audiences and alarms, and the reasons that an entry may give."""
