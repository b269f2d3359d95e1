"""Offenses against the policy and what follows: 15 days, 30 days, permanent. Recorded, and never deleted."""
