"""What a person must be told, where it is seen to, and whether they have read it: within a day (AC-2)."""
