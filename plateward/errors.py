"""The one base of every error that is meant for a person to read."""


class PlatewardError(Exception):
    """Something a person must be told: what happened, which clause asks for it, what to do."""
