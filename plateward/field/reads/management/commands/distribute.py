"""`plateward manage distribute`: the read store over the nodes of a Citus cluster."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from plateward.core.db.roles import as_owner
from plateward.field.reads.store.distributed import SHARDS_A_NODE, NotDistributed, distribute


class Command(BaseCommand):
    """Changes nothing where it has run already."""

    help = "Distribute the reads over the nodes of the Citus cluster that the database is on. Stop the hub first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--shards", type=int, help=f"How many parts; {SHARDS_A_NODE} a node unless given."
        )

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            with as_owner():
                done = list(distribute(options["shards"]))
        except NotDistributed as error:
            raise CommandError(str(error)) from None
        for table, what in done:
            self.stdout.write(f"{table}: {what}")
