"""What every record about an alert has: the abstract models of those that people make and of the system's own."""

from collections.abc import Iterable
from typing import TypeVar

from django.conf import settings
from django.db import models


class AlertRecord(models.Model):
    """One thing that one person recorded about one alert."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{type(self).__name__} of {self.at}"


class ReferralRecord(models.Model):
    """Who was to answer or review something, since when and why; nobody if nobody could. The latest referrals hold the
    duty."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        abstract = True
        ordering = ["pk"]


R = TypeVar("R", bound=ReferralRecord)


def latest_referrals(referrals: Iterable[R]) -> list[R]:
    """Those of one matter that hold the duty, from all of them in order."""
    every = list(referrals)
    return [referral for referral in every if referral.at == every[-1].at]


class SystemDisposition(models.Model):
    """What the system itself found about an alert. Never altered or removed."""

    at = models.DateTimeField()
    why = models.CharField(max_length=300, help_text="In words, for a person who saw the alert.")
    closes = models.BooleanField(help_text="False: it was acted upon, and a person must say how it ended.")

    class Meta:
        abstract = True
        ordering = ["pk"]
