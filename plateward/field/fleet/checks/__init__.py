"""The function check of a reader at the start of each shift: guided, recorded, notified to the supervisor."""
