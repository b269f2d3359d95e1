"""An alert through dispatch opens a call; one act adds an officer's own; call and alert close together."""

import json
from typing import Any
from unittest.mock import Mock

import pytest

from plateward.field.hotlists.models import HotList
from plateward.field.reads.store import configured_store
from plateward.ground.links.eido import MARKING
from plateward.ground.policy.decision import Refused
from plateward.ground.wire.read import Position
from plateward.people.actor import PersonActor
from plateward.people.models import Unit
from plateward.people.testing import person
from plateward.testing import reference_path
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.closing.actions import dispose, review
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.step import update_stage
from plateward.work.alerts.testing import end_entries
from plateward.work.alerts.verifying.denying import deny
from plateward.work.alerts.verifying.models import Denial
from plateward.work.dispatch import actions
from plateward.work.dispatch.documents import COMMON_TYPES, DEFAULT_TYPE
from plateward.work.dispatch.models import Call, Change
from plateward.work.dispatch.tests.documents import GONE, STORY, document

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.vii/type", "6.e.vii/added", "6.e.vii/closing")]


def notes(call: Call) -> str:
    return " ".join(note["notesActionComments"] for note in document(call)["notesComponent"])


@pytest.mark.clause("6.e.iii/marked", "6.b.i.9/entries")
def test_an_alert_through_dispatch_opens_a_call_of_the_lpr_hit_type(alert: Alert, recorded: Any) -> None:
    call = Call.objects.get()
    assert (call.opened, call.links.get().alert) == (Call.Opened.DISPATCH, alert)
    assert recorded("call.open").object == f"call:{call.pk}"
    eido = document(call)
    about = eido["incidentComponent"]
    assert about["incidentTypeInternalCode"] == "LPRHIT"
    assert about["incidentTypeCommonRegistryText"] == "VEHSTLN"
    assert "Possible LPR hit: Stolen vehicle (NCIC)" in about["incidentTypeInternalText"]
    assert MARKING in about["incidentTypeInternalText"]
    assert MARKING in notes(call)
    place = eido["locationComponent"][0]
    assert "35.084400 -106.650400" in place["locationByValue"]
    assert place["locationDescriptionText"] == f"in Albuquerque; Gate 1, alert {alert.pk}"
    assert "in Albuquerque, seen by Gate 1" in notes(call)


def test_the_plate_goes_to_cad_only_when_a_person_has_read_it(ada: PersonActor, alert: Alert) -> None:
    call = Call.objects.get()
    assert "ABC123" not in json.dumps(document(call))
    steps.confirm(ada, alert, "abc123", "NM")
    assert "Plate ABC123 NM, confirmed from the image by a person." in notes(call)


def test_a_misread_plate_does_not_go_to_cad(ada: PersonActor, alert: Alert) -> None:
    steps.confirm(ada, alert, "ABC128", "NM")
    assert "no basis to act" in notes(Call.objects.get())
    assert "ABC12" not in notes(Call.objects.get())


def test_the_types_are_of_the_registry() -> None:
    codes = json.loads(reference_path("formats", "codes", "apco_incident_category_codes.json").read_bytes())
    assert {*COMMON_TYPES.values(), DEFAULT_TYPE} <= set(codes["apcoIncidentCategoryCodeSimpleType"])


def test_what_rings_not_and_what_is_covert_opens_no_call(roadside: Roadside) -> None:
    roadside.send(roadside.photo("ABC123", sure=False))
    assert not Call.objects.exists()
    HotList.objects.update(covert=True)
    roadside.send(roadside.photo("ABC123"))
    assert Alert.objects.get().rings
    assert not Call.objects.exists()


def test_an_alert_of_a_list_that_goes_through_communications_opens_a_call_whoever_saw_it() -> None:
    hotlist = load_hotlist("ABC123").hotlist
    HotList.objects.update(through_dispatch=True)
    car = enroll_reader(unit=Unit.objects.create(name="Unit 40"))
    car.send(car.photo("ABC123"))
    call = Call.objects.get()
    assert (call.opened, call.links.get().by) == (Call.Opened.LIST, None)
    assert document(call)["incidentComponent"]["incidentTypeInternalCode"] == "LPRHIT"
    car.send(car.photo("ABC123"))
    HotList.objects.filter(pk=hotlist.pk).update(through_dispatch=False)
    load_hotlist("XYZ987", name="Second list")
    car.send(car.photo("XYZ987"))
    assert Call.objects.get() == call  # the other list's alert waits for its officer


def test_it_opens_when_the_alert_rings_at_last(roadside: Roadside) -> None:
    roadside.send(roadside.photo("ABC123", sure=False))
    roadside.send(roadside.photo("ABC123"))
    assert Call.objects.count() == 1


def test_an_officers_own_alert_reaches_dispatch_in_one_act(
    ada: PersonActor, own: Alert, recorded: Any
) -> None:
    assert not Call.objects.exists()
    call = actions.notify_dispatch(ada, own, None)
    assert (call.opened, call.links.get().by) == (Call.Opened.NOTICE, ada.person)
    assert recorded("call.tell").object == f"alert:{own.pk}"


