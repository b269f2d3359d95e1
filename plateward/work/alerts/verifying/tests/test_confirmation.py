"""The agency that entered a hit confirms it or not: at once, late, twice, out of order, or never."""

import re
from datetime import timedelta
from typing import Any

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.ground import clock
from plateward.ground.links.ncic.hit import Priority
from plateward.ground.links.ncic.switch import NoSwitchAnswer, Switch
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.simulators.ncic import NcicMode, NcicSimulator, Reply
from plateward.work.alerts import signals
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.facts import ActKind, AlertOutcome, Stage
from plateward.work.alerts.models import Alert, Change
from plateward.work.alerts.page import actions
from plateward.work.alerts.testing import STORY
from plateward.work.alerts.verifying.asking import services
from plateward.work.alerts.verifying.asking.actions import ask_ncic
from plateward.work.alerts.verifying.asking.hit_confirmation import (
    fetch_answers,
    request_confirmation,
)
from plateward.work.alerts.verifying.models import HitAnswer, HitRequest
from plateward.work.alerts.verifying.tests.conftest import ORI, STOLEN, behaves, requested

pytestmark = pytest.mark.django_db


def stage(alert: Alert) -> str:
    alert.refresh_from_db()
    return alert.stage


def verdicts(request: HitRequest) -> list[str]:
    return list(request.answers.values_list("verdict", flat=True))


def dropped() -> list[str]:
    return list(Audit.objects.filter(event="hit.drop").values_list("outcome", flat=True))


@pytest.mark.clause("5.h/query", "6.e.iv.3/ncic")
def test_an_answer_that_comes_later_is_fetched_and_told(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator
) -> None:
    behaves(simulator, Reply.MAILED)
    made = requested(ada, hit)
    assert (made.sending, made.number, made.to, made.due_at - made.at) == (
        "sent", 1, "TX0000000", timedelta(minutes=10),
    )  # fmt: skip
    changes = Change.objects.count()
    assert fetch_answers() == 1
    assert verdicts(made) == ["Y"]
    assert "CON/Y" in made.answers.get().verbatim
    assert stage(hit) == Stage.VERIFIED
    assert Change.objects.count() == changes + 1
    assert "its record is VALID" in Notice.objects.get(to=ada.person).text
    assert (fetch_answers(), len(simulator.post)) == (0, 0)


def test_an_answer_in_the_same_breath_counts(ada: PersonActor, hit: Alert, simulator: NcicSimulator) -> None:
    behaves(simulator, Reply.AT_ONCE)
    assert verdicts(requested(ada, hit, Priority.ROUTINE)) == ["Y"]


@pytest.mark.both_databases
@pytest.mark.clause("5.h/query")
def test_duplicates_are_one_answer_and_what_is_nobody_s_or_nonsense_is_dropped_on_the_log(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator
) -> None:
    behaves(simulator, Reply.DUPLICATE)
    made = requested(ada, hit)
    [sent] = simulator.requests
    simulator.post.put(
        ORI, b"1L01FFFF\nNM0000000\n\nYR.TX0000000.NM0000000.TXT\nRNO/1.OCA/1.NIC/V000000001.LIC/A.CON/N"
    )
    simulator.post.put(ORI, b"\xff nonsense")
    sent.fields["NIC"] = "V000000009"  # same control number, different record
    simulator.respond(sent, "N")
    assert fetch_answers() == 5
    assert verdicts(made) == ["Y"]
    assert dropped() == ["refused"] * 3
    assert stage(hit) == Stage.VERIFIED


@pytest.mark.clause("6.e.iv.3/ncic", "5.h/query", "6.e.vii/verified")
def test_not_valid_closes_the_alert_and_tells_owner_and_everybody_who_saw_it(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator
) -> None:
    gloria = person("gloria")
    behaves(simulator, Reply.MAILED, "N")
    requested(ada, hit)
    heard: list[Any] = []

    def hear(alert: Alert, actor: PersonActor | None, **_: Any) -> None:
        heard.append((alert.stage, actor, alert.denial.cause))

    signals.alert_disposed.connect(hear)
    fetch_answers()
    signals.alert_disposed.disconnect(hear)
    assert heard == [(Stage.CLOSED, None, "not_valid")]
    assert stage(hit) == Stage.CLOSED
    assert hit.denial.closes
    assert "ABC123 NM" in Notice.objects.get(to=gloria).text
    assert any("NOT VERIFIED" in notice.text for notice in Notice.objects.filter(to=ada.person))
    with pytest.raises(Refused, match="closed"):
        actions.act(ada, hit, ActKind.ENCOUNTER)


@pytest.mark.clause("6.e.iv.3/ncic", "6.e.vii/thorough")
def test_not_valid_leaves_open_what_was_acted_upon(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator
) -> None:
    actions.act(ada, hit, ActKind.ENCOUNTER)
    behaves(simulator, Reply.MAILED, "N")
    requested(ada, hit)
    fetch_answers()
    assert stage(hit) == Stage.ACTED
    assert not hit.denial.closes
    with pytest.raises(Refused, match="not valid"):
        actions.act(ada, hit, ActKind.ENFORCEMENT)
    dispose(ada, hit, DispositionAccount(AlertOutcome.ENCOUNTER, STORY, persons_stopped=1))


