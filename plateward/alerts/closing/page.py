"""What the alert's page shows of how it ended."""

from typing import Any

from plateward.alerts.closing import rules
from plateward.alerts.closing.forms import Dispose
from plateward.alerts.closing.models import account
from plateward.alerts.facts import Facts
from plateward.alerts.models import Alert, Disposition
from plateward.people.models import Person
from plateward.people.permissions import Permission


def shown(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """The template's context: dispositions, every version, the last one last; disposition, that one; returned, its
    Review where it was returned; dispose_form, where this person may close the alert."""
    every = versions(alert)
    last = every[-1] if every else None
    form = None
    if Permission.ALERT_DISPOSE in person.permissions and (facts.returned or not facts.closed):
        form = Dispose(
            facts=facts,
            initial=Dispose.said(account(last)) if last else {"outcome": rules.likely(facts)},
        )
    return {
        "dispositions": every,
        "disposition": last,
        "returned": last.review if last and facts.returned else None,
        "dispose_form": form,
    }


def versions(alert: Alert) -> list[Disposition]:
    """Every disposition of an alert, each with what it names and what was said of it."""
    return list(alert.dispositions.select_related("by", "review__by").prefetch_related("actions"))
