"""The shards of the read store: PostgreSQL servers with the same schema, each with the plates whose hash is its own.

PostgreSQL's own hash partitioning says where a plate lies. The hub's database has an empty table of that form,
`reads_sharded`; foreign tables on the shards can be attached to it as its partitions.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections, transaction
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from plateward.field.reads.store.away import StoreAway
from plateward.ground.errors import PlatewardError
from plateward.ground.matching.normalize import FOLDED, fold

FROM, TO = ("".join(map(chr, characters)) for characters in (FOLDED.keys(), FOLDED.values()))
# Folded, so that every reading of a plate with O for 0 or B for 8 lies on the same shard.
HASHED = f"translate(plate, '{FROM}', '{TO}')"
ROUTING = f"CREATE TABLE IF NOT EXISTS reads_sharded (LIKE reads_summary) PARTITION BY HASH ({HASHED})"


class ShardDown(StoreAway):
    """A shard of the read store does not answer."""


class WrongShard(PlatewardError):
    """PLATEWARD_READ_SHARDS does not name the shards as they were when the first reads were stored."""


@contextmanager
def naming(shard: str) -> Iterator[None]:
    """Turns this shard's failure to answer into ShardDown, which names it."""
    connections[shard].close_if_unusable_or_obsolete()  # has it checked: the server may have restarted
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if not _is_lost(error):
            raise
        host = connections[shard].settings_dict["HOST"]
        connections[shard].close()
        raise ShardDown(
            f"The read store's {shard} of {len(settings.READ_SHARDS)}{f' ({host})' if host else ''} does not answer. "
            "Its part is missing, so there is no answer. Ask an administrator to start it, then try again; a plate "
            "whose reads lie on another shard is still found."
        ) from error


def _is_lost(error: Exception) -> bool:
    """Whether the connection is: a deadlock, a canceled query or a full disk is the answer of a server that runs."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


def numbers_of(plates: Collection[str], shards: int) -> dict[str, int]:
    """The shard of each plate, from 0."""
    folded = sorted(set(map(fold, plates)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT folded, number FROM unnest(%s::text[]) folded, generate_series(0, %s::integer - 1) number"
            " WHERE satisfies_hash_partition('reads_sharded'::regclass, %s::integer, number, folded)",
            [folded, shards, shards],
        )
        numbers = dict(cursor.fetchall())
    return {plate: numbers[fold(plate)] for plate in plates}


def prepare_shards(using: str, **_: Any) -> None:
    """Bring each shard's schema up to date, after the hub's own."""
    if using != DEFAULT_DB_ALIAS or not settings.READ_SHARDS:
        return
    with connection.cursor() as cursor:
        cursor.execute(ROUTING)
    for number, shard in enumerate(settings.READ_SHARDS):
        with naming(shard):
            _require_place(shard, number, len(settings.READ_SHARDS))
            bring_up_to_date(shard)


def _require_place(shard: str, number: int, shards: int) -> None:
    """A shard in another's place, or one more of them, would hide what is stored."""
    with transaction.atomic(using=shard), connections[shard].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [shards])
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS reads_shard (number integer NOT NULL, shards integer NOT NULL)"
        )
        cursor.execute("SELECT number, shards FROM reads_shard")
        place = cursor.fetchone()
        if place is None:
            cursor.execute("INSERT INTO reads_shard VALUES (%s, %s)", [number, shards])
        elif place != (number, shards):
            raise WrongShard(
                f"PLATEWARD_READ_SHARDS has as its {shard} of {shards} a server that is shard {place[0] + 1} of "
                f"{place[1]}, and nothing was done. Name the same servers in the same order as at first."
            )


def bring_up_to_date(shard: str) -> None:
    """What this room's migrations do by hand, which is the read store's tables; a shard has no others."""
    migrations = MigrationLoader(None).disk_migrations
    recorder = MigrationRecorder(connections[shard])
    recorder.ensure_schema()
    with transaction.atomic(using=shard):
        connections[shard].cursor().execute("LOCK TABLE django_migrations IN SHARE ROW EXCLUSIVE MODE")
        applied = recorder.applied_migrations()
        for key in sorted(key for key in migrations if key[0] == "reads" and key not in applied):
            for operation in migrations[key].operations:
                if isinstance(operation, RunPython):
                    by_hand: Any = operation.code
                    with connections[shard].schema_editor() as editor:
                        by_hand(None, editor)
            recorder.record_applied(*key)
