"""An account corrected: what is on record of a person also decides which role they may have."""

from typing import Any

from django.core.exceptions import ValidationError

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import standing
from plateward.people.actions import AccountError
from plateward.people.models import Person


@enforces("6.e.i/own", "6.b.i/designation", "AC-2/disabled", "AC-2/told", "AU-2/logons")
def edit_person(actor: Actor, person: Person, **changed: Any) -> None:
    """Correct a name, rank, badge, agency, sworn flag or employment; record before and after. Raises AccountError, and
    Refused if no administrator would be left, now or when an employment ends."""
    with act(actor, Event.PERSON_UPDATE, f"person:{person.username}") as entry:
        moments, until = [clock.now()], changed.get("employed_until")
        if until and days.end_of(until) > moments[0]:
            moments.append(days.end_of(until))
        with standing.keeps_an_administrator(*moments):
            person = lock_row(person)
            before = {name: getattr(person, name) for name in changed}
            for name, value in changed.items():
                setattr(person, name, value)
            try:
                person.full_clean()
            except ValidationError as wrong:
                raise AccountError(" ".join(wrong.messages)) from wrong
            person.save(update_fields=[*changed])
        for name, was in before.items():
            if was != changed[name]:
                entry.note(**{f"{name}_before": _noted(was), f"{name}_after": _noted(changed[name])})


def _noted(value: Any) -> Any:
    return value if isinstance(value, (bool, str)) or value is None else str(value)
