"""An alert is shared with a named colleague, for a purpose, for a time; and with nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.access.suspensions import actions as suspensions
from plateward.people.models import Person, Unit
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in, untrain
from plateward.testing.hotlist import GLORIA, load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.audience.alerts import alerts_for, is_active
from plateward.work.alerts.audience.models import Share
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.queue.live_queue import StreamEvent, changes_after
from plateward.work.alerts.queue.summary import ring_facts
from plateward.work.alerts.routing.presence import recipient_of
from plateward.work.alerts.routing.rules import AlarmSound, alarm_sound
from plateward.work.alerts.sharing import rules

WHY = "Ben waits at the Lordsburg ramp and will know the red pickup of the 2026-00587 robbery."


@pytest.mark.clause("6.e.ii/share", "6.c.ii/lists")
def test_who_may_share_what() -> None:
    fine = {"in_audience": True, "covert": False, "to_self": False, "sees_it": False, "hindered": False}
    assert rules.may_share(**fine) == Allow()
    for wrong in ("covert", "to_self", "sees_it", "hindered"):
        assert isinstance(rules.may_share(**fine | {wrong: True}), Refusal), wrong
    assert isinstance(rules.may_share(**fine | {"in_audience": False}), Refusal)


@pytest.mark.clause("6.e.ii/share")
@pytest.mark.parametrize(
    ("text", "fine"),
    [
        (WHY, True),
        ("please look", False),
        ("Please have a look at this case, for an investigation", False),
        ("....................", False),
    ],
)
def test_a_purpose_says_what_for(text: str, fine: bool) -> None:
    assert isinstance(rules.is_sufficient_purpose(text), Allow) is fine


@pytest.mark.clause("6.e.ii/share", "SB40.share/words")
@pytest.mark.parametrize(
    "text",
    [
        "The ICE agents at the Lordsburg ramp wait for the driver of the red pickup.",
        "The red pickup was at the abortion clinic on Main St, find who drove there.",
        "See who of the demonstrators at the plaza came in the red pickup on Sunday.",
    ],
)
def test_no_alert_is_shared_for_what_the_law_bars(alert: Alert, text: str) -> None:
    page = signed_in(of("ada")).post(f"/alerts/{alert.pk}/share", {"to": "ben", "purpose": text, "days": "1"})
    assert page.status_code == 409
    assert "SB40.share" in page.content.decode()
    assert Audit.objects.get(event="alert.share").outcome == "refused"
    assert not Share.objects.exists()


@pytest.fixture
def alert(db: None) -> Alert:
    """On a list for Ada's unit only."""
    load = load_hotlist("ABC123")
    own, other = Unit.objects.create(name="Unit 21"), Unit.objects.create(name="Unit 22")
    person("ada", unit=own)
    person("ben", unit=other)
    load.hotlist.units.add(own)
    reader = enroll_reader(unit=own)
    reader.send(reader.photo("ABC123"))
    return Alert.objects.get()


def of(name: str) -> Person:
    return Person.objects.get(username=name)


def shared(browser: Client, alert: Alert, **more: str) -> int:
    given = {"to": "ben", "purpose": WHY, "days": "1"} | more
    return browser.post(f"/alerts/{alert.pk}/share", given).status_code


@pytest.mark.clause("6.e.ii/share", "6.e.iii/marked", "6.b.i.9/entries")
def test_a_colleague_sees_it_until_it_ends(alert: Alert) -> None:
    ada, ben = signed_in(of("ada")), signed_in(of("ben"))
    page = f"/alerts/{alert.pk}/"
    assert ben.get(page).status_code == 404
    assert shared(ada, alert) == 302
    assert WHY in ben.get(page).content.decode()
    assert f"/alerts/{alert.pk}/" in ben.get("/alerts/").content.decode()
    notice = Notice.objects.get(to=of("ben")).text
    assert "verify before acting" in notice
    leaf = Audit.objects.get(event="alert.share").leaf
    assert leaf
    assert (leaf.details["to"], WHY in str(leaf)) == ("ben", False)
    assert shared(ben, alert, to="ada") == 409, "what was shared with him is not his to share"
    share = Share.objects.get()
    assert ben.post(f"{page}share/{share.pk}/end").status_code == 302
    assert ben.get(page).status_code == 200, "nor his to end"
    ada.post(f"{page}share/{share.pk}/end")
    assert ben.get(page).status_code == 404
    assert Audit.objects.filter(event="alert.unshare", outcome="done").count() == 1


