"""What took access from people: suspensions and offenses. A process keeps them as it compared them with the log
(gate.py), so that one that is deleted or given to another person past the hub opens nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plateward.core.audit.records.gate import Kept, Tables, aware
from plateward.core.audit.records.integrity import Wrong
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person

Suspended = tuple[str, str, datetime, datetime | None]  # kind, reason, begins, ends
Offended = tuple[int, int, datetime, datetime | None]  # number, key, begins, ends


@dataclass(frozen=True)
class TakenAway:
    """By person. `wrong`: whose record is not as the log says; `of_all`: one of which nothing says whose it was."""

    suspensions: Mapping[int, Sequence[Suspended]]
    offenses: Mapping[int, Sequence[Offended]]
    wrong: Mapping[int, Wrong]
    of_all: Wrong | None


def _by_person(tables: Tables) -> tuple[dict[int, list[Suspended]], dict[int, list[Offended]]]:
    suspensions, offenses = defaultdict[int, list[Suspended]](list), defaultdict[int, list[Offended]](list)
    for person, _, kind, reason, begins, ends in sorted(tables["people_suspension"], key=lambda row: row[1]):
        suspensions[person].append((kind, reason, aware(begins), aware(ends)))
    for person, number, key, begins, ends in tables["people_offense"]:
        offenses[person].append((number, key, aware(begins), aware(ends)))
    return suspensions, offenses


KEPT = Kept(
    {
        "people_suspension": "r.person_id, r.id, r.kind, r.reason, r.begins, r.ends",
        "people_offense": "r.person_id, r.number, r.id, r.begins, r.ends",
    },
    _by_person,
)


@enforces("6.b.i.9/records", "6.b.i.7/lists", "AU-9/found")
def taken_away() -> TakenAway:
    """Of everybody, at any time."""
    (suspensions, offenses), altered = KEPT.read()
    wrong, of_all = dict[int, Wrong](), None
    for each in altered:
        named = Person.objects.filter(username__in=each.about("person"))
        people = {*each.columns[:1], *named.values_list("pk", flat=True)}  # whose it is now, and whose it was
        wrong |= dict.fromkeys(people, each.wrong)
        of_all = of_all if people else each.wrong
    return TakenAway(suspensions, offenses, wrong, of_all)
