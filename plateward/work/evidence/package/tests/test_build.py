"""A package has everything that a court needs, is on the log before it appears, and is there whole or not at all."""

import errno
import hashlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import record
from plateward.core.audit.log_reader import LogDamaged
from plateward.core.audit.mentions import entries_about
from plateward.core.audit.models import AlteredColumn, AuditEntry
from plateward.core.pages.models import ExportStop
from plateward.field.hotlists.models import Entry
from plateward.field.reads.images import image_segments
from plateward.ground.policy.decision import Refused
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.vault.segments import Segments
from plateward.people.actor import PersonActor
from plateward.simulators.ncic import RecordOnFile
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.testing.served import switch
from plateward.work.alerts.closing import actions as closing
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import Act, Alert
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.stored import read_or_why
from plateward.work.alerts.testing import STORY, verify_with_ncic
from plateward.work.dispatch.models import Call, CallAlert, Change
from plateward.work.evidence.custody import reporting
from plateward.work.evidence.package.build import CannotPackage, build_case_package
from plateward.work.evidence.package.file import NotWritten, measured, whole_file
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.package.records import RECORDS
from plateward.work.evidence.testing import build_package
from plateward.work.evidence.verify.container import Container, ContainerWriter

TOWED = DispositionAccount(AlertOutcome.ENFORCEMENT, STORY, (EnforcementAction(EnforcementKind.TOW),))
pytestmark = pytest.mark.django_db


def opened(path: Path) -> dict[str, bytes]:
    """The payload by its names below `data/`."""
    with Container.open(path) as container:
        return {
            name.partition("/data/")[2]: container.read(name) for name in container.files if "/data/" in name
        }


@pytest.fixture
def worked(ada: PersonActor, alert: Alert) -> Alert:
    """An alert from the read to its disposition, with NCIC's answer; its plate seen once more."""
    steps.confirm(ada, alert, "ABC123", "NM")
    with switch(RecordOnFile("ABC123", "NM")):
        verify_with_ncic(ada, alert)
    for kind in ("encounter", "enforcement"):
        Act.objects.create(alert=alert, kind=kind, by=ada.person, at=alert.arrived_at)
    seen_again(alert, enroll_reader("unit-14", "Unit 14 rear"))
    closing.dispose(ada, alert, TOWED)
    return Alert.objects.get()


def seen_again(alert: Alert, reader: Roadside) -> None:
    reader.send(reader.photo("ABC123", "NM"))
    assert alert.sightings.count() == 1


@pytest.mark.clause("6.a.iv/download", "6.e.iv.4/evidence", "6.b.i.2/document")
def test_everything_about_an_alert_is_in_it(ada: PersonActor, worked: Alert, tmp_path: Path) -> None:
    result = build_package(worked, tmp_path / "it.zip", by=ada)
    files = opened(result.path)
    assert result.payload_files == len(files)
    assert (result.sha256, result.bytes) == (
        hashlib.sha256(result.path.read_bytes()).hexdigest(),
        result.path.stat().st_size,
    )
    for seen in (worked, worked.sightings.get()):
        stored = read_or_why(seen).kept
        assert stored is not None
        folder = f"reads/{stored.read.id}"
        assert files[f"{folder}/context.jpg"] == image_segments().read(stored.context)
        assert files[f"{folder}/plate.jpg"] == image_segments().read(stored.plate_image)
        assert files[f"{folder}/read.signed"].endswith(stored.body)
        assert files[f"{folder}/read.sig"] == stored.signature
    record = json.loads(files[f"alerts/{worked.pk}/alert.json"])
    assert record["match"]["in_words"] == "Every character agrees; the state was not read (NM is listed)."
    assert record["entry"]["list"] == {"name": "State hot file", "source": "NCIC", "kind": "ncic"}
    assert record["records"]["confirmation"]["by"] == "Ada Archuleta (ada)"
    assert record["records"]["dispositions"][0]["narrative"] == STORY
    assert record["records"]["dispositions"][0]["actions"][0]["kind"] == "tow"
    verification = worked.verifications.get()
    assert record["records"]["verifications"][0]["records"][0]["ori"]
    assert files[f"alerts/{worked.pk}/verification-{verification.pk}.txt"].decode() == verification.verbatim
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files["report.pdf"])).pages)
    for words in (
        "Confidential: investigative lead only",
        "CJI: Criminal",
        "ABC123",
        "Closed: Enforcement action",
    ):
        assert words in text


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iv.4/evidence")
def test_no_kind_of_record_about_an_alert_is_left_out() -> None:
    """A room whose records are to be left out is named here."""
    left_out = {"dems_duty", "unanswered", "link"}  # what follows from it; how it rang; packed as "dispatch"
    related = {relation.get_accessor_name() for relation in Alert._meta.related_objects}
    assert {name for name in related if name} - set(RECORDS) == left_out


