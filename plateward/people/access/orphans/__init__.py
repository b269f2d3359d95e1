"""Accounts whose supervisor has left: shown with a deadline, and given to another supervisor."""
