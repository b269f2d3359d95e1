"""What a person must learn within a day (AC-2), where to act on it, and whether they have read it."""
