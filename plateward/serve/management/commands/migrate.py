"""`plateward manage migrate`, and whatever else migrates."""

from typing import Any

from django.core.management.commands import migrate

from plateward.core.db.migrating import added_models_made_alone
from plateward.core.db.roles import as_owner, grant
from plateward.serve.upgrade.keeping import keep_before_migrating


class Command(migrate.Command):
    """Django's own, sooner done; what a newer version upgrades can be undone."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        with as_owner(), added_models_made_alone():
            keep_before_migrating()
            super().handle(*arguments, **options)
            grant()
