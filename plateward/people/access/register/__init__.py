"""Who had which access at any moment, and by whose decision (6.b.i.7)."""
