"""One step on an alert, in one transaction with its record, and what moves its stage; and what its form is on the
alert's page, of which `page/views.py` makes a view."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.http import HttpRequest

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft
from plateward.core.audit.log import act as audited
from plateward.core.db.locking import change_row
from plateward.people.actor import PersonActor
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.signals import alert_disposed, alert_moved


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


F = TypeVar("F", bound=forms.Form)


@dataclass(frozen=True)
class StepForm(Generic[F]):
    """One step. Its form is `name` in this `part` of the page's context; `more` says what the form needs to know of the
    alert, and `do` what a valid one does."""

    part: str
    name: str
    form: Callable[..., F]
    do: Callable[[HttpRequest, Alert, F], None]
    more: Callable[[Alert], dict[str, Any]]


def step_form(
    part: str, name: str, form: Callable[..., F], more: Callable[[Alert], dict[str, Any]] = lambda _: {}
) -> Callable[[Callable[[HttpRequest, Alert, F], None]], StepForm[F]]:
    """Makes a step of what it does with its valid form."""
    return lambda do: StepForm(part, name, form, do, more)
