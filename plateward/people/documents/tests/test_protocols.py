"""A written protocol from its draft to the acknowledgment of whom it binds, and what each new version asks again."""

from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.documents import actions, rules
from plateward.people.documents.models import ProtocolAcknowledgment, ProtocolVersion
from plateward.people.documents.tests.written import (
    TEXT,
    acknowledged,
    approved,
    draft,
    form,
    hidden,
    open_notices,
    submitted,
)
from plateward.people.notices.kinds import Kind
from plateward.people.testing import acting, person, signed_in
from plateward.testing.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.1/versions", "6.b.i.1/acknowledged")]

Recorded = Callable[[str], Leaf]


@pytest.mark.both_databases
def test_a_protocol_goes_from_its_author_over_the_chief_to_whom_it_binds(recorded: Recorded) -> None:
    ada, gloria, hector = (signed_in(person(name)) for name in ("ada", "gloria", "hector"))
    pdf = SimpleUploadedFile("../signed\u202e.pdf", b"%PDF-1.7 signed")
    given = form(roles=["officer", "chief"], acknowledge_within=10, original=pdf, submit="yes")
    assert gloria.post("/protocols/new/", given).status_code == 302
    version = ProtocolVersion.objects.get()
    assert (version.number, version.approved_at, version.units) == (1, None, [])
    assert recorded("protocol.draft").details["submitted"] is True
    assert ada.get(f"/protocols/versions/{version.pk}/").status_code == 404
    assert open_notices(Kind.PROTOCOL_DECIDE) == {"hector"}
    page = hector.get(f"/protocols/versions/{version.pk}/").content
    assert b"<li>Never copy an image.</li>" in page
    decided = {"seen": hidden(page, "seen"), "approve": "yes"}
    assert hector.post(f"/protocols/versions/{version.pk}/decide/", decided).status_code == 302
    assert (open_notices(Kind.PROTOCOL_DECIDE), open_notices(Kind.PROTOCOL_ANSWER)) == (set(), {"gloria"})
    assert open_notices(Kind.PROTOCOL_ACKNOWLEDGE) == {"ada", "hector"}
    # On every page, until the person has read it and says so there.
    until = clock.format_day(days.today() + timedelta(days=10))
    assert f"“Access from vehicles”, version 1, by {until}" in ada.get("/alerts/").content.decode()
    own = f"/protocols/versions/{version.pk}/"
    assert ada.post(own + "acknowledge/", {"shown": "made up"}).status_code == 409
    seen_by_hector = hidden(hector.get(own).content, "shown")
    assert ada.post(own + "acknowledge/", {"shown": seen_by_hector}).status_code == 409
    assert not ProtocolAcknowledgment.objects.exists()
    shown = {"shown": hidden(ada.get(own).content, "shown")}
    assert ada.post(own + "acknowledge/", shown).status_code == 302
    given_ = ProtocolAcknowledgment.objects.get()
    assert (given_.person.username, given_.sha256) == ("ada", version.sha256)
    assert recorded("protocol.acknowledge").details["sha256"] == version.sha256
    assert "acknowledge the protocol" not in ada.get("/alerts/").content.decode()
    assert open_notices(Kind.PROTOCOL_ACKNOWLEDGE) == {"hector"}
    signed = ada.get(own + "original/")
    assert (signed.content, signed["Content-Type"]) == (b"%PDF-1.7 signed", "application/pdf")
    assert signed["Content-Disposition"] == 'attachment; filename="signed.pdf"'
    listed = gloria.get(own + "acknowledgments/").content.decode()
    assert listed.index("Hector Herrera") < listed.index("Ada Archuleta")
    file = gloria.get(own + "acknowledgments.csv").content
    noted = recorded("protocol.export").details
    assert (noted["bytes"], noted["sha256"]) == (len(file), sha256(file).hexdigest())
    rows = file.decode("utf-8-sig").splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == ["hector", "ada"]
    # Who supervises sees their own people; nobody else sees the list.
    carla = signed_in(person("carla"))
    assert b"Hector" not in carla.get(own + "acknowledgments/").content
    assert ada.get(own + "acknowledgments/").status_code == 403


