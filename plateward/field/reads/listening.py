"""What the read store does when the database is opened."""

from django.dispatch import receiver

from plateward.core.db.signals import database_opened
from plateward.field.reads.destruction import adopt_tombstones


@receiver(database_opened)
def _on_database_opened(**_: object) -> None:
    adopt_tombstones()
