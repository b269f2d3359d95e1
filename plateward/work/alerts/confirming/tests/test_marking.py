"""One press: not a match. It can be undone for seconds, then it closes the alert with a structured disposition."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from unittest.mock import Mock

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.models import AuditEntry as Audit
from plateward.core.pages.lists import page_of
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.recall.actions import recall_entry
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DayLost
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refused
from plateward.people.actor import PersonActor
from plateward.people.permissions import ROLE_PERMISSIONS, Permission
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.closing import views
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.actions import accepts_with_others, dispose, write_disposition
from plateward.work.alerts.confirming import actions, rules
from plateward.work.alerts.confirming.models import Fault, Mark
from plateward.work.alerts.facts import AlertOutcome, FaultKind, Stage
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.page import actions as steps

pytestmark = pytest.mark.django_db
WITHIN, OVER = rules.UNDO_FOR - timedelta(seconds=1), rules.UNDO_FOR + timedelta(seconds=1)


def events() -> list[str]:
    """What was done to alerts, in order."""
    done = Audit.objects.filter(event__startswith="alert.", object__startswith="alert:", outcome="done")
    return [*done.exclude(event="alert.view").order_by("sequence").values_list("event", flat=True)]


def close(alert: Alert) -> Alert:
    with clock.set_to(clock.now() + OVER):
        actions.close_due()
    return Alert.objects.get(pk=alert.pk)


@pytest.fixture
def raised() -> Callable[..., Alert]:
    load_hotlist("ABC123", "XYZ780")
    reader = enroll_reader()

    def read(plate: str = "ABC123", state: str | None = "NM") -> Alert:
        reader.send(reader.photo(plate, state))
        return Alert.objects.latest("pk")

    return read


@pytest.mark.both_databases
@pytest.mark.clause("6.e.vii/thorough")
@pytest.mark.parametrize(
    ("read", "typed", "kind", "outcome"),
    [
        ("ABC123", ("ABC128", "NM"), FaultKind.PLATE, AlertOutcome.MISREAD),
        ("XYZ7B0", ("XYZ7B0", "NM"), FaultKind.PLATE, AlertOutcome.OTHER_PLATE),
        ("ABC123", ("ABC123", "TX"), FaultKind.STATE, AlertOutcome.WRONG_STATE),
        ("ABC123", ("ABC123", "NM"), FaultKind.VEHICLE_CLASS, AlertOutcome.WRONG_VEHICLE),
        ("ABC123", ("ABC123", "NM"), FaultKind.STALE, AlertOutcome.STALE),
    ],
)
def test_a_press_closes_the_alert_with_its_reason_and_no_enforcement_action(
    ada: PersonActor,
    raised: Callable[..., Alert],
    read: str,
    typed: tuple[str, str],
    kind: FaultKind,
    outcome: AlertOutcome,
) -> None:
    alert = raised(read)
    steps.confirm(ada, alert, *typed)
    browser, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    said = browser.post(f"{page}mark", {"kind": kind}, follow=True).content.decode()
    assert f"Closing as not a match: {kind.label.lower()}." in said
    assert not Disposition.objects.exists()
    closed = close(alert)
    made = closed.dispositions.get()
    assert (closed.stage, made.outcome, made.by) == (Stage.CLOSED, outcome, ada.person)
    assert (made.persons_stopped, made.force_used, made.recovered, made.actions.count()) == (
        0,
        False,
        False,
        0,
    )
    assert "No enforcement action was taken." in made.narrative
    assert closed.faults.get().kind == kind
    assert Mark.objects.get().disposition == made
    assert events()[-3:] == ["alert.mark", "alert.fault", "alert.dispose"]
    actions.close_due()
    assert closed.dispositions.count() == 1
    assert "Not a match" in browser.get(page).content.decode()


@pytest.mark.clause("6.e.vii/thorough", "6.b.i.9/entries")
def test_it_can_be_undone_for_seconds_by_who_pressed_and_the_log_keeps_both(
    ada: PersonActor, alert: Alert
) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    begun = clock.now()
    actions.mark(ada, alert, FaultKind.STALE)
    marked = Alert.objects.get()
    assert marked.stage == Stage.MARKED
    with pytest.raises(Refused, match="being closed as not a match: stale entry"):
        steps.observe(ada, alert, matches=True)
    with pytest.raises(Refused, match="Someone else marked"):
        actions.undo(acting("ben"), alert)
    with clock.set_to(begun + WITHIN):
        actions.undo(ada, alert)
    undone = Alert.objects.get()
    assert (undone.stage, undone.faults.count(), undone.dispositions.count()) == (Stage.CONFIRMED, 0, 0)
    close(alert)
    assert Alert.objects.get().stage == Stage.CONFIRMED
    assert [event for event in events() if "mark" in event] == ["alert.mark", "alert.unmark"]
    steps.observe(ada, alert, matches=True)
    page = signed_in(ada.person).get(f"/alerts/{alert.pk}/").content.decode()
    assert "Undid the mark" in page


@pytest.mark.clause("6.e.vii/thorough")
def test_it_can_no_longer_be_undone_when_its_time_is_over(ada: PersonActor, alert: Alert) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    actions.mark(ada, alert, FaultKind.STALE)
    with clock.set_to(clock.now() + OVER):
        with pytest.raises(Refused, match="can no longer be undone"):
            actions.undo(ada, alert)
        actions.close_due()
        with pytest.raises(Refused, match="can no longer be undone"):
            actions.undo(ada, alert)
        answer = signed_in(ada.person).post(f"/alerts/{alert.pk}/unmark")
    assert (answer.status_code, "can no longer be undone" in answer.content.decode()) == (409, True)
    assert Alert.objects.get().stage == Stage.CLOSED


@pytest.mark.clause("6.e.iv.3/plate", "6.e.vii/thorough")
def test_nobody_marks_before_the_plate_was_read_nor_what_was_acted_upon(
    ada: PersonActor, alert: Alert, simulator: object
) -> None:
    from plateward.work.alerts.facts import ActKind
    from plateward.work.alerts.testing import verify_with_ncic

    with pytest.raises(Refused, match="has not been confirmed"):
        actions.mark(ada, alert, FaultKind.STALE)
    steps.confirm(ada, alert, "ABC123", "NM")
    with pytest.raises(Refused, match="is the listed one"):
        actions.mark(ada, alert, FaultKind.PLATE)
    steps.observe(ada, alert, matches=True)
    verify_with_ncic(ada, alert)
    steps.act(ada, alert, ActKind.ENCOUNTER)
    with pytest.raises(Refused, match="Action was taken"):
        actions.mark(ada, alert, FaultKind.STALE)
    page = signed_in(ada.person).get(f"/alerts/{alert.pk}/").content.decode()
    assert ("Not a match?" in page, "Is something wrong?" in page) == (False, True)


@pytest.mark.clause("6.e.vii/thorough")
def test_whose_fault_a_wrong_plate_is_must_be_on_the_record(
    ada: PersonActor, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.confirm(ada, alert, "ABC128", "NM")
    for missing in (DayLost(alert.captured_at.date()), OSError):
        monkeypatch.setattr(configured_store(), "get", Mock(side_effect=missing))
        with pytest.raises(Refused, match="cannot tell who erred"):
            actions.mark(ada, alert, FaultKind.PLATE)


@pytest.mark.clause("6.e.vii/thorough")
def test_a_mark_whose_read_cannot_be_had_lapses_and_the_alert_stays_open(
    ada: PersonActor, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.confirm(ada, alert, "ABC128", "NM")
    actions.mark(ada, alert, FaultKind.PLATE)
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=OSError))
    assert close(alert).disposition is None
    assert Mark.objects.get().end == Mark.End.LAPSED
    assert not Fault.objects.exists()


def test_a_recall_meanwhile_ends_the_alert_and_the_mark_lapses(ada: PersonActor, alert: Alert) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    actions.mark(ada, alert, FaultKind.STALE)
    recall_entry(acting("gloria"), Entry.objects.get(plate="ABC123"), "Recovered by Santa Fe PD yesterday.")
    closed = close(alert)
    assert (closed.stage, closed.dispositions.count(), Mark.objects.get().end) == (
        Stage.CLOSED,
        0,
        Mark.End.LAPSED,
    )


@pytest.mark.clause("5.b/which")
def test_the_plate_read_again_while_its_alert_is_closing_rings_again_and_stays(
    ada: PersonActor, raised: Callable[..., Alert]
) -> None:
    first = raised()
    steps.confirm(ada, first, "ABC123", "NM")
    actions.mark(ada, first, FaultKind.STALE)
    again = raised()
    assert (again.pk != first.pk, again.rings, first.sightings.count()) == (True, True, 0)
    assert close(first).stage == Stage.CLOSED
    assert Alert.objects.get(pk=again.pk).stage == Stage.NEW
    raised()
    assert again.sightings.count() == 1


@pytest.mark.clause("6.e.vii/thorough")
def test_an_alert_whose_read_is_lost_meanwhile_is_closed_unless_it_must_be_told_who_erred(
    ada: PersonActor, raised: Callable[..., Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    stale, wrong = raised("ABC123"), raised("XYZ780")
    steps.confirm(ada, stale, "ABC123", "NM")
    steps.confirm(ada, wrong, "XYZ78C", "NM")
    actions.mark(ada, stale, FaultKind.STALE)
    actions.mark(ada, wrong, FaultKind.PLATE)
    lost = DayLost(wrong.captured_at.date())
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=lost))
    assert close(stale).stage == Stage.CLOSED
    assert stale.faults.get().of == Fault.Of.LIST
    assert Alert.objects.get(pk=wrong.pk).stage == Stage.NOT_CONFIRMED
    assert (wrong.marks.get().end, events()[-1]) == (Mark.End.LAPSED, "alert.unmark")


@pytest.mark.clause("6.e.vii/thorough", "6.b.i.9/entries")
def test_one_that_cannot_be_closed_keeps_no_other_from_closing_and_is_tried_again_later(
    ada: PersonActor,
    raised: Callable[..., Alert],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, other = raised("ABC123"), raised("XYZ780")
    for alert, plate in ((broken, "ABC123"), (other, "XYZ780")):
        steps.confirm(ada, alert, plate, "NM")
        actions.mark(ada, alert, FaultKind.STALE)
    failing = True

    def write(actor: PersonActor, locked: Alert, account: DispositionAccount) -> Disposition:
        if failing and locked == broken:
            raise RuntimeError
        return write_disposition(actor, locked, account)

    monkeypatch.setattr(actions, "write_disposition", write)
    monkeypatch.setattr(actions, "_paused", {})
    failed = Audit.objects.filter(event="alert.dispose", outcome="failed")
    now = clock.now() + OVER
    for after, tries in ((0, 1), (1, 1), (61, 2), (120, 2), (125, 3)):
        with clock.set_to(now + timedelta(seconds=after)):
            actions.close_due()
        assert failed.count() == tries
        assert other.dispositions.count() == 1
    assert f"Alert {broken.pk}, marked as not a match, could not be closed" in caplog.text
    failing = False
    with clock.set_to(now + timedelta(hours=2)):
        assert actions.close_due() == 1


def test_a_node_that_comes_second_writes_nothing(ada: PersonActor, alert: Alert) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    made = actions.mark(ada, alert, FaultKind.STALE)
    close(alert)
    before = Audit.objects.count()
    assert not actions._close(made)
    assert Audit.objects.count() == before
    assert Mark.objects.get().end == Mark.End.CLOSED


@pytest.mark.clause("6.b.i.8/matrix")
def test_reading_the_plate_is_not_enough_to_mark(
    ada: PersonActor, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    monkeypatch.setattr(type(ada.person), "permissions", frozenset({Permission.ALERT_CONFIRM}))
    with pytest.raises(Refused, match="does not close alerts"):
        actions.mark(ada, alert, FaultKind.STALE)


@pytest.mark.both_databases
def test_a_mark_is_kept(ada: PersonActor, alert: Alert) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    made = actions.mark(ada, alert, FaultKind.STALE)
    with pytest.raises(DatabaseError, match="never altered or removed"):
        Mark.objects.filter(pk=made.pk).update(kind=FaultKind.PLATE)


@pytest.mark.clause("6.b.i.8/matrix")
def test_whoever_may_read_the_plate_may_close_the_alert() -> None:
    for permissions in ROLE_PERMISSIONS.values():
        assert Permission.ALERT_CONFIRM not in permissions or Permission.ALERT_DISPOSE in permissions


@pytest.mark.clause("6.e.vii/thorough", "6.b.i.9/entries")
def test_a_supervisor_accepts_pressed_ones_together_and_looks_at_each_other_one(
    ada: PersonActor, raised: Callable[..., Alert]
) -> None:
    first, second = raised("ABC123"), raised("XYZ780")
    steps.confirm(ada, first, "ABC123", "NM")
    actions.mark(ada, first, FaultKind.STALE)
    close(first)
    dispose(
        ada,
        second,
        DispositionAccount(AlertOutcome.NOT_LOCATED, "Looked for it on the frontage road in vain."),
    )
    pressed, written = first.dispositions.get(), second.dispositions.get()
    assert isinstance(accepts_with_others(pressed), Allow)
    browser = signed_in(person("carla"))
    page = browser.get("/alerts/dispositions/").content.decode()
    assert [f'id="disposition-{one.pk}" form="accepting"' in page for one in (pressed, written)] == [
        True,
        False,
    ]
    said = browser.post(
        "/alerts/dispositions/accept", {"disposition": [pressed.pk, written.pk, "x", 999]}, follow=True
    ).content.decode()
    assert "1 disposition accepted. Each has its own record." in said
    assert f"Not accepted: alert {second.pk}." in said
    assert not pressed.review.returned
    assert not hasattr(written, "review")
    seen = Audit.objects.filter(event="alert.review").order_by("sequence").values_list("object", "outcome")
    assert [*seen] == [(f"alert:{first.pk}", "done"), (f"alert:{second.pk}", "refused")]
    assert (
        signed_in(ada.person).post("/alerts/dispositions/accept", {"disposition": pressed.pk}).status_code
        == 403
    )


@pytest.mark.both_databases
@pytest.mark.clause("6.e.vii/thorough")
def test_the_supervisors_page_asks_as_much_for_many_as_for_few_and_has_pages(
    ada: PersonActor, raised: Callable[..., Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(person("carla"))

    def asked(shown: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            page = browser.get("/alerts/dispositions/").context
        assert len(page["together"]) == shown
        return len(queries)

    counts = []
    for shown, plate in enumerate(("ABC123", "XYZ780", "XYZ780"), 1):
        alert = raised(plate)
        steps.confirm(ada, alert, plate, "NM")
        actions.mark(ada, alert, FaultKind.STALE)
        close(alert)
        counts.append(asked(shown))
    assert counts[1] == counts[2]
    monkeypatch.setattr(views, "page_of", partial(page_of, per_page=2))
    assert [len(browser.get(f"/alerts/dispositions/?page={page}").context["page"]) for page in (1, 2)] == [
        2,
        1,
    ]
