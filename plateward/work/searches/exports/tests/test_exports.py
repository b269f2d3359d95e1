"""Results leave after a proof, marked and bounded, and never without their entry."""

import hashlib
import itertools
import re
from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.mentions import entries_about
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Person, SignIn
from plateward.people.permissions import Permission
from plateward.people.testing import signed_in
from plateward.simulators.cad import CadSimulator
from plateward.testing.pictures import picture, yellow
from plateward.testing.roadside import enroll_reader
from plateward.testing.served import dems
from plateward.work.alerts.leaving import Release
from plateward.work.alerts.testing import DISCLOSED, VETTED
from plateward.work.evidence.custody.sentences import describe
from plateward.work.evidence.dems.models import Duty
from plateward.work.searches import deciding
from plateward.work.searches.exports import actions, pictures, rules
from plateward.work.searches.models import Search
from plateward.work.searches.testing import EMERGENCY, Recorded, Searchers

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(400)
USE = "For Agent Begay, who compares the times with the store's video of that night."


@pytest.fixture
def plate(db: None) -> str:
    plate, reader = f"BKT{next(NUMBERS)}", enroll_reader()
    at = clock.now().replace(hour=12, minute=30) - timedelta(days=1)
    reader.send(
        *(
            reader.photo(plate, captured_at=at - timedelta(minutes=number), image=picture())
            for number in range(3)
        )
    )
    return plate


@pytest.fixture
def search(searchers: Searchers, dispatch: CadSimulator, plate: str) -> Search:
    return searchers.asks(plates=(plate,))


@pytest.fixture
def browser(searchers: Searchers) -> Client:
    return signed_in(searchers.ada)


def export(browser: Client, search: Search, kind: str = "csv", use: str = USE, **more: str) -> Any:
    return browser.post(f"/searches/{search.pk}/export/make", {"kind": kind, "use": use, **DISCLOSED, **more})


def printed_leaves() -> list[Leaf]:
    rows = AuditEntry.objects.filter(event=Event.IMAGE_PRINT).order_by("sequence")
    return [leaf for row in rows if (leaf := row.leaf)]


