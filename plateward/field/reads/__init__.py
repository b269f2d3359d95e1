"""The hub's reads: received, stored by day, never changed."""
