"""Thresholds are set with a reason, within bounds, and stop no run."""

import pytest
from django.urls import reverse

from plateward.core.audit.models import AuditEntry
from plateward.core.audit.testing import noted
from plateward.ground.policy.decision import Allow
from plateward.oversight.detectors.every import DETECTORS, weakens
from plateward.oversight.findings import actions, rules
from plateward.oversight.findings.models import Finding, ThresholdChange
from plateward.oversight.findings.tests.conftest import REASON, made_search
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import signed_in
from plateward.testing.emptying import past_the_hub, write

pytestmark = pytest.mark.django_db


def test_the_administrator_sets_a_threshold_with_a_reason_on_the_log(chain: dict[str, Person]) -> None:
    sent = {
        "name": "bulk export.results",
        "value": "5000",
        "reason": "Analysts export more than a thousand rows each month.",
    }
    assert signed_in(chain["gloria"]).post(reverse("findings:thresholds"), sent).status_code == 302
    assert actions.numbers_now()["bulk export"]["results"] == 5000
    entry = AuditEntry.objects.filter(event="threshold.set").get()
    assert entry.leaf
    assert entry.leaf.reason == sent["reason"]
    assert noted(entry.leaf) == {"value": 5000.0, "before": 300.0}
    notified = Notice.objects.filter(kind="threshold.set").values_list("to__username", flat=True)
    assert set(notified) == {"marco", "nora"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "nothing"},
        {"value": "0"},
        {"value": "0.5"},
        {"value": "nan"},
        {"value": "1e9"},
        {"name": "repeated plate.days", "value": "367"},
        {"name": "repeated plate.days", "value": "0.5"},
        {"reason": "because"},
    ],
)
def test_a_threshold_without_sense_or_reason_is_not_set(
    chain: dict[str, Person], wrong: dict[str, str]
) -> None:
    sent = {
        "name": "bulk export.results",
        "value": "5000",
        "reason": "Analysts export more than a thousand rows each month.",
    }
    answer = signed_in(chain["gloria"]).post(reverse("findings:thresholds"), sent | wrong)
    assert answer.status_code in {409, 422}
    assert actions.numbers_now()["bulk export"]["results"] == 300


def test_a_threshold_that_was_set_out_of_range_stops_no_run(chain: dict[str, Person]) -> None:
    for name, value in (("repeated plate.days", 1e6), ("volume.daily", 1e9), ("gone.days", 3)):
        about = {"reason": REASON, "by": chain["gloria"]}
        ThresholdChange.objects.create(name=name, value=value, **about)
    for day in range(6, 0, -1):
        made_search(chain["ada"], "XYQ123", day)
    actions.watch_log()
    assert actions.numbers_now()["repeated plate"]["days"] == 366
    assert Finding.objects.filter(detector="repeated plate").exists()


def test_every_default_is_within_its_range_and_no_detector_has_more_than_two_numbers() -> None:
    for detector in DETECTORS.values():
        assert len(detector.numbers) <= 2
        assert detector.says(detector.numbers).endswith(".")
        for name, value in detector.numbers.items():
            assert rules.may_set(f"{detector.name}.{name}", value, REASON) == Allow(), name


def test_what_weakens_the_detectors_is_known_of_every_number() -> None:
    assert (weakens("repeated plate.searches", 4, 5), weakens("repeated plate.searches", 4, 3)) == (
        True,
        False,
    )
    assert (weakens("repeated plate.days", 60, 90), weakens("repeated plate.days", 60, 30)) == (False, True)


def test_the_page_shows_first_what_each_detector_says_with_its_numbers(chain: dict[str, Person]) -> None:
    actions.set_threshold(PersonActor.of(chain["gloria"]), "volume.hourly", 40, REASON)
    page = signed_in(chain["gloria"]).get(reverse("findings:thresholds")).content.decode()
    assert "At least 40 searches within an hour" in page
    assert page.index("Default: At least 15 searches within an hour") < page.index("Save threshold")


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/records", "AU-9/found")
def test_who_writes_a_threshold_into_the_database_blinds_no_detector(
    chain: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.set_threshold(PersonActor.of(chain["gloria"]), "volume.hourly", 20, REASON)
    assert actions.numbers_now()["volume"]["hourly"] == 20
    with past_the_hub("oversight_thresholdchange"):
        write("UPDATE oversight_thresholdchange SET value = 200")
    assert actions.numbers_now()["volume"]["hourly"] == 20  # as it was compared last
    monkeypatch.setattr(actions.THRESHOLDS, "_known", None)  # another process
    assert actions.numbers_now()["volume"]["hourly"] == 15  # the default
