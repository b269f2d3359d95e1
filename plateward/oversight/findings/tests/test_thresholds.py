"""Thresholds are set with a reason, within bounds, and stop no run."""

from dataclasses import asdict

import pytest
from django.urls import reverse

from plateward.audit.models import AuditEntry
from plateward.oversight.detectors.thresholds import WEAKER_BELOW, Thresholds, weakens
from plateward.oversight.findings import actions, rules
from plateward.oversight.findings.models import Finding, ThresholdChange
from plateward.oversight.findings.tests.conftest import REASON, made_search
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import signed_in
from plateward.policy.decision import Allow

pytestmark = pytest.mark.django_db


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


@pytest.mark.clause("6.h.i")
@pytest.mark.one_database
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


def test_what_weakens_the_detectors_is_known_of_every_threshold() -> None:
    assert asdict(Thresholds()).keys() >= WEAKER_BELOW
    assert (weakens("repeat_least", 4, 5), weakens("repeat_least", 4, 3)) == (True, False)
    assert (weakens("repeat_days", 60, 90), weakens("repeat_days", 60, 30)) == (False, True)
