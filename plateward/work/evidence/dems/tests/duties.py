"""Test actions on a DEMS duty."""

from datetime import timedelta
from typing import Any

from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.testing import STORY
from plateward.work.evidence.dems import actions, sending
from plateward.work.evidence.dems.models import Duty, DutyStep, Upload

NUMBER, ITEM = "2026-00587", "DEMS-2026/11873"
TOWED = DispositionAccount(AlertOutcome.ENFORCEMENT, STORY, (EnforcementAction(EnforcementKind.TOW),))
TALKED = DispositionAccount(AlertOutcome.ENCOUNTER, STORY, persons_stopped=1)
WRONG = "There is no such item under that case number."


def record_export(by: PersonActor, duty: Duty, **changed: Any) -> None:
    given: dict[str, Any] = {"number": NUMBER, "item": ITEM, "exported_at": clock.now()} | changed
    actions.record_export(by, duty, given["number"], given["item"], given["exported_at"])


def notices_to(to: Person) -> list[str]:
    return list(Notice.objects.filter(to=to).order_by("pk").values_list("text", flat=True))


def step_kinds(duty: Duty) -> list[str]:
    return list(DutyStep.objects.filter(duty=duty).values_list("kind", flat=True))


def upload_of(duty: Duty) -> Upload:
    """A new one, as if none had been before."""
    Upload.objects.all().delete()
    return Upload.objects.create(duty=duty, by=duty.by, number=NUMBER)


def send_later(tries: int = 3) -> int:
    """After every lease and wait has passed."""
    done = 0
    for hours in range(1, tries + 1):
        with clock.set_to(clock.now() + timedelta(hours=hours)):
            done += sending.send_packages()
    return done
