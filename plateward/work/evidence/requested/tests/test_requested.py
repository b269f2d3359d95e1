"""A case's package is made meanwhile, downloaded by who requested it with the second factor, and erased."""

import io
import os
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from asgiref.sync import async_to_sync
from django.http import StreamingHttpResponse
from django.test import Client

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import LogUnavailable
from plateward.core.audit.log_reader import LogDamaged
from plateward.core.audit.mentions import entries_about
from plateward.core.pages.models import ExportStop
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.people.access.models import Access, Suspension
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import person, signed_in
from plateward.work.alerts.models import Alert
from plateward.work.evidence import made_for_person, waiting_file
from plateward.work.evidence.made_for_person import KEPT_FOR
from plateward.work.evidence.package.build import build_case_package
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.requested import actions, making
from plateward.work.evidence.requested.making import make_packages
from plateward.work.evidence.requested.models import FILES, RequestedPackage
from plateward.work.evidence.requested.tests.browsing import NUMBER, USE, requested, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.a.iv/download", "6.h.iv/custody")]


async def _all(answer: StreamingHttpResponse) -> list[bytes]:
    content = answer.streaming_content
    assert isinstance(content, AsyncIterator)
    return [part async for part in content]


def streamed(answer: Any) -> list[bytes]:
    assert answer.streaming
    return async_to_sync(_all)(answer)


