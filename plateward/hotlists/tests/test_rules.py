from datetime import UTC, datetime

from plateward.hotlists.csv_list import Row
from plateward.hotlists.rules import change


def row(plate: str, reason: str = "stolen_vehicle") -> Row:
    return Row(2, plate, "NM", reason, reason, "high", datetime(2027, 1, 1, tzinfo=UTC))


def test_it_tells_added_changed_and_removed_apart() -> None:
    same, differs, gone, new = row("AAA111"), row("BBB222"), row("CCC333"), row("DDD444")
    live = {one.key: one.facts for one in (same, differs, gone)}
    changed = row("BBB222", "stolen_plate")
    result = change(live, (same, changed, new))
    assert (result.added, result.changed, result.removed) == ((new,), (changed,), (gone.key,))


def test_the_same_file_again_changes_nothing() -> None:
    rows = (row("AAA111"), row("BBB222"))
    result = change({one.key: one.facts for one in rows}, rows)
    assert (result.added, result.changed, result.removed) == ((), (), ())
