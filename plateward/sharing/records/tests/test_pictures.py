"""A picture that a request names, from its name to its release."""

import pytest
from django.test import Client

from plateward.core.decisions.rules import THOROUGH
from plateward.ground.policy.decision import Refusal, Refused
from plateward.people.testing import acting, person, signed_in
from plateward.recognition.covering.checking import find_covers
from plateward.sharing.records import actions, rules
from plateward.sharing.records.models import NamedPicture, RecordsRequest
from plateward.sharing.records.rules import AnswerOutcome, Data, Proposal, Requester, RuleOutcome
from plateward.sharing.records.tests.made import requested
from plateward.sharing.redaction.models import RedactedPicture
from plateward.sharing.redaction.testing import form_of, path, photographed
from plateward.testing.roadside import Photo

pytestmark = pytest.mark.django_db
BASIS = "NMSA 1978, 29-1-17: release to a party by order of the court"
ANSWER = Proposal(
    AnswerOutcome.GRANT, (Data.REDACTED,), BASIS, "The picture is released with all plates covered."
)


def named(iris: Client, photo: Photo, request: RecordsRequest) -> None:
    at = f"{photo.read.captured_at.date()}/{photo.read.id}"
    sent = {"read": f"https://alpr.example.gov/custody/{at}/"}
    assert iris.post(f"/records/{request.pk}/pictures/", sent).status_code == 302


@pytest.mark.clause("6.h.iii/redaction", "6.h.iii/approval", "6.h.iv/custody")
def test_a_redacted_picture_leaves_by_an_approved_answer_and_is_in_its_chain_of_custody() -> None:
    photo, request = photographed(), requested(Requester.PARTY)
    iris, hector = signed_in(person("iris")), signed_in(person("hector"))
    assert iris.get(path(photo)).status_code == 404
    named(iris, photo, request)
    assert iris.get(path(photo)).status_code == 200
    found = [cover.box for cover in find_covers(photo.context)]
    assert iris.post(path(photo), form_of(found, found=len(found))).status_code == 302
    picture = RedactedPicture.objects.get()
    assert picture.request == str(request)
    [wanted] = NamedPicture.objects.all()
    assert iris.post(f"/records/pictures/{wanted.pk}/").status_code == 302
    files = list(request.files.all())
    assert [file.data for file in files] == [Data.REDACTED] * len(files)

    with pytest.raises(Refused):  # no rule lets redacted pictures go
        actions.propose(acting("iris"), request, ANSWER, files)
    rule = actions.propose_rule(acting("gloria"), Requester.PARTY, Data.REDACTED, RuleOutcome.CHIEF, BASIS)
    actions.decide_rule(acting("hector"), rule, rule.sha256, approve=True)
    answer = actions.propose(acting("iris"), request, ANSWER, files)
    assert iris.get(f"/records/files/{files[0].pk}/").status_code == 409
    assert hector.get(f"/records/files/{files[0].pk}/").content == picture.jpeg
    note = "The court ordered this release to the party. " + "x" * THOROUGH
    actions.decide(acting("hector"), answer, answer.sha256, approve=True, note=note)
    actions.send(acting("iris"), answer)
    assert iris.get(f"/records/files/{files[0].pk}/").content == picture.jpeg
    assert iris.get(path(photo)).status_code == 404  # the request is answered

    chain = iris.get(f"/custody/{photo.read.captured_at.date()}/{photo.read.id}/")
    words = chain.content.decode()
    for said in (
        "to be redacted",
        "redacted picture was made",
        "attached to a records request",
        "left for records request",
    ):
        assert said in words


@pytest.mark.clause("6.h.iii/redaction", "6.h.iv/safeguard")
def test_only_a_stored_read_is_named_and_only_for_who_handles_the_request() -> None:
    photo, request = photographed(), requested()
    iris = signed_in(person("iris"))
    for read in (
        "nonsense",
        "2026-99-99/0195aaaa-0000-7000-8000-000000000000",
        "2026-11-26/0195aaaa-0000-7000-8000-000000000000",
    ):
        answer = iris.post(f"/records/{request.pk}/pictures/", {"read": read})
        assert answer.status_code in (409, 422)
    assert not NamedPicture.objects.exists()
    named(iris, photo, request)
    for username in ("ada", "carla", "frank"):
        assert signed_in(person(username)).get(path(photo)).status_code in (403, 404)
    assert isinstance(rules.may_name_picture(open=True, exists=True, named=rules.MOST_PICTURES), Refusal)
    assert isinstance(rules.may_name_picture(open=False, exists=True, named=0), Refusal)
