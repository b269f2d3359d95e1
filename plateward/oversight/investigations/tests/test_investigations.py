"""An investigation from its opening to its end: who acts, what is kept, who is reminded, and what keeps it open."""

import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils.timezone import localtime

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.testing import noted
from plateward.core.pages.models import ExportStop
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.oversight.breaches.actions import report_breach
from plateward.oversight.breaches.rules import BreachKind
from plateward.oversight.detectors.records import Pattern as Found
from plateward.oversight.findings.actions import report as report_findings
from plateward.oversight.findings.models import Finding
from plateward.oversight.investigations import actions, concluding
from plateward.oversight.investigations.evidence import facts
from plateward.oversight.investigations.models import Allegation, Investigation, InvestigationStep
from plateward.oversight.investigations.rules import Result
from plateward.oversight.investigations.tests.conftest import (
    WHAT,
    WHY,
    accepted,
    alleged,
    concluded,
    notified,
    opened,
    who_sees,
)
from plateward.people import days
from plateward.people.access.models import Suspension
from plateward.people.access.suspensions.actions import has_left, terminate_access
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.penalties.actions import record_offense
from plateward.people.testing import acting, authorize, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.mark.clause("6.f.i.3/investigate")
def test_it_opens_from_a_finding_once_and_whoever_is_part_of_that_is_part_of_it() -> None:
    now, chain = clock.now(), ("inspector general", "CJIS officer")
    found = Found(
        now, "volume", "ben", "", chain, "Made many searches.", now, implicated=frozenset({"carla"})
    )
    report_findings([found])
    finding = Finding.objects.get()
    nora = signed_in(person("nora"))
    address = f"/investigations/open/?finding={finding.pk}"
    page = nora.get(address).content.decode()
    assert "Made many searches." in page
    given = {"subject": "gloria", "what": WHAT, "happened_on": f"{days.today()}", "known": WHY}
    answer = nora.post(address, given)
    investigation = Investigation.objects.get()
    assert answer.headers["Location"] == investigation.get_absolute_url()
    # Whom it is about is the finding's to say; and his supervisor, who may be involved, has nothing to do with it.
    assert (investigation.subject, investigation.investigator) == (person("ben"), person("nora"))
    assert who_sees(investigation) == {"marco", "nora"}
    assert nora.post(address, given).status_code == 409
    assert signed_in(person("carla")).get(address).status_code == 404


