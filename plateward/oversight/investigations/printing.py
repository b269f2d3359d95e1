"""The file of an investigation, printed."""

from datetime import datetime

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.pages.pdf import export_pdf
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.investigations.models import Investigation, InvestigationStep
from plateward.people import days
from plateward.people.actor_names import names_with_accounts

TEMPLATE = "oversight/templates/investigations/file.typ"


@enforces("6.f.i.3/investigate", "6.b.i.11/contained")
def print_file(actor: Actor, investigation: Investigation) -> bytes:
    """All of it, as a PDF. Raises Refused while exports are stopped."""
    rulings = investigation.progress.rulings
    steps = investigation.steps.select_related("person", "allegation", "offense", "finding", "alert")
    by = names_with_accounts(step.by for step in steps)
    data = {
        "title": f"{investigation}: {investigation.subject.rank} {investigation.subject}",
        "facts": [
            ("State", investigation.progress.stage),
            ("When", clock.format_day(investigation.happened_on)),
            ("Opened", f"{_at(investigation.opened_at)} by {investigation.opened_by}"),
            ("Investigator", str(investigation.investigator or "Nobody")),
            *(
                (item.label, f"{_at(item.due)}; {'done ' + _at(item.done) if item.done else 'not done'}")
                for item in investigation.deadlines
            ),
        ],
        "what": investigation.what,
        "known": investigation.known,
        "allegations": [
            (
                f"Clause {allegation.clause}",
                allegation.text,
                rulings[allegation.pk].result.label if allegation.pk in rulings else "No outcome",
                allegation.pk in rulings and rulings[allegation.pk].accepted,
            )
            for allegation in investigation.allegations.all()
        ],
        "steps": [(_at(step.at), by[step.by], _heading(step), step.text) for step in steps],
        "views": [(_at(view.at), str(view.by)) for view in investigation.views.select_related("by")],
    }
    return export_pdf(actor, Event.INVESTIGATION_EXPORT, f"investigation:{investigation.pk}", TEMPLATE, data)


def _heading(step: InvestigationStep) -> str:
    stands_on = (
        step.finding and str(step.finding),
        step.alert_id and f"alert {step.alert_id}",
        step.entry_id is not None and f"log entry {step.entry_id}",
        step.offense and f"offense {step.offense.number}",
        step.happened_at and _at(step.happened_at),
    )
    came_of_it = step.get_result_display() or step.get_action_display()
    parts = (step.get_kind_display(), step.person, came_of_it, step.number, *stands_on)
    return " · ".join(str(part) for part in parts if part)


def _at(moment: datetime) -> str:
    return days.format_time(moment)
