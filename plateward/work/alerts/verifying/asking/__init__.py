"""Asks NCIC, FMCSA and the entering agencies, and receives their answers."""
