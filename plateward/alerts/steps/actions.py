"""One step on an alert, in one transaction with its record, and what moves its stage."""

from collections.abc import Iterator
from contextlib import contextmanager

from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert
from plateward.alerts.outbox import announce
from plateward.alerts.signals import alert_disposed, alert_moved
from plateward.audit.events import Event
from plateward.audit.log import EntryDraft
from plateward.audit.log import act as audited
from plateward.db.locking import change_row
from plateward.people.actor import PersonActor


@contextmanager
def step(actor: PersonActor, event: Event, alert: Alert) -> Iterator[tuple[Alert, EntryDraft]]:
    """One audited step: the lock on the alert puts two people's steps in order."""
    with audited(actor, event, f"alert:{alert.pk}") as entry:
        locked = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
        yield locked, entry
        update_stage(locked, actor)
        entry.note(stage=str(locked.stage))
        announce([locked], new=False)


def update_stage(locked: Alert, actor: PersonActor | None) -> None:
    """Update a locked alert's stage from its records and signal the rooms above; `actor` is None if the
    system moves it."""
    stage = locked.facts().stage
    if stage == locked.stage:
        return
    change_row(locked, stage=stage)
    if stage == Stage.CLOSED:
        alert_disposed.send(sender=Alert, alert=locked, actor=actor)
    else:
        alert_moved.send(sender=Alert, alert=locked)
