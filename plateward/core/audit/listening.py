"""Whoever opens the database looks first whether its log goes on from every known head; who migrates it, that the
triggers of records are there."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from plateward.core.audit.continuity import require_whole
from plateward.core.audit.recount import upgrade
from plateward.core.db.signals import database_opened


@receiver(database_opened)
def _on_database_opened(**_: object) -> None:
    require_whole()


@receiver(post_migrate)
def _on_migrated(app_config: AppConfig, plan: object = None, **_: object) -> None:
    """Once, when the last room's tables are there."""
    if app_config is [app for app in apps.get_app_configs() if app.models_module][-1]:
        upgrade(migrated=bool(plan))
