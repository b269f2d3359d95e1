"""The two images of a read, in sealed day segments."""

from functools import lru_cache

from django.conf import settings

from plateward.ground.vault.day_keys import DayKeys
from plateward.ground.vault.segments import Segments


@lru_cache(maxsize=1)
def day_keys() -> DayKeys:
    """The key of each day, which seals its images and, on SQLCipher, its reads."""
    return DayKeys(settings.DATA / "days", settings.RING)


@lru_cache(maxsize=1)
def image_segments() -> Segments:
    """The segments that hold the images."""
    return Segments(settings.DATA / "images", day_keys())
