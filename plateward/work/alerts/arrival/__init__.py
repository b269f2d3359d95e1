"""Matches stored reads with the hot lists; a hit becomes an alert."""