def test_one_of_two_records_may_be_not_valid(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    behaves(simulator, Reply.MAILED, "N")
    simulator.records.append(type(STOLEN)("ABC123", "NM", nic="P000000002", ori="AZ0000000"))
    ask_ncic(ada, alert, services.switch(), ORI)
    requested(ada, alert)
    fetch_answers()
    assert stage(alert) == Stage.VERIFIED
    assert not hasattr(alert, "denial")


@pytest.mark.clause("5.h/query")
def test_a_second_request_follows_when_time_is_over_and_late_answers_come_in_any_order(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator
) -> None:
    first = requested(ada, hit)
    with pytest.raises(Refused, match="still waiting"):
        requested(ada, hit)
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        second = requested(ada, hit)
        assert second.number == 2
        sent = simulator.requests
        for request, verdict in ((sent[1], "Y"), (sent[0], "N"), (sent[1], "I"), (sent[0], "I")):
            simulator.respond(request, verdict)
            fetch_answers()
    assert (verdicts(first), verdicts(second)) == (["N", "I"], ["Y", "I"])
    assert stage(hit) == Stage.VERIFIED
    assert not hasattr(hit, "denial")


@pytest.mark.clause("5.h/query")
def test_an_answer_after_the_alert_was_closed_is_kept_and_changes_nothing(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator
) -> None:
    requested(ada, hit)
    dispose(ada, hit, DispositionAccount(AlertOutcome.NOT_LOCATED, STORY))
    simulator.respond(simulator.requests[0], "N", "VEHICLE RECOVERED LAST WEEK")
    fetch_answers()
    said = HitAnswer.objects.get()
    assert (said.late, said.remark) == (True, "VEHICLE RECOVERED LAST WEEK")
    assert not hasattr(hit, "denial")


@pytest.mark.clause("5.h/query")
@pytest.mark.parametrize(("mode", "sending"), [(NcicMode.REFUSE, "unsure"), (NcicMode.GARBLED, "unsure")])
def test_a_request_of_which_nobody_knows_whether_it_went_counts(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator, mode: NcicMode, sending: str
) -> None:
    simulator.mode = mode
    made = requested(ada, hit)
    assert made.sending == sending
    assert "may not have been sent" in made.detail
    if mode is NcicMode.REFUSE:
        with pytest.raises(NoSwitchAnswer):
            fetch_answers()


def test_a_request_that_surely_did_not_go_may_be_sent_again_at_once(ada: PersonActor, hit: Alert) -> None:
    nowhere = Switch("127.0.0.1", 1, services.switch()._tls)
    made = request_confirmation(ada, hit, nowhere, ORI, "V000000001", Priority.URGENT, "26-1")
    assert made.sending == "failed"
    assert requested(ada, hit).number == 1


@pytest.mark.both_databases
@pytest.mark.clause("5.h/query")
def test_a_hub_killed_while_the_request_is_on_its_way_hears_the_answer_all_the_same(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    behaves(simulator, Reply.MAILED)
    confirm = Switch.confirm

    def killed(switch: Switch, question: Any) -> None:
        confirm(switch, question)
        raise KeyboardInterrupt

    monkeypatch.setattr(Switch, "confirm", killed)
    with pytest.raises(KeyboardInterrupt):
        requested(ada, hit)
    made = HitRequest.objects.get()
    assert made.sending == "sending"
    fetch_answers()
    assert verdicts(made) == ["Y"]


def test_nothing_is_fetched_before_anything_was_asked(db: None) -> None:
    assert fetch_answers() == 0


def test_of_a_record_that_ncic_does_not_name_nobody_is_asked(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    with pytest.raises(Refused, match="does not list"):
        requested(ada, alert)
    assert simulator.requests == []


@pytest.mark.clause("5.h/query", "6.e.iv.3/ncic")
def test_a_hit_is_red_until_and_after_its_agency_confirms_it_and_nothing_beside_it_is_green(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator
) -> None:
    browser, url = signed_in(ada.person), f"/alerts/{hit.pk}/"

    def tag() -> str:
        html = browser.get(url).content.decode()
        assert "tag--good" not in html
        found = re.search(r'<span class="([^"]*)" data-answer="hit"[^>]*>([^<]*)<', html)
        assert found
        return " ".join(found.groups())

    assert tag() == "tag tag--bad Hit, not confirmed yet"
    behaves(simulator, Reply.AT_ONCE)
    requested(ada, hit)
    assert tag() == "tag tag--bad Hit confirmed"
    with clock.set_to(clock.now() + timedelta(minutes=20)):
        assert "This response is too old. Query NCIC again" in browser.get(url).content.decode()
        narrative = "Followed it to the county line, where it was lost in traffic."
        browser.post(f"{url}dispose", {"outcome": "not_located", "narrative": narrative})
        html = browser.get(url).content.decode()
    assert "too old" not in html, "of a closed alert nobody asks again"
    assert 'data-stage="closed"' in html
