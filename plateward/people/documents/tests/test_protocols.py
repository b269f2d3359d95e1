"""A written protocol from its draft to the acknowledgment of whom it binds, and what each new version asks again."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from plateward import clock
from plateward.audit.leaf import Leaf
from plateward.pages.documents import MAX_BYTES, NotADocument, UploadedDocument
from plateward.people import days, evidence
from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.documents import actions, reminding
from plateward.people.documents.audience import binding_versions
from plateward.people.models import Unit
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.protocols import rules
from plateward.people.protocols.models import Acknowledgment, Protocol, ProtocolVersion
from plateward.people.testing import acting, person, signed_in
from plateward.policy.decision import Refused
from plateward.testing.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.1")]
TEXT = (
    "# Purpose\n\nReads are kept for as long as the order says.\n\n- Never copy an image.\n- Report a loss."
)
Recorded = Callable[[str], Leaf]


def draft(**more: Any) -> actions.Draft:
    given: dict[str, Any] = {
        "title": "Storage of reads",
        "kind": "storage",
        "summary": "First version.",
        "text": TEXT,
        "effective_on": days.today(),
        "acknowledge_within": None,
        "roles": [],
        "units": [],
    }
    return actions.Draft(**given | more)


def submitted(protocol: Protocol | None = None, **more: Any) -> ProtocolVersion:
    return actions.save_draft(acting("gloria"), protocol, draft(**more), seen="", submit=True)


def approved(protocol: Protocol | None = None, **more: Any) -> ProtocolVersion:
    version = submitted(protocol, **more)
    return actions.approve(acting("hector"), version, version.sha256)


def acknowledged(name: str, version: ProtocolVersion) -> None:
    actions.acknowledge(acting(name), version, version.sha256)


def open_notices(kind: Kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind, settled_at=None).values_list("to__username", flat=True))


def hidden(page: bytes, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.decode())
    assert found
    return found[1]


def form(**more: Any) -> dict[str, Any]:
    return {
        "title": "Access from vehicles",
        "kind": "access",
        "summary": "First version.",
        "text": TEXT,
        "effective_on": str(days.today()),
        "seen": "",
    } | more


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
    assert not Acknowledgment.objects.exists()
    shown = {"shown": hidden(ada.get(own).content, "shown")}
    assert ada.post(own + "acknowledge/", shown).status_code == 302
    given_ = Acknowledgment.objects.get()
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
    assert "“Storage of reads”, version 2" in ada.get("/alerts/").content.decode()
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
    assert Acknowledgment.objects.filter(person__username="ada").count() == 2


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
        "UPDATE protocols_protocolversion SET title = 'Other'",
        "UPDATE protocols_protocolversion SET approved_at = NULL",
        "DELETE FROM protocols_acknowledgment",
        "DELETE FROM protocols_protocol",
    ):
        with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
            connection.cursor().execute(change)


@pytest.mark.one_database
def test_two_authors_at_once_lose_no_text_and_no_title_is_used_twice() -> None:
    gloria = acting("gloria")
    first = actions.save_draft(gloria, None, draft(), seen="", submit=False)
    with pytest.raises(Refused, match="changed after you opened it"):
        actions.save_draft(gloria, first.protocol, draft(text="Mine."), seen="", submit=False)
    with pytest.raises(Refused, match="Another protocol has this title"):
        actions.save_draft(gloria, None, draft(title="storage OF reads"), seen="", submit=False)
    assert ProtocolVersion.objects.get().text == TEXT
    browser = signed_in(person("gloria"))
    stale = browser.post(f"/protocols/{first.protocol_id}/revise/", form(seen="0" * 64, text="My long text."))
    assert (stale.status_code, b"My long text." in stale.content) == (409, True)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": ""}, "Enter the text."),
        ({"text": "   \n"}, "Enter the text."),
        ({"text": "x" * 60_001}, "to 60000 characters"),
        ({"text": "Line\nwith \x07 bell"}, "Line 2 has a character"),
        ({"text": "right\u202eleft"}, "Line 1 has a character"),
        ({"effective_on": "2026-02-30"}, "Enter a date: month, day and year."),
        ({"acknowledge_within": "0"}, "Enter 1 or more."),
        ({"acknowledge_within": "4000"}, "Enter 90 or less."),
        ({"roles": ["emperor"]}, "not an option here"),
        ({"original": SimpleUploadedFile("a.pdf", b"")}, "empty"),
        ({"original": SimpleUploadedFile("a.pdf", b"MZ not a PDF")}, "not a PDF"),
        ({"original": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * MAX_BYTES)}, "larger than 10 MiB"),
    ],
)
@pytest.mark.one_database
def test_what_cannot_be_a_protocol_is_refused_at_its_field_and_nothing_typed_is_lost(
    wrong: dict[str, Any], message: str
) -> None:
    answer = signed_in(person("gloria")).post("/protocols/new/", form(**wrong))
    page = answer.content.decode()
    assert answer.status_code in (409, 422) or message in page
    assert message in page
    assert "Access from vehicles" in page
    assert not Protocol.objects.exists()


@pytest.mark.one_database
def test_text_from_a_word_processor_is_cleaned_and_a_large_pdf_is_never_opened() -> None:
    pasted = form(text="One\xa0\u200btwo\r\nthree", summary="First\xa0version.")
    assert signed_in(person("gloria")).post("/protocols/new/", pasted).status_code == 302
    assert ProtocolVersion.objects.get().text == "One two\nthree"
    bomb = b"%PDF-1.7\n1 0 obj <</Filter[/FlateDecode/FlateDecode]/Length 9>> stream\n" + b"\0" * 1000
    version = submitted(title="Other", original=UploadedDocument("bomb.pdf", bomb))
    assert version.original
    assert bomb[:20] not in bytes(version.original.sealed)
    assert actions.read_original(version.original) == bomb
    with pytest.raises(NotADocument, match="not a PDF"):
        submitted(title="Third", original=UploadedDocument("a.txt", b"text"))


def test_access_stops_at_the_end_of_the_last_day_and_returns_with_the_acknowledgment() -> None:
    ada, version = person("ada"), approved(acknowledge_within=10, roles=["officer"])
    (owed,) = standing.standing_of(ada).facts.protocols
    assert owed.last_day == days.today() + timedelta(days=10)
    for moment, authorized in (
        (owed.due and owed.due - timedelta(seconds=1), True),
        (owed.due, False),
    ):
        assert moment
        with clock.set_to(moment):
            assert standing.standing_of(ada).authorized is authorized
    assert owed.due
    with clock.set_to(owed.due):
        lack = standing.standing_of(ada).missing[0]
        assert (lack.clause, "had to acknowledge" in lack.reason) == ("6.b.i.1", True)
        browser = signed_in(ada)
        assert browser.get("/alerts/").status_code == 403
        page = browser.get(f"/protocols/versions/{version.pk}/").content
        answer = browser.post(
            f"/protocols/versions/{version.pk}/acknowledge/", {"shown": hidden(page, "shown")}
        )
        assert answer.status_code == 302
        assert standing.standing_of(ada).authorized
    # Who comes later has as many days from their first.
    new = person("ben")
    with clock.set_to(clock.now() + timedelta(days=9)):
        access = standing.approved_access(clock.now(), person=new).get()
        access.begins = clock.now()
        access.save(update_fields=["begins"])
        (owed,) = standing.standing_of(new).facts.protocols
        assert owed.last_day == days.today() + timedelta(days=10)


def test_a_new_period_of_access_forgives_no_day_and_one_that_it_does_not_bind_does() -> None:
    ada, start = person("ada"), clock.now()
    version = approved(roles=["officer"], acknowledge_within=10)
    (first,) = standing.standing_of(ada).facts.protocols
    assert first.since == version.effective_at
    for day, role, due in ((2, "officer", first.due), (5, "it_support", None), (8, "officer", 8)):
        with clock.set_to(start + timedelta(days=day)):
            access = standing.approved_access(clock.now(), person=ada).get()
            access.ends, access.ended_by = clock.now(), "system:test"
            access.save(update_fields=["ends", "ended_by"])
            access.pk, access.begins, access.ends, access.ended_by = None, clock.now(), None, ""
            access.role = role
            access.save(force_insert=True)
            owed = [(each.since, each.due) for each in standing.standing_of(ada).facts.protocols]
            if due == 8:
                assert owed == [(clock.now(), days.start_of(days.today() + timedelta(days=11)))]
            else:
                assert owed == ([(first.since, due)] if due else [])


@pytest.mark.one_database
@pytest.mark.parametrize(("within", "in_time", "late"), [(None, 13, 14), (10, 9, 12)])
def test_what_nobody_acknowledges_contradicts_the_clause_once_it_is_overdue(
    within: int | None, in_time: int, late: int
) -> None:
    for name in ("ada", "ben"):
        person(name)
    version = approved(roles=["officer"], acknowledge_within=within)
    acknowledged("ben", version)
    assert version.effective_at
    for day, overdue in ((in_time, 0), (late, 1)):
        with clock.set_to(version.effective_at + timedelta(days=day)):
            *_, owed = evidence.facts()
        assert (owed.figures["owed"], owed.figures["overdue"]) == (1, overdue)
        assert ("overdue: 1" in owed.attention, owed.route) == (bool(overdue), "protocols:register")


@pytest.mark.one_database
def test_whom_a_version_no_longer_binds_has_no_notice_of_it_left() -> None:
    start = clock.now()
    for name in ("ada", "ben"):
        person(name)
    approved(roles=["officer"])
    with clock.set_to(start + timedelta(days=8)):
        reminding.remind()
        assert open_notices(Kind.PROTOCOL_REMIND) == {"ada", "ben"}
        Access.objects.filter(person__username="ada").update(role="it_support")
        reminding.remind()
    assert open_notices(Kind.PROTOCOL_ACKNOWLEDGE) == {"ben"}
    assert open_notices(Kind.PROTOCOL_REMIND) == {"ben"}


@pytest.mark.parametrize(
    ("roles", "units", "bound"),
    [
        ([], [], {"ada", "carla", "gloria"}),
        (["officer"], [], {"ada"}),
        ([], ["Unit 14"], {"carla"}),
        (["officer"], ["Unit 14"], set()),
        (["officer", "supervisor"], ["Unit 12", "Unit 14"], {"ada", "carla"}),
    ],
)
def test_it_binds_its_roles_in_its_units(roles: list[str], units: list[str], bound: set[str]) -> None:
    other = Unit.objects.create(name="Unit 14")
    people = {"ada": person("ada"), "carla": person("carla", unit=other), "gloria": person("gloria")}
    keys = [str(Unit.objects.get(name=name).pk) for name in units]
    person("hector")
    version = approved(roles=roles, units=keys)
    assert {name for name, who in people.items() if standing.standing_of(who).facts.protocols} == bound
    for name, who in people.items():
        status = signed_in(who).get(f"/protocols/versions/{version.pk}/").status_code
        assert status == (200 if name in bound | {"gloria", "carla"} else 404), (
            name
        )  # who see acknowledgments


def test_what_bound_whom_at_a_moment_and_whether_they_knew_it() -> None:
    ada, start = person("ada"), clock.now()
    first = approved()
    with clock.set_to(start + timedelta(days=2)):
        acknowledged("ada", first)
    with clock.set_to(start + timedelta(days=4)):
        second = approved(first.protocol, effective_on=days.today() + timedelta(days=2), text="Newer.")
        assert {row.version for row in binding_versions(ada, clock.now())} == {first}
    with clock.set_to(start + timedelta(days=8)):
        actions.withdraw(acting("hector"), first.protocol, "Merged into another protocol.")
    told = []
    with clock.set_to(start + timedelta(days=9)):
        for day in (-1, 1, 3, 7):
            (row,) = binding_versions(ada, start + timedelta(days=day)) or (None,)
            told.append((row.version, row.in_time) if row else None)
        assert told == [None, (first, False), (first, True), (second, False)]
        assert not standing.standing_of(ada).facts.protocols
        marco = signed_in(person("marco"))
        at = f"{start + timedelta(days=1):%Y-%m-%dT%H:%M}"
        page = marco.get("/protocols/as-of/", {"person": "ada", "at": at}).content.decode()
        assert "later:" in page
        for wrong in ({"person": "nobody", "at": at}, {"person": "ada", "at": "2999-01-01T00:00"}):
            assert marco.get("/protocols/as-of/", wrong).status_code == 422
        carla = signed_in(person("carla"))
        carla.raise_request_exception = False
        assert carla.get("/protocols/as-of/", {"person": "ada", "at": at}).status_code == 409


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


def test_who_does_not_acknowledge_is_reminded_and_then_their_supervisor_is_told() -> None:
    start, carla = clock.now(), person("carla")
    for name in ("ada", "ben"):
        person(name, supervisor=carla)
    version = approved(roles=["officer"])
    acknowledged("ben", version)
    told = []
    for day in (6, 8, 9, 15, 16):
        with clock.set_to(start + timedelta(days=day)):
            reminding.remind()
            told.append((open_notices(Kind.PROTOCOL_REMIND), open_notices(Kind.PROTOCOL_ESCALATE)))
    assert told == [
        (set(), set()),
        ({"ada"}, set()),
        ({"ada"}, set()),
        ({"ada"}, {"carla"}),
        ({"ada"}, {"carla"}),
    ]
    assert Notice.objects.filter(kind=Kind.PROTOCOL_REMIND).count() == 2
    with clock.set_to(start + timedelta(days=17)):
        acknowledged("ada", version)
        reminding.remind()
        assert open_notices(Kind.PROTOCOL_REMIND) | open_notices(Kind.PROTOCOL_ESCALATE) == set()


@pytest.mark.one_database
def test_where_a_supervisor_alone_is_told_the_reminders_of_their_people_stay() -> None:
    start = clock.now()
    for name in ("ada", "ben"):
        person(name, supervisor=person("carla"))
    approved(roles=["officer"])
    with clock.set_to(start + timedelta(days=8)):
        reminding.remind()
    with clock.set_to(start + timedelta(days=14, hours=1)):  # the second reminder is due a day later
        reminding.remind()
    assert open_notices(Kind.PROTOCOL_ESCALATE) == {"carla"}
    assert open_notices(Kind.PROTOCOL_REMIND) == {"ada", "ben"}


def test_nothing_takes_effect_for_days_that_have_passed() -> None:
    version = submitted(effective_on=days.today() - timedelta(days=1))
    with pytest.raises(Refused, match="would have taken effect"):
        actions.approve(acting("hector"), version, version.sha256)
    assert rules.may_take_effect(date(2026, 3, 1), date(2026, 3, 1))


def test_text_becomes_headings_lists_and_paragraphs_and_no_markup() -> None:
    blocks = list(rules.blocks_of("# One\nTwo\nthree\n\n- a\n* b\n1. c\n2) d\n<b>e</b>"))
    assert [(block.kind, block.lines) for block in blocks] == [
        ("heading", ("One",)),
        ("paragraph", ("Two", "three")),
        ("bullets", ("a", "b")),
        ("numbers", ("c", "d")),
        ("paragraph", ("<b>e</b>",)),
    ]


@pytest.mark.one_database
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


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_stands() -> None:
    version = submitted()
    hector, designee = acting("hector"), acting("nora")
    refusals = at_once(
        lambda: actions.approve(hector, version, version.sha256),
        lambda: actions.return_draft(designee, version, version.sha256, "Name who keeps the keys."),
    )
    assert refusals in (["This version is already approved."], ["This version is a draft."])
