"""Offenses and what was noted of them: what takes access away, and for how long."""
