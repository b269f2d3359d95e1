"""Whether a search lets its searcher take an image along: as it shows it."""

from typing import Any

from django.dispatch import receiver

from plateward.field.reads.signals import read_access_requested
from plateward.field.reads.store import StoredRead
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.work.searches.actions import running_search
from plateward.work.searches.results.kept import hit_ids, is_result
from plateward.work.searches.results.rows import plate_text


@receiver(read_access_requested)
@enforces("6.b.i.8/scope", "6.c.ii/cases", "6.a.ii.2/place")
def _is_shown(person: Person, read: StoredRead, search: int | None, **_: Any) -> bool:
    """Whether this search of this person may run now, finds the read, and does not mask its plate."""
    if search is None:
        return False
    try:
        allowed = running_search(person, search)
    except Refused:
        return False
    found = is_result(read, allowed.queries) and not plate_text(allowed, read.read.plate).masked
    return found and (not allowed.hits_only or bool(hit_ids([read.read.id], person)))
