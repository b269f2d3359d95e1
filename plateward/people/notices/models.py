"""What a person must be told."""

from datetime import datetime, timedelta

from django.db import models

from plateward import clock
from plateward.people.models import Person
from plateward.policy.trace import enforces

TOLD_WITHIN = timedelta(days=1)  # AC-2


@enforces("AC-2")
class Notice(models.Model):
    """Something that a person must be told within a day, such as that somebody of theirs has left."""

    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    about = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=400)
    told_at = models.DateTimeField(default=clock.now)  # from when on every page of theirs shows it
    read_at = models.DateTimeField(null=True, blank=True)
    matter = models.CharField(
        max_length=60, blank=True, default="", help_text="What it asks its reader to see to, if anything."
    )
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nothing of its matter is left to do."
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["to"],
                condition=models.Q(read_at=None, settled_at=None),
                name="notice_new_to",
            ),
            models.Index(
                fields=["matter"],
                condition=models.Q(settled_at=None) & ~models.Q(matter=""),
                name="notice_of_a_matter",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def due(self) -> datetime:
        """By when it is to be read."""
        return self.told_at + TOLD_WITHIN
