"""Notices to people."""

from datetime import datetime, timedelta

from django.db import models

from plateward import clock
from plateward.people.models import Person
from plateward.policy.trace import enforces

READ_WITHIN = timedelta(days=1)  # AC-2


@enforces("AC-2")
class Notice(models.Model):
    """Something that a person must learn within a day, such as that one of their people has left."""

    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20)  # a Kind's value
    about = models.CharField(max_length=60, blank=True, default="", help_text="The thing: alerts.alert:7.")
    text = models.CharField(max_length=400)
    link = models.CharField(max_length=200, blank=True, default="", help_text="Where it is seen to.")
    told_at = models.DateTimeField(default=clock.now)  # when every page of theirs begins to show it
    read_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nothing is left to do about it."
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["to"],
                condition=models.Q(read_at=None, settled_at=None),
                name="notice_new_to",
            ),
            models.Index(fields=["about"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def due(self) -> datetime:
        return self.told_at + READ_WITHIN
