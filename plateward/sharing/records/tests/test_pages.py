"""Requests for records on pages: the public's, Records' and the Chief's."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plateward.core.audit.models import AuditEntry
from plateward.people.testing import person, signed_in
from plateward.sharing.records.models import RecordsAnswer, RecordsRequest, ReleaseRule
from plateward.sharing.records.tests.made import ASKED, OFFICIALS, requested, requested_with_secret

pytestmark = pytest.mark.django_db


def stranger(address: str = "198.51.100.7") -> Client:
    return Client(REMOTE_ADDR=address)


@pytest.mark.clause("6.h.iii/deadlines", "6.h.iii/approval", "6.h.iii/basis", "SB40.confid/requests")
def test_a_request_from_the_public_page_to_its_answer() -> None:
    public, iris, hector = stranger(), signed_in(person("iris")), signed_in(person("hector"))
    start = public.get("/public-records/").content.decode()
    assert start.index("Statistics") < start.index("confidential") < start.index("Request records")
    taken = public.post("/public-records/ask/", ASKED | {"requester": "media"})
    request = RecordsRequest.objects.get()
    secret = re.search(r"\b(\w{4}-\w{4}-\w{4}-\w{4})\b", taken.content.decode())
    assert secret
    assert request.number in taken.content.decode()
    assert settings.SESSION_COOKIE_NAME not in taken.cookies

    page = f"/records/{request.pk}/"
    assert b"Records requests to answer" in iris.get("/").content
    assert request.number.encode() in iris.get("/records/").content
    assert ASKED["name"].encode() in iris.get(page).content
    assert iris.post(f"{page}acknowledge/").status_code == 302
    counts = SimpleUploadedFile("counts.csv", b"year,reads\n2026,4711\n")
    assert iris.post(f"{page}attach/", {"kind": "statistics", "file": counts}).status_code == 302
    answer = {
        "outcome": "partial",
        "kinds": ["statistics"],
        "attached": [request.files.get().pk],
        "basis": "SB 40, Laws 2026, ch. 20",
        "text": "The counts are in the file; the plates themselves are confidential.",
    }
    assert b"names each person responsible" in iris.post(f"{page}propose/", answer).content
    assert iris.post(f"{page}propose/", answer | {"officials": OFFICIALS}).status_code == 302
    assert iris.get(f"/records/files/{request.files.get().pk}/").status_code == 409
    assert iris.post(f"{page}send/").status_code == 409

    assert "Chief’s decision" in iris.get("/records/").content.decode()
    assert b"Answers to records requests to decide" in hector.get("/").content
    assert b"4711" in hector.get(f"/records/files/{request.files.get().pk}/").content
    seen = re.search(rb'name="seen" value="(\w+)"', hector.get(page).content)
    assert seen
    decided = hector.post(f"{page}decide/", {"seen": seen[1].decode(), "approve": "1"})
    assert decided.status_code == 302, decided.content.decode()
    assert RecordsAnswer.objects.get().approved

    assert iris.post(f"{page}send/").status_code == 302
    assert b"4711" in iris.get(f"/records/files/{request.files.get().pk}/").content
    letters = [iris.get(f"/records/letters/{letter.pk}/") for letter in request.letters.all()]
    assert [letter["Content-Type"] for letter in letters] == ["application/pdf"] * 2
    assert all(letter.content.startswith(b"%PDF-") for letter in letters)

    found = public.post(
        "/public-records/status/", {"number": request.number, "secret": secret[1]}
    ).content.decode()
    assert "Grant in part" in found
    assert not any(text in found for text in (*ASKED.values(), "SB 40", "counts.csv", "Ilfeld"))


@pytest.mark.clause("SB40.confid/requests", "6.b.i.9/denied")
def test_a_wrong_secret_does_not_tell_which_numbers_exist() -> None:
    request, _ = requested_with_secret()
    answers = [
        stranger().post("/public-records/status/", {"number": number, "secret": "AAAA-BBBB-CCCC-DDDD"})
        for number in (request.number, f"2026-{request.pk + 1:05d}", "x")
    ]
    bodies = {re.sub(rb'value="[^"]*"', b"", answer.content) for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(bodies) == 1
    entries = AuditEntry.objects.filter(event="records.look_up")
    assert {(entry.object, entry.outcome) for entry in entries} == {("recordsrequests", "failed")}


@pytest.mark.clause("SB40.confid/requests", "6.b.i.9/denied")
def test_a_stranger_who_hammers_the_status_page_is_held_back_and_fills_no_log() -> None:
    given = {"number": "2026-00001", "secret": "AAAA-BBBB-CCCC-DDDD"}
    answers = [stranger().post("/public-records/status/", given).status_code for _ in range(60)]
    assert answers == [422] * 20 + [429] * 40
    assert AuditEntry.objects.count() <= 25


@pytest.mark.clause("SB40.confid/requests")
def test_a_request_for_ten_thousand_plates_is_refused_with_what_to_do() -> None:
    many = " ".join(f"A{number:03}B" for number in range(600))
    refused = stranger().post("/public-records/ask/", ASKED | {"requester": "public", "text": many})
    assert (refused.status_code, RecordsRequest.objects.count()) == (409, 0)
    assert b"Ask for statistics instead" in refused.content
    longer = stranger().post("/public-records/ask/", ASKED | {"requester": "public", "text": many * 20})
    assert longer.status_code == 422


@pytest.mark.clause("6.h.i/release")
def test_a_rule_of_release_is_proposed_by_the_administrator_and_approved_by_the_chief() -> None:
    gloria, hector = signed_in(person("gloria")), signed_in(person("hector"))
    given = {"requester": "party", "kind": "redacted", "outcome": "allowed", "basis": "NMSA 1978, 29-10-4"}
    assert gloria.post("/records/rules/new/", given).status_code == 409
    assert gloria.post("/records/rules/new/", given | {"outcome": "chief"}).status_code == 302
    rule = ReleaseRule.objects.get()
    page = hector.get("/records/rules/").content.decode()
    assert rule.sha256 in page
    assert hector.post(f"/records/rules/{rule.pk}/decide/", {"approve": "1", "seen": "x"}).status_code == 409
    assert (
        hector.post(f"/records/rules/{rule.pk}/decide/", {"approve": "1", "seen": rule.sha256}).status_code
        == 302
    )
    assert "NMSA 1978, 29-10-4" in signed_in(person("iris")).get("/records/rules/").content.decode()


@pytest.mark.clause("6.h.iii/deadlines")
def test_records_enters_what_came_by_mail_and_extends_it() -> None:
    iris = signed_in(person("iris"))
    given = ASKED | {"requester": "insurer", "way": "mail", "received_on": "2020-01-01"}
    assert iris.post("/records/new/", given).status_code == 422
    given["received_on"] = requested().received_on.isoformat()
    assert iris.post("/records/new/", given).status_code == 200
    request = RecordsRequest.objects.get(way="mail")
    extend = {"until": request.due_on.isoformat(), "reason": "Too much."}
    assert iris.post(f"/records/{request.pk}/extend/", extend).status_code == 409
