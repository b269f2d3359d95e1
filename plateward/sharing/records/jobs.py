"""Records is reminded before a letter is due, and every day once it is; then the Chief is notified, too."""

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft
from plateward.core.decisions.reminders import DAY, Reminder
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.notices.actions import notify, people_with
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.sharing.records.deadlines import is_told
from plateward.sharing.records.models import RecordsRequest


def _is_due(row: RecordsRequest) -> bool:
    return row.answered_at is None and is_told(row.next_due, days.today(), first=row.acknowledged_at is None)


@enforces("6.h.iii/deadlines")
def _remind(entry: EntryDraft, row: RecordsRequest) -> None:
    due, late = row.next_due, row.next_due < days.today()
    what = "answer" if row.acknowledged_at else "acknowledgment"
    entry.note(due=str(due), late=late, what=what)
    text = f"{row}: its {what} {'was' if late else 'is'} due on {clock.format_day(due)}."
    notify(people_with(Permission.RECORDS_HANDLE), Kind.RECORDS_REMIND, text, row, again=True)
    if late:
        notify(people_with(Permission.RECORDS_APPROVE), Kind.RECORDS_ESCALATE, text, row, again=True)


REMINDERS = (
    Reminder(Event.RECORDS_REMIND, RecordsRequest.objects.open, _is_due, _remind, again=DAY, every=600.0),
)
