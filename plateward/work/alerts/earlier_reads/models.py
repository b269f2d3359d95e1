"""The job of searching earlier reads."""

from django.db import models

from plateward.core.jobs.lease import Leased
from plateward.field.hotlists.models import Revision


class EarlierReadsJob(Leased):
    """The job of matching a revision's new entries with stored reads. `day` is the last day done; the day
    before it is next."""

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(null=True)
    alerts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, db_index=True)
