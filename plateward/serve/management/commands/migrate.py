"""`plateward manage migrate`, and whatever else migrates."""

from typing import Any

from django.core.management.commands import migrate

from plateward.core.db.migrating import added_models_made_alone


class Command(migrate.Command):
    """Django's own, sooner done."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        with added_models_made_alone():
            super().handle(*arguments, **options)
