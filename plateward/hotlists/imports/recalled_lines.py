"""Lines of a file that would list a recalled plate again: they are held back and kept with their numbers, as
the sign that the source still lists the plate."""

from collections import Counter

from django.db import transaction

from plateward import clock
from plateward.hotlists.imports.rows import ImportRow, RejectedLine
from plateward.hotlists.models import HotList, Load
from plateward.hotlists.recall.models import HeldLine, RecalledPlate
from plateward.hotlists.recall.rules import RecalledIndex
from plateward.policy.trace import enforces


def recalled_plates(hotlist: HotList) -> RecalledIndex:
    """The plates that no file of this list brings back now."""
    rows = RecalledPlate.objects.in_force().filter(hotlist=hotlist)
    return RecalledIndex(rows.values_list("pk", "entry__bare", "entry__state"))


@enforces("6.f.i.1", "6.b.i.9")
class HeldLines:
    """The held lines of one file: for each recalled plate, the first line that names it and their number."""

    def __init__(self, load: Load, recalled: RecalledIndex) -> None:
        self._load, self._recalled = load, recalled
        self._lines, self._counts = dict[int, int](), Counter[int]()

    def add(self, row: ImportRow) -> None:
        """Add a line that is held back."""
        if (pk := self._recalled.of(row.bare, row.state)) is not None:
            self._name(pk, row.line)

    def unread(self, line: RejectedLine) -> None:
        """Add a rejected line, which may still name a recalled plate."""
        for pk in self._recalled.within(line.row):
            self._name(pk, line.line)

    def _name(self, pk: int, line: int) -> None:
        self._lines.setdefault(pk, line)
        self._counts[pk] += 1

    def keep(self) -> None:
        """Store the lines, replacing those of an earlier preview."""
        with transaction.atomic():
            HeldLine.objects.filter(load=self._load).delete()
            HeldLine.objects.bulk_create(
                HeldLine(load=self._load, recalled_id=pk, line=line, lines=self._counts[pk])
                for pk, line in self._lines.items()
            )


@enforces("6.f.i.1")
def drop_unlisted(load: Load, by: str) -> int:
    """Release recalled plates that no line of the file names: the source dropped them, and a later file may
    list them. Runs in the act that applies the file. Returns how many."""
    still = HeldLine.objects.filter(load=load).values("recalled")
    unlisted = RecalledPlate.objects.in_force().filter(hotlist=load.hotlist_id).exclude(pk__in=still)
    return unlisted.update(ended_at=clock.now(), end=RecalledPlate.End.DROPPED, ended_by=by)
