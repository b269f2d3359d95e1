"""Acting without checks in imminent danger: notified at once, reviewed by the supervisor, or escalated."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import Entry, HotList
from plateward.field.hotlists.recall.actions import recall_entry
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.absences import declare_absence
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in
from plateward.work.alerts.confirming import actions as faults
from plateward.work.alerts.confirming.models import Fault
from plateward.work.alerts.confirming.tests.narratives import FINDING, WHY
from plateward.work.alerts.facts import ActKind, FaultKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.overrides import actions
from plateward.work.alerts.overrides.models import (
    DangerException,
    Override,
    OverrideFinding,
    Referral,
)
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.page.evidence import facts
from plateward.work.alerts.testing import BASIS, allow_overrides

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


@pytest.fixture
def chain() -> list[Person]:
    """Carla above Ada, Nora (a lieutenant here) above Carla, and the Chief, who has allowed the exception."""
    hector = person("hector")
    allow_overrides()
    nora = person("nora", role=Role.SUPERVISOR)
    carla = person("carla", supervisor=nora)
    person("ada", supervisor=carla)
    return [carla, nora, hector]


@pytest.fixture
def ada(chain: list[Person]) -> PersonActor:
    return acting("ada")


def notices_of(to: Person) -> list[str]:
    return list(Notice.objects.filter(to=to).values_list("text", flat=True))


@pytest.mark.clause("6.e.iv.3/danger", "6.b.i.9/entries")
def test_it_opens_the_gate_tells_the_supervisor_and_is_on_the_record(
    ada: PersonActor, alert: Alert, chain: list[Person]
) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    with pytest.raises(Refused):
        steps.act(ada, alert, ActKind.ENCOUNTER)
    made = actions.override(ada, alert, WHY)
    assert (made.missing, made.why, made.by) == (["observation", "verification"], WHY, ada.person)
    steps.act(ada, alert, ActKind.ENCOUNTER)
    assert Alert.objects.get().stage == "acted"
    assert [len(notices_of(person)) for person in chain] == [1, 0, 0]
    assert f"overrode the checks of alert {alert.pk}" in notices_of(chain[0])[0]
    leaf = Audit.objects.get(event="alert.override").leaf
    assert leaf
    assert (leaf.outcome, leaf.details["missing"], leaf.details["notified"]) == (
        "done", ["observation", "verification"], ["carla"],
    )  # fmt: skip
    with pytest.raises(Refused, match="Ada Archuleta overrode"):
        actions.override(acting("ben"), alert, WHY)


@pytest.mark.clause("6.e.iv.3/danger", "6.b.i.9/entries")
def test_without_the_chiefs_exception_no_check_is_overridden_nor_is_it_offered(alert: Alert) -> None:
    person("ada", supervisor=person("carla"))
    browser, page = signed_in(person("ada")), f"/alerts/{alert.pk}/"
    assert "override missing checks" not in browser.get(page).content.decode()
    answer = browser.post(f"{page}override", {"why": WHY})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "the Chief has not allowed an exception for imminent danger" in said
    assert "Complete the missing checks." in said
    assert ">6.e.iv.3</a>)" in said
    assert WHY in said, "nothing typed is lost"
    assert not Override.objects.exists()
    leaf = Audit.objects.filter(event="alert.override").latest("sequence").leaf
    assert leaf
    assert (leaf.outcome, leaf.clause) == ("refused", "6.e.iv.3")
    allow_overrides()
    html = browser.get(page).content.decode()
    assert "Imminent danger: override missing checks" in html
    assert BASIS in html


@pytest.mark.clause("6.e.iv.3/danger", "6.b.i.9/entries")
def test_the_chief_alone_allows_the_exception_on_a_basis_until_a_time(alert: Alert) -> None:
    page, given = "/overrides/exception/", {"basis": BASIS, "until": "2026-12-31T12:00"}
    with clock.set_to(datetime(2026, 12, 2, 19, tzinfo=UTC)):
        for name in ("ada", "carla", "gloria"):
            for act in ("allow", "end"):
                assert signed_in(person(name)).post(page + act, given | {"reason": BASIS}).status_code == 403
        chief = signed_in(person("hector"))
        for broken, status in (
            ({}, 422),
            (given | {"basis": "........ 12345 --"}, 409),
            (given | {"basis": "x" * 401}, 422),
            (given | {"until": "tomorrow"}, 422),
            (given | {"until": "2026-12-02T11:59"}, 409),
            (given | {"until": "2027-12-31T12:00"}, 409),
            (given | {"until": "9999-12-31T12:00"}, 409),
        ):
            assert chief.post(f"{page}allow", broken).status_code == status, broken
        assert not DangerException.objects.exists()
        assert "Each use is reported" in chief.post(f"{page}allow", given, follow=True).content.decode()
        leaf = Audit.objects.filter(event="override.allow", outcome="done").get().leaf
        assert leaf
        assert (leaf.actor_id, leaf.reason) == ("hector", BASIS)
        assert chief.post(f"{page}allow", given).status_code == 409, "one at once"
        shown = signed_in(person("carla")).get(page).content.decode()
        assert "Hector Herrera" in shown
        assert BASIS in shown
        assert chief.post(f"{page}end", {"reason": "over"}).status_code == 409
        assert chief.post(f"{page}end", {"reason": "The counsel advised against it."}).status_code == 302
        assert chief.post(f"{page}end", {"reason": "The counsel advised against it."}).status_code == 409
        with pytest.raises(Refused, match="has not allowed"):
            actions.override(acting("ada"), alert, WHY)


@pytest.mark.clause("6.e.iv.3/danger")
def test_the_exception_ends_by_itself(ada: PersonActor, alert: Alert) -> None:
    with (
        clock.set_to(DangerException.objects.get().until),
        pytest.raises(Refused, match="has not allowed"),
    ):
        actions.override(ada, alert, WHY)


@pytest.mark.clause("6.e.iv.3/danger", "6.b.i.5/results")
def test_alert_outcomes_and_report_say_under_whose_exception_checks_were_overridden(
    ada: PersonActor, alert: Alert
) -> None:
    actions.override(ada, alert, WHY)
    html = signed_in(ada.person).get(f"/alerts/{alert.pk}/").content.decode()
    for page in (html, signed_in(person("gloria")).get("/alerts/outcomes/").content.decode()):
        assert "The policy has no" in page
        assert BASIS in page
        assert "Hector Herrera" in page
    assert f"Alert {alert.pk}," in page, "she sees no alert's own page"
    [fact] = [item for item in facts() if "Exception for imminent danger" in item.text]
    assert "allowed by Hector Herrera until" in fact.text
    assert "Deviation: Hector Herrera has allowed an exception" in fact.gap
    actions.end_exception(acting("hector"), "The counsel advised against it.")
    [fact] = [item for item in facts() if "Exception for imminent danger" in item.text]
    assert "not allowed" in fact.text
    assert "while the Chief had allowed it: 1" in fact.gap


@pytest.mark.clause("6.e.iv.3/danger", "6.b.i.9/denied")
def test_a_refused_override_changes_nothing_and_is_on_the_log(ada: PersonActor, alert: Alert) -> None:
    with pytest.raises(Refused, match="danger that leaves no time"):
        actions.override(ada, alert, "Imminent danger!")
    assert not Override.objects.exists() | Notice.objects.exists()
    leaf = Audit.objects.latest("sequence").leaf
    assert leaf
    assert (leaf.event, leaf.outcome, leaf.clause) == ("alert.override", "refused", "6.e.iv.3")


@pytest.mark.clause("6.e.iv.3/danger")
def test_it_lifts_no_recall(ada: PersonActor, alert: Alert) -> None:
    actions.override(ada, alert, WHY)
    recall_entry(acting("gloria"), Entry.objects.get(plate="ABC123"), "Recovered by Santa Fe PD yesterday.")
    with pytest.raises(Refused, match="recalled"):
        steps.act(ada, alert, ActKind.ENCOUNTER)


@pytest.mark.clause("6.e.iv.3/danger")
def test_nobody_but_whom_it_is_with_reviews_it_and_once(
    ada: PersonActor, alert: Alert, chain: list[Person]
) -> None:
    made = actions.override(ada, alert, WHY)
    for name in ("ada", "nora"):
        with pytest.raises(Refused):
            actions.review(acting(name), made, justified=True, text=FINDING)
    finding = actions.review(acting("carla"), made, justified=True, text=FINDING)
    with pytest.raises(Refused, match="already reviewed"):
        actions.review(acting("carla"), made, justified=False, text=FINDING)
    assert (finding.acting, finding.justified) == ("As their supervisor", True)
    assert FINDING in notices_of(ada.person)[0]
    steps.act(ada, alert, ActKind.ENCOUNTER)


@pytest.mark.clause("6.e.iv.3/danger")
def test_one_that_was_not_justified_stands_in_for_no_check_any_more(ada: PersonActor, alert: Alert) -> None:
    made = actions.override(ada, alert, WHY)
    actions.review(acting("carla"), made, justified=False, text=FINDING)
    assert "NOT justified" in notices_of(ada.person)[0]
    with pytest.raises(Refused, match="plate has not been confirmed"):
        steps.act(ada, alert, ActKind.ENCOUNTER)
    with pytest.raises(Refused, match="overrode"):
        actions.override(ada, alert, WHY)


@pytest.mark.clause("6.e.iv.3/danger")
def test_an_absent_supervisor_is_passed_over_at_once(
    ada: PersonActor, alert: Alert, chain: list[Person]
) -> None:
    declare_absence(acting("carla"), clock.now(), clock.now() + DAY)
    Notice.objects.all().delete()
    made = actions.override(ada, alert, WHY)
    assert [len(notices_of(person)) for person in chain] == [0, 1, 0]
    finding = actions.review(acting("nora"), made, justified=True, text=FINDING)
    assert "Carla Chavez is absent" in finding.acting


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iv.3/danger")
def test_what_nobody_reviews_in_a_day_goes_up_the_chain_day_by_day(
    ada: PersonActor, alert: Alert, chain: list[Person]
) -> None:
    start = clock.now()
    with clock.set_to(start):
        made = actions.override(ada, alert, WHY)
    counts = []
    for hours in (23.9, 24, 24.1, 48, 72, 96):
        with clock.set_to(start + timedelta(hours=hours)):
            counts.append(actions.escalate())
    assert counts == [0, 1, 0, 1, 1, 1]
    # At the end of the chain it stays with the Chief, who is notified again.
    assert [referral.to for referral in made.referrals.all()] == [*chain, chain[-1], chain[-1]]
    assert [len(notices_of(person)) for person in chain] == [1, 1, 3]
    assert "Carla Chavez did not review it within 24 hours" in notices_of(chain[1])[0]
    # A reviewer who let a day pass may still review it; then it escalates no further.
    assert not Notice.objects.exclude(settled_at=None).exists()
    actions.review(acting("carla"), made, justified=True, text=FINDING)
    assert not Notice.objects.filter(settled_at=None, to__in=chain).exists()
    with clock.set_to(start + timedelta(hours=500)):
        assert actions.escalate() == 0


@pytest.mark.clause("6.e.iv.3/danger")
def test_it_never_goes_to_whoever_overrode(alert: Alert) -> None:
    nora = person("nora", role=Role.CHIEF)
    allow_overrides()
    start = clock.now()
    with clock.set_to(start):
        made = actions.override(acting("hector"), alert, WHY)
    with clock.set_to(start + DAY):
        assert actions.escalate() == 1
    assert [referral.to for referral in made.referrals.all()] == [nora, nora]


@pytest.mark.clause("6.e.iv.3/danger")
def test_where_nobody_can_review_it_the_administrator_is_told_until_somebody_can(alert: Alert) -> None:
    gloria = person("gloria")
    DangerException.objects.create(basis=BASIS, by=gloria, until=clock.now() + DAY)  # there is no Chief
    made = actions.override(acting("ada"), alert, WHY)
    assert "no one in their chain of command" in notices_of(gloria)[0]
    assert actions.escalate() == 0
    Person.objects.filter(username="ada").update(supervisor=person("carla"))
    assert (actions.escalate(), actions.escalate()) == (1, 0)
    assert len(notices_of(person("carla"))) == 1
    actions.review(acting("carla"), made, justified=True, text=FINDING)


@pytest.mark.clause("6.c.ii/lists")
def test_of_a_covert_list_only_whom_it_names_hears_and_sees(
    ada: PersonActor, alert: Alert, chain: list[Person]
) -> None:
    carla, nora, hector = chain
    HotList.objects.update(covert=True)
    HotList.objects.get().people.set([ada.person, nora])
    made = actions.override(ada, alert, WHY)
    assert [len(notices_of(person)) for person in chain] == [0, 1, 0]
    assert [actions.may_see(person, made) for person in (ada.person, *chain)] == [True, False, True, False]
    assert signed_in(carla).get(f"/overrides/{made.pk}/").status_code == 404
    assert signed_in(hector).post(f"/overrides/{made.pk}/", {}).status_code == 404


@pytest.mark.clause("6.e.iv.3/danger")
def test_the_pages_from_the_override_to_the_finding(
    ada: PersonActor, alert: Alert, chain: list[Person]
) -> None:
    officer, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    assert "Imminent danger: override missing checks" in officer.get(page).content.decode()
    thin = officer.post(f"{page}override", {"why": "Officer safety"})
    assert (thin.status_code, "Officer safety" in thin.content.decode()) == (409, True)
    officer.post(f"{page}override", {"why": WHY})
    html = officer.get(page).content.decode()
    assert "Assigned to Carla Chavez" in html
    assert "override missing checks" not in html
    made = Override.objects.get()
    assert officer.get("/overrides/").status_code == 403
    sergeant = signed_in(chain[0])
    listed = sergeant.get("/overrides/").content.decode()
    assert f"/overrides/{made.pk}/" in listed
    assert 'Overrides <span class="tag tag--normal">1' in listed
    review = sergeant.get(f"/overrides/{made.pk}/").content.decode()
    assert WHY in review
    assert "plate and state were not confirmed from the image" in review
    lieutenant = signed_in(chain[1])
    assert "Your finding" not in lieutenant.get(f"/overrides/{made.pk}/").content.decode()
    refused = lieutenant.post(f"/overrides/{made.pk}/", {"justified": "yes", "text": FINDING})
    assert (refused.status_code, "not the reviewer" in refused.content.decode()) == (409, True)
    assert sergeant.post(f"/overrides/{made.pk}/", {"justified": "maybe"}).status_code == 422
    assert sergeant.post(f"/overrides/{made.pk}/", {"justified": "yes", "text": FINDING}).status_code == 302
    assert FINDING in officer.get(page).content.decode()
    assert "You have no overrides" in sergeant.get("/overrides/").content.decode()


@pytest.mark.clause("6.e.iv.3/danger", "6.b.i.9/entries", "6.b.i.9/first")
def test_an_open_page_of_the_supervisor_hears_of_it_and_of_its_end(
    ada: PersonActor, alert: Alert, chain: list[Person]
) -> None:
    carla, json = signed_in(chain[0]), {"accept": "application/json"}
    before = chain[0].sign_ins.get().seen_at
    assert carla.get("/overrides/banner", headers=json).status_code == 204
    made = actions.override(ada, alert, WHY)
    banner = carla.get("/overrides/banner", headers=json).json()
    assert banner["shown"] == str(made.pk)
    for text in ("Imminent danger", "Ada Archuleta", "holds the child", f"/overrides/{made.pk}/"):
        assert text in banner["html"]
    leaf = Audit.objects.filter(event="override.view", object="overrides:banner").latest("sequence").leaf
    assert leaf
    assert leaf.details["overrides"] == [made.pk], "on the log before it showed"
    assert carla.get(f"/overrides/banner?shown={made.pk}", headers=json).status_code == 204
    assert chain[0].sign_ins.get().seen_at == before, "asking is nobody's work"
    page = carla.get("/training/").content.decode()
    assert f'data-shown="{made.pk}"' in page
    assert "holds the child" in page
    assert "holds the child" not in signed_in(chain[1]).get("/training/").content.decode(), "it is Carla's"
    assert signed_in(ada.person).get("/overrides/banner", headers=json).status_code == 403
    actions.review(acting("carla"), made, justified=True, text=FINDING)
    after = carla.get(f"/overrides/banner?shown={made.pk}", headers=json).json()
    assert (after["shown"], after["html"].strip()) == ("", "")


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iv.3/danger")
def test_no_role_alters_or_removes_what_was_answered(ada: PersonActor, alert: Alert) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    made = actions.override(ada, alert, WHY)
    faults.record_fault(ada, alert, FaultKind.STALE)
    actions.review(acting("carla"), made, justified=True, text=FINDING)
    for kind in (DangerException, Fault, Override, Referral, OverrideFinding):
        table = kind._meta.db_table
        for tamper in (f"DELETE FROM {table}", f"UPDATE {table} SET id = 99"):
            refused = pytest.raises(DatabaseError, match="never altered")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(tamper)
        assert kind.objects.exists()


def test_whoever_may_not_act_may_not_override(alert: Alert) -> None:
    assert signed_in(person("elena")).post(f"/alerts/{alert.pk}/override", {"why": WHY}).status_code == 403
    assert (
        "override missing checks"
        not in signed_in(person("elena")).get(f"/alerts/{alert.pk}/").content.decode()
    )
