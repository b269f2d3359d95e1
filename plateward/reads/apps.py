from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Reads(AppConfig):
    name = "plateward.reads"
    label = "reads"

    def ready(self) -> None:
        from plateward.reads.store.shards import prepare_shards

        post_migrate.connect(prepare_shards, sender=self)