@pytest.mark.clause("6.f.i.3/investigate", "6.b.i.11/contained")
def test_it_opens_from_a_breach() -> None:
    breach = report_breach(acting("ada"), BreachKind.ACCESS, WHAT, clock.now(), person("ben"))
    page = signed_in(person("gloria")).get(f"/investigations/open/?breach={breach.pk}").content.decode()
    assert 'value="ben"' in page
    investigation = opened(by="gloria", breach=breach)
    assert investigation.investigator == person("carla")
    assert signed_in(person("carla")).get(f"/investigations/open/?breach={breach.pk}").status_code == 404


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.3/discipline", "6.f.i.3/reported", "6.g.i/recorded", "IR-6/hour")
def test_a_violation_stays_open_until_discipline_and_report_are_on_record_and_then_nothing_changes() -> None:
    investigation, carla = opened(), signed_in(person("carla"))
    address = investigation.get_absolute_url()
    accepted(investigation)
    assert notified(Kind.INVESTIGATION_REPORT) == {"carla", "marco"}
    assert notified(Kind.INVESTIGATION_RECORD) == {"gloria"}
    assert who_sees(investigation) == {"carla", "gloria", "hector", "marco"}
    early = carla.post(f"{address}close/")
    assert early.status_code == 409
    assert "The discipline is not on record" in early.content.decode()
    offense = record_offense(acting("gloria"), person("ben"), WHAT, "6.a.ii.3", 1)
    given = {
        "offense": str(offense.pk),
        "action": "reprimand",
        "text": "A letter of reprimand, by Sergeant Chavez.",
    }
    for broken in (given | {"action": ""}, given | {"action": "exile"}):
        assert carla.post(f"{address}discipline/", broken).status_code == 422
    assert carla.post(f"{address}discipline/", given).status_code == 302
    assert carla.post(f"{address}discipline/", given).status_code == 409
    early = carla.post(f"{address}close/")
    assert "not reported to the CJIS Security Officer" in early.content.decode()
    report = {
        "recipient": "Marco Mora",
        "text": "By phone and letter.",
        "happened_at": f"{localtime(clock.now()):%Y-%m-%dT%H:%M}",
    }
    wrong = carla.post(f"{address}report/", report | {"number": "none"})
    assert wrong.status_code == 409
    assert "By phone and letter." in wrong.content.decode()
    later = clock.now() + timedelta(minutes=1)  # times are typed to the minute
    with clock.set_to(later):
        report["happened_at"] = f"{localtime(later):%Y-%m-%dT%H:%M}"
        assert carla.post(f"{address}report/", report | {"number": "IR-2026-17"}).status_code == 302
    assert notified(Kind.INVESTIGATION_REPORT) == set()
    assert carla.post(f"{address}close/").status_code == 302
    page = carla.get(address).content.decode()
    assert "IR-2026-17" in page
    assert "done in time" in page
    assert "Add a note" not in page
    with pytest.raises(Refused, match="is closed"):
        actions.add_note(acting("carla"), investigation, WHAT)
    assert str(investigation) not in carla.get("/investigations/").content.decode()
    for rows in (Investigation.objects.all(), Allegation.objects.all(), InvestigationStep.objects.all()):
        with pytest.raises(DatabaseError, match=r"6\.f\.i\.3"), transaction.atomic():
            rows.update(id=999)
        with pytest.raises(DatabaseError, match=r"6\.f\.i\.3"), transaction.atomic():
            rows._raw_delete("default")


@pytest.mark.clause("6.j.i/discipline", "AC-2/disabled")
def test_a_termination_is_an_outcome_that_ends_all_access() -> None:
    investigation, ben = opened(), person("ben")
    accepted(investigation)
    assert signed_in(ben).get("/").status_code == 200
    offense = record_offense(acting("gloria"), ben, WHAT, "6.j.i", 1)
    decided = "Terminated by the Chief today, after the hearing."
    with pytest.raises(Refused, match=r"may not end access.*6\.j\.i"):  # an auditor of its audience
        concluding.discipline(acting("nora"), investigation, offense, "termination", decided)
    assert not Suspension.objects.filter(person=ben, kind=Suspension.Kind.TERMINATED).exists()
    browser = signed_in(ben)
    concluding.discipline(acting("carla"), investigation, offense, "termination", decided)
    ended = Suspension.objects.get(person=ben, kind=Suspension.Kind.TERMINATED)
    assert (ended.begun_by, ended.ends) == ("person:carla", None)
    assert "Terminated after" in ended.reason
    assert browser.get("/").status_code != 200, "the session is over"
    assert has_left(ben)
    page = signed_in(person("carla")).get(investigation.get_absolute_url()).content.decode()
    assert "Discipline recorded: Termination" in page
    [fact] = facts()
    assert "terminations: 1" in fact.text


@pytest.mark.clause("6.j.i/discipline")
def test_who_left_before_is_terminated_on_record_alone() -> None:
    investigation, ben = opened(), person("ben")
    accepted(investigation)
    offense = record_offense(acting("gloria"), ben, WHAT, "6.j.i", 1)
    terminate_access(acting("gloria"), ben, "Resigned during the investigation.")
    concluding.discipline(
        acting("carla"), investigation, offense, "termination", "Decided by the Chief today."
    )
    assert Suspension.objects.filter(person=ben, kind=Suspension.Kind.TERMINATED).count() == 1