def test_the_report_shows_the_pictures_that_are_some(ada: PersonActor, alert: Alert, tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (1280, 720), "gray").save(picture, "JPEG")
    reader = enroll_reader("unit-14", "Unit 14 rear")
    reader.send(reader.photo("ABC123", "NM", image=picture.getvalue()))
    files = opened(build_package(alert, tmp_path / "it.zip", by=ada).path)
    pages = pypdf.PdfReader(io.BytesIO(files["report.pdf"])).pages
    assert any(page.images for page in pages)
    text = "".join(page.extract_text() for page in pages)
    assert text.count("(reduced)") == 2  # the images of the first read are no pictures


@pytest.mark.both_databases
def test_a_read_that_is_sealed_again_meanwhile_is_there(
    ada: PersonActor, alert: Alert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locations: list[Any] = []
    read = Segments.read

    def moved(segments: Segments, location: Any) -> bytes:
        locations.append(location)
        if len(locations) == 1:
            raise DayDestroyed("its old key is gone")
        return read(segments, location)

    monkeypatch.setattr(Segments, "read", moved)
    files = opened(build_package(alert, tmp_path / "it.zip", by=ada).path)
    assert json.loads(files["package.json"])["gone"] == []
    assert len(locations) == 3


@pytest.mark.clause("6.h.iv/custody", "6.b.i.9/entries")
def test_it_is_on_the_log_for_the_alert_and_each_read(
    ada: PersonActor, worked: Alert, tmp_path: Path, recorded: Callable[[str], Leaf]
) -> None:
    result = build_package(worked, tmp_path / "it.zip", by=ada)
    exported = recorded("evidence.export")
    assert (exported.object, exported.details["reads"]) == (f"alert:{worked.pk}", 2)
    reads = {str(worked.read), str(worked.sightings.get().read)}
    for read in reads:
        assert [entry.event for entry in entries_about([f"read:{read}"])] == ["evidence.export"]
    assert recorded("evidence.sign").details["sha256"] == result.sha256
    chain = [json.loads(line) for line in opened(result.path)["custody.jsonl"].splitlines()]
    events = {line["event"] for line in chain}
    assert events >= {
        "alert.arrive",
        "alert.confirm",
        "alert.verify",
        "alert.dispose",
        "evidence.export",
        "batch.receive",
    }


@pytest.mark.clause("6.b.i.11/contained")
def test_none_is_made_while_exports_are_stopped(ada: PersonActor, alert: Alert, tmp_path: Path) -> None:
    ExportStop.objects.create(cause="breach 1", why="A terminal was left open.", begun_by="person:gloria")
    with pytest.raises(Refused, match="All exports are stopped"):
        build_package(alert, tmp_path / "it.zip", by=ada)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.clause("6.b.i.9/sealed")
def test_an_altered_log_gives_no_package(
    ada: PersonActor, alert: Alert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuditEntry, "differing", [AlteredColumn("actor_name", "Ada", "Ben")])
    with pytest.raises(LogDamaged):
        build_package(alert, tmp_path / "it.zip", by=ada)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(
    ada: PersonActor, alert: Alert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ContainerWriter, "close", full)
    with pytest.raises(NotWritten, match="the disk is full"):
        build_package(alert, tmp_path / "it.zip", by=ada)
    assert list(tmp_path.iterdir()) == []
    assert Package.objects.get().tag_manifest == ""


def test_a_killed_export_leaves_nothing_that_looks_like_a_package(tmp_path: Path) -> None:
    path = tmp_path / "it.zip"
    path.write_bytes(b"the one before")
    if (child := os.fork()) == 0:
        with whole_file(path) as draft:
            draft.write(b"half")
            draft.flush()
            os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    assert path.read_bytes() == b"the one before"
    [left] = tmp_path.glob(".it.zip.*")
    left.unlink()
    with whole_file(path) as draft:
        draft.write(b"whole")
        assert measured(draft) == (hashlib.sha256(b"whole").hexdigest(), 5)
        assert path.read_bytes() == b"the one before"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"it.zip": b"whole"}


