"""Mails that say that something is new, and nothing of what it is."""
