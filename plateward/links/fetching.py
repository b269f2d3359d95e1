"""What a list's file is fetched with tells its failure by."""

from plateward.errors import PlatewardError


class FetchError(PlatewardError):
    """The file could not be fetched; the sentence says why, and holds no secret."""