def test_an_alert_whose_read_is_missing_reaches_dispatch_without_its_place(
    ada: PersonActor, own: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=OSError))
    link = actions.notify_dispatch(ada, own, None).links.get()
    assert (link.alert, link.lat, link.lon) == (own, None, None)
    with pytest.raises(Refused, match="already has this alert"):
        actions.notify_dispatch(ada, own, None)
    assert Call.objects.count() == 1


def test_an_alert_of_the_plate_of_a_closed_call_opens_another(ada: PersonActor, alert: Alert) -> None:
    dispose(ada, alert, GONE)
    car = enroll_reader(unit=Unit.objects.create(name="Unit 40"))
    car.send(car.photo("ABC123"))
    call = actions.notify_dispatch(ada, Alert.objects.latest("pk"), None)
    assert Call.objects.open().get() == call
    assert Call.objects.count() == 2


def test_an_alert_may_be_added_to_a_chosen_call(ada: PersonActor, own: Alert) -> None:
    chosen = Call.objects.create(opened=Call.Opened.NOTICE)
    assert actions.notify_dispatch(ada, own, chosen) == chosen
    assert [change.what for change in chosen.changes.all()] == [f"Alert {own.pk} was added."]


@pytest.mark.parametrize(("lat", "calls"), [(35.1, 1), (37.0, 2)])
def test_two_lists_of_one_plate_make_one_call_and_another_place_another(
    ada: PersonActor, alert: Alert, lat: float, calls: int
) -> None:
    load_hotlist("ABC123,NM,wanted_person", name="Second list", source="State")
    car = enroll_reader(unit=Unit.objects.create(name="Unit 40"))
    place = Position(lat=lat, lon=-106.6504, accuracy_m=5.0, age_s=0.2)
    car.send(car.photo("ABC123", position=place))
    actions.notify_dispatch(ada, Alert.objects.exclude(pk=alert.pk).get(), None)
    assert Call.objects.count() == calls


def test_call_and_alert_close_together_and_cad_is_told_all_enforcement(
    ada: PersonActor, alert: Alert
) -> None:
    call = Call.objects.get()
    assert Call.objects.open().get() == call
    dispose(ada, alert, GONE)
    assert not Call.objects.open().exists()
    about = document(call)["incidentComponent"]
    assert about["incidentStatusCommonRegistryText"] == ["Closed"]
    [end] = about["dispositionComponent"]
    assert end["dispositionDescriptionText"].startswith("Vehicle not located or not stopped")
    assert STORY not in json.dumps(document(call))
    assert [change.what for change in call.changes.all()][-1] == "The call is closed, with its last alert."


def test_a_call_of_two_alerts_closes_with_the_second(
    ada: PersonActor, alert: Alert, roadside: Roadside
) -> None:
    load_hotlist("ABC123,NM,wanted_person", name="Second list", source="State")
    roadside.send(roadside.photo("ABC123"))
    call = Call.objects.get()
    first, second = (link.alert for link in call.links.all())
    dispose(ada, first, GONE)
    assert document(call)["incidentComponent"]["incidentStatusCommonRegistryText"] == ["Active"]
    dispose(ada, second, GONE)
    assert document(call)["incidentComponent"]["incidentStatusCommonRegistryText"] == ["Closed"]


def test_a_returned_disposition_opens_the_call_until_it_is_completed(ada: PersonActor, alert: Alert) -> None:
    carla = person("carla")
    type(carla).objects.filter(pk=ada.person.pk).update(supervisor=carla)
    ada.person.refresh_from_db()
    dispose(ada, alert, GONE)
    review(
        PersonActor.of(carla),
        Disposition.objects.get(),
        returned=True,
        words="Say where you waited, and since when.",
    )
    call = Call.objects.open().get()
    assert document(call)["incidentComponent"]["dispositionComponent"] == []
    dispose(ada, alert, GONE)
    [end] = document(call)["incidentComponent"]["dispositionComponent"]
    assert end["$id"].endswith(f"-{Disposition.objects.latest('pk').pk}")


def test_a_recall_is_told_first_and_closes_the_call(alert: Alert) -> None:
    call = Call.objects.get()
    end_entries(alert.entry_id)
    assert not Call.objects.open().exists()
    assert "RECALLED, do not act" in notes(call)
    [end] = document(call)["incidentComponent"]["dispositionComponent"]
    assert end["dispositionCategoryText"] == "recalled"


@pytest.mark.clause("5.h/query")
def test_a_no_of_ncic_is_told_first_and_closes_the_call(alert: Alert) -> None:
    call = Call.objects.get()
    locked = Alert.objects.get()
    deny(locked, Denial.Cause.NO_RECORD, "NCIC has no record of it.")
    update_stage(locked, None)  # as when the answer comes late and nobody waits
    assert not Call.objects.open().exists()
    assert "NOT VERIFIED, do not act: NCIC has no record" in notes(call)
    [end] = document(call)["incidentComponent"]["dispositionComponent"]
    assert end["dispositionCategoryText"] == "not_verified"


@pytest.mark.both_databases
def test_what_cad_is_to_hear_is_written_in_the_transaction_that_it_tells_of(
    ada: PersonActor, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the hub is killed at the act's end, neither exists."""
    before = Change.objects.count()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("plateward.core.audit.log._append", killed)
    with pytest.raises(KeyboardInterrupt):
        steps.confirm(ada, alert, "ABC123", "NM")
    monkeypatch.undo()
    assert Change.objects.count() == before
    assert Alert.objects.get().stage == "new"
