"""Offenses and the notes about them: what takes access away, and for how long."""
