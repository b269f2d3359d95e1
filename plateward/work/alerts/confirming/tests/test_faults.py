"""Wrong plate, wrong state, wrong vehicle class, stale entry: reported with one key, and where it goes."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.testing.roadside import Roadside
from plateward.work.alerts.confirming import actions
from plateward.work.alerts.facts import FaultKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions as steps

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.b.i.9/entries")
@pytest.mark.parametrize(
    ("read", "typed", "kind", "of"),
    [
        (("ABC123", "NM"), ("ABC128", "NM"), FaultKind.PLATE, "reader"),
        (("XYZ7B0", "NM"), ("XYZ7B0", "NM"), FaultKind.PLATE, "list"),  # read correctly, matched loosely
        (("ABC123", "NM"), ("ABC123", "TX"), FaultKind.STATE, "reader"),
        (("ABC123", None), ("ABC123", "TX"), FaultKind.STATE, "list"),  # no state was read
        (("ABC123", "NM"), ("ABC123", "NM"), FaultKind.VEHICLE_CLASS, "list"),
        (("ABC123", "NM"), ("ABC123", "NM"), FaultKind.STALE, "list"),
    ],
)
def test_it_stands_in_the_record_of_whoever_erred(
    ada: PersonActor,
    raised: Callable[..., Alert],
    read: tuple[str, str | None],
    typed: tuple[str, str],
    kind: FaultKind,
    of: str,
) -> None:
    alert = raised(*read)
    steps.confirm(ada, alert, *typed)
    actions.record_fault(ada, alert, kind)
    made = alert.faults.get()
    assert (made.kind, made.of, made.by) == (kind, of, ada.person)
    leaf = Audit.objects.get(event="alert.fault").leaf
    assert leaf
    assert (leaf.object, leaf.details["kind"], leaf.details["of"]) == (f"alert:{alert.pk}", kind, of)
    with pytest.raises(Refused, match="already"):
        actions.record_fault(ada, alert, kind)
    assert alert.faults.count() == 1


@pytest.mark.clause("6.e.iv.3/plate")
def test_nobody_answers_before_the_plate_was_read(ada: PersonActor, alert: Alert) -> None:
    with pytest.raises(Refused, match="has not been confirmed"):
        actions.record_fault(ada, alert, FaultKind.STALE)
    assert not alert.faults.exists()


@pytest.mark.parametrize("owner", ["hector", "gloria", "dario"])
def test_a_stale_entry_is_told_to_whoever_keeps_its_list(ada: PersonActor, alert: Alert, owner: str) -> None:
    keeper = person(owner)
    if owner == "hector":
        HotList.objects.update(owner=keeper)
    if owner == "dario":
        HotList.objects.update(covert=True)
        HotList.objects.get().people.set([keeper, ada.person])
    steps.confirm(ada, alert, "ABC123", "NM")
    actions.record_fault(ada, alert, FaultKind.STALE)
    notice = Notice.objects.get(to=keeper)
    assert "ABC123 NM should no longer be on the list “State hot file”" in notice.text
    assert Notice.objects.exclude(to__in=[keeper, ada.person]).count() == 0


@pytest.mark.clause("6.e.iv.3/order")
def test_a_doubt_is_settled_by_another_look_that_comes_after_it(ada: PersonActor, alert: Alert) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    steps.observe(ada, alert, matches=True)
    actions.record_fault(ada, alert, FaultKind.VEHICLE_CLASS)
    assert alert.facts().doubted == {FaultKind.VEHICLE_CLASS}
    steps.observe(ada, alert, matches=False)
    assert alert.facts().doubted == {FaultKind.VEHICLE_CLASS}
    steps.observe(ada, alert, matches=True)
    facts = alert.facts()
    assert facts.faults == {FaultKind.VEHICLE_CLASS}
    assert not facts.doubted


@pytest.mark.clause("6.f.i.2/on")
def test_three_misreads_of_one_reader_within_a_day_go_to_the_administrator_once(
    ada: PersonActor, reader: Roadside, raised: Callable[..., Alert]
) -> None:
    gloria, start = person("gloria"), clock.now()

    def misread(hours: float) -> None:
        with clock.set_to(start + timedelta(hours=hours)):
            alert = raised()
            steps.confirm(ada, alert, "ABC128", "TX")
            actions.record_fault(ada, alert, FaultKind.PLATE)
            actions.record_fault(ada, alert, FaultKind.STATE)

    for hours in (0, 1, 24.5):
        misread(hours)
    assert not Notice.objects.exists()
    for hours in (24.8, 25.1):
        misread(hours)
    assert f"Reader {reader.name}" in Notice.objects.get(to=gloria).text


@pytest.mark.clause("6.e.vii/thorough")
def test_the_page_offers_what_fits_and_is_then_ready_to_close(ada: PersonActor, alert: Alert) -> None:
    browser, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    assert "Is something wrong?" not in browser.get(page).content.decode()
    browser.post(f"{page}confirm", {"plate": "ABC128", "state": "NM"})
    html = browser.get(page).content.decode()
    assert [f'value="{kind}" data-key' in html for kind in FaultKind] == [True, False, True, True]
    assert 'value="misread" selected' not in html
    browser.post(f"{page}fault", {"kind": "plate"})
    html = browser.get(page).content.decode()
    assert 'value="misread" selected' in html
    assert "Said: Wrong plate" in html
    again = browser.post(f"{page}fault", {"kind": "plate"})
    assert (again.status_code, "already" in again.content.decode()) == (409, True)
    assert browser.post(f"{page}fault", {"kind": "color"}).status_code == 422
    assert signed_in(person("elena")).post(f"{page}fault", {"kind": "stale"}).status_code == 403
