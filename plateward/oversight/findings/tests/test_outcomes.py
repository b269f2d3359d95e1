"""The outcome of a finding, what comes after it, and who is reminded of one that has none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.oversight.findings import actions
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.findings.models import Finding, FindingOutcome
from plateward.oversight.findings.tests.conftest import REASON, finding_about
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.f.i.3/investigate", "6.f.i.3/reported")
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


@pytest.mark.clause("6.f.i.3/investigate")
@pytest.mark.parametrize("text", ["", "fine", "1234567890 1234567890 1234567890 1234567890"])
def test_an_outcome_needs_a_reason_that_says_something(chain: dict[str, Person], text: str) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    answer = signed_in(chain["carla"]).post(finding.get_absolute_url(), {"kind": "explained", "text": text})
    assert answer.status_code in {409, 422}
    assert not FindingOutcome.objects.exists()


@pytest.mark.clause("6.f.i.3/investigate")
def test_a_finding_is_decided_once(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding, kind = Finding.objects.get(), FindingOutcome.Kind.EXPLAINED
    actions.decide_finding(PersonActor.of(chain["carla"]), finding, kind, REASON)
    with pytest.raises(Refused, match="already has an outcome"):
        actions.decide_finding(PersonActor.of(chain["gloria"]), finding, kind, REASON)


@pytest.mark.clause("6.f.i.3/investigate")
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
    notified = Notice.objects.filter(about=f"oversight.finding:{second.pk}")
    assert set(notified.values_list("to__username", flat=True)) == {"carla", "hector", "gloria"}
    first.refresh_from_db()
    assert first.last_at < later


@pytest.mark.clause("6.f.i.3/investigate")
def test_what_was_seen_before_the_outcome_belongs_to_it(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding = Finding.objects.get()
    seen = clock.now()
    actions.decide_finding(PersonActor.of(chain["carla"]), finding, FindingOutcome.Kind.EXPLAINED, REASON)
    actions.report([replace(finding_about(), at=finding.first_at, last_at=seen)])
    assert Finding.objects.get().last_at == seen


@pytest.mark.both_databases
@pytest.mark.clause("AU-6/findings")
def test_what_waits_for_an_outcome_comes_first_on_every_database(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    waiting = Finding.objects.get()
    actions.report([finding_about("carla", ("administrator",))])
    decided = Finding.objects.exclude(pk=waiting.pk).get()
    text = "It was looked at together with the case file, and it is police work."
    actions.decide_finding(PersonActor.of(chain["gloria"]), decided, FindingOutcome.Kind.EXPLAINED, text)
    page = signed_in(chain["gloria"]).get("/findings/").context["page"]
    assert list(page) == [waiting, decided]


@pytest.mark.clause("6.f.i.3/investigate")
def test_a_finding_that_waits_is_reminded_of_and_goes_up(chain: dict[str, Person]) -> None:
    actions.report([finding_about()])
    finding, now = Finding.objects.get(), clock.now()

    def reminded() -> set[str]:
        return set(
            Notice.objects.filter(kind="finding.remind", settled_at=None).values_list(
                "to__username", flat=True
            )
        )

    assert actions.remind() == 0
    with clock.set_to(now + timedelta(days=6)):
        assert (actions.remind(), actions.remind()) == (1, 0)
        assert reminded() == {"carla", "gloria"}
    with clock.set_to(now + timedelta(days=8)):
        assert (actions.remind(), actions.remind()) == (1, 0)
        assert reminded() == {"carla", "hector", "gloria"}
        assert "overdue for" in signed_in(chain["carla"]).get("/findings/").content.decode()
    actions.decide_finding(PersonActor.of(chain["carla"]), finding, FindingOutcome.Kind.MISUSE, REASON)
    assert reminded() == set()
    # Possible misuse without an investigation waits, too; its time counts anew.
    assert Finding.objects.waiting().exists()
    with clock.set_to(now + timedelta(days=4)):
        assert actions.remind() == 0
    with clock.set_to(now + timedelta(days=12)):
        assert actions.remind() == 1
        text = Notice.objects.filter(kind="finding.remind", settled_at=None).first()
        assert text
        assert "needs an investigation" in text.text


@pytest.mark.clause("6.f.i.3/investigate")
def test_anybody_reports_misuse_to_those_who_may_judge_it_and_never_to_the_person(
    chain: dict[str, Person],
) -> None:
    ada, address = signed_in(chain["ada"]), reverse("findings:report")
    given = {"subject": "carla", "what": "She searched her ex-husband's plate twice during the night shift."}
    given["noticed_at"] = "2026-01-05T09:00"
    assert ada.post(address, given).status_code == 302
    finding = Finding.objects.get()
    assert (finding.subject, finding.detector) == (chain["carla"], "report of misuse")
    assert "Reported by Ada Archuleta: She searched" in finding.sentence
    seen = {name for name, viewer in chain.items() if findings_for(viewer).exists()}
    assert "gloria" in seen
    assert not {"carla", "ada"} & seen
    assert ada.post(address, given | {"subject": "ada"}).status_code == 409
    assert ada.post(address, given | {"what": "Bad."}).status_code == 409
    assert Finding.objects.count() == 1
