"""What the read store does when the database is opened or migrated."""

from django.apps import apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from plateward.core.db.signals import database_opened
from plateward.field.reads.destruction import adopt_tombstones
from plateward.field.reads.store.shards import prepare_shards

post_migrate.connect(prepare_shards, sender=apps.get_app_config("reads"))


@receiver(database_opened)
def _on_database_opened(**_: object) -> None:
    adopt_tombstones()
