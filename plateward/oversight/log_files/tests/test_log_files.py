"""The whole log, made for an auditor and taken from a page."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.conf import LazySettings
from django.http import StreamingHttpResponse
from django.test import Client

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.verify import NotProven, verify_log
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal, Refused
from plateward.oversight.log_files import actions, making
from plateward.oversight.log_files.making import make_files
from plateward.oversight.log_files.models import FILES, TAKEN_WITHIN, LogFile
from plateward.oversight.log_files.rules import may_request
from plateward.people.access.models import Access
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import person, signed_in
from plateward.work.evidence.made_for_person import KEPT_FOR, MOST_TRIES

pytestmark = [pytest.mark.both_databases, pytest.mark.clause("6.b.i.9/read", "6.b.i.9/entries")]
PAGE = "/audit/whole/"


@pytest.fixture
def nora(db: None) -> Person:
    return person("nora")


@pytest.fixture(autouse=True)
def only_here(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir(mode=0o700)


async def _all(answer: StreamingHttpResponse) -> list[bytes]:
    content = answer.streaming_content
    assert not isinstance(content, map)
    return [part async for part in content]  # type: ignore[union-attr]


def body(answer: object) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(async_to_sync(_all)(answer))


def last(event: Event) -> AuditEntry:
    return AuditEntry.objects.filter(event=event).latest("sequence")


def test_an_auditor_takes_the_log_with_its_proof_from_the_page(nora: Person, tmp_path: Path) -> None:
    browser = signed_in(nora)
    assert "Make a copy" in browser.get(PAGE).content.decode()
    assert browser.post(PAGE).status_code == 302
    assert "Being made" in browser.get(PAGE).content.decode()
    assert make_files() == 1
    page = browser.get(PAGE).content.decode()
    assert "Ready to download" in page
    row = LogFile.objects.get()
    assert row.sha256 in page
    answer = browser.post(f"{PAGE}download/")
    assert "audit-log" in answer["Content-Disposition"]
    content = body(answer)
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (row.sha256, row.size)
    file = tmp_path / "log.jsonl"
    file.write_bytes(content)
    proven = verify_log(file, row.head_key, None, lambda _: None)
    assert (proven.entries, proven.trusted) == (row.entries, True)
    entry = last(Event.AUDIT_DOWNLOAD)
    assert entry.sealed_leaf
    assert (entry.actor_id, entry.sealed_leaf.details["sha256"]) == ("nora", row.sha256)
    assert last(Event.AUDIT_EXPORT).actor_id == "nora"
    file.write_bytes(content.replace(b"nora", b"ada!", 1))
    with pytest.raises(NotProven):
        verify_log(file, row.head_key, None, lambda _: None)


def test_a_copy_is_taken_once_and_is_gone(nora: Person) -> None:
    browser = signed_in(nora)
    actions.request_file(PersonActor.of(nora))
    make_files()
    assert len(body(browser.post(f"{PAGE}download/"))) > 1000
    assert not FILES.kept()
    again = browser.post(f"{PAGE}download/")
    assert again.status_code == 409
    assert "each can be downloaded once" in again.content.decode()
    assert last(Event.AUDIT_DOWNLOAD).outcome == "refused"


def test_a_download_that_broke_leaves_nothing_for_long(nora: Person) -> None:
    actions.request_file(PersonActor.of(nora))
    make_files()
    actions.take_file(PersonActor.of(nora))
    make_files()
    assert FILES.kept()  # it may still be read
    with clock.set_to(clock.now() + TAKEN_WITHIN + timedelta(minutes=1)):
        make_files()
    assert not FILES.kept()


def test_what_nobody_takes_is_erased_on_record(nora: Person) -> None:
    actions.request_file(PersonActor.of(nora))
    make_files()
    with clock.set_to(clock.now() + KEPT_FOR):
        make_files()
    assert LogFile.objects.get().stage == LogFile.Stage.ENDED
    assert not FILES.kept()
    assert last(Event.AUDIT_DISCARD).actor_id == "log-files"


def test_the_file_on_disk_is_sealed(nora: Person) -> None:
    actions.request_file(PersonActor.of(nora))
    make_files()
    [file] = FILES.folder.iterdir()
    assert b"nora" not in file.read_bytes()


def test_one_copy_at_a_time_and_it_can_be_discarded(nora: Person) -> None:
    browser = signed_in(nora)
    assert browser.post(PAGE).status_code == 302
    assert browser.post(PAGE).status_code == 409
    assert browser.post(f"{PAGE}discard/").status_code == 302
    assert make_files() == 0
    assert browser.post(PAGE).status_code == 302


def test_nobody_takes_anothers_copy(nora: Person) -> None:
    actions.request_file(PersonActor.of(nora))
    make_files()
    marco = signed_in(person("marco"))
    assert LogFile.objects.get().sha256 not in marco.get(PAGE).content.decode()
    assert marco.post(f"{PAGE}download/").status_code == 409
    marco.post(f"{PAGE}discard/")
    assert LogFile.objects.get().is_ready


@pytest.mark.parametrize("who", ["ada", "carla", "frank", "iris", "kim"])
def test_only_who_audits_has_it_made(who: str, db: None) -> None:
    assert signed_in(person(who)).get(PAGE).status_code == 403


def test_who_lost_access_meanwhile_gets_no_copy(nora: Person) -> None:
    actions.request_file(PersonActor.of(nora))
    Access.objects.filter(person=nora).update(ends=clock.now())
    assert make_files() == 0
    assert LogFile.objects.get().stage == LogFile.Stage.FAILED
    assert not FILES.kept()


def test_what_kills_the_hub_again_and_again_ends(nora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.request_file(PersonActor.of(nora))

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(making, "write_export", fails)
    for hours in range(MOST_TRIES + 1):
        with clock.set_to(clock.now() + timedelta(hours=hours)):
            make_files()
    row = LogFile.objects.get()
    assert (row.stage, row.tries <= MOST_TRIES) == (LogFile.Stage.FAILED, True)
    assert "Notify the ALPR administrator" in row.problem_text


def test_progress_answers_only_what_is_new(nora: Person) -> None:
    browser = signed_in(nora)
    row = actions.request_file(PersonActor.of(nora))
    assert browser.get(f"{PAGE}progress/", {"shown": row.fingerprint}).status_code == 204
    make_files()
    assert "Ready to download" in browser.get(f"{PAGE}progress/", {"shown": row.fingerprint}).content.decode()


def test_a_full_disk_refuses_before_it_fails() -> None:
    assert isinstance(may_request(live=0, entries=10_000_000, free=10**9), Refusal)
    assert may_request(live=0, entries=1000, free=10**9)


def test_a_stop_of_exports_stops_it(nora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.request_file(PersonActor.of(nora))
    make_files()
    stopped = Refusal("6.b.i.11", "Exports are stopped.", "Wait.")
    monkeypatch.setattr(actions, "may_leave", lambda: stopped)
    with pytest.raises(Refused, match="stopped"):
        actions.take_file(PersonActor.of(nora))
    assert Client().get(PAGE).status_code == 302
