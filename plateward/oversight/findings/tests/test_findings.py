from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.audit.models import AuditEntry
from plateward.jobs.lease import LeaseLost
from plateward.oversight.detectors.habits import Habits
from plateward.oversight.detectors.records import Finding as Found
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.volume import Volume
from plateward.oversight.findings import actions, rules
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.findings.jobs import JOBS
from plateward.oversight.findings.models import Finding, FindingOutcome, ThresholdChange, WatchRun
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.policy.decision import Allow, Refused
from plateward.searches.models import NumberCheck, Search
from plateward.searches.query import SearchQuery, write_query

pytestmark = pytest.mark.django_db
REASON = "Looked at the case file and at the dispatch log; the sergeant confirmed each of the searches."


@pytest.fixture
def chain() -> dict[str, Person]:
    hector, gloria = person("hector"), person("gloria")
    carla = person("carla", supervisor=hector)
    made = {"hector": hector, "gloria": gloria, "carla": carla, "ada": person("ada", supervisor=carla)}
    made |= {name: person(name) for name in ("marco", "nora")}
    made_search(made["carla"], "OTQ999", 9, standing="open")  # CAD is there, and knows some numbers
    return made


def finding_about(
    subject: str = "ada", to: tuple[str, ...] = ("supervisor", "administrator"), **more: object
) -> Found:
    now = clock.now()
    return Found(now, "repeated plate", subject, "XYQ123", to, "Searched it.", now, **more)  # type: ignore[arg-type]


def made_search(by: Person, plate: str, at_days_ago: int, standing: str = "unknown") -> None:
    """A search with its entry on the log, as asking makes it, for a number of its own."""
    at = clock.now() - timedelta(days=at_days_ago)
    with clock.set_to(at):
        query = SearchQuery(since=at - timedelta(days=30), until=at, plates=(plate,))
        about = {"purpose": "felony", "reason": "investigation", "number": f"26-5501{at_days_ago}"}
        search = Search.objects.create(key=uuid4(), person=by, query_json=write_query(query), **about)
        NumberCheck.objects.create(search=search, standing=standing, detail="As CAD says.")
        record(PersonActor.of(by, "10.0.0.7"), Event.SEARCH_ASK, f"search:{search.pk}")


@pytest.mark.clause("6.a.ii.2", "AU-6")
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


@pytest.mark.clause("6.a.ii.2")
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


@pytest.mark.clause("6.a.ii.2")
def test_it_runs_once_an_hour(chain: dict[str, Person]) -> None:
    actions.watch_log()
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    actions.watch_log()
    assert not Finding.objects.exists()


@pytest.mark.clause("6.f.i.3")
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


@pytest.mark.clause("6.f.i.3")
def test_whoever_may_be_part_of_it_neither_sees_it_nor_is_notified(chain: dict[str, Person]) -> None:
    actions.report([finding_about(implicated=frozenset({"carla"}))])
    assert not findings_for(chain["carla"]).exists()
    assert not Notice.objects.filter(to=chain["carla"]).exists()


