"""Who has an investigation, and who sees nothing of it."""

from datetime import timedelta

import pytest

from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.oversight.detectors.records import Pattern as Found
from plateward.oversight.findings.actions import decide_finding
from plateward.oversight.findings.actions import report as report_findings
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.findings.models import Finding, FindingOutcome
from plateward.oversight.investigations import actions, concluding
from plateward.oversight.investigations.models import Investigation, InvestigationStep
from plateward.oversight.investigations.routing import find_reviewers
from plateward.oversight.investigations.tests.conftest import (
    CAST,
    WHAT,
    WHY,
    concluded,
    notified,
    opened,
    who_sees,
)
from plateward.people.access.models import Suspension
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.mark.clause("6.f.i.3/investigate", "6.b.i.8/scope")
@pytest.mark.parametrize(
    ("subject", "by", "investigator", "sees", "reviewers"),
    [
        ("ben", "carla", "carla", {"carla", "gloria", "hector"}, {"hector"}),
        ("carla", "gloria", "hector", {"gloria", "hector", "marco"}, {"marco", "nora"}),
        ("hector", "gloria", "nora", {"marco", "nora"}, {"marco"}),
        ("gloria", "hector", "nora", {"marco", "nora"}, {"marco"}),
        ("nora", "hector", "marco", {"marco"}, {"hector"}),
        ("marco", "hector", "nora", {"nora"}, {"hector"}),
    ],
)
def test_it_goes_to_the_subjects_supervisor_or_outside_the_chain(
    subject: str, by: str, investigator: str, sees: set[str], reviewers: set[str]
) -> None:
    investigation = opened(subject, by)
    assert investigation.investigator == person(investigator)
    assert notified(Kind.INVESTIGATION_ASSIGN) == {investigator}
    assert who_sees(investigation) == sees
    assert {reviewer.username for reviewer in find_reviewers(investigation)} == reviewers


@pytest.mark.clause("6.f.i.3/investigate", "6.c.ii/people")
def test_the_subject_neither_sees_it_nor_acts_and_the_log_names_nobody() -> None:
    investigation, carla = opened("carla", "gloria"), signed_in(person("carla"))
    assert carla.get(investigation.get_absolute_url()).status_code == 404
    entry = AuditEntry.objects.get(object=f"investigation:{investigation.pk}", outcome="refused")
    assert (entry.event, entry.clause, entry.actor_id) == ("investigation.view", "6.c.ii", "carla")
    for act in ("note", "allege", "close", "review"):
        assert carla.post(f"{investigation.get_absolute_url()}{act}/", {"text": WHAT}).status_code == 404
    assert str(investigation) not in carla.get("/investigations/?show=all").content.decode()
    assert "You were not notified" in carla.get("/investigations/own/").content.decode()
    with pytest.raises(Refused, match="about this person"):
        actions.add_note(acting("carla"), investigation, WHAT)
    assert not Notice.objects.filter(to=person("carla")).exists()
    for logged in AuditEntry.objects.filter(event="investigation.open"):
        assert b"carla" not in logged.line()


@pytest.mark.clause("6.f.i.3/investigate")
def test_who_opens_one_about_themselves_or_somebody_not_below_is_refused() -> None:
    for by, subject, why in (("carla", "carla", "yourself"), ("carla", "gloria", "not below you")):
        with pytest.raises(Refused, match=why):
            opened(subject, by)
    given = {"subject": "nobody", "what": WHAT, "happened_on": "yesterday", "known": ""}
    answer = signed_in(person("carla")).post("/investigations/open/", given)
    assert answer.status_code == 422
    assert WHAT in answer.content.decode()
    assert not Investigation.objects.exists()


