"""Many people at once, from a CSV file: a preview first, then accounts and access requests."""
