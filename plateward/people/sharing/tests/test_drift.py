"""What runs and is not signed is not given, and people hear of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.people import signed
from plateward.people.notices.actions import notify, people_with
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.sharing import integrity, jobs
from plateward.people.sharing.actions import watch_drift
from plateward.people.sharing.evidence import facts
from plateward.people.sharing.models import SharingDocument, SharingDrift
from plateward.people.sharing.testing import put_in_force
from plateward.people.testing import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.3/sharing", "AC-3/signed")]
TABLE = "people_sharingdocument"
SECRETLY = "INSERT INTO searches_searchreach (role, reach, reason, by_id, at) VALUES (%s, %s, 'x', %s, %s)"


def set_secretly(role: str, reach: str) -> None:
    """By whoever has the database, without an entry on the log."""
    with connection.cursor() as cursor:
        cursor.execute(SECRETLY, [role, reach, person("gloria").pk, clock.now()])


def alter(table: str, statement: str, *parameters: Any) -> None:
    """By whoever has the database, and takes the table's protection away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(statement, parameters)
    signed.forget()


def widen(monkeypatch: pytest.MonkeyPatch) -> None:
    """An update of the software gives Records a duty more."""
    more = ROLE_PERMISSIONS[Role.RECORDS] | {Permission.SHARING_VIEW}
    monkeypatch.setattr(Permission.SHARING_VIEW, "roles", {*Permission.SHARING_VIEW.roles, Role.RECORDS})
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.RECORDS, more)


@pytest.mark.both_databases
def test_what_is_changed_behind_the_hubs_back_is_alarmed_and_named_so(
    recorded: Callable[[str], Leaf], caplog: pytest.LogCaptureFixture
) -> None:
    people = [person("gloria"), person("hector"), person("frank", role=Role.CJIS_OFFICER), person("ada")]
    put_in_force()
    watch_drift()
    assert not SharingDrift.objects.exists()
    set_secretly("officer", "agency")
    watch_drift()
    [line] = SharingDrift.objects.get().lines
    assert line.startswith(
        "Searches, Officer or agent: whose reads, wider: All of the agency instead of Own district."
    )
    assert "No entry on the audit log made this change" in line
    told = Notice.objects.filter(kind="sharing.drift").values_list("to", flat=True)
    assert {*told} == {each.pk for each in people[:3]}
    assert "not given meanwhile" in Notice.objects.filter(kind="sharing.drift")[0].text
    entry = recorded("sharing.drift")
    assert (entry.actor_id, entry.details["wider"], entry.details["differences"]) == ("hub", True, [line])
    assert [record.levelname for record in caplog.records if "differs from the signed" in record.message] == [
        "CRITICAL"
    ]
    watch_drift()
    assert SharingDrift.objects.count() == 1  # once
    page = signed_in(people[0]).get("/sharing/").content.decode()
    assert "The settings differ from the signed configuration" in page
    set_secretly("officer", "district")
    watch_drift()
    assert recorded("sharing.agree").outcome == "done"
    assert not SharingDrift.objects.filter(ended_at=None).exists()
    assert not Notice.objects.filter(kind="sharing.drift", settled_at=None).exists()
    assert "Differences that ended" in signed_in(people[0]).get("/sharing/").content.decode()


def test_the_administrator_who_set_it_is_named() -> None:
    put_in_force()
    form = {"role": "supervisor", "reach": "unit", "reason": "Supervisors look after their own unit."}
    assert signed_in(person("gloria")).post("/searches/reach/", form).status_code == 302
    watch_drift()
    drift = SharingDrift.objects.get()
    assert "narrower: Own unit instead of Own district. Changed by Gloria Gallegos" in drift.lines[0]
    assert not drift.wider


def test_an_earlier_change_is_not_laid_at_the_door_of_a_later_one() -> None:
    form = {"role": "officer", "reach": "unit", "reason": "Officers look after their own unit."}
    assert signed_in(person("gloria")).post("/searches/reach/", form).status_code == 302
    put_in_force()
    set_secretly("officer", "agency")
    watch_drift()
    assert "Gloria" not in SharingDrift.objects.get().lines[0]


