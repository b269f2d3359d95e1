"""Whoever opens the database looks first whether its log goes on from every known head."""

from django.dispatch import receiver

from plateward.core.audit.continuity import require_whole
from plateward.core.db.signals import database_opened


@receiver(database_opened)
def _on_database_opened(**_: object) -> None:
    require_whole()