@pytest.mark.clause("6.f.i.3/discipline", "6.f.i.3/reported", "6.g.i/recorded", "IR-6/hour")
def test_what_the_pages_offer_is_held_to_whoever_asks_and_a_late_report_is_late_whatever_time_it_states() -> (
    None
):
    now = clock.now()
    report_findings([Found(now, "volume", "ada", "", ("supervisor", "administrator"), "Many.", now)])
    with pytest.raises(Refused, match="about someone else"):
        opened(finding=Finding.objects.get())
    older = record_offense(acting("gloria"), person("ben"), WHAT, "6.a.ii.3", 1)
    investigation, other = opened(), opened("ada")
    with pytest.raises(Refused, match="another investigation"):
        concluding.conclude(acting("carla"), investigation, alleged(other), Result.UNFOUNDED, WHY)
    accepted(investigation)
    hers = record_offense(acting("gloria"), person("ada"), WHAT, "6.a.ii.3", 1)
    for offense in (older, hers):
        with pytest.raises(Refused, match="not the subject's, or is older"):
            concluding.discipline(acting("carla"), investigation, offense, "reprimand", WHY)
    with clock.set_to(now + timedelta(hours=9)):
        given: dict[str, Any] = {
            "text": "By phone and letter.",
            "happened_at": clock.now(),
            "number": "IR-17",
        }
        with pytest.raises(Refused, match="may be involved"):
            concluding.report(acting("carla"), investigation, "Agent Ben Begay", **given)
        given["happened_at"] = now + timedelta(minutes=10)
        concluding.report(acting("carla"), investigation, "Marco Mora", **given)
        page = signed_in(person("carla")).get(investigation.get_absolute_url()).content.decode()
    assert "To Marco Mora: By phone" in page
    assert "done late" in page


@pytest.mark.clause("6.f.i.3/reported", "IR-6/hour")
def test_a_report_goes_past_a_cjis_officer_whom_it_is_about() -> None:
    investigation = opened("marco", "gloria")
    step = concluded(investigation, by="nora")
    Person.objects.filter(pk=person("ada").pk).update(role="auditor")
    second = Person.objects.get(pk=person("ada").pk)
    authorize(second)
    concluding.review(acting("ada"), investigation, step, accepted=True, text=WHY)
    notices = Notice.objects.filter(kind=Kind.INVESTIGATION_REPORT)
    assert set(notices.values_list("to__username", flat=True)) == {"ada", "nora"}
    assert "the state's CJIS Systems Officer" in notices[0].text


@pytest.mark.clause("6.f.i.3/discipline")
def test_an_outcome_is_reviewed_by_somebody_else_and_returned_with_a_reason() -> None:
    investigation = opened()
    step = concluded(investigation, Result.UNFOUNDED)
    assert notified(Kind.INVESTIGATION_REVIEW) == {"hector"}
    for name, why in (("carla", "your own"), ("gloria", "not the reviewer")):
        with pytest.raises(Refused, match=why):
            concluding.review(acting(name), investigation, step, accepted=True, text=WHY)
    hector, address = signed_in(person("hector")), investigation.get_absolute_url()
    given = {"seen": str(step.pk), "accepted": "no", "text": "Ask dispatch for the recording first."}
    assert hector.post(f"{address}review/", given).status_code == 302
    assert notified(Kind.INVESTIGATION_REVIEW) == {"carla"}
    # Two at once: whoever comes second sees that it changed.
    second = hector.post(f"{address}review/", given | {"accepted": "yes"})
    assert second.status_code == 409
    assert "changed after you opened it" in second.content.decode()
    assert hector.post(f"{address}conclude/", {}).status_code == 422
    allegation = step.allegation
    assert allegation
    with pytest.raises(Refused, match="Only the investigator"):
        concluding.conclude(acting("hector"), investigation, allegation, Result.UNFOUNDED, WHY)
    concluding.conclude(acting("carla"), investigation, allegation, Result.EXONERATED, WHY)
    last = investigation.steps.latest("pk")
    concluding.review(
        acting("hector"), investigation, last, accepted=True, text="It is complete now, I agree."
    )
    assert notified(Kind.INVESTIGATION_REPORT) == set()
    concluding.close(acting("carla"), investigation)
    investigation.refresh_from_db()
    assert investigation.closed_at