@pytest.mark.both_databases
def test_a_permission_beyond_the_signed_table_is_not_given_and_a_narrower_one_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    iris = person("iris")
    widen(monkeypatch)
    assert (
        signed_in(iris).get("/sharing/").status_code == 200
    )  # before anything is signed, the table alone counts
    monkeypatch.undo()
    put_in_force()
    widen(monkeypatch)
    assert Permission.SHARING_VIEW not in iris.permissions
    refused = signed_in(iris).get("/sharing/")
    assert refused.status_code == 403
    assert "not in the signed sharing configuration yet" in refused.content.decode()
    watch_drift()
    [line] = SharingDrift.objects.get().lines
    assert (
        "permissions, wider: See the sharing configuration and who signed it. An update of the software changed it."
        in line
    )
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.RECORDS, frozenset({Permission.CUSTODY_FIND}))
    assert iris.permissions == {Permission.CUSTODY_FIND}
    put_in_force()
    watch_drift()
    assert not SharingDrift.objects.filter(ended_at=None).exists()


@pytest.mark.both_databases
def test_a_notice_tells_nobody_what_a_duty_that_is_not_signed_would_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    iris, gloria = person("iris"), person("gloria")
    put_in_force()
    widen(monkeypatch)
    assert signed.held_back(Role.RECORDS) == {Permission.SHARING_VIEW}
    assert [*people_with(Permission.SHARING_VIEW)] == [gloria, person("hector")]
    drift = SharingDrift.objects.create(lines=["Something"], wider=True)
    notify([iris, gloria], Kind.SHARING_DRIFT, "Something differs.", drift)
    notify([iris], Kind.FACTOR_CHANGE, "Your own.", None)
    told = Notice.objects.exclude(kind=Kind.SHARING_DECIDE).exclude(kind=Kind.SHARING_ANSWER)
    assert {(notice.to, notice.kind) for notice in told} == {
        (gloria, "sharing.drift"),
        (iris, "factor.change"),
    }
    put_in_force()
    notify([iris], Kind.SHARING_DRIFT, "Something differs.", drift)
    assert Notice.objects.filter(to=iris, kind="sharing.drift").exists()


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["altered", "deleted", "entry"])
def test_a_document_that_is_not_what_was_countersigned_gives_nothing(how: str) -> None:
    made, ada = put_in_force(), person("ada")
    if how == "altered":
        wider = made.text.replace('"reach":"district"', '"reach":"agency"')
        assert wider != made.text
        alter(
            TABLE,
            "UPDATE people_sharingdocument SET text = %s, sha256 = %s WHERE id = %s",
            wider,
            signed.digest_of(wider),
            made.pk,
        )
    elif how == "deleted":
        alter(TABLE, "DELETE FROM people_sharingdocument WHERE id = %s", made.pk)
    else:
        alter("audit_entry", "UPDATE audit_entry SET actor_id = 'ada' WHERE event = 'sharing.countersign'")
    assert signed.limits_of("agencies", "1") == {}
    assert signed.limits_of("reach", "officer") == {}
    assert ada.permissions == ROLE_PERMISSIONS[Role.OFFICER]  # somebody must sign anew
    watch_drift()
    assert "Outside agencies get nothing" in SharingDrift.objects.get().lines[0]
    [check] = integrity.CHECKS
    [step] = check.steps("")
    assert [fault.object for fault in step.faults] == [f"sharing configuration {made.pk}"] * (how != "entry")
    assert [bool(fact.attention) for fact in facts()] == [True]
    assert signed_in(person("gloria")).get("/sharing/").status_code == 200
    if how == "altered":
        put_in_force()
        watch_drift()
        assert not SharingDrift.objects.filter(ended_at=None).exists()


def test_an_older_document_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = put_in_force()
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.RECORDS, frozenset({Permission.CUSTODY_FIND}))
    second = put_in_force()
    alter(TABLE, "DELETE FROM people_sharingdocument WHERE id = %s", second.pk)
    assert signed.read_in_force().number == second.pk != first.pk
    assert signed.read_in_force().problem


def test_before_anything_is_signed_roles_work_and_outside_agencies_get_nothing() -> None:
    signed.forget()
    assert person("ada").permissions == ROLE_PERMISSIONS[Role.OFFICER]
    assert signed.limits_of("agencies", "1") is None
    watch_drift()
    assert not SharingDrift.objects.exists()


def test_a_use_costs_no_query_between_two_looks(django_assert_num_queries: Callable[..., object]) -> None:
    put_in_force()
    ada = person("ada")
    assert ada.permissions
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        for _ in range(100):
            assert ada.permissions


def test_what_another_node_signed_is_seen_within_a_minute() -> None:
    [job] = jobs.JOBS
    assert timedelta(seconds=job.every + signed.KEPT_FOR_S) <= timedelta(seconds=60)
    assert not SharingDocument.objects.exists()