@pytest.mark.clause("6.f.i.3/investigate", "6.c.ii/people")
def test_whoever_turns_out_to_be_part_of_it_sees_nothing_and_somebody_outside_goes_on() -> None:
    investigation, carla = opened(), signed_in(person("carla"))
    assert carla.get(investigation.get_absolute_url()).status_code == 200
    given = {"person": "carla", "text": "She asked him for it, as he says."}
    assert (
        signed_in(person("hector"))
        .post(f"{investigation.get_absolute_url()}implicate/", given)
        .headers["Location"]
        == "/investigations/"
    )
    assert carla.get(investigation.get_absolute_url()).status_code == 404
    investigation.refresh_from_db()
    assert (investigation.investigator, who_sees(investigation)) == (person("nora"), {"marco", "nora"})
    assert "possible misuse by" not in carla.get("/access/notices/").content.decode()
    for name, why in (("carla", "may be involved"), ("ada", "may not investigate")):
        with pytest.raises(Refused, match=why):
            actions.assign(acting("marco"), investigation, person(name), "She knows the unit best of all.")


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.3/investigate", "6.c.ii/people")
def test_whoever_turns_out_to_be_part_of_it_loses_its_finding_too_with_every_notice() -> None:
    now = clock.now()
    report_findings([Found(now, "volume", "ben", "", ("supervisor", "administrator"), "Many.", now)])
    finding, carla = Finding.objects.get(), signed_in(person("carla"))
    investigation = opened(by="gloria", finding=finding)
    page = carla.get(finding.get_absolute_url()).content.decode()
    assert investigation.get_absolute_url() in page
    actions.implicate(acting("hector"), investigation, person("carla"), "She asked him for it, as he says.")
    assert carla.get(finding.get_absolute_url()).status_code == 404
    assert set(Notice.objects.filter(to=person("carla")).values_list("link", flat=True)) == {""}
    finding.refresh_from_db()
    assert finding.outside
    assert {name for name in CAST if findings_for(person(name)).exists()} == {"marco", "nora"}


@pytest.mark.clause("6.f.i.3/investigate", "6.c.ii/people")
def test_a_finding_links_to_its_investigation_for_those_alone_who_see_that() -> None:
    now = clock.now()
    report_findings([Found(now, "volume", "ben", "", ("supervisor", "administrator"), "Many.", now)])
    finding = Finding.objects.get()
    investigation = opened(by="gloria", finding=finding)
    Investigation.objects.filter(pk=investigation.pk).update(outside=True, to="inspector general")
    page = signed_in(person("gloria")).get(finding.get_absolute_url()).content.decode()
    assert "Many." in page
    assert "nvestigation" not in page.partition('class="page-head"')[2].partition("</div>")[0]


@pytest.mark.clause("6.f.i.3/investigate", "6.b.i.8/scope")
def test_nobody_below_the_subject_sees_decides_or_hears_of_it() -> None:
    below = Person.objects.filter(username__in=("gloria", "marco"))
    below.update(supervisor=person("carla"))
    now = clock.now()
    report_findings([Found(now, "volume", "carla", "", ("supervisor", "administrator"), "Many.", now)])
    finding = Finding.objects.get()
    assert {name for name in CAST if findings_for(person(name)).exists()} == {"hector"}
    with pytest.raises(Refused, match="someone above you"):
        decide_finding(acting("gloria"), finding, FindingOutcome.Kind.EXPLAINED, WHY)
    decide_finding(acting("hector"), finding, FindingOutcome.Kind.MISUSE, WHY)
    investigation = opened("carla", "hector", finding=finding)
    step = concluded(investigation, by="hector")
    concluding.review(acting("nora"), investigation, step, accepted=True, text=WHY)
    assert who_sees(investigation) == {"hector", "nora"}
    with clock.set_to(now + timedelta(days=60)):
        concluding.remind()
    # Only an administrator records an offense, whoever it is about.
    heard = Notice.objects.filter(to__in=below).exclude(kind=Kind.INVESTIGATION_RECORD)
    assert not heard.exists()


