from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Reads(AppConfig):
    name = "plateward.reads"
    label = "reads"

    def ready(self) -> None:
        from plateward.db.signals import database_opened
        from plateward.reads.destruction import adopt_tombstones
        from plateward.reads.store.shards import prepare_shards

        def opened(**_: object) -> None:
            adopt_tombstones()

        post_migrate.connect(prepare_shards, sender=self)
        database_opened.connect(opened, weak=False, dispatch_uid="reads.tombstones")
