"""Which read belongs to which alert, for whom an alert rings, and what happens when nobody answers."""
