"""A stored read meets the hot lists, and a hit becomes an alert."""
