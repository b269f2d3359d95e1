"""The files that people upload and preview before they apply them, and whether files may leave."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import NewestFirst, Row
from plateward.ground import clock
from plateward.ground.policy.trace import enforces


class HasPage(Row):
    """A row with a page of its own: the route that takes its key."""

    page_route: ClassVar[str]

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse(self.page_route, args=[self.pk])


@enforces("6.i.i/aes", "SC-28/data")
class Upload(NewestFirst):
    """A file that waits for its uploader to apply it, once and in time. Then its content is deleted; the record of who
    uploaded which file stays."""

    purpose = models.CharField(max_length=20)  # what its lines become, in its room's words
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = SealedTextField(blank=True)
    by = models.CharField(max_length=120)  # the key of an Actor
    uploaded_at = models.DateTimeField(default=clock.now)
    applied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name


@enforces("6.b.i.11/contained")
class ExportStop(NewestFirst):
    """While a breach is contained, no file with people or plates leaves the hub; `ends` None: until further notice.
    `cause`: what it is for, which alone ends it."""

    sealed_without = ("ended_by", "ends")
    cause = models.CharField(max_length=60)
    why = SealedTextField(max_length=2000)
    begun_by = models.CharField(max_length=120)  # the key of an Actor
    begins = models.DateTimeField(default=clock.now)
    ended_by = models.CharField(max_length=120, blank=True)
    ends = models.DateTimeField(null=True)