@pytest.mark.clause("6.b.i.9", "AU-6")
def test_whoever_opens_a_finding_is_on_the_log_and_on_its_page(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    page = signed_in(chain["carla"]).get(finding.get_absolute_url())
    assert page.status_code == 200
    assert "Carla Chavez" in page.content.decode()
    entry = AuditEntry.objects.filter(event="finding.view").latest("sequence")
    assert (entry.actor_id, entry.object) == ("carla", f"finding:{finding.pk}")
    assert [view.by for view in finding.views.all()] == [chain["carla"]]


@pytest.mark.clause("6.f.i.3")
def test_the_subject_gets_the_answer_of_what_does_not_exist(chain: dict[str, Person]) -> None:
    actions.report([finding_about("carla")])
    finding = Finding.objects.get()
    assert signed_in(chain["carla"]).get(finding.get_absolute_url()).status_code == 404
    assert not Notice.objects.filter(to=chain["carla"]).exists()


@pytest.mark.clause("6.f.i.3")
def test_possible_misuse_is_reported_to_the_cjis_officer(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    sent = {"kind": "misuse", "text": REASON}
    assert signed_in(chain["carla"]).post(finding.get_absolute_url(), sent).status_code == 302
    assert finding.outcome.kind == FindingOutcome.Kind.MISUSE
    notice = Notice.objects.get(kind="finding.misuse", to=chain["marco"])
    assert signed_in(chain["marco"]).get(notice.link).status_code == 200
    assert not findings_for(chain["nora"]).exists()
    assert not Notice.objects.filter(kind="finding.report", settled_at=None).exists()


@pytest.mark.clause("6.f.i.3")
@pytest.mark.parametrize("text", ["", "fine", "1234567890 1234567890 1234567890 1234567890"])
def test_an_outcome_needs_a_reason_that_says_something(chain: dict[str, Person], text: str) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    answer = signed_in(chain["carla"]).post(finding.get_absolute_url(), {"kind": "explained", "text": text})
    assert answer.status_code in {409, 422}
    assert not FindingOutcome.objects.exists()


@pytest.mark.clause("6.f.i.3")
def test_a_finding_is_decided_once(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding, kind = Finding.objects.get(), FindingOutcome.Kind.EXPLAINED
    actions.decide_finding(PersonActor.of(chain["carla"]), finding, kind, REASON)
    with pytest.raises(Refused, match="an outcome already"):
        actions.decide_finding(PersonActor.of(chain["gloria"]), finding, kind, REASON)


def test_the_list_is_filtered(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    client, address = signed_in(chain["carla"]), reverse("findings:index")
    assert "Ada Archuleta" in client.get(address, {"state": "open"}).content.decode()
    assert "Ada Archuleta" not in client.get(address, {"state": "misuse"}).content.decode()
    assert "Ada Archuleta" not in client.get(address, {"detector": "volume"}).content.decode()


@pytest.mark.clause("6.h.i")
def test_the_administrator_sets_a_threshold_with_a_reason_on_the_log(chain: dict[str, Person]) -> None:
    sent = {
        "name": "export_rows",
        "value": "5000",
        "reason": "Analysts export more than a thousand rows each month.",
    }
    assert signed_in(chain["gloria"]).post(reverse("findings:thresholds"), sent).status_code == 302
    assert actions.thresholds_now().export_rows == 5000
    entry = AuditEntry.objects.filter(event="threshold.set").get()
    assert entry.leaf
    assert entry.leaf.reason == sent["reason"]
    assert entry.leaf.details == {"value": 5000.0, "before": 1000}
    notified = Notice.objects.filter(kind="threshold.set").values_list("to__username", flat=True)
    assert set(notified) == {"marco", "nora"}


@pytest.mark.clause("6.h.i")
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "nothing"},
        {"value": "0"},
        {"value": "0.5"},
        {"value": "nan"},
        {"value": "1e9"},
        {"name": "habit_days", "value": "367"},
        {"name": "habit_days", "value": "0.5"},
        {"name": "habit_chance", "value": "2"},
        {"reason": "because"},
    ],
)
def test_a_threshold_without_sense_or_reason_is_not_set(
    chain: dict[str, Person], wrong: dict[str, str]
) -> None:
    sent = {
        "name": "export_rows",
        "value": "5000",
        "reason": "Analysts export more than a thousand rows each month.",
    }
    answer = signed_in(chain["gloria"]).post(reverse("findings:thresholds"), sent | wrong)
    assert answer.status_code in {409, 422}
    assert actions.thresholds_now().export_rows == 1000


def test_an_entry_of_a_program_is_nobodys_search(chain: dict[str, Person]) -> None:
    record(Actor("system", "hub", "The hub"), Event.SEARCH_ASK, "search:1")
    assert actions.found_in_log() == []


@pytest.mark.clause("6.f.i.3")
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


@pytest.mark.clause("6.h.i")
def test_a_threshold_that_was_set_out_of_range_stops_no_run(chain: dict[str, Person]) -> None:
    for name, value in (("habit_days", 1e6), ("off_shift_least", 1e6), ("few_plates", 1e-9)):
        about = {"reason": REASON, "by": chain["gloria"]}
        ThresholdChange.objects.create(name=name, value=value, **about)
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    actions.watch_log()
    assert actions.thresholds_now().habit_days == 366
    assert Finding.objects.filter(detector="repeated plate").exists()


def test_every_default_is_within_its_range() -> None:
    for name, value in asdict(Thresholds()).items():
        assert rules.may_set(name, value, REASON) == Allow(), name


@pytest.mark.clause("AU-6")
def test_a_detector_that_fails_is_alarmed_and_does_not_stop_the_others(
    chain: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OverflowError("broken")

    monkeypatch.setattr(Habits, "hear", fails)
    monkeypatch.setattr(Volume, "end_day", fails)
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    with pytest.raises(OverflowError):
        actions.watch_log()
    assert Finding.objects.filter(detector="repeated plate").exists()
    assert WatchRun.objects.get().leased_until is None
    assert all(job.alarm for job in JOBS)


@pytest.mark.clause("6.f.i.3")
def test_a_pattern_that_goes_on_after_its_outcome_is_new_and_goes_a_level_higher(
    chain: dict[str, Person],
) -> None:
    actions.report([finding_about()])
    first, kind = Finding.objects.get(), FindingOutcome.Kind.EXPLAINED
    actions.decide_finding(PersonActor.of(chain["carla"]), first, kind, REASON)
    later = clock.now() + timedelta(days=3)
    for _ in range(2):
        actions.report([replace(finding_about(), last_at=later, at=first.first_at, count=9)])
    second = Finding.objects.exclude(pk=first.pk).get()
    assert (second.first_at, second.last_at, second.key) == (later, later, first.key)
    notified = Notice.objects.filter(about=f"findings.finding:{second.pk}")
    assert set(notified.values_list("to__username", flat=True)) == {"carla", "hector", "gloria"}
    first.refresh_from_db()
    assert first.last_at < later


@pytest.mark.clause("6.f.i.3")
def test_what_was_seen_before_the_outcome_belongs_to_it(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    seen = clock.now()
    actions.decide_finding(PersonActor.of(chain["carla"]), finding, FindingOutcome.Kind.EXPLAINED, REASON)
    actions.report([replace(finding_about(), at=finding.first_at, last_at=seen)])
    assert Finding.objects.get().last_at == seen


@pytest.mark.clause("6.f.i.3")
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


@pytest.mark.clause("6.f.i.3")
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


def test_a_run_that_another_node_took_over_keeps_nothing(
    chain: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    found_in_log = actions.found_in_log

    def taken_over(*given: Any) -> list[Found]:
        WatchRun.objects.update(leased_by="another")
        return found_in_log(*given)

    monkeypatch.setattr(actions, "found_in_log", taken_over)
    with pytest.raises(LeaseLost):
        actions.watch_log()
    assert not Finding.objects.exists()


def test_a_long_run_renews_its_lease(chain: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "EVENTS", 2)
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    beats: list[int] = []
    actions.found_in_log(beat=lambda: beats.append(1))
    assert len(beats) == 3


@pytest.mark.clause("AU-6")
def test_what_waits_for_an_outcome_comes_first_on_every_database(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    waiting = Finding.objects.get()
    actions.report([finding_about("carla", ("administrator",))])
    decided = Finding.objects.exclude(pk=waiting.pk).get()
    text = "It was looked at together with the case file, and it is police work."
    actions.decide_finding(PersonActor.of(chain["gloria"]), decided, FindingOutcome.Kind.EXPLAINED, text)
    page = signed_in(chain["gloria"]).get("/findings/").context["page"]
    assert list(page) == [waiting, decided]


@pytest.mark.clause("6.b.i.9", "6.c.ii")
def test_an_attempt_at_a_hidden_finding_is_on_the_log(chain: dict[str, Person]) -> None:
    actions.report([finding_about("carla", ("administrator",))])
    finding = Finding.objects.get()
    assert signed_in(chain["carla"]).get(f"/findings/{finding.pk}/").status_code == 404
    entry = AuditEntry.objects.get(event="finding.view", object=f"finding:{finding.pk}")
    assert (entry.outcome, entry.clause, entry.actor_id) == ("refused", "6.c.ii", "carla")
