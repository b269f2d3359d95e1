"""To whom something was passed that nobody decided or answered in time."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.db import models

from plateward.ground import clock


class Referral(models.Model):
    """Who was to decide or answer something, since when and why; nobody if nobody could. The latest hold the duty."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{type(self).__name__} to {self.to or 'nobody'}"


R = TypeVar("R", bound=Referral)


def refer(referrals: Any, people: Sequence[Any], why: str, **more: Any) -> None:
    """Within an act: from now on it is with these people; with nobody if there are none. `referrals`: the manager of
    the matter's referrals."""
    at = clock.now()
    for person in people or (None,):
        referrals.create(to=person, at=at, why=why[:400], **more)


def latest_referrals(referrals: Iterable[R]) -> list[R]:
    """Those of one matter that hold the duty, from all of them in order."""
    every = list(referrals)
    return [referral for referral in every if referral.at == every[-1].at]