@pytest.mark.both_databases
@pytest.mark.clause("6.e.ii/share")
def test_the_page_lists_shares_in_the_order_they_were_made(alert: Alert) -> None:
    ada = signed_in(of("ada"))
    for name, days in (("ben", "30"), ("dario", "7"), ("elena", "1")):
        person(name, unit=of("ben").unit)
        assert shared(ada, alert, to=name, days=days) == 302
    with CaptureQueriesContext(connection) as captured:
        page = ada.get(f"/alerts/{alert.pk}/")
    assert [share.to.username for share in page.context["sharing"]["shares"]] == ["ben", "dario", "elena"]
    shares = [query["sql"] for query in captured if 'FROM "alerts_share"' in query["sql"]]
    assert shares
    assert all(query.endswith('ORDER BY "alerts_share"."id" ASC') for query in shares)


@pytest.mark.clause("6.e.ii/share")
def test_it_ends_by_itself(alert: Alert) -> None:
    assert isinstance(rules.may_last_until(clock.now() + timedelta(days=31), clock.now()), Refusal)
    shared(signed_in(of("ada")), alert, days="7")
    with clock.set_to(clock.now() + timedelta(days=7) - timedelta(minutes=1)):
        assert alerts_for(of("ben")).exists()
    with clock.set_to(clock.now() + timedelta(days=7)):
        assert not alerts_for(of("ben")).exists()


@pytest.mark.clause("6.e.ii/share", "6.c.ii/lists")
def test_it_shows_that_alert_and_rings_for_nobody(alert: Alert) -> None:
    announce([alert], new=True)
    ben = of("ben").pk
    assert changes_after(0, recipient_of(ben)) == []
    shared(signed_in(of("ada")), alert)
    ear = recipient_of(ben)
    change: StreamEvent = changes_after(0, ear)[-1]
    assert change.alert == alert.pk
    fresh = Alert.objects.select_related("entry__hotlist").get(pk=alert.pk)
    assert alarm_sound(ear, ring_facts(fresh), clock.now().time()) is AlarmSound.NONE


@pytest.mark.clause("6.e.ii/share", "6.c.ii/lists")
def test_a_list_that_becomes_covert_takes_its_alerts_back(alert: Alert) -> None:
    shared(signed_in(of("ada")), alert)
    ben = signed_in(of("ben"))
    assert ben.get(f"/alerts/{alert.pk}/").status_code == 200
    HotList.objects.update(covert=True)
    assert ben.get(f"/alerts/{alert.pk}/").status_code == 404
    assert not recipient_of(of("ben").pk).shared


@pytest.mark.clause("6.e.ii/share", "6.c.ii/lists")
def test_what_a_share_rests_on() -> None:
    fine = {"covert": False, "in_audience": True, "hindered": False}
    assert is_active(**fine)
    for wrong in ({"covert": True}, {"in_audience": False}, {"hindered": True}):
        assert not is_active(**fine | wrong), wrong


@pytest.mark.clause("6.e.ii/share", "6.c.ii/lists")
def test_it_does_not_outlive_the_right_of_who_shared_it(alert: Alert) -> None:
    shared(signed_in(of("ada")), alert)
    ben, page = signed_in(of("ben")), f"/alerts/{alert.pk}/"
    carla = signed_in(person("carla", unit=of("ada").unit))
    line = "<strong>Ben Begay</strong> has access until"
    assert ben.get(page).status_code == 200
    assert line in carla.get(page).content.decode()
    Person.objects.filter(username="ada").update(unit=of("ben").unit)
    HotList.objects.get().units.remove(Unit.objects.get(name="Unit 22"))
    assert ben.get(page).status_code == 404, "she was transferred, and sees it no more herself"
    assert not recipient_of(of("ben").pk).shared, "and it leaves his live queue"
    assert line not in carla.get(page).content.decode()
    Person.objects.filter(username="ada").update(unit=of("carla").unit)
    assert ben.get(page).status_code == 200
    untrain(of("ada"), "cjis")
    assert ben.get(page).status_code == 404, "her training has lapsed"


