"""API tokens. Of a token's text only a keyed hash is stored."""

from datetime import datetime, timedelta

from django.db import models

from plateward.core.db.fields import RowSealField
from plateward.core.db.row import NewestFirst
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person

UNUSED_AT_MOST = timedelta(days=7)


class TokenQuerySet(models.QuerySet["ApiToken"]):
    def active(self, moment: datetime) -> "TokenQuerySet":
        """Those that are neither revoked, nor over, nor left unused, whatever bars their person."""
        unused_since = moment - UNUSED_AT_MOST
        used = models.Q(used_at__gt=unused_since) | models.Q(used_at=None, made_at__gt=unused_since)
        return self.filter(used, revoked_at=None, ends_at__gt=moment)


@enforces("6.a.i.2/own", "6.a.i.1/every")
class ApiToken(NewestFirst):
    """One person's key for programs, for one purpose and, with a `number`, for one case. Rows are kept; a revoked one
    has no seal."""

    sealed_without = (
        *("used_at", "used_from", "minute_at", "minute_uses"),
        *("revoked_at", "revoked_by", "revoked_because"),
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)  # of the token's text: actions.digest_of
    name = models.CharField(max_length=60)  # which program uses it
    purpose = models.CharField(max_length=40)
    number = models.CharField(max_length=40, blank=True)  # the case or call; empty: each search names its own
    role = models.CharField(max_length=20)  # of the person's access, when it was made
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    network = models.CharField(max_length=50, blank=True)  # of its first use
    used_at = models.DateTimeField(null=True, blank=True)
    used_from = models.CharField(max_length=45, blank=True)
    minute_at = models.DateTimeField(null=True, blank=True)  # begins the minute that `minute_uses` counts
    minute_uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    revoked_because = models.CharField(max_length=200, blank=True)
    seal = RowSealField()

    objects = TokenQuerySet.as_manager()
