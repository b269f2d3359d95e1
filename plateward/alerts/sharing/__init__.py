"""An alert shown to a named colleague who is not in its audience: for a purpose, for a time, on the record."""
