"""What the alert's page shows about how it ended."""

from typing import Any

from plateward.alerts.closing import rules
from plateward.alerts.closing.forms import DispositionForm
from plateward.alerts.closing.models import account_of
from plateward.alerts.facts import Facts
from plateward.alerts.models import Alert, Disposition
from plateward.people.models import Person
from plateward.people.permissions import Permission


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: dispositions, every version, latest last; disposition, the latest; returned, its
    Review if it was returned; dispose_form, if this person may close the alert."""
    every = disposition_versions(alert)
    last = every[-1] if every else None
    form = None
    if Permission.ALERT_DISPOSE in person.permissions and (facts.returned or not facts.closed):
        form = DispositionForm(
            facts=facts,
            initial=DispositionForm.initial_values(account_of(last))
            if last
            else {"outcome": rules.likely_outcome(facts)},
        )
    return {
        "dispositions": every,
        "disposition": last,
        "returned": last.review if last and facts.returned else None,
        "dispose_form": form,
    }


def disposition_versions(alert: Alert) -> list[Disposition]:
    """Every disposition of an alert, with what it names and its review."""
    return list(alert.dispositions.select_related("by", "review__by").prefetch_related("actions"))
