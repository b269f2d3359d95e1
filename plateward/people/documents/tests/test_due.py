"""A protocol has a day by which it is reviewed, and the policy itself an edition: what is due or changed is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.packs import packs
from plateward.ground.policy.parameters import Parameters
from plateward.people import days
from plateward.people.documents import actions, editions
from plateward.people.documents.audience import due_of, owners_of
from plateward.people.documents.evidence import facts
from plateward.people.documents.models import PolicyEdition, ProtocolReview, ProtocolVersion
from plateward.people.documents.reminding import remind_of_review
from plateward.people.documents.tests.written import approved, form, open_notices
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in
from plateward.people.training.actions.duties import people_concerned
from plateward.people.training.models import Duty

pytestmark = pytest.mark.django_db
NOTE = "Compared with OPR:50 and this year's findings: nothing to change."
YEAR = timedelta(days=365)


def attention(row: str) -> str:
    return " ".join(fact.attention for fact in facts() if row in fact.rows)


@pytest.mark.clause("6.b.i.1/due")
def test_it_is_due_a_year_after_it_takes_effect_and_told_to_its_owner_from_a_month_before() -> None:
    version = approved()
    due = version.effective_on + YEAR
    assert due_of(version) == due
    with clock.set_to(days.start_of(due - timedelta(days=31))):
        assert remind_of_review() == 0
    for day in (due - timedelta(days=30), due + timedelta(days=1)):
        with clock.set_to(days.start_of(day)):
            assert (remind_of_review(), remind_of_review()) == (1, 0)
            assert open_notices(Kind.PROTOCOL_REVIEW) == {"gloria"}
    assert "has been due since" in str(person("gloria").notices.filter(kind=Kind.PROTOCOL_REVIEW)[0])


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.1/due")
def test_it_waits_on_its_owners_page_until_a_review_without_a_change_is_recorded(
    recorded: Callable[[str], Leaf],
) -> None:
    version = approved(review_on=days.today() + timedelta(days=1))
    remind_of_review()
    page = f"/protocols/versions/{version.pk}/"
    with clock.set_to(clock.now() + timedelta(days=2)):
        home = signed_in(person("gloria"))
        assert "due for review: 1" in attention("6.b.i.1")
        assert "Protocols to review" in home.get("/").content.decode()
        assert "Overdue" in home.get(page).content.decode()
        assert home.post(f"{page}review/", {"note": "ok"}).status_code == 409
        assert home.post(f"{page}review/", {"note": NOTE}).status_code == 302
        assert recorded("protocol.review").outcome == "done"
        assert open_notices(Kind.PROTOCOL_REVIEW) == set()
        assert due_of(version) == days.today() + YEAR
        shown = home.get(page).content.decode()
        assert NOTE.replace("'", "&#x27;") in shown
        assert "Overdue" not in shown
        assert "Protocols to review" not in home.get("/").content.decode()
        assert remind_of_review() == 0
        assert signed_in(person("ada")).post(f"{page}review/", {"note": NOTE}).status_code == 403


@pytest.mark.clause("6.b.i.1/due")
def test_another_day_is_approved_with_it_and_a_new_version_is_the_review_of_the_last() -> None:
    soon = days.today() + timedelta(days=20)
    version = approved(review_on=soon)
    assert due_of(version) == soon
    remind_of_review()
    assert open_notices(Kind.PROTOCOL_REVIEW) == {"gloria"}
    approved(version.protocol, effective_on=soon + timedelta(days=5))
    assert open_notices(Kind.PROTOCOL_REVIEW) == set()
    assert remind_of_review() == 0
    late = signed_in(person("gloria")).post(
        "/protocols/new/", form(review_on=str(days.today()), submit="yes")
    )
    assert b"Enter a day after it takes effect." in late.content


@pytest.mark.clause("6.b.i.1/due")
def test_what_is_not_in_effect_is_not_reviewed_and_a_review_on_record_stays(
    recorded: Callable[[str], Leaf],
) -> None:
    first = approved()
    second = approved(first.protocol)
    with pytest.raises(Refused, match="not in effect"):
        actions.record_review(acting("gloria"), first, NOTE)
    assert recorded("protocol.review").clause == "6.b.i.1"
    actions.record_review(acting("gloria"), second, NOTE)
    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        ProtocolReview.objects.update(note="Nothing.")
    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        ProtocolVersion.objects.filter(pk=second.pk).update(review_on=days.today() + 9 * YEAR)


@pytest.mark.clause("6.b.i.1/due")
def test_it_falls_to_whoever_writes_protocols_once_its_author_does_not() -> None:
    version = approved()
    assert owners_of(version) == [person("gloria")]
    Person.objects.filter(username="gloria").update(role=Role.AUDITOR)
    frank = person("frank", role=Role.ADMINISTRATOR)
    assert owners_of(version) == [frank]


@pytest.mark.both_databases
@pytest.mark.clause("6.d.iv/policy")
def test_a_new_edition_of_the_policy_opens_the_duty_to_retrain_everybody_it_is_taught_to(
    monkeypatch: pytest.MonkeyPatch, recorded: Callable[[str], Leaf]
) -> None:
    people = [person(name) for name in ("ada", "gloria", "hector")]
    editions.note_editions()
    assert set(PolicyEdition.objects.values_list("pack", flat=True)) == {"OPR50", "CJIS", "SB40"}
    assert not Duty.objects.exists()  # what training began with
    editions.note_editions()
    assert PolicyEdition.objects.count() == 3
    opr50, *others = packs()
    revised = opr50.__class__(
        **{f: getattr(opr50, f) for f in opr50.__struct_fields__} | {"version": "Revision 2"}
    )
    monkeypatch.setattr(editions, "packs", lambda: (revised, *others))
    editions.note_editions()
    editions.note_editions()
    duty = Duty.objects.get()
    assert (duty.kind, duty.course.code, duty.title) == ("policy", "policy", "OPR50: Revision 2")
    assert duty.owner == person("gloria")
    assert {row.person for row in people_concerned(duty)} == set(people)
    assert recorded("policy.change").details["version"] == "Revision 2"


@pytest.mark.clause("6.d.iv/policy")
def test_an_edition_is_what_the_policy_asks_and_not_how_this_software_answers() -> None:
    pack = packs()[0]
    fields = {field: getattr(pack, field) for field in pack.__struct_fields__}
    row = pack.rows[0]
    given = {field: getattr(row, field) for field in row.__struct_fields__}
    reworded = row.__class__(**given | {"mechanism": "In other words.", "readings": ()})
    assert pack.__class__(**fields | {"rows": (reworded, *pack.rows[1:])}).edition == pack.edition
    assert pack.__class__(**fields | {"rows": pack.rows[1:]}).edition != pack.edition
    longer = row.__class__(**given | {"parameters": Parameters(least_days_kept=31)})
    assert pack.__class__(**fields | {"rows": (longer, *pack.rows[1:])}).edition != pack.edition


@pytest.mark.clause("6.d.iv/policy")
def test_a_pack_that_is_selected_later_opens_the_duty_and_one_that_is_left_out_is_on_record(
    monkeypatch: pytest.MonkeyPatch, recorded: Callable[[str], Leaf]
) -> None:
    person("gloria")
    monkeypatch.setenv("PLATEWARD_PACKS", "OPR50,SB40")
    editions.note_editions()
    assert not Duty.objects.exists()
    monkeypatch.setenv("PLATEWARD_PACKS", "OPR50,CJIS")
    editions.note_editions()
    editions.note_editions()
    duty = Duty.objects.get()
    assert (duty.course.code, duty.title[:5]) == ("cjis", "CJIS:")
    assert "Before: Not selected." in duty.what
    assert recorded("policy.change").object == "policy:SB40"
    assert recorded("policy.change").details["version"] == "Not selected"
    assert set(editions.followed_editions()) == {"OPR50", "CJIS"}


@pytest.mark.clause("6.d.iv/policy")
def test_it_waits_for_an_administrator_to_own_the_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    editions.note_editions()
    PolicyEdition.objects.create(pack="SB40", version="Before", sha256="0" * 64)
    editions.note_editions()
    assert not Duty.objects.exists()
    person("gloria")
    editions.note_editions()
    assert Duty.objects.get().reference.startswith("SB40 ")


@pytest.mark.clause("6.d.iv/policy")
def test_the_policys_own_text_is_a_document_whose_change_opens_the_duty() -> None:
    assert "policy's text is not recorded" in attention("6.d.iv")
    text = approved(kind="policy", title="OPR:50", text="Revision 1.")
    assert attention("6.d.iv") == ""
    assert not Duty.objects.exists()
    with pytest.raises(Refused, match="no course to update is chosen"):
        approved(text.protocol, kind="policy", title="OPR:50", text="Revision 2.", courses=[])
    approved(text.protocol, kind="policy", title="OPR:50", text="Revision 2.", courses=["policy"])
    assert Duty.objects.get().title == "OPR:50, version 2"