@pytest.mark.clause("6.a.iv/download")
def test_a_case_is_one_package_of_several_alerts(ada: PersonActor, alert: Alert, tmp_path: Path) -> None:
    reader = enroll_reader("unit-14", "Unit 14 rear")
    reader.send(reader.photo("ABC123", "NM"))
    load_hotlist("XYZ789", name="Second list")
    reader.send(reader.photo("XYZ789", "NM"))
    reported: list[tuple[int, int]] = []
    result = build_case_package(
        "2026/00587",
        Alert.objects.all(),
        tmp_path / "case.zip",
        by=ada,
        progress=lambda *at: reported.append(at),
    )
    files = opened(result.path)
    index = json.loads(files["package.json"])
    assert index["number"] == "2026/00587"
    assert len(index["alerts"]) == 2
    assert len(index["reads"]) == 3
    assert reported[-1][0] == reported[-1][1]
    with Container.open(result.path) as container:
        assert "case-2026-00587/bagit.txt" in container.files
    with pytest.raises(CannotPackage, match="There is no alert"):
        build_case_package("2026/00587", [], tmp_path / "none.zip", by=ada)


def test_a_package_has_at_most_500_reads(
    ada: PersonActor, alert: Alert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plateward.work.evidence.verify.layout.MOST_READS", 0)
    with pytest.raises(CannotPackage, match="Make several packages"):
        build_package(alert, tmp_path / "it.zip", by=ada)


def test_reads_that_were_destroyed_are_named(
    ada: PersonActor, alert: Alert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def destroyed(*_: Any) -> None:
        raise DayDestroyed("gone")

    monkeypatch.setattr("plateward.work.evidence.package.gathering.configured_store", destroyed)
    files = opened(build_package(alert, tmp_path / "it.zip", by=ada).path)
    index = json.loads(files["package.json"])
    assert (index["reads"], index["gone"]) == ([], [str(alert.read)])
    assert json.loads(files[f"alerts/{alert.pk}/alert.json"])["match"] is None


@pytest.mark.clause("6.h.iv/custody", "6.c.ii/cases", "6.b.i.8/scope")
def test_of_other_alerts_searches_and_cases_only_the_leaf_and_its_proof_leave(
    ada: PersonActor, alert: Alert, tmp_path: Path
) -> None:
    """Another alert on the same read may have a narrower audience; nothing in the file leads to it."""
    other, read, own = "alert:990077990077", f"read:{alert.read}", f"alert:{alert.pk}"
    record(ada, Event.SEARCH_EXPORT, "search:880066880066", mentions=[read], number="SECRET-1")
    record(ada, Event.IMAGE_DOWNLOAD, read, reason="SECRET-2", image="plate", number="2026-44444")
    record(ada, Event.IMAGE_VIEW, read, image="plate", search=880_066_880_066)
    record(ada, Event.IMAGE_VIEW, read, outcome="refused", reason="SECRET-3")
    record(ada, Event.READ_SHARE, read, to="SECRET-4")
    record(
        ada, Event.EVIDENCE_EXPORT, other, mentions=[read, own], package=990_078_990_078, number="SECRET-5"
    )
    record(ada, Event.EVIDENCE_SIGN, "package:990078990078", sha256="SECRET-6")
    record(ada, Event.EVIDENCE_EXPORT, own, mentions=[other, read], alerts=[alert.pk, 990_077_990_077])
    record(ada, Event.ALERT_SHARE, own, to="OWN-1", days=2)
    record(ada, Event.ALERT_SHARE, other, to="SECRET-7", days=2)
    path = build_case_package("2026-00587", [alert], tmp_path / "it.zip", by=ada).path
    content = path.read_bytes()
    # Long enough that no hash in the file has them by chance.
    for word in (b"SECRET", b"990077990077", b"990078990078", b"880066880066", b"2026-44444"):
        assert word not in content
    files = opened(path)
    chain = [json.loads(line) for line in files["custody.jsonl"].splitlines()]
    withheld = [line for line in chain if not line["event"]]
    assert [{line[name] for name in ("at", "actor", "event", "object", "outcome")} for line in withheld] == [
        {""}
    ] * 5
    for line in withheld:
        assert json.loads(files[f"log/{line['entry']}.entry.json"]) == {"leaf": line["leaf"]}
        assert files[f"log/{line['entry']}.tlog-proof"]
    events = [(line["event"], line["object"]) for line in chain]
    assert {("image.view", read), ("read.share", read), ("evidence.export", own)} <= set(events)
    assert b"OWN-1" in content
    pages = pypdf.PdfReader(io.BytesIO(files["report.pdf"])).pages
    text = " ".join("".join(page.extract_text() for page in pages).split())
    assert "SECRET" not in text
    assert "OWN-1" in text
    assert "5 more events" in text


@pytest.mark.clause("6.h.iv/custody", "6.c.ii/cases", "6.b.i.8/scope")
@pytest.mark.parametrize("of_the_alert", [True, False])
def test_a_copy_for_the_case_of_its_alerts_is_there_whole_and_none_for_a_number_that_the_requester_chose(
    ada: PersonActor, alert: Alert, tmp_path: Path, *, of_the_alert: bool
) -> None:
    if of_the_alert:
        CallAlert.objects.filter(alert=alert).delete()
        Entry.objects.update(number="2026-00587")
    record(
        ada,
        Event.IMAGE_DOWNLOAD,
        f"read:{alert.read}",
        reason="For the lab.",
        number="2026-00587",
        export="c1",
    )
    path = build_case_package("202600587", [alert], tmp_path / "it.zip", by=ada).path
    assert (b"For the lab." in path.read_bytes()) is of_the_alert


@pytest.mark.clause("6.h.iv/custody")
def test_the_report_has_as_much_of_a_long_chain_as_a_report_has(
    ada: PersonActor, alert: Alert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for which in ("plate", "context") * 4:
        record(ada, Event.IMAGE_DOWNLOAD, f"read:{alert.read}", image=which, number="", export="c1")
    monkeypatch.setattr(reporting, "MOST", 6)
    files = opened(build_package(alert, tmp_path / "it.zip", by=ada).path)
    chain = [json.loads(line) for line in files["custody.jsonl"].splitlines()]
    assert [line["event"] for line in chain].count("image.download") == 8
    pages = pypdf.PdfReader(io.BytesIO(files["report.pdf"])).pages
    text = " ".join("".join(page.extract_text() for page in pages).split())
    assert 0 < text.count("was downloaded") < 8
    assert "of the older events are left out" in text


@pytest.mark.clause("6.c.ii/cases", "6.b.i.8/scope")
def test_of_a_call_it_names_the_package_s_own_alerts_alone(
    ada: PersonActor, alert: Alert, tmp_path: Path
) -> None:
    reader = enroll_reader("unit-14", "Unit 14 rear")
    load_hotlist("XYZ789", name="Second list")
    reader.send(reader.photo("XYZ789", "NM"))
    other = Alert.objects.exclude(pk=alert.pk).get()
    call = CallAlert.objects.get(alert=alert).call
    CallAlert.objects.filter(alert=other).update(call=call)
    Change.objects.create(call=call, alert=other, by="Ben Begay", what="Alert SECRET added.")
    Change.objects.create(call=call, alert=alert, by="Ada Archuleta", what="Alert OWN added.")
    Call.objects.filter(pk=call.pk).update(lacks=[alert.pk, other.pk])
    files = opened(build_package(alert, tmp_path / "it.zip", by=ada).path)
    call_record = json.loads(files[f"alerts/{alert.pk}/alert.json"])["dispatch"]
    assert "SECRET" not in json.dumps(call_record)
    assert "OWN" in json.dumps(call_record)
    assert call_record["call"]["lacks"] == [alert.pk]
