"""What people with elevated duties do is on the log, and so is what they are refused."""

from collections.abc import Callable

import pytest

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access.models import Designation, Suspension
from plateward.people.access.offices.actions import designate
from plateward.people.access.offices.rules import OfficeOrder
from plateward.people.access.suspensions.actions import restore_access, switch_off
from plateward.people.actor import PersonActor
from plateward.people.documents import actions as protocols
from plateward.people.documents.tests.written import submitted
from plateward.people.models import Terminal, Unit
from plateward.people.penalties.actions import record_offense
from plateward.people.terminals import issue_terminal_code
from plateward.people.testing import acting, person
from plateward.people.training.actions.courses import save_course
from plateward.people.training.models import Course
from plateward.people.units.actions import save_place

pytestmark = [pytest.mark.django_db, pytest.mark.clause("AC-6/logged")]
WHY = "Called her supervisor about it."
OFFICE = Designation.Office.ADMINISTRATOR


def approve_protocol(by: PersonActor) -> None:
    version = submitted()
    protocols.approve(by, version, version.sha256)


def restore(by: PersonActor) -> None:
    switch_off(acting("hector"), person("ada"), WHY)
    restore_access(by, Suspension.objects.get(), WHY)


@pytest.mark.parametrize(
    ("by", "event", "does"),
    [
        ("marco", "access.interrupt", lambda by: switch_off(by, person("ada"), WHY)),
        ("gloria", "access.restore", restore),
        (
            "hector",
            "designation.make",
            lambda by: designate(by, person("nora"), OFFICE, OfficeOrder("Order 2", clock.now())),
        ),
        ("hector", "protocol.approve", approve_protocol),
        ("gloria", "penalty.record", lambda by: record_offense(by, person("ada"), WHY, "6.g.i", 1)),
        ("gloria", "place.add", lambda by: save_place(by, Unit(name="Unit 77"))),
        ("gloria", "terminal.issue", lambda by: issue_terminal_code(by, "Desk 4", Terminal.Kind.DISPATCH)),
        ("gloria", "training.course", lambda by: save_course(by, Course(code="drones", name="Drones"))),
    ],
)
def test_each_such_act_has_its_entry_by_name(
    by: str, event: str, does: Callable[[PersonActor], object], recorded: Callable[[str], Leaf]
) -> None:
    person("gloria")
    does(acting(by))
    entry = recorded(event)
    assert (entry.actor_kind, entry.actor_id, entry.outcome) == ("person", by, "done")


@pytest.mark.parametrize(
    ("by", "event", "does"),
    [
        ("gloria", "access.interrupt", lambda by: switch_off(by, person("gloria"), WHY)),
        (
            "hector",
            "designation.make",
            lambda by: designate(by, person("hector"), OFFICE, OfficeOrder(" ", clock.now())),
        ),
        ("gloria", "protocol.approve", approve_protocol),
        ("gloria", "penalty.record", lambda by: record_offense(by, person("gloria"), WHY, "6.g.i", 1)),
    ],
)
def test_and_so_has_what_was_refused(
    by: str, event: str, does: Callable[[PersonActor], object], recorded: Callable[[str], Leaf]
) -> None:
    with pytest.raises(Refused):
        does(acting(by))
    entry = recorded(event)
    assert (entry.actor_id, entry.outcome) == (by, "refused")
    assert entry.clause
