"""A request from its receipt to its answer: by its acts, and what the database keeps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person
from plateward.sharing.records import actions
from plateward.sharing.records.jobs import REMINDERS
from plateward.sharing.records.models import RecordsLetter, RecordsRequest, ReleaseRule, secret_digest
from plateward.sharing.records.rules import Data, Requester, RuleOutcome
from plateward.sharing.records.tests.made import (
    ASKED,
    DENIAL,
    OFFICIALS,
    STATISTICS,
    approved,
    counts,
    proposed,
    requested,
    requested_with_secret,
)

pytestmark = pytest.mark.django_db
BURDEN = "It asks for every contract since 2010, on paper in three stations."


@pytest.mark.clause("6.h.iii/approval", "AC-4/released")
@pytest.mark.both_databases
def test_nothing_leaves_before_the_chief_approved_what_he_saw(recorded) -> None:  # type: ignore[no-untyped-def]
    request = requested()
    file = counts(request)
    answer = proposed(request, STATISTICS, file)
    for leaves in (
        lambda: actions.release_file(acting("iris"), file),
        lambda: actions.send(acting("iris"), answer),
    ):
        with pytest.raises(Refused, match="approved"):
            leaves()
    assert recorded("records.release").outcome == "refused"
    later = proposed(request, STATISTICS)
    for seen in (answer, later):  # the first is replaced; of the other, a version that nobody saw
        with pytest.raises(Refused):
            actions.decide(acting("hector"), seen, "0" * 64, approve=True, note="")
    with pytest.raises(Refused, match="replaced"):
        actions.decide(acting("hector"), answer, answer.sha256, approve=True, note="")
    last = approved(request, STATISTICS, file)
    with pytest.raises(Refused):
        actions.release_file(acting("iris"), file)  # approved, and not sent
    actions.send(acting("iris"), last)
    assert actions.release_file(acting("iris"), file).startswith(b"year,reads")
    assert recorded("records.release").details["sha256"] == file.sha256
    assert RecordsRequest.objects.get().answered_at


@pytest.mark.clause("6.h.iii/approval", "6.f.i.1/nobody")
def test_who_proposed_an_answer_does_not_decide_it() -> None:
    request = requested()
    answer = actions.propose(acting("hector"), request, STATISTICS, ())
    with pytest.raises(Refused, match="your own"):
        actions.decide(acting("hector"), answer, answer.sha256, approve=True, note="")


@pytest.mark.clause("6.h.iii/approval")
def test_an_answer_that_was_altered_after_its_approval_is_not_sent() -> None:
    request = requested()
    answer = approved(request)
    answer.files.add(counts(request))
    with pytest.raises(Refused, match="not what was approved"):
        actions.send(acting("iris"), answer)


@pytest.mark.clause("6.h.i/release", "6.h.iii/approval")
def test_a_proposed_rule_notifies_who_decides_it_until_it_is_decided_or_replaced() -> None:
    hector = person("hector")
    for outcome in (RuleOutcome.DENIED, RuleOutcome.CHIEF):
        rule = actions.propose_rule(
            acting("gloria"), Requester.MEDIA, Data.AUDIT, outcome, "NMSA 1978, 14-2-1"
        )
    waiting = Notice.objects.filter(to=hector, kind=Kind.RECORDS_RULE, settled_at=None)
    assert "waits for your decision" in waiting.get().text
    actions.decide_rule(acting("hector"), rule, rule.sha256, approve=True)
    assert not waiting.exists()


@pytest.mark.clause("6.h.i/release", "6.h.iii/approval", "SB40.confid/requests")
def test_what_a_rule_leaves_to_the_chief_is_authorized_with_a_reason_and_a_withdrawn_rule_stops_it() -> None:
    request = requested(Requester.PARTY)
    proposal = STATISTICS.__class__(
        STATISTICS.outcome, (Data.HITS,), "NMSA 1978, 29-10-4", "The alert of case 2026-00412, as ordered."
    )
    with pytest.raises(Refused, match="confid"):
        proposed(request, proposal)
    ruled(Requester.PARTY, Data.HITS, RuleOutcome.CHIEF)
    answer = proposed(request, proposal)
    with pytest.raises(Refused, match="which law"):
        actions.decide(acting("hector"), answer, answer.sha256, approve=True, note="")
    ruled(Requester.PARTY, Data.HITS, RuleOutcome.DENIED)
    why = "The court ordered it on November 3, 2026."
    with pytest.raises(Refused, match="confid"):
        actions.decide(acting("hector"), answer, answer.sha256, approve=True, note=why)
    ruled(Requester.PARTY, Data.HITS, RuleOutcome.CHIEF)
    actions.decide(acting("hector"), answer, answer.sha256, approve=True, note=why)
    assert request.answers.get().note == why


def ruled(requester: Requester, data: Data, outcome: RuleOutcome) -> ReleaseRule:
    rule = actions.propose_rule(acting("gloria"), requester, data, outcome, "NMSA 1978, 29-10-4")
    actions.decide_rule(acting("hector"), rule, rule.sha256, approve=True)
    return rule


@pytest.mark.clause("6.h.i/release")
def test_a_rule_holds_once_another_approved_it_and_stays_on_record() -> None:
    rule = actions.propose_rule(
        acting("gloria"), Requester.MEDIA, Data.AUDIT, RuleOutcome.ALLOWED, "NMSA 1978, 14-2-1"
    )
    assert actions.rules_for("media")[Data.AUDIT].outcome is RuleOutcome.CHIEF
    with pytest.raises(Refused):
        actions.decide_rule(acting("gloria"), rule, rule.sha256, approve=True)
    with pytest.raises(Refused):
        actions.decide_rule(acting("hector"), rule, "", approve=True)
    actions.decide_rule(acting("hector"), rule, rule.sha256, approve=True)
    assert actions.rules_for("media")[Data.AUDIT].outcome is RuleOutcome.ALLOWED
    assert actions.rules_for("public")[Data.AUDIT].outcome is RuleOutcome.CHIEF


@pytest.mark.clause("6.h.iii/deadlines")
def test_the_clocks_run_from_receipt_and_stop_with_the_letters() -> None:
    request = requested()
    today = days.today()
    assert (request.due_on, request.next_due) == (today + timedelta(days=15), request.acknowledge_by)
    actions.acknowledge(acting("iris"), request)
    actions.acknowledge(acting("iris"), request)
    actions.extend(acting("iris"), request, today + timedelta(days=40), BURDEN)
    request = RecordsRequest.objects.get()
    assert request.next_due == request.due_on == today + timedelta(days=40)
    assert [letter.kind for letter in request.letters.all()] == ["acknowledge", "extension"]
    assert BURDEN in request.letters.all()[1].text
    actions.send(acting("iris"), approved(request, DENIAL))
    letter = RecordsLetter.objects.get(kind="answer")
    assert all(line in letter.text for line in (*OFFICIALS.splitlines(), DENIAL.basis, DENIAL.text))
    with pytest.raises(Refused):
        actions.extend(acting("iris"), request, today + timedelta(days=60), BURDEN)


@pytest.mark.clause("6.h.iii/deadlines")
def test_records_is_reminded_and_what_is_late_goes_to_the_chief() -> None:
    for name in ("iris", "hector", "ada"):
        person(name)
    request = requested()

    def told(after: date) -> set[tuple[str, str]]:
        Notice.objects.all().delete()
        with clock.set_to(days.start_of(after) + timedelta(hours=9)):
            REMINDERS[0]()
            REMINDERS[0]()
        return set(Notice.objects.values_list("to__username", "kind"))

    assert told(request.received_on) == set()
    assert told(request.acknowledge_by) == {("iris", "records.remind")}
    late = {("iris", "records.remind"), ("hector", "records.escalate")}
    assert told(request.acknowledge_by + timedelta(days=1)) == late
    actions.acknowledge(acting("iris"), request)
    assert told(request.due_on - timedelta(days=4)) == set()
    assert told(request.due_on - timedelta(days=2)) == {("iris", "records.remind")}
    assert told(request.due_on + timedelta(days=2)) == late


@pytest.mark.clause("SB40.confid/requests")
def test_number_and_secret_open_a_request_and_neither_alone() -> None:
    request, secret = requested_with_secret()
    other, others = requested_with_secret()
    assert actions.look_up(request.number, secret.lower()) == request
    plain = sha256(secret.replace("-", "").encode()).hexdigest()
    assert request.secret != plain  # nobody finds it by trying, who has the database alone
    assert request.secret == secret_digest(secret)
    for number, given in (
        (other.number, secret),
        (request.number, others),
        (request.number, ""),
        ("", secret),
    ):
        assert actions.look_up(number, given) is None
    assert actions.look_up(f"1999-{request.pk:05d}", secret) is None
    assert secret not in str(RecordsRequest.objects.filter(pk=request.pk).values())


@pytest.mark.clause("6.i.i/aes")
@pytest.mark.both_databases
def test_who_asks_and_for_what_is_sealed() -> None:
    request = requested()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, contact, text FROM sharing_recordsrequest WHERE id = %s", [request.pk])
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert not any(text.encode() in stored for text in ASKED.values())
    assert RecordsRequest.objects.get().name == ASKED["name"]


@pytest.mark.both_databases
@pytest.mark.clause("6.h.iii/approval")
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
def test_the_database_keeps_requests_answers_letters_and_rules(statement: str) -> None:
    request = requested()
    file = counts(request)
    actions.send(acting("iris"), approved(request, STATISTICS, file))
    ruled(Requester.MEDIA, Data.AUDIT, RuleOutcome.ALLOWED)
    columns = {
        "recordsrequest": "secret",
        "recordsanswer": "basis",
        "recordsletter": "title",
        "recordsfile": "name",
        "releaserule": "basis",
    }
    for table, column in columns.items():
        with pytest.raises(DatabaseError, match="kept"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(f"sharing_{table}", column))


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("6.h.iii/approval")
def test_two_chiefs_at_once_decide_an_answer_once() -> None:
    answer = proposed(requested())
    person("hector")

    def decided(approve: bool) -> bool:
        try:
            actions.decide(
                acting("hector"), answer, answer.sha256, approve=approve, note="Cite the section of the law."
            )
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decided, (True, False))) == [False, True]
