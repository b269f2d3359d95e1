"""After a breach is settled: what was altered past the hub stands as it is from now on, a record or the sums of all.

Where the log has no more of a record than its digest, nobody can put the earlier one back but from a backup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.apps import apps

from plateward.core.audit.log import EntryDraft
from plateward.core.audit.models import lock_tree
from plateward.core.audit.records.integrity import SUMS, Wrong, sums_apart, wrong_rows
from plateward.core.audit.records.tables import record_tables
from plateward.core.audit.records.writing import write_again
from plateward.core.db.broken import leaving_out_broken
from plateward.core.db.fields import is_sealed
from plateward.ground.policy.trace import enforces

SUMS_WHAT = "What the hub keeps of the log's digests is not what its sums say: it was altered or set back."


@dataclass(frozen=True)
class Altered:
    """A record that is not as the log says, or SUMS. `place`: its table and key; `found`: what is wrong, and which
    entry wrote it last, in sentences; `seen`: another one once it is altered again."""

    name: str
    place: str
    found: str
    seen: str


@enforces("6.b.i.9/records", "6.b.i.3/integrity")
def altered(tables: Iterable[str], *, sums: bool = True) -> list[Altered]:
    """What differs from the log in these tables now, at most a hundred of each; and in the sums."""
    known = record_tables()
    found = [_row(wrong) for name in tables if name in known for wrong in wrong_rows(known[name])]
    apart = sums_apart() if sums else ""
    return found + ([Altered(SUMS, SUMS, SUMS_WHAT, apart)] if apart else [])


def _row(wrong: Wrong) -> Altered:
    return Altered(
        wrong.name,
        f"{wrong.table.name} {wrong.key}",
        wrong.sentence,
        wrong.now.hex() if wrong.now else "gone",
    )


def opens(one: Altered) -> bool:
    """Whether what is sealed of it can be read. Of what is gone nothing is."""
    name, _, key = one.place.partition(" ")
    models = (model for model in apps.get_models() if model._meta.db_table == name and one.seen != "gone")
    with leaving_out_broken(apart=True):  # whether the page that asks lists others or not
        rows = [model._base_manager.filter(pk=key).first() for model in models]
    return all(row is not None and is_sealed(row) for row in rows)


@enforces("6.b.i.9/records")
def accept(entry: EntryDraft, these: Iterable[Altered]) -> None:
    """Within the act of the second of two people: each is the log's own, as it is or as gone, from this entry on."""
    for one in these:
        if one.place == SUMS:
            entry.sums_again = True
            continue
        name, _, key = one.place.partition(" ")
        write_again(record_tables()[name], key, there=one.seen != "gone")


def are_as_seen(these: Sequence[Altered]) -> bool:
    """Within an act: whether nobody altered one again, or set it right, since it was seen. Under the log's lock."""
    lock_tree()
    places = {one.place for one in these}
    now = altered({place.partition(" ")[0] for place in places}, sums=SUMS in places)
    return {(one.place, one.seen) for one in these} <= {(one.place, one.seen) for one in now}
