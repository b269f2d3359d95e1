"""Calls for service: an alert through dispatch opens one, CAD receives it, and CAD's changes come back."""
