"""Calls for service: an alert through dispatch opens one, CAD is told of it, and what CAD does with it is heard."""
