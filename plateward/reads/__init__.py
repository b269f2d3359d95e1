"""Reads as the hub keeps them: taken in, stored by day, never changed."""
