"""The signed documents, and how long what ran differed from them."""

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.urls import reverse

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import NewestFirst
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import ByPerson

LONGEST_TEXT = 1000


@enforces("AC-3/signed", "AC-4/flow")
class SharingDocument(NewestFirst, HasPage):
    """Who may see what, as the administrator signed it, until the Chief decides; then it never changes. A later one
    takes the place of one that waits."""

    page_route = "configuration:document"
    text = models.TextField()  # canonical JSON: section → whom it is about → field → value
    sha256 = models.CharField(max_length=64)
    why = models.CharField(max_length=LONGEST_TEXT)
    signed_by = models.CharField(max_length=MAX_ACTOR_KEY)
    signed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    approved = models.BooleanField(default=False)
    note = models.CharField(max_length=LONGEST_TEXT, blank=True)

    def __str__(self) -> str:
        return f"Sharing configuration {self.pk}"

    @cached_property
    def sections(self) -> dict[str, Any]:
        """What it says."""
        return json.loads(self.text)  # type: ignore[no-any-return]


@enforces("6.h.i/release", "SB40.confid/audit")
class PublicChange(NewestFirst, ByPerson):
    """Something for everybody to see (public.Public) was turned on or off. The latest counts, as far as signed."""

    what = models.CharField(max_length=20)
    on = models.BooleanField()
    reason = SealedTextField(max_length=LONGEST_TEXT)


@enforces("6.b.i.3/sharing", "AC-3/signed")
class SharingDrift(NewestFirst):
    """From its beginning to its end, this ran and was not what is signed."""

    lines = models.JSONField()  # in words; who made each change is in them
    wider = models.BooleanField()
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    def get_absolute_url(self) -> str:
        return reverse("configuration:index")