@pytest.mark.clause("6.e.iii/marked", "6.b.i.9/entries")
def test_a_file_says_whose_it_is_and_the_log_has_its_hash(
    browser: Client, search: Search, plate: str, recorded: Recorded
) -> None:
    answer = export(browser, search)
    assert answer["Content-Disposition"].endswith('CJI.csv"')
    lines = answer.content.decode("utf-8-sig").splitlines()
    entry = recorded("search.export")
    assert entry.details["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert entry.details["reads"] == 3
    assert entry.reason == USE
    reads = [line.rsplit(",", 1)[1] for line in lines[3:]]
    for read in reads:  # each image's chain of custody has it
        assert entry.sequence in [row.sequence for row in entries_about([f"read:{read}"])]
    assert "Confidential: investigative lead only, verify before acting" in lines[0]
    assert all(part in lines[1] for part in (entry.details["export"], "Ada Archuleta", f"search {search.pk}"))
    assert all(line.startswith(entry.details["export"]) and plate in line for line in lines[3:])
    assert len(lines) == 6


@pytest.mark.clause("6.e.iii/marked", "6.b.i.9/entries")
def test_a_printed_page_says_the_same_on_every_sheet(
    browser: Client, search: Search, plate: str, recorded: Recorded
) -> None:
    answer = export(browser, search, "print")
    text = answer.content.decode()
    entry = recorded("search.export")
    assert entry.details["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert text.count(entry.details["export"]) >= 3
    assert "Confidential: investigative lead only, verify before acting" in text
    assert text.count(plate) == 7, "as searched, in the table and beside its pictures"
    assert "Of all 3 reads." in text


@pytest.mark.clause("6.h.iv/custody", "6.b.i.9/entries", "6.e.iii/marked")
def test_a_printed_page_has_the_newest_pictures_each_marked_and_on_the_log(
    browser: Client, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_PRINTED", 2)
    text = export(browser, search, "print").content.decode()
    assert "Of the 2 newest of 3 reads. The pictures of the others are not printed." in text
    printed = [b64decode(image) for image in re.findall(r"data:image/jpeg;base64,([^\"]+)", text)]
    entries = printed_leaves()
    assert [leaf.details["image"] for leaf in entries] == ["both", "both"]
    assert [leaf.details[f"{name}_sha256"] for leaf in entries for name in ("context", "plate")] == [
        hashlib.sha256(image).hexdigest() for image in printed
    ]
    assert picture() not in printed, "each is a marked copy"
    assert export(browser, search).content.count(b"base64") == 0


@pytest.mark.clause("6.b.i.8/matrix", "6.h.iv/safeguard")
def test_who_may_print_no_image_prints_results_without_any(
    browser: Client, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = search.person.permissions - {Permission.IMAGE_PRINT}
    monkeypatch.setattr(Person, "permissions", may)
    text = export(browser, search, "print").content.decode()
    assert "Printed without pictures." in text
    assert "base64" not in text
    assert printed_leaves() == []


@pytest.mark.clause("6.h.iv/custody")
def test_a_picture_that_cannot_be_copied_is_said_and_is_not_on_the_log(
    browser: Client, searchers: Searchers, dispatch: CadSimulator
) -> None:
    reader, damaged = enroll_reader("damaged"), f"BKT{next(NUMBERS)}"
    reader.send(reader.photo(damaged))  # its image is none
    text = export(browser, searchers.asks(plates=(damaged,)), "print").content.decode()
    assert "No picture: This image cannot be copied" in text
    assert printed_leaves() == []


@pytest.mark.clause("6.c.ii.1/all", "6.a.i.2/own")
def test_an_export_waits_for_the_second_factor(browser: Client, search: Search, plate: str) -> None:
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        SignIn.objects.update(proved_at=clock.now(), seen_at=clock.now())  # by password
        answer = export(browser, search)
    assert answer.status_code == 401
    assert b"second factor" in answer.content
    assert plate.encode() not in answer.content


@pytest.mark.clause("6.a.ii.2/place")
def test_masked_plates_stay_masked(
    browser: Client, searchers: Searchers, dispatch: CadSimulator, plate: str
) -> None:
    area = '{"circle": [35.0844, -106.6504, 2000]}'
    search = searchers.asks(plates=(), area=area, basis="exigency", basis_text=EMERGENCY)
    deciding.approve_search(PersonActor.of(searchers.carla), search.pk, 0, "")
    for kind in ("csv", "print"):
        content = export(browser, search, kind).content
        assert b"Vehicle " in content
        assert plate.encode() not in content
    [words] = {describe(leaf.event, "", leaf)[1].partition(" Copy")[0] for leaf in printed_leaves()}
    assert words == (
        "A watermarked copy of a small picture of the vehicle with its plate covered was printed among the results of "
        f"search {search.pk}."
    )
    for image in re.findall(rb"data:image/jpeg;base64,([^\"]+)", content):
        assert yellow(b64decode(image)) < 1000, "edges of the mark; the plate has more than 3,000"


@pytest.mark.clause("6.h.iii/approval", "6.b.i.9/denied")
def test_an_export_says_who_gets_it_and_is_bounded(
    browser: Client, search: Search, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert export(browser, search, use="for the case").status_code == 409
    assert recorded("search.export").outcome == "refused"
    monkeypatch.setattr(actions, "MOST_READS", 2)
    monkeypatch.setattr(rules, "MOST_READS", 2)
    answer = export(browser, search)
    assert answer.status_code == 409
    assert b"Narrow the search" in answer.content
    assert export(browser, search, kind="pdf").status_code == 422


@pytest.mark.clause("6.b.i.8/scope", "6.a.ii.2/brake")
def test_nobody_exports_somebody_elses_search_or_one_that_waits(
    browser: Client, searchers: Searchers, dispatch: CadSimulator, search: Search, plate: str
) -> None:
    ben = signed_in(searchers.ben)
    assert ben.get(f"/searches/{search.pk}/export/").status_code == 404
    assert export(ben, search).status_code == 404
    waits = searchers.asks(plates=(plate, "HJK335"))
    answer = export(browser, waits)
    assert answer.status_code == 409
    assert b"6.a.ii.2" in answer.content


@pytest.mark.clause("6.b.i.10/failure", "AU-5/stops")
def test_without_the_log_nothing_leaves(
    browser: Client, search: Search, plate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr("plateward.core.audit.log.insert_entries", away)
    browser.raise_request_exception = False
    for kind in ("csv", "print"):
        answer = export(browser, search, kind)
        assert answer.status_code == 503
        assert plate.encode() not in answer.content


@pytest.mark.clause("6.h.iii/approval")
def test_nothing_is_searched_for_a_use_that_is_refused(
    browser: Client, search: Search, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "gather_reads", pytest.fail)
    assert export(browser, search, use="for the case").status_code == 409
    entry = recorded("search.export")
    assert (entry.outcome, entry.clause) == ("refused", "6.h.iii")
    assert entry.details["stated_reason"] == "for the case"


@pytest.mark.parametrize("error", [OperationalError, ConnectionError])
def test_a_part_of_the_store_that_is_away_is_said_in_our_own_words(
    browser: Client,
    search: Search,
    plate: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    def away(*_: Any) -> None:
        raise error(f"could not connect while looking for {plate}")

    monkeypatch.setattr(actions, "gather_reads", away)
    answer = export(browser, search)
    assert answer.status_code == 422
    assert b"does not respond" in answer.content
    assert error.__name__ in caplog.text
    assert plate not in answer.content.decode() + caplog.text


@pytest.mark.both_databases
def test_rows_are_written_before_the_act_opens(browser: Client, search: Search) -> None:
    def write(*_: Any) -> bytes:
        assert len(connection.savepoint_ids) == outside
        return b""

    outside = len(connection.savepoint_ids)
    actions.export_results(
        PersonActor.of(search.person),
        search.pk,
        "csv",
        Release(search.number, "disclosure", USE, "court"),
        write,
    )


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems")
def test_results_enter_their_case_vetted_and_through_dems(
    browser: Client, search: Search, recorded: Recorded
) -> None:
    with dems():
        answer = export(browser, search, use="", **VETTED)
        duty = Duty.objects.get()
        assert answer["Location"] == duty.get_absolute_url()  # and no file
    assert (duty.number, len(duty.reads), duty.alert) == (search.number, 3, None)
    details = recorded("search.export").details
    assert (details["kind"], details["vetted_how"], details["reads"]) == ("dems", "image", 3)
    assert "3 reads" in browser.get(duty.get_absolute_url()).content.decode()


@pytest.mark.clause("6.e.iii/vetted", "6.a.ii.2/place")
@pytest.mark.parametrize("changed", [{"method": ""}, {"vetted_by": ""}, {"method": "other", "words": "ok"}])
def test_results_that_nobody_vetted_enter_no_case(
    browser: Client, search: Search, changed: dict[str, str]
) -> None:
    with dems():
        assert export(browser, search, use="", **VETTED | changed).status_code in (409, 422)
    assert not Duty.objects.exists()


@pytest.mark.clause("6.e.iii/folder")
def test_more_results_than_a_package_holds_are_refused(
    browser: Client, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plateward.work.evidence.dems.leads.MOST_READS", 2)
    with dems():
        answer = export(browser, search, use="", **VETTED)
    assert answer.status_code == 409
    assert "holds at most 2" in answer.content.decode()
    assert not Duty.objects.exists()
