"""A mute of a camera or list, and its review. Records are added, never changed or removed (migrations)."""

from django.db import models
from django.db.models import Q

from plateward.core.db.row import Row
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import HotList
from plateward.work.alerts.models import AlertRecord


class Mute(Row):
    """A camera or list fell below its floor, with these figures; it stays muted until reviewed."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, null=True, related_name="mutes")
    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, null=True, related_name="mutes")
    at = models.DateTimeField()
    right = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    floor = models.PositiveSmallIntegerField(help_text="Percent.")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reader=None) ^ Q(hotlist=None), name="withheld_of_a_reader_or_of_a_list"
            )
        ]


class MuteReview(AlertRecord):
    """What a person found, and whether it is on again from then on."""

    withheld = models.ForeignKey(Mute, on_delete=models.PROTECT, related_name="reviews")
    finding = models.TextField()
    rings_again = models.BooleanField()
