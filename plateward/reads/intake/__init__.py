"""Reads taken in from the agency's own readers."""
