from typing import Any

from django.db.models.signals import post_migrate

from plateward.core import rooms


class Audit(rooms.Floor):
    name = "plateward.core.audit"

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(_watch_records)


def _watch_records(app_config: Any, **_: object) -> None:
    """Once, when the last room's tables are there."""
    from django.apps import apps

    from plateward.core.audit.recount import upgrade

    if app_config is [app for app in apps.get_app_configs() if app.models_module][-1]:
        upgrade()
