"""Which alert a read belongs to, for whom it rings, and what happens if nobody acknowledges it."""