def test_from_the_case_to_the_file(
    officer: Client, alerts: list[Alert], recorded: Callable[[str], Leaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_file, "PIECE", 50_000)
    page = text_of(officer, "/evidence/?number=2026-00587")
    assert all(f"Alert {alert.pk}," in page for alert in alerts)
    row = requested(officer, alerts)
    entry = recorded("evidence.request")
    assert (entry.reason, entry.details["alerts"]) == (USE, [alert.pk for alert in alerts])
    path = row.get_absolute_url()
    assert "Being made" in text_of(officer, path)
    assert officer.get(f"{path}progress", {"shown": row.fingerprint}).status_code == 204
    assert b"This package is not ready, or no longer here." in officer.post(f"{path}download").content
    assert make_packages() == 1
    assert "data-over" in text_of(officer, f"{path}progress?shown={row.fingerprint}")
    row.refresh_from_db()
    assert row.package is not None
    assert row.package.sha256 in text_of(officer, path)
    assert not list(FILES.folder.glob("*.zip")), "nothing of it stays in the clear"
    answer = officer.post(f"{path}download")
    taken = recorded("evidence.download")  # before the first byte
    pieces = streamed(answer)
    assert len(pieces) > 1
    content = b"".join(pieces)
    assert (taken.details["sha256"], taken.reason) == (row.package.sha256, USE)
    assert int(answer["Content-Length"]) == len(content)
    with ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        assert f"case-{NUMBER}/data/alerts/{alerts[1].pk}/alert.json" in package.namelist()
    officer.post(f"{path}discard")
    acts = {Event.EVIDENCE_REQUEST, Event.EVIDENCE_EXPORT, Event.EVIDENCE_DOWNLOAD, Event.EVIDENCE_DISCARD}
    for thing in (
        f"{kind}:{pk}" for alert in alerts for kind, pk in (("alert", alert.pk), ("read", alert.read))
    ):
        assert acts <= {entry.event for entry in entries_about([thing])}


@pytest.mark.clause("6.c.ii.1/all", "6.b.i.11/contained", "6.c.ii/cases")
def test_it_leaves_only_with_the_second_factor_for_who_still_sees_it_while_files_may_leave(
    officer: Client, alerts: list[Alert], recorded: Callable[[str], Leaf]
) -> None:
    row = requested(officer, alerts)
    make_packages()
    path = f"{row.get_absolute_url()}download"
    for act in ("download", "discard"):
        assert signed_in(person("ben")).post(f"{row.get_absolute_url()}{act}").status_code == 404
        entry = recorded(f"evidence.{act}")
        assert (entry.actor_id, entry.object, entry.outcome) == ("ben", f"requested:{row.pk}", "refused")
    assert signed_in(person("iris", role="records")).get("/evidence/").status_code == 403
    stop = ExportStop.objects.create(cause="breach:1", why="A breach.", begun_by="person:gloria")
    assert officer.post(path).status_code in (403, 409)
    ExportStop.objects.filter(pk=stop.pk).update(ends=clock.now())
    HotList.objects.filter(name="Second list").update(covert=True)
    answer = officer.post(path)
    assert (answer.status_code, b"no longer see all alerts" in answer.content) == (409, True)
    assert recorded("evidence.download").outcome == "refused"
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert officer.post(path).status_code == 401
    FILES.erase(row.pk)


class Killed(BaseException):
    """As the process would be: nothing of it runs on."""


@pytest.mark.both_databases
def test_one_that_is_killed_is_made_again_when_its_lease_is_over(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = requested(officer, alerts)

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(made_for_person, "finish", killed)
        with pytest.raises(Killed):
            make_packages()
    assert make_packages() == 0, "another node may be at it"
    with clock.set_to(clock.now() + making.LEASE):
        assert make_packages() == 1
        row.refresh_from_db()
        assert row.file is not None
        assert row.package == Package.objects.last()
        content = b"".join(row.file.pieces())
    assert row.package is not None
    assert len(content) == row.package.size
    FILES.erase(row.pk)


@pytest.mark.clause("MP-6/erased")
@pytest.mark.parametrize("how", ["discarded", "expired"])
def test_it_is_erased_when_it_is_discarded_or_expires(
    officer: Client, alerts: list[Alert], how: str, recorded: Callable[[str], Leaf]
) -> None:
    row = requested(officer, alerts)
    make_packages()
    assert FILES.kept() == {row.pk}
    with clock.set_to(clock.now() + (KEPT_FOR if how == "expired" else timedelta(0))):
        if how == "discarded":
            officer.post(f"{row.get_absolute_url()}discard")
        else:
            make_packages()
    row.refresh_from_db()
    assert (row.stage, row.key, FILES.kept()) == ("ended", None, set())
    assert recorded("evidence.discard").details["requested"] == str(row.pk)


def test_one_that_is_discarded_while_it_is_made_stops(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = requested(officer, alerts)
    whole = build_case_package

    def discarded(*given: Any, **named: Any) -> Any:
        officer.post(f"{row.get_absolute_url()}discard")
        return whole(*given, **named)

    monkeypatch.setattr(making, "build_case_package", discarded)
    assert make_packages() == 0
    row.refresh_from_db()
    assert (row.stage, FILES.kept()) == ("ended", set())


def test_a_failure_is_on_its_page_and_tried_again(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = requested(officer, alerts)

    def failing(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(making, "build_case_package", failing)
    for tries in range(5):
        with clock.set_to(clock.now() + timedelta(hours=tries)):
            make_packages()
    row.refresh_from_db()
    assert (row.stage, row.tries) == ("failed", 5)
    assert "failed to make this package" in text_of(officer, row.get_absolute_url())


@pytest.mark.both_databases
def test_a_node_that_lost_its_lease_leaves_the_other_node_s_package_alone(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, whole = requested(officer, alerts), build_case_package

    def slow(*given: Any, **named: Any) -> Any:
        """Its lease passes meanwhile, and another node makes the package."""
        monkeypatch.setattr(making, "build_case_package", whole)
        made = whole(*given, **named)
        with clock.set_to(clock.now() + making.LEASE):
            assert make_packages() == 1
        return made

    monkeypatch.setattr(making, "build_case_package", slow)
    assert make_packages() == 0
    row.refresh_from_db()
    assert row.stage == "ready"
    assert row.package is not None
    assert row.file is not None
    assert sha256(b"".join(row.file.pieces())).hexdigest() == row.package.sha256
    assert list(FILES.folder.iterdir()) == [row.file.sealed]
    FILES.erase(row.pk)


def test_each_making_has_its_own_file() -> None:
    id = UUID(int=7)
    with FILES.making(id) as first, FILES.making(id) as second:
        assert {first.plain, first.sealed}.isdisjoint({second.plain, second.sealed})
        for file, content in ((first, b"first"), (second, b"second")):
            file.plain.write_bytes(content)
            file.seal(sha256(content).hexdigest())
        for file, content in ((first, b"first"), (second, b"second")):
            kept = FILES.file_of(id, file.wrapped)
            assert kept is not None
            assert b"".join(kept.pieces()) == content
    FILES.erase(id)


def test_other_bytes_than_those_that_were_made_are_not_sealed(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, whole = requested(officer, alerts), build_case_package

    def altered(number: str, of: Any, to: Path, **named: Any) -> Any:
        made = whole(number, of, to, **named)
        to.write_bytes(to.read_bytes()[:-1] + b"x")
        return made

    with monkeypatch.context() as patch:
        patch.setattr(making, "build_case_package", altered)
        assert make_packages() == 0
    row.refresh_from_db()
    assert (row.stage, row.key, list(FILES.folder.iterdir())) == ("making", None, [])
    assert "not the one that was made" in row.problem_text


@pytest.mark.clause("6.i.i/aes", "MP-6/erased")
def test_what_a_killed_process_left_in_the_clear_is_overwritten(
    officer: Client, alerts: list[Alert], tmp_path: Path
) -> None:
    row, links = requested(officer, alerts), []
    for number, name in enumerate((f"{row.pk}-0.zip", f".{row.pk}-0.zip.part")):
        left = FILES.folder / name
        left.write_bytes(b"A read in the clear.")
        links.append(tmp_path / str(number))
        os.link(left, links[-1])
    assert make_packages() == 1
    assert [b"clear" in link.read_bytes() for link in links] == [False, False]
    row.refresh_from_db()
    assert row.file is not None
    assert list(FILES.folder.iterdir()) == [row.file.sealed]
    FILES.erase(row.pk)


@pytest.mark.both_databases
def test_one_that_kills_the_hub_again_and_again_ends(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, begun = requested(officer, alerts), []

    def killed(*given: Any, **_: Any) -> None:
        begun.append(given)
        raise Killed

    monkeypatch.setattr(making, "build_case_package", killed)
    for hours in range(5):
        with clock.set_to(clock.now() + timedelta(hours=hours)), pytest.raises(Killed):
            make_packages()
    with clock.set_to(clock.now() + timedelta(hours=6)):
        assert make_packages() == 0
    row.refresh_from_db()
    assert (row.stage, len(begun)) == ("failed", 5)
    assert "was stopped 5 times" in text_of(officer, row.get_absolute_url())


@pytest.mark.clause("6.b.i.11/contained")
def test_a_stop_of_exports_and_an_outage_delay_it_and_do_not_count(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = requested(officer, alerts)
    stop = ExportStop.objects.create(cause="breach:1", why="A breach.", begun_by="person:gloria")

    def away(*_: Any, **__: Any) -> None:
        raise LogUnavailable("The audit log cannot be written.")

    for minutes in range(0, 60, 10):
        with clock.set_to(clock.now() + timedelta(minutes=minutes)):
            make_packages()
    row.refresh_from_db()
    assert (row.stage, row.tries, "All exports are stopped" in row.problem_text) == ("making", 0, True)
    assert not Package.objects.exists()
    ExportStop.objects.filter(pk=stop.pk).update(ends=clock.now())
    with monkeypatch.context() as patch:
        patch.setattr(making, "build_case_package", away)
        for minutes in range(60, 120, 10):
            with clock.set_to(clock.now() + timedelta(minutes=minutes)):
                make_packages()
    row.refresh_from_db()
    assert (row.stage, row.tries, row.problem_text) == ("making", 0, "The audit log cannot be written.")
    with clock.set_to(clock.now() + KEPT_FOR):
        make_packages()
    row.refresh_from_db()
    assert (row.stage, row.problem_text) == (
        "failed",
        "It could not be made within a day. The audit log cannot be written.",
    )


@pytest.mark.clause("AU-9/found")
def test_a_damaged_log_stops_the_hub(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    requested(officer, alerts)

    def damaged(*_: Any, **__: Any) -> None:
        raise LogDamaged("Entry 7 was altered.")

    monkeypatch.setattr(making, "build_case_package", damaged)
    with pytest.raises(LogDamaged):
        make_packages()


@pytest.mark.clause("6.c.ii/cases", "6.b.i.8/scope")
@pytest.mark.parametrize("how", ["suspended", "another role"])
def test_none_is_made_for_who_has_lost_access(officer: Client, alerts: list[Alert], how: str) -> None:
    row = requested(officer, alerts)
    if how == "suspended":
        Suspension.objects.create(
            person=row.by, kind="leave", reason="Ill.", begins=clock.now(), begun_by="test"
        )
    else:
        Access.objects.filter(person=row.by).update(role="records")
        Person.objects.filter(pk=row.by_id).update(role="records")
    assert make_packages() == 0
    row.refresh_from_db()
    assert (row.stage, Package.objects.count()) == ("failed", 0)
    assert "(clause " in row.problem_text


def test_what_ended_is_not_ended_again_and_nothing_expires_before_its_time(
    ada: PersonActor, officer: Client, alerts: list[Alert], recorded: Callable[[str], Leaf]
) -> None:
    row = requested(officer, alerts)
    make_packages()
    actions.expire(row)
    assert recorded("evidence.discard").details["passed"]
    row.refresh_from_db()
    assert (row.stage, FILES.kept()) == ("ready", {row.pk})
    assert actions.discard(ada, row)
    assert not actions.discard(ada, row)
    RequestedPackage.objects.update(stage="failed", problem="stated", detail="It failed.")
    assert not actions.discard(ada, row)
    row.refresh_from_db()
    assert (row.stage, row.problem_text) == ("failed", "It failed.")
