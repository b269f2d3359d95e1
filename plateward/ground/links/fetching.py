"""The error of everything that fetches a list's file."""

from plateward.ground.errors import PlatewardError


class FetchError(PlatewardError):
    """The file could not be fetched; the sentence says why, and holds no secret."""
