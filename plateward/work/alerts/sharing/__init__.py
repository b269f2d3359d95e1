"""Shares an alert with a named colleague outside its audience: for a purpose, for a time, on the record."""
