"""Findings on the hub's own log: when they are looked for, who hears of them and sees them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.mentions import entries_about
from plateward.core.audit.models import AuditEntry
from plateward.core.jobs.lease import LeaseLost
from plateward.ground import clock
from plateward.oversight.detectors.every import DETECTORS
from plateward.oversight.detectors.records import Pattern as Found
from plateward.oversight.findings import actions
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.findings.jobs import JOBS
from plateward.oversight.findings.models import Finding, FindingOutcome, WatchRun
from plateward.oversight.findings.tests.conftest import REASON, finding_about, made_search
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.a.ii.2/found", "AU-6/findings")
def test_the_hub_finds_a_followed_plate_on_its_own_log_and_notifies_the_chain(
    chain: dict[str, Person],
) -> None:
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    actions.watch_log()
    finding = Finding.objects.get(detector="repeated plate")
    assert (finding.subject, finding.plate, finding.outside) == (chain["ada"], "XYQ123", False)
    assert "XYQ123" in finding.sentence
    assert set(Notice.objects.filter(kind="finding.report").values_list("to__username", flat=True)) == {
        "carla",
        "gloria",
    }


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.2/found")
def test_the_next_run_counts_on_instead_of_ringing_again(chain: dict[str, Person]) -> None:
    for day in range(6, 2, -1):
        made_search(chain["ada"], "XYQ123", day)
    actions.watch_log()
    rung = Notice.objects.filter(text__contains="repeated plate").count()
    made_search(chain["ada"], "XYQ123", 1)
    WatchRun.objects.update(ran_at=clock.now() - timedelta(hours=2))
    before = Finding.objects.get(detector="repeated plate").count
    actions.watch_log()
    assert Finding.objects.get(detector="repeated plate").count > before
    assert Notice.objects.filter(text__contains="repeated plate").count() == rung > 0


@pytest.mark.clause("6.a.ii.2/found")
def test_it_runs_once_an_hour(chain: dict[str, Person]) -> None:
    actions.watch_log()
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    actions.watch_log()
    assert not Finding.objects.exists()


@pytest.mark.clause("6.f.i.3/investigate")
@pytest.mark.parametrize(
    ("subject", "to", "who"),
    [
        ("ada", ("supervisor", "administrator"), {"carla", "gloria", "hector"}),
        ("gloria", ("inspector general", "CJIS officer"), {"marco", "nora"}),
        ("hector", ("inspector general", "CJIS officer"), {"marco", "nora"}),
        ("marco", ("inspector general",), {"nora"}),
    ],
)
def test_only_its_audience_sees_a_finding(
    chain: dict[str, Person], subject: str, to: tuple[str, ...], who: set[str]
) -> None:
    actions.report([finding_about(subject, to)])
    assert {name for name, viewer in chain.items() if findings_for(viewer).exists()} == who


@pytest.mark.clause("6.f.i.3/investigate")
def test_whoever_may_be_part_of_it_neither_sees_it_nor_is_notified(chain: dict[str, Person]) -> None:
    actions.report([finding_about(implicated=frozenset({"carla"}))])
    assert not findings_for(chain["carla"]).exists()
    assert not Notice.objects.filter(to=chain["carla"]).exists()


@pytest.mark.clause("6.b.i.9/entries", "AU-6/findings")
def test_whoever_opens_a_finding_is_on_the_log_and_on_its_page(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    page = signed_in(chain["carla"]).get(finding.get_absolute_url())
    assert page.status_code == 200
    assert "Carla Chavez" in page.content.decode()
    entry = AuditEntry.objects.filter(event="finding.view").latest("sequence")
    assert (entry.actor_id, entry.object) == ("carla", f"finding:{finding.pk}")
    assert [view.by for view in finding.views.all()] == [chain["carla"]]


@pytest.mark.clause("6.b.i.9/entries", "AU-6/findings")
@pytest.mark.parametrize("path", ["/findings/", "/investigations/open/?finding={}"])
def test_every_other_page_that_shows_a_finding_is_found_by_it_on_the_log(
    chain: dict[str, Person], path: str
) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    assert signed_in(chain["carla"]).get(path.format(finding.pk)).status_code == 200
    [entry] = entries_about([f"finding:{finding.pk}"], [Event.FINDING_VIEW])
    assert entry.actor_id == "carla"


@pytest.mark.clause("6.f.i.3/investigate")
def test_the_subject_gets_the_answer_of_what_does_not_exist(chain: dict[str, Person]) -> None:
    actions.report([finding_about("carla")])
    finding = Finding.objects.get()
    assert signed_in(chain["carla"]).get(finding.get_absolute_url()).status_code == 404
    assert not Notice.objects.filter(to=chain["carla"]).exists()


def test_the_list_is_filtered(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    client, address = signed_in(chain["carla"]), reverse("findings:index")
    assert "Ada Archuleta" in client.get(address, {"state": "open"}).content.decode()
    assert "Ada Archuleta" not in client.get(address, {"state": "misuse"}).content.decode()
    assert "Ada Archuleta" not in client.get(address, {"detector": "volume"}).content.decode()


def test_an_entry_of_a_program_is_nobodys_search(chain: dict[str, Person]) -> None:
    record(Actor("system", "hub", "The hub"), Event.SEARCH_ASK, "search:1")
    assert actions.findings_in_log() == []


@pytest.mark.clause("6.f.i.3/investigate")
def test_the_log_that_an_administrator_reads_does_not_warn_them(chain: dict[str, Person]) -> None:
    actions.report([finding_about("gloria", ("inspector general", "CJIS officer"))])
    finding = Finding.objects.get()
    marco = PersonActor.of(chain["marco"])
    actions.open_finding(marco, finding)
    actions.decide_finding(marco, finding, FindingOutcome.Kind.MISUSE, f"Gloria Gallegos: {REASON}")
    client, address = signed_in(chain["marco"]), reverse("findings:index")
    assert client.get(address, {"q": "Gloria", "detector": "repeated plate"}).status_code == 200
    entries = AuditEntry.objects.filter(event__startswith="finding.")
    assert entries.count() == 4
    for entry in entries:
        assert b"outside" not in entry.line()
        assert b"gloria" not in entry.line().lower()
        assert b"repeated" not in entry.line()


@pytest.mark.clause("AU-6/findings")
def test_a_detector_that_fails_is_alarmed_and_does_not_stop_the_others(
    chain: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: float) -> Any:
        raise OverflowError("broken")

    for name in ("personal plate", "volume"):
        monkeypatch.setitem(DETECTORS, name, replace(DETECTORS[name], find=fails))
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    with pytest.raises(OverflowError):
        actions.watch_log()
    assert Finding.objects.filter(detector="repeated plate").exists()
    assert WatchRun.objects.get().leased_until is None
    assert all(job.alarm for job in JOBS)


@pytest.mark.clause("6.f.i.3/investigate")
def test_whoever_turns_out_to_be_part_of_it_stops_seeing_it(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    assert findings_for(chain["carla"]).exists()
    outside = ("inspector general", "CJIS officer")
    actions.report([replace(finding_about(to=outside, implicated=frozenset({"carla"})), at=finding.first_at)])
    finding = Finding.objects.get()
    assert (finding.outside, set(finding.involved.all())) == (True, {chain["carla"]})
    assert {name for name, viewer in chain.items() if findings_for(viewer).exists()} == {"marco", "nora"}
    waiting = Notice.objects.filter(kind="finding.report", settled_at=None)
    assert set(waiting.values_list("to__username", flat=True)) == {"marco", "nora"}
    actions.report([replace(finding_about(), at=finding.first_at)])
    assert Finding.objects.get().outside


@pytest.mark.clause("6.f.i.3/investigate")
def test_a_finding_goes_where_its_detector_sends_it(chain: dict[str, Person]) -> None:
    actions.report([finding_about("ada", ("administrator", "CJIS officer"))])
    assert set(Notice.objects.values_list("to__username", flat=True)) == {"gloria", "marco"}
    assert findings_for(chain["marco"]).exists()
    assert not findings_for(chain["nora"]).exists()


def test_a_run_dated_ahead_delays_no_other(chain: dict[str, Person]) -> None:
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    WatchRun.objects.create(pk=1, ran_at=clock.now() + timedelta(days=400))
    actions.watch_log()
    assert Finding.objects.exists()


@pytest.mark.both_databases
def test_a_run_that_another_node_took_over_keeps_nothing(
    chain: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    findings_in_log = actions.findings_in_log

    def taken_over(*given: Any) -> list[Found]:
        WatchRun.objects.update(leased_by="another")
        return findings_in_log(*given)

    monkeypatch.setattr(actions, "findings_in_log", taken_over)
    with pytest.raises(LeaseLost):
        actions.watch_log()
    assert not Finding.objects.exists()


@pytest.mark.both_databases
def test_a_long_run_renews_its_lease(chain: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "EVENTS", 2)
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    beats: list[int] = []
    actions.findings_in_log(beat=lambda: beats.append(1))
    assert len(beats) == 3 + len(DETECTORS)


@pytest.mark.clause("6.b.i.9/denied", "6.c.ii/people")
def test_an_attempt_at_a_hidden_finding_is_on_the_log(chain: dict[str, Person]) -> None:
    actions.report([finding_about("carla", ("administrator",))])
    finding = Finding.objects.get()
    assert signed_in(chain["carla"]).get(f"/findings/{finding.pk}/").status_code == 404
    entry = AuditEntry.objects.get(event="finding.view", object=f"finding:{finding.pk}")
    assert (entry.outcome, entry.clause, entry.actor_id) == ("refused", "6.c.ii", "carla")


@pytest.mark.clause("6.f.i.3/investigate")
def test_a_finding_that_goes_to_nobody_is_heard_of_once_a_day_by_those_who_authorize(
    chain: dict[str, Person],
) -> None:
    Person.objects.filter(username__in=("marco", "nora")).update(role="records")
    Person.objects.filter(username="gloria").update(supervisor=chain["hector"])
    actions.report([finding_about("hector", ("inspector general", "CJIS officer"))])
    with clock.set_to(clock.now() + timedelta(days=8)):
        assert (actions.remind(), actions.remind()) == (1, 0)
        notice = Notice.objects.get(kind="finding.remind")
    assert (notice.to, notice.link, "Hector" in notice.text) == (chain["gloria"], "", False)
    # With nobody at all the log remembers that there was nobody to hear.
    Person.objects.filter(username="gloria").update(role="records")
    with clock.set_to(clock.now() + timedelta(days=10)):
        assert (actions.remind(), actions.remind()) == (1, 0)
