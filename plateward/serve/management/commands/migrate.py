"""`plateward manage migrate`, and whatever else migrates."""

from typing import Any

from django.core.management.commands import migrate

from plateward.core.db.migrating import added_models_made_alone
from plateward.serve.upgrade.keeping import keep_before_migrating


class Command(migrate.Command):
    """Django's own, sooner done; what a newer version upgrades can be undone."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        keep_before_migrating()
        with added_models_made_alone():
            super().handle(*arguments, **options)
