"""An alert used for enforcement stays due for DEMS export until two people have handled it."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.timezone import localtime

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import Entry
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in
from plateward.work.alerts.closing import actions as closing
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.models import Act, Alert, Disposition
from plateward.work.alerts.testing import make_covert
from plateward.work.dispatch.models import Call
from plateward.work.evidence.dems import actions, page
from plateward.work.evidence.dems.models import Duty, DutyStep
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.tests.duties import (
    ITEM,
    NUMBER,
    TALKED,
    TOWED,
    WRONG,
    notices_to,
    record_export,
    step_kinds,
)
from plateward.work.evidence.numbers import number_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.a.iv/dems", "6.a.iv/overdue", "6.e.iv.4/evidence", "6.e.iv.4/overdue"),
]
DAY, TERM = timedelta(hours=24), timedelta(hours=12)


def counts(*people: Person) -> list[tuple[int, int, int]]:
    counts = [page.count_duties(person) for person in people]
    return [(count.waits, count.overdue, count.theirs_overdue) for count in counts]


def test_enforcement_makes_the_duty_and_a_confirmed_export_ends_it(
    ada: PersonActor, duty: Duty, chain: list[Person]
) -> None:
    carla = chain[0]
    assert (duty.by, duty.due_at - duty.at) == (ada.person, TERM)
    leaf = Audit.objects.get(event="dems.due").leaf
    assert leaf
    assert (leaf.actor_id, leaf.details["became"]) == (ada.id, "due")
    assert counts(ada.person, *chain) == [(1, 0, 0), (0, 0, 0), (0, 0, 0)]
    record_export(ada, duty)
    assert [len(notices_to(person)) for person in chain] == [1, 0]
    assert f"item {ITEM}, under {NUMBER}" in notices_to(carla)[0]
    assert counts(ada.person, *chain) == [(0, 0, 0), (1, 0, 0), (1, 0, 0)]
    assert Notice.objects.get(to=carla).settled_at is None
    actions.confirm_export(PersonActor.of(carla), duty, duty.standing.last)
    assert Notice.objects.get(to=carla).settled_at
    assert step_kinds(duty) == ["exported", "confirmed"]
    assert not Duty.objects.open().exists()
    assert counts(ada.person, *chain) == [(0, 0, 0)] * 3
    with pytest.raises(Refused, match="no longer due for this alert"):
        record_export(ada, duty)
    assert Audit.objects.filter(object=f"alert:{duty.alert_id}", event__startswith="dems.").count() == 4


def test_no_other_outcome_makes_one(ada: PersonActor, acted: Alert) -> None:
    closing.dispose(ada, acted, TALKED)
    assert not Duty.objects.exists()


def test_what_fails_after_it_undoes_it_too(
    ada: PersonActor, acted: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    Act.objects.create(alert=acted, kind="enforcement", by=ada.person, at=acted.arrived_at)
    monkeypatch.setattr("plateward.work.alerts.step.announce", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        closing.dispose(ada, acted, TOWED)
    assert not Duty.objects.exists() | Disposition.objects.exists()


def test_a_disposition_completed_anew_makes_no_second_one_and_without_enforcement_ends_it(
    ada: PersonActor, acted: Alert, chain: list[Person]
) -> None:
    carla = PersonActor.of(chain[0])

    def again(account: DispositionAccount) -> None:
        closing.review(carla, Disposition.objects.latest("pk"), returned=True, words=WRONG)
        closing.dispose(ada, acted, account)

    Act.objects.create(alert=acted, kind="investigation", by=ada.person, at=acted.arrived_at)
    # A disposition that completes another may name enforcement not recorded in time.
    closing.dispose(ada, acted, TALKED)
    again(TOWED)
    duty = Duty.objects.get()
    again(TOWED)
    assert (Duty.objects.get(), step_kinds(duty)) == (duty, [])
    again(TALKED)
    assert step_kinds(duty) == ["dropped"]
    assert not Duty.objects.open().exists()
    page = signed_in(ada.person).get(f"/alerts/{acted.pk}/").content.decode()
    assert "Ended: no longer due" in page
    again(TOWED)
    assert step_kinds(duty) == ["dropped", "resumed"]
    assert Duty.objects.open().get() == duty


def test_nobody_confirms_their_own_and_of_two_looks_the_second_finds_the_first(
    ada: PersonActor, duty: Duty, chain: list[Person]
) -> None:
    carla, nora = map(PersonActor.of, chain)
    record_export(carla, duty)
    for own in (ada, carla):
        with pytest.raises(Refused, match="your own"):
            actions.confirm_export(own, duty, duty.standing.last)
    assert notices_to(nora.person), "whoever is left to confirm it is told"
    stale = Duty.objects.prefetch_related("steps").get()
    assert stale.standing.kind == DutyStepKind.EXPORTED
    actions.return_export(nora, duty, stale.standing.last, WRONG)
    with pytest.raises(Refused, match="No export is waiting"):
        actions.confirm_export(nora, stale, stale.standing.last)
    assert [len(notices_to(person)) for person in (ada.person, carla.person)] == [1, 1]
    assert WRONG in notices_to(ada.person)[0]
    record_export(ada, duty)
    before = duty.standing.last
    record_export(ada, duty, item="DEMS-2")
    with pytest.raises(Refused, match="changed after you opened"):
        actions.confirm_export(carla, duty, before)


def test_another_supervisor_neither_sees_nor_confirms_it(ada: PersonActor, duty: Duty) -> None:
    other = person("ben", role=Role.SUPERVISOR)
    record_export(ada, duty)
    with pytest.raises(Refused, match="not the reviewer"):
        actions.confirm_export(PersonActor.of(other), duty, duty.standing.last)
    assert page.open_duties(other) == ([], [])
    assert signed_in(other).get(f"/alerts/dems/{duty.pk}/").status_code == 404
    assert signed_in(person("dario")).get(f"/alerts/dems/{duty.pk}/").status_code == 404
    assert signed_in(person("gloria")).get("/alerts/dems/").status_code == 403


@pytest.mark.both_databases
@pytest.mark.clause("6.c.ii/lists")
def test_of_a_covert_list_whom_it_names_confirms(ada: PersonActor, duty: Duty, chain: list[Person]) -> None:
    carla, nora = chain
    make_covert("ada", "nora")
    record_export(ada, duty)
    assert [len(notices_to(person)) for person in chain] == [0, 1]
    assert signed_in(carla).get(f"/alerts/dems/{duty.pk}/").status_code == 404
    actions.confirm_export(PersonActor.of(nora), duty, duty.standing.last)


def test_owner_and_supervisor_are_told_once_a_day_while_it_is_overdue(
    ada: PersonActor, duty: Duty, chain: list[Person]
) -> None:
    carla, nora = chain
    assert actions.remind() == 0
    with clock.set_to(duty.due_at):
        assert (actions.remind(), actions.remind()) == (1, 0)
        assert [len(notices_to(person)) for person in (ada.person, carla, nora)] == [1, 1, 0]
        assert (
            f"alert {duty.alert_id}, used for enforcement, must be exported to DEMS by Ada"
            in notices_to(carla)[0]
        )
        assert counts(ada.person, carla) == [(1, 1, 0), (0, 0, 1)]
        record_export(ada, duty)
    with clock.set_to(duty.due_at + DAY):
        assert actions.remind() == 1
        assert "waits for a supervisor" in notices_to(carla)[-1]
        assert counts(ada.person, carla) == [(0, 1, 0), (1, 0, 1)], "it stays on both lists"
        actions.confirm_export(PersonActor.of(carla), duty, duty.standing.last)
    with clock.set_to(duty.due_at + 2 * DAY):
        assert actions.remind() == 0
    assert Notice.objects.filter(kind=Kind.EXPORT_REMIND).count() == 4


def test_of_an_export_that_their_supervisor_recorded_the_next_above_is_told(
    ada: PersonActor, duty: Duty, chain: list[Person]
) -> None:
    carla, nora = chain
    record_export(PersonActor.of(carla), duty)
    with clock.set_to(duty.due_at):
        actions.remind()
    assert "OVERDUE" not in " ".join(notices_to(carla))
    assert "OVERDUE" in notices_to(nora)[-1]
    assert counts(carla, nora) == [(0, 0, 0), (1, 0, 0)]


def test_where_nobody_leads_the_owner_the_administrator_is_told(ada: PersonActor, duty: Duty) -> None:
    gloria = person("gloria")
    Person.objects.filter(pk=ada.person.pk).update(supervisor=None)
    with clock.set_to(duty.due_at):
        actions.remind()
    assert "assign a supervisor" in notices_to(gloria)[0]


def test_it_is_tagged_with_the_number_of_the_call_else_of_the_entry(
    ada: PersonActor, acted: Alert, chain: list[Person]
) -> None:
    Entry.objects.update(number="2026-00001")
    assert number_of(Alert.objects.get()) == "2026-00001", "CAD has given no number yet"
    Call.objects.update(number="CAD 4711")
    Act.objects.create(alert=acted, kind="enforcement", by=ada.person, at=acted.arrived_at)
    closing.dispose(ada, acted, TOWED)
    duty = Duty.objects.get()
    assert duty.number == "CAD 4711"
    record_export(ada, duty, number="CAD4711")


def typed(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%dT%H:%M}"


def test_the_pages_from_the_disposition_to_the_confirmation(
    ada: PersonActor, duty: Duty, chain: list[Person]
) -> None:
    officer, sergeant, path = signed_in(ada.person), signed_in(chain[0]), f"/alerts/dems/{duty.pk}/"
    listed = officer.get("/alerts/dems/").content.decode()
    assert f'href="{path}"' in listed
    assert "Not known yet" in listed
    assert "Not exported yet" in officer.get(f"/alerts/{duty.alert_id}/").content.decode()
    given = {"number": "2026-00587", "item": ITEM, "exported_at": typed(clock.now())}
    thin = officer.post(f"{path}record", given | {"item": "none"})
    assert (thin.status_code, "not an item number" in thin.content.decode()) == (409, True)
    assert 'value="2026-00587"' in thin.content.decode(), "nothing typed is lost"
    assert ">6.a.iv</a>" in thin.content.decode()
    assert officer.post(f"{path}record", given | {"number": ""}).status_code == 422
    assert officer.post(f"{path}record", given | {"exported_at": "now"}).status_code == 422
    assert officer.post(f"{path}record", given | {"item": "9" * 61}).status_code == 422
    for moment, wrong in (
        ("9999-12-31T23:59", "is in the future"),
        ("0001-01-01T00:00", "older than the alert"),
    ):
        answer = officer.post(f"{path}record", given | {"exported_at": moment})
        assert (answer.status_code, wrong in answer.content.decode()) == (409, True)
    assert officer.post(f"{path}record", given | {"number": " 2026-00587 "}).status_code == 302
    step = DutyStep.objects.get()
    assert (step.number, step.item) == (NUMBER, ITEM)
    page = officer.get(path).content.decode()
    assert "Look it up in DEMS" not in page, "she does not confirm her own"
    assert officer.post(f"{path}look", {}).status_code == 403
    page = sergeant.get(path).content.decode()
    assert "Look it up in DEMS" in page
    assert ITEM in page
    look = {"seen": str(step.pk), "decision": "return", "words": "no"}
    assert sergeant.post(f"{path}look", look).status_code == 409
    assert sergeant.post(f"{path}look", look | {"seen": "x"}).status_code == 422
    assert sergeant.post(f"{path}look", look | {"seen": str(2**63)}).status_code == 422
    assert sergeant.post(f"{path}look", look | {"decision": "confirm"}).status_code == 302
    assert "Your people have no exports due" in sergeant.get("/alerts/dems/").content.decode()
    assert "Recently completed" in officer.get("/alerts/dems/").content.decode()
    alert = officer.get(f"/alerts/{duty.alert_id}/").content.decode()
    assert "Confirmed in DEMS" in alert
    assert f"Exported to DEMS: item {ITEM}, under {NUMBER}" in alert
    late = sergeant.post(f"{path}look", look | {"decision": "confirm"})
    assert (late.status_code, "No export is waiting" in late.content.decode()) == (409, True)


def test_what_is_overdue_stands_on_every_page_of_owner_and_supervisor_first_in_the_list(
    ada: PersonActor, duty: Duty, chain: list[Person]
) -> None:
    with clock.set_to(duty.due_at + timedelta(hours=3)):
        officer, sergeant = signed_in(ada.person), signed_in(chain[0])
        assert "Overdue at DEMS: 1 of your exports" in officer.get("/alerts/").content.decode()
        listed = sergeant.get("/alerts/dems/").content.decode()
        assert "Overdue at DEMS: 1 of your people's" in " ".join(listed.split())
        assert "Overdue for 3 hours" in listed
        assert "Overdue for 3 hours" in officer.get(f"/alerts/{duty.alert_id}/").content.decode()


@pytest.mark.both_databases
def test_the_database_keeps_what_is_owed_and_what_became_of_it(ada: PersonActor, duty: Duty) -> None:
    record_export(ada, duty)
    with clock.set_to(duty.due_at):
        actions.remind()
    for table, column in {
        "evidence_duty": "due_at = '2036-01-01 00:00:00'",
        "evidence_dutystep": "kind = 'confirmed'",
    }.items():
        for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}"):
            with (
                pytest.raises(DatabaseError, match="never altered"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyStep.objects.create(duty=duty, kind=DutyStepKind.EXPORTED, by=ada.person, at=clock.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Duty.objects.create(alert=duty.alert, by=ada.person, at=duty.at, due_at=duty.due_at)