@pytest.mark.clause("6.f.i.3/discipline")
def test_who_gave_an_outcome_never_reviews_it_whoever_investigates_since() -> None:
    investigation = opened()
    actions.assign(acting("hector"), investigation, person("hector"), "I take this one myself from now on.")
    step = concluded(investigation, by="hector")
    assert notified(Kind.INVESTIGATION_REVIEW) == {"marco", "nora"}
    assert "nora" in who_sees(investigation)
    actions.assign(acting("nora"), investigation, person("carla"), "The Chief is away for two months.")
    with pytest.raises(Refused, match="outcome is your own"):
        concluding.review(acting("hector"), investigation, step, accepted=True, text=WHY)
    concluding.review(acting("nora"), investigation, step, accepted=True, text=WHY)


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.3/investigate", "6.b.i.2/hold", "6.b.i.9/entries")
def test_evidence_is_a_reference_that_keeps_what_it_stands_on_and_opening_it_is_logged() -> None:
    with clock.set_to(clock.now() - timedelta(days=1)):
        record(acting("ada"), Event.SEARCH_ASK, "search:4712")
        record(acting("ben"), Event.SEARCH_ASK, "search:4711", reason="A quarrel of his")
    his, hers = (AuditEntry.objects.get(object=f"search:{number}") for number in (4711, 4712))
    investigation, carla = opened(), signed_in(person("carla"))
    address = f"{investigation.get_absolute_url()}entries/"
    page = carla.get(f"{address}?show=all").content.decode()
    assert "search:4711" in page
    assert "search:4712" not in page
    assert carla.post(f"{address}?show=all", {"things": [str(hers.pk)], "text": WHY}).status_code == 422
    assert carla.post(f"{address}?show=all", {"text": WHY}).status_code == 422
    assert carla.post(f"{address}?show=all", {"things": [str(his.pk)], "text": WHY}).status_code == 302
    shown = carla.get(address).content.decode()
    assert "A quarrel of his" in shown
    looked = AuditEntry.objects.filter(event="investigation.view", actor_id="carla").latest("sequence").leaf
    assert looked
    assert looked.details["entries"] == "attached"
    # Nothing on the log says whose entries these are: no number of an entry, on any page of them.
    assert carla.get(f"{address}?show=all&before={his.pk}").status_code == 200
    paged = AuditEntry.objects.filter(event="investigation.view").latest("sequence").leaf
    assert paged
    assert noted(paged) == {"entries": "all", "older": True}
    attached = AuditEntry.objects.get(event="investigation.attach").leaf
    assert attached
    assert noted(attached) == {"entry": his.pk}
    # A reviewer reads what is attached, and nothing else of the log.
    gloria = signed_in(person("gloria"))
    assert "search:4711" in gloria.get(f"{address}?show=all").content.decode()
    assert "choose" not in gloria.get(f"{address}?show=all").content.decode()
    now = clock.now()
    report_findings([Found(now, "volume", "ada", "", ("supervisor",), "Made many searches.", now)])
    finding = Finding.objects.get()
    attach = {"kind": "finding", "number": str(finding.pk), "text": WHY}
    assert carla.post(f"{investigation.get_absolute_url()}attach/", attach).status_code == 302
    nothing = carla.post(
        f"{investigation.get_absolute_url()}attach/", attach | {"kind": "alert", "number": "99"}
    )
    assert "no alert 99 that you may see" in nothing.content.decode()
    with pytest.raises(ProtectedError):
        finding.delete()


