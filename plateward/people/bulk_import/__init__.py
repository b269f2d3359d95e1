"""Many people at once, from a CSV file: looked at first, then accounts made and their access asked for."""
