"""A hot list, its entries, and each load that changed them. Nothing is overwritten: a change ends one
entry and begins another."""

import uuid

from django.db import models
from django.db.models import Q

from plateward.db.fields import SealedTextField
from plateward.hotlists.reasons import PRIORITIES, REASONS


class HotList(models.Model):
    """A list of one source, e.g. the NCIC extract or the agency's own."""

    name = models.CharField(max_length=60, unique=True)
    source = models.CharField(max_length=60, help_text="Who supplies it: NCIC, a state, an agency.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Load(models.Model):
    """One file for one list: looked at first, then applied or left."""

    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="loads")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = SealedTextField(blank=True, help_text="The file until it is applied; then empty.")
    by = models.CharField(max_length=120)
    looked_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} for {self.hotlist}"


class Entry(models.Model):
    """A plate that is sought, from one load until another ends it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="entries")
    plate = models.CharField(max_length=20, help_text="As the source wrote it.")
    bare = models.CharField(max_length=20, help_text="The plate without spaces and dashes.")
    state = models.CharField(max_length=2, blank=True)
    reason = models.CharField(max_length=40, choices=list(REASONS.items()))
    priority = models.CharField(max_length=6, choices=[(p, p) for p in PRIORITIES])
    expires_at = models.DateTimeField(null=True)
    began = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="begun")
    ended = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["plate"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotlist", "bare", "state"], condition=Q(ended=None), name="one_live_entry_per_plate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.state} ({self.get_reason_display()})"
