"""How readers stand at a moment: the facts that the rule is asked with."""

from collections.abc import Iterable
from datetime import datetime

from plateward.fleet.checks.models import Check
from plateward.fleet.checks.rules import SHIFT, Last, Standing, standing
from plateward.fleet.models import Reader
from plateward.policy.trace import enforces


@enforces("6.e.iv.1")
def of(reader: Reader, moment: datetime, said: bool | None = None) -> Standing:
    """How this reader stood then; one small question."""
    lately = Check.objects.filter(reader=reader, at__lte=moment, at__gt=moment - SHIFT)
    last = lately.order_by("-at").values_list("at", "failed").first()
    known = Last(last[0], tuple(last[1])) if last else None
    return standing(known, moment, repaired_at=reader.repaired_at, said=said)


def of_all(readers: Iterable[Reader], moment: datetime) -> dict[int, Standing]:
    """The same of many, by key, with what each said of itself last; one question for however many."""
    every = list(readers)
    rows = Check.objects.filter(reader__in=every, at__lte=moment, at__gt=moment - SHIFT).order_by("at")
    last = {one.reader_id: one.last for one in rows}
    return {
        one.pk: standing(last.get(one.pk), moment, repaired_at=one.repaired_at, said=one.says_checked)
        for one in every
    }
