"""To whom something was passed that nobody decided or answered in time."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models

from plateward.core.db.row import Row
from plateward.ground import clock


class Referral(Row):
    """Who was to decide or answer something, since when and why; nobody if nobody could. The latest hold the duty."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        abstract = True
        ordering = ["pk"]


class Referred(Row):
    """What is referred to people: each kind has `referrals` of its own."""

    referrals: Any

    class Meta:
        abstract = True

    @property
    def latest_referrals(self) -> list[Any]:
        """Those that hold the duty."""
        every = list(self.referrals.all())
        return [referral for referral in every if referral.at == every[-1].at]

    @property
    def holders(self) -> list[Any]:
        """The people whose duty it is; none if nobody could."""
        return [referral.to for referral in self.latest_referrals if referral.to]


def refer(referrals: Any, people: Sequence[Any], why: str, **more: Any) -> None:
    """Within an act: from now on it is with these people; with nobody if there are none. `referrals`: the manager of
    the matter's referrals."""
    at = clock.now()
    for person in people or (None,):
        referrals.create(to=person, at=at, why=why[:400], **more)
