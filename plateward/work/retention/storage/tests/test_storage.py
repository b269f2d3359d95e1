"""The dedicated storage, through approved vendors: recorded, checked each year, and missed where it is not."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.evidence import Fact
from plateward.people import days
from plateward.people.testing import acting, person, signed_in
from plateward.work.retention.evidence import facts
from plateward.work.retention.storage import actions, rules
from plateward.work.retention.storage.models import Storage, StorageCheck

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.h.ii/storage")]
PAGE = "/retention/storage/"
GIVEN = {
    "kind": "dems",
    "vendor": "Ridgeline Evidence",
    "contract": "26-031",
    "approved_by": "Chief Hector Herrera",
}
FINDING = "Read the contract and the certificate of its encryption; the list of accounts is right."


def recorded(kind: str = "dems", ago: int = 0) -> Storage:
    given = GIVEN | {"kind": kind}
    return actions.record_storage(acting("gloria"), **given, approved_on=days.today() - timedelta(days=ago))


def stated() -> Fact:
    [fact] = [fact for fact in facts() if fact.text.startswith("Dedicated storage")]
    return fact


def test_the_administrator_records_what_was_approved_by_whom_and_the_report_names_it() -> None:
    assert stated().text == "Dedicated storage through approved vendors: none recorded."
    assert "not recorded: Media storage of hits and reads" in stated().attention
    gloria, today = signed_in(person("gloria")), days.today()
    assert "no approved storage in use" in gloria.get(PAGE).content.decode()
    done = gloria.post(f"{PAGE}record", GIVEN | {"approved_on": f"{today}"}, follow=True).content.decode()
    for shown in (
        "Ridgeline Evidence",
        "26-031",
        "Chief Hector Herrera",
        "Not checked since it was approved.",
    ):
        assert shown in done
    made = Storage.objects.get()
    assert (
        gloria.post(
            f"{PAGE}{made.pk}/check", {"checked_on": f"{today}", "sound": "yes", "finding": FINDING}
        ).status_code
        == 302
    )
    assert FINDING in gloria.get(PAGE).content.decode()
    assert "contract 26-031, approved by Chief Hector Herrera" in stated().text
    assert "not recorded: Media" in stated().attention
    recorded("media")
    assert stated().attention == ""
    leaf = AuditEntry.objects.filter(event="storage.check").get().leaf
    assert leaf
    assert (leaf.actor_id, leaf.object, leaf.details["sound"]) == ("gloria", f"storage:{made.pk}", True)


def test_an_overdue_check_waits_for_the_administrator_until_it_is_done() -> None:
    made = recorded(ago=365)
    recorded("media")
    gloria = person("gloria")
    assert not made.is_overdue, "it is due today"
    with clock.set_to(clock.now() + timedelta(days=1)):
        assert Storage.objects.get(pk=made.pk).is_overdue
        assert "Storage vendors to check" in signed_in(gloria).get("/").content.decode()
        assert "Storage vendors to check" not in signed_in(person("nora")).get("/").content.decode()
        assert "Check overdue" in signed_in(gloria).get(PAGE).content.decode()
        assert "check overdue: Ridgeline Evidence" in stated().attention
        actions.record_check(acting("gloria"), made, days.today(), FINDING, sound=False)
        assert "Storage vendors to check" not in signed_in(gloria).get("/").content.decode()
        assert "not as approved: Ridgeline Evidence" in stated().attention


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"vendor": ""}, 422),
        ({"vendor": "--"}, 409),
        ({"vendor": "x" * 101}, 422),
        ({"contract": "--"}, 409),
        ({"approved_by": "7"}, 409),
        ({"kind": "attic"}, 422),
        ({"approved_on": "2999-01-01"}, 409),
        ({"approved_on": "1970-01-02"}, 409),
        ({"approved_on": "soon"}, 422),
    ],
)
def test_what_says_nothing_of_an_approval_is_refused(changed: dict[str, str], status: int) -> None:
    given = GIVEN | {"approved_on": f"{days.today()}"} | changed
    answer = signed_in(person("gloria")).post(f"{PAGE}record", given)
    assert answer.status_code == status
    assert not Storage.objects.exists()
    if status == 409:
        assert ">6.h.ii</a>)" in answer.content.decode()


def test_a_check_says_what_was_found_and_ends_with_the_storage() -> None:
    made, gloria, today = recorded(), signed_in(person("gloria")), f"{days.today()}"
    for broken, status in (
        ({}, 422),
        ({"checked_on": today, "sound": "perhaps", "finding": FINDING}, 422),
        ({"checked_on": today, "sound": "yes", "finding": "ok"}, 409),
        ({"checked_on": "2999-01-01", "sound": "yes", "finding": FINDING}, 409),
        ({"checked_on": today, "sound": "yes", "finding": "x" * 1001}, 422),
    ):
        assert gloria.post(f"{PAGE}{made.pk}/check", broken).status_code == status
    assert gloria.post(f"{PAGE}{made.pk}/end", {"reason": "gone"}).status_code == 409
    moved = {"reason": "All of it was moved to the new vendor and compared."}
    assert gloria.post(f"{PAGE}{made.pk}/end", moved).status_code == 302
    assert gloria.post(f"{PAGE}{made.pk}/end", moved).status_code == 409
    late = {"checked_on": today, "sound": "yes", "finding": FINDING}
    assert gloria.post(f"{PAGE}{made.pk}/check", late).status_code == 409
    assert not StorageCheck.objects.exists()
    assert "No longer in use" in gloria.get(PAGE).content.decode()


def test_others_read_it_or_nothing() -> None:
    made = recorded()
    for name, status in (("hector", 200), ("iris", 200), ("nora", 200), ("ada", 403), ("frank", 403)):
        browser = signed_in(person(name))
        assert browser.get(PAGE).status_code == status
        for act in ("record", f"{made.pk}/check", f"{made.pk}/end"):
            assert browser.post(PAGE + act, GIVEN).status_code == 403
    assert signed_in(person("gloria")).post(f"{PAGE}99999/end", {"reason": FINDING}).status_code == 404


def test_rules_name_their_clause_and_field() -> None:
    today = date(2026, 12, 1)
    for decision, field in (
        (rules.may_record("", "1", "Chief", today, today), "vendor"),
        (rules.may_record("Vendor", "", "Chief", today, today), "contract"),
        (rules.may_record("Vendor", "1", "", today, today), "approved_by"),
        (rules.may_record("Vendor", "1", "Chief", today + timedelta(days=1), today), "approved_on"),
        (rules.may_check(today, "ok", today, ended=False), "finding"),
        (rules.may_end("", ended=False), "reason"),
    ):
        assert isinstance(decision, Refusal)
        assert (decision.clause, decision.field) == ("6.h.ii", field)
    assert rules.check_due(today, None) == today + timedelta(days=365)
    assert rules.check_due(today, today + timedelta(days=9)) == today + timedelta(days=374)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/entries")
def test_the_database_keeps_what_was_recorded() -> None:
    made = recorded()
    actions.record_check(acting("gloria"), made, days.today(), FINDING, sound=True)
    for table in ("retention_storage", "retention_storagecheck"):
        for tamper in (f"DELETE FROM {table}", f"UPDATE {table} SET id = 99"):
            refused = pytest.raises(DatabaseError, match="never altered")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(tamper)
