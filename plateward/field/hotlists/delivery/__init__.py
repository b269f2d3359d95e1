"""Delivering hot lists to readers: which lists a reader gets, which version it has, and what it lacks."""