@pytest.mark.clause("6.f.i.3/investigate", "AC-2/disabled")
def test_access_is_suspended_at_once_by_whoever_may() -> None:
    investigation = opened("gloria", "hector")
    with pytest.raises(Refused, match="may not suspend"):
        actions.suspend(acting("nora"), investigation, "The searches go on while we speak.")
    address = f"{opened().get_absolute_url()}suspend/"
    given = {"reason": "The searches go on while we speak."}
    assert signed_in(person("carla")).post(address, given).status_code == 302
    assert Suspension.objects.get(person=person("ben")).kind == Suspension.Kind.HIGH_RISK
    # The entry beside it, which names him, is not tied to the investigation by what both say.
    steps = set(
        AuditEntry.objects.filter(object__startswith="investigation:").values_list("event", flat=True)
    )
    assert steps <= {"investigation.note", "investigation.open", "investigation.view"}


@pytest.mark.clause("6.f.i.3/investigate")
def test_the_subject_reads_what_they_were_notified_of_and_no_more() -> None:
    investigation, ben = opened(), signed_in(person("ben"))
    with pytest.raises(Refused, match="Only the investigator"):
        concluding.notify_subject(acting("gloria"), investigation, "You are to come to the office.")
    concluding.notify_subject(acting("carla"), investigation, "Come to the office on Monday, with counsel.")
    page = ben.get("/investigations/own/").content.decode()
    assert "Come to the office on Monday" in page
    assert WHAT not in page
    assert ben.get(investigation.get_absolute_url()).status_code == 403
    assert notified(Kind.INVESTIGATION_NOTIFY) == {"ben"}


@pytest.mark.clause("6.f.i.3/investigate", "6.f.i.3/reported", "IR-6/hour")
def test_what_runs_out_is_reminded_of_and_goes_up() -> None:
    investigation, now = opened(), clock.now()
    assert concluding.remind() == 0
    with clock.set_to(now + timedelta(days=28)):
        assert (concluding.remind(), concluding.remind()) == (1, 0)
        assert notified(Kind.INVESTIGATION_REMIND) == {"carla"}
    with clock.set_to(now + timedelta(days=31)):
        assert (concluding.remind(), concluding.remind()) == (1, 0)
        assert notified(Kind.INVESTIGATION_REMIND) == {"carla", "hector", "marco"}
    with clock.set_to(now + timedelta(days=39)):
        assert concluding.remind() == 1
        assert notified(Kind.INVESTIGATION_REMIND) == {"carla", "hector", "marco", "nora"}
    assert "nora" in who_sees(investigation)
    assert investigation.steps.filter(kind=InvestigationStep.Kind.LATE).count() == 1
    text = Notice.objects.filter(kind=Kind.INVESTIGATION_REMIND, settled_at=None).first()
    assert text
    assert "Investigation: was due" in text.text


@pytest.mark.clause("6.f.i.3/investigate", "6.b.i.11/contained")
def test_its_file_is_printed_marked_on_the_log_and_not_while_exports_are_stopped() -> None:
    investigation = opened()
    accepted(investigation)
    actions.add_interview(
        acting("carla"), investigation, "Ben Begay", clock.now(), "He says that it was a quarrel."
    )
    address = f"{investigation.get_absolute_url()}file/"
    carla = signed_in(person("carla"))
    answer = carla.get(address)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for part in ("CJI: Criminal Justice Information", "Carla Chavez (carla)", "6.a.ii.3", "a quarrel"):
        assert part in text
    entry = AuditEntry.objects.get(event="investigation.export")
    assert (entry.object, entry.actor_id) == (f"investigation:{investigation.pk}", "carla")
    assert signed_in(person("ben")).get(address).status_code == 403
    ExportStop.objects.create(cause="breach 1", why="A terminal was left open.", begun_by="person:gloria")
    assert carla.get(address).status_code == 403