@pytest.mark.clause("6.f.i.3/investigate")
def test_one_that_nobody_can_investigate_is_given_to_the_first_who_can() -> None:
    Person.objects.filter(username__in=("marco", "nora")).update(role="records")
    investigation = opened("hector", "gloria")
    assert (investigation.investigator, notified(Kind.INVESTIGATION_ASSIGN)) == (None, {"gloria"})
    assert concluding.remind() == 0
    Person.objects.filter(username="nora").update(role="auditor")
    assert concluding.remind() == 1
    investigation.refresh_from_db()
    assert (investigation.investigator, notified(Kind.INVESTIGATION_ASSIGN)) == (person("nora"), {"nora"})


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.3/investigate")
def test_one_that_nobody_can_investigate_is_late_all_the_same_and_those_who_authorize_hear_daily() -> None:
    Person.objects.filter(username__in=("marco", "nora")).update(role="records")
    gone = Suspension.objects.create(
        person=person("hector"),
        kind=Suspension.Kind.HIGH_RISK,
        reason="Ill.",
        begins=clock.now(),
        begun_by="test",
    )
    investigation, now = opened("carla", "gloria"), clock.now()
    assert (investigation.investigator, notified(Kind.INVESTIGATION_ASSIGN)) == (None, {"gloria", "hector"})
    for notice in Notice.objects.filter(kind=Kind.INVESTIGATION_ASSIGN):
        assert "Carla" not in notice.text + notice.link
    assert concluding.remind() == 0
    for later in (2, 3, 31):
        with clock.set_to(now + timedelta(days=later)):
            assert (concluding.remind(), concluding.remind()) == (1, 0)
            assert notified(Kind.INVESTIGATION_ASSIGN) == {"gloria", "hector"}
    assert investigation.steps.filter(kind=InvestigationStep.Kind.LATE).count() == 1
    investigation.refresh_from_db()
    assert "inspector general" in investigation.to
    # Somebody who is above the subject, and sees it, gives it to whoever can.
    Suspension.objects.filter(pk=gone.pk).delete()
    actions.assign(acting("hector"), investigation, person("hector"), "I am back, and take this one myself.")
    investigation.refresh_from_db()
    assert investigation.investigator == person("hector")


@pytest.mark.clause("6.f.i.3/discipline", "6.b.i.8/scope", "6.c.ii/people")
def test_an_outcome_about_an_auditor_goes_to_the_chief_where_nobody_else_may_review_it() -> None:
    investigation, hector = opened("nora", "hector"), signed_in(person("hector"))
    page = investigation.get_absolute_url()
    assert hector.get(page).status_code == 404  # who opened it does not see it
    step = concluded(investigation, by="marco")
    with pytest.raises(Refused, match="own"):
        concluding.review(acting("marco"), investigation, step, accepted=True, text=WHY)
    assert notified(Kind.INVESTIGATION_REVIEW) == {"hector"}
    assert hector.get(page).status_code == 200
    concluding.review(acting("hector"), investigation, step, accepted=True, text=WHY)
    assert Investigation.objects.get().progress.sustained


@pytest.mark.clause("6.f.i.3/investigate", "6.b.i.8/scope")
@pytest.mark.parametrize(
    ("gone", "chief", "investigator"),
    [("marco", "hector", "hector"), ("marco", "nora", None)],
)
def test_the_chief_investigates_an_auditor_where_nobody_outside_can_but_nobody_over_whom_they_are_below(
    gone: str, chief: str, investigator: str | None
) -> None:
    """In the second agency the Chief is below the auditor: then somebody else must be authorized."""
    Person.objects.filter(username=gone).update(role="records")
    if chief == "nora":
        Person.objects.filter(username="hector").update(supervisor=person("nora"))
    lead = opened("nora", "gloria").investigator
    assert (lead and lead.username) == investigator


@pytest.mark.clause("6.f.i.3/discipline", "6.b.i.8/scope")
def test_an_outcome_that_nobody_may_review_is_heard_of_by_those_who_authorize() -> None:
    Person.objects.filter(username="marco").update(role="records")
    investigation = opened("hector", "gloria")
    concluded(investigation, by="nora")
    assert notified(Kind.INVESTIGATION_REVIEW) == {"gloria"}
    [notice] = Notice.objects.filter(kind=Kind.INVESTIGATION_REVIEW)
    assert "Hector" not in notice.text + notice.link
    Person.objects.filter(username="marco").update(role="cjis_officer")
    assert who_sees(investigation) == {"marco", "nora"}