def _leaves(ada: Person) -> None:
    suspensions.terminate_access(GLORIA, ada, "Retired.")


def _hands_over_to_nobody(ada: Person) -> None:
    ada.accesses.update(ends=clock.now(), ended_by="system:test", end_reason="Ended.")


def _is_named_no_more(ada: Person) -> None:
    HotList.objects.get().units.set([Unit.objects.get(name="Unit 22")])


@pytest.mark.both_databases
@pytest.mark.clause("6.e.ii/share", "6.c.ii/lists")
@pytest.mark.parametrize("loses", [_leaves, _hands_over_to_nobody, _is_named_no_more])
def test_it_ends_at_the_next_look_however_who_shared_it_lost_the_right(
    alert: Alert, loses: Callable[[Person], None]
) -> None:
    ben_elsewhere = Unit.objects.create(name="Unit 23")
    Person.objects.filter(username="ben").update(unit=ben_elsewhere)
    shared(signed_in(of("ada")), alert)
    ben = signed_in(of("ben"))
    assert ben.get(f"/alerts/{alert.pk}/").status_code == 200
    loses(of("ada"))
    assert ben.get(f"/alerts/{alert.pk}/").status_code == 404
    assert not alerts_for(of("ben")).exists()
    assert not recipient_of(of("ben").pk).shared


@pytest.mark.both_databases
@pytest.mark.clause("6.e.ii/share")
def test_the_database_keeps_it_but_for_its_one_end(alert: Alert) -> None:
    ada = signed_in(of("ada"))
    shared(ada, alert)
    share = Share.objects.get()

    def refused(statement: str) -> None:
        with (
            pytest.raises(DatabaseError, match="never altered"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    refused("UPDATE alerts_share SET ends_at = '2036-01-01 00:00:00'")
    refused("UPDATE alerts_share SET to_id = by_id")
    refused("DELETE FROM alerts_share")
    ada.post(f"/alerts/{alert.pk}/share/{share.pk}/end")
    assert Share.objects.get().ended_at
    refused("UPDATE alerts_share SET ended_at = NULL")
    refused("UPDATE alerts_share SET ended_at = '2036-01-01 00:00:00'")


@pytest.mark.clause("6.e.ii/share", "6.c.ii/lists")
def test_bad_names_and_covert_lists_are_met_with_a_sentence(alert: Alert) -> None:
    ada = signed_in(of("ada"))
    assert shared(ada, alert, to="nobody") == 422
    assert shared(ada, alert, to="ada") == 409
    assert shared(ada, alert, days="4") == 422
    assert shared(ada, alert, purpose="look at this please") == 409
    person("jack")
    assert shared(ada, alert, to="jack") == 409, "his training has lapsed"
    hotlist = HotList.objects.get()
    hotlist.people.add(of("ada"))
    HotList.objects.update(covert=True)
    assert shared(ada, alert) == 409
    assert not Share.objects.exists()


@pytest.mark.clause("6.e.ii/share")
@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("Begay", ""),
        ("ben BEGAY", ""),
        ("nora", "Nora Naranjo does not have alert duties."),
        ("Zzyzx", "There is nobody named “Zzyzx”."),
        ("Be", "Several colleagues have this name: Bea Begay (dario); Ben Begay (ben)."),
    ],
)
def test_a_colleague_is_found_by_name(alert: Alert, to: str, says: str) -> None:
    person("nora")
    if to == "Be":
        person("dario", full_name="Bea Begay")
    given = {"to": to, "purpose": WHY, "days": "1"}
    answer = signed_in(of("ada")).post(f"/alerts/{alert.pk}/share", given)
    assert (answer.status_code, says in answer.content.decode()) == (422 if says else 302, True)
    assert [share.to.username for share in Share.objects.all()] == ([] if says else ["ben"])
