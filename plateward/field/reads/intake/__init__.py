"""Receiving reads from the agency's own readers."""
