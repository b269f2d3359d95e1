"""Two people on one duty at the same moment, or two nodes sending reminders: one after the other."""

import pytest

from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.testing.served import dems
from plateward.testing.threads import at_once
from plateward.work.evidence.dems import actions
from plateward.work.evidence.dems.models import Duty
from plateward.work.evidence.dems.sending import send_packages
from plateward.work.evidence.dems.tests.duties import NUMBER, WRONG, record_export, step_kinds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("6.a.iv/dems", "6.a.iv/overdue", "6.e.iv.4/evidence", "6.e.iv.4/overdue"),
    pytest.mark.both_databases,
]


def test_it_is_confirmed_or_returned_and_its_overdue_told_once(
    ada: PersonActor, duty: Duty, chain: list[Person]
) -> None:
    carla, nora = map(PersonActor.of, chain)

    def remind() -> None:
        with clock.set_to(duty.due_at):
            actions.remind()

    assert at_once(remind, remind) == []
    assert Notice.objects.filter(kind=Kind.EXPORT_REMIND).count() == 2, "the owner and Carla, each once"
    record_export(ada, duty)
    seen = duty.standing.last
    refusals = at_once(
        lambda: actions.confirm_export(carla, duty, seen),
        lambda: actions.return_export(nora, duty, seen, WRONG),
    )
    assert refusals == ["No export is waiting for confirmation."]
    assert step_kinds(duty)[0] == "exported"
    assert len(step_kinds(duty)) == 2


def test_two_nodes_send_a_package_once(ada: PersonActor, duty: Duty) -> None:
    with dems() as running:
        actions.start_export(ada, duty, NUMBER)
        assert at_once(send_packages, send_packages, send_packages) == []
        assert (len(running.begun), len(running.items)) == (1, 1)
    assert step_kinds(duty) == ["started", "accepted"]