def test_a_new_version_asks_again_shows_what_changed_and_leaves_the_old_one_readable(
    recorded: Recorded,
) -> None:
    ada, gloria = signed_in(person("ada")), signed_in(person("gloria"))
    first = approved()
    acknowledged("ada", first)
    page = gloria.get(f"/protocols/{first.protocol_id}/revise/").content.decode()
    assert "Never copy an image." in page
    second = approved(first.protocol, text=TEXT.replace("a loss", "every loss"), summary="Losses.")
    assert (second.number, open_notices(Kind.PROTOCOL_ACKNOWLEDGE)) == (2, {"ada", "gloria", "hector"})
    assert "“Storage of reads”, version 2" in ada.get("/access/mine/").content.decode()
    page = ada.get(f"/protocols/versions/{second.pk}/").content.decode()
    assert "<del>- Report a loss.</del><ins>- Report every loss.</ins>" in page
    old = ada.get(f"/protocols/versions/{first.pk}/").content.decode()
    assert "Superseded" in old
    assert "Report a loss." in old
    assert 'name="shown"' not in old
    with pytest.raises(Refused, match="no longer in effect"):
        acknowledged("gloria", first)
    acknowledged("ada", second)
    acknowledged("ada", second)
    assert ProtocolAcknowledgment.objects.filter(person__username="ada").count() == 2


@pytest.mark.both_databases
def test_only_another_person_approves_what_they_saw_once_and_the_database_keeps_it() -> None:
    gloria, hector = acting("gloria"), acting("hector")
    version = submitted()
    seen = version.sha256
    with pytest.raises(Refused, match="cannot review your own"):
        actions.approve(gloria, version, seen)
    edited = actions.save_draft(gloria, version.protocol, draft(text="Other."), seen=seen, submit=True)
    with pytest.raises(Refused, match="changed after you opened it"):
        actions.approve(hector, version, seen)
    with pytest.raises(Refused, match="too short"):
        actions.return_draft(hector, edited, edited.sha256, "No.")
    actions.return_draft(hector, edited, edited.sha256, "Name who keeps the keys.")
    assert open_notices(Kind.PROTOCOL_ANSWER) == {"gloria"}
    with pytest.raises(Refused, match="is a draft"):
        actions.approve(hector, edited, edited.sha256)
    again = actions.save_draft(gloria, version.protocol, draft(), seen=edited.sha256, submit=True)
    done = actions.approve(hector, again, again.sha256)
    with pytest.raises(Refused, match="already approved"):
        actions.approve(hector, again, again.sha256)
    acknowledged("ada", done)
    for change in (
        "UPDATE people_protocolversion SET title = 'Other'",
        "UPDATE people_protocolversion SET approved_at = NULL",
        "DELETE FROM people_protocolacknowledgment",
        "DELETE FROM people_protocol",
    ):
        with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
            connection.cursor().execute(change)


def test_a_withdrawn_protocol_binds_nobody_and_its_notices_are_settled(recorded: Recorded) -> None:
    ada, hector = signed_in(person("ada")), signed_in(person("hector"))
    version = approved()
    address = f"/protocols/{version.protocol_id}/withdraw/"
    assert hector.post(address, {"reason": "No."}).status_code == 409
    assert hector.post(address, {"reason": "The order itself says it now."}).status_code == 302
    assert recorded("protocol.withdraw").reason == "The order itself says it now."
    assert open_notices(Kind.PROTOCOL_ACKNOWLEDGE) == set()
    assert open_notices(Kind.PROTOCOL_WITHDRAW) >= {"ada"}
    page = ada.get(f"/protocols/versions/{version.pk}/").content.decode()
    assert "The order itself says it now." in page
    with pytest.raises(Refused, match="no longer in effect"):
        acknowledged("ada", version)
    assert hector.post(address, {"reason": "Once more, to be sure."}).status_code == 409
    with pytest.raises(Refused, match="is withdrawn"):
        submitted(version.protocol)


def test_nothing_takes_effect_for_days_that_have_passed() -> None:
    version = submitted(effective_on=days.today() - timedelta(days=1))
    with pytest.raises(Refused, match="would have taken effect"):
        actions.approve(acting("hector"), version, version.sha256)
    assert rules.may_take_effect(date(2026, 3, 1), date(2026, 3, 1))


def test_only_who_writes_sees_a_draft_and_only_who_may_decides() -> None:
    version = submitted()
    for name, status in (("marco", 404), ("carla", 404), ("gloria", 200), ("hector", 200)):
        browser: Client = signed_in(person(name))
        page = browser.get(f"/protocols/versions/{version.pk}/")
        assert page.status_code == status, name
        assert (b'name="approve"' in page.content) == (name == "hector")
        assert (f"versions/{version.pk}/" in browser.get("/protocols/all/").content.decode()) == (
            status == 200
        )


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_stands() -> None:
    version = submitted()
    hector, designee = acting("hector"), acting("nora")
    refusals = at_once(
        lambda: actions.approve(hector, version, version.sha256),
        lambda: actions.return_draft(designee, version, version.sha256, "Name who keeps the keys."),
    )
    assert refusals in (["This version is already approved."], ["This version is a draft."])
