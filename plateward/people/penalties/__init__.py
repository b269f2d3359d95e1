"""Offenses against the policy and what follows: 15 days, 30 days, for good. Recorded, and never deleted."""
