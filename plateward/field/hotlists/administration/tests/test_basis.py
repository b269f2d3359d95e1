"""Only the Chief decides whether the entering unit's word suffices, per list; the policy report says so."""

import pytest
from django.db import DatabaseError
from django.utils.html import strip_tags

from plateward.core.audit.actor import Actor
from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists import evidence
from plateward.field.hotlists.administration import actions
from plateward.field.hotlists.models import EncounterBasis, HotList
from plateward.ground.policy.decision import Refused
from plateward.people.testing import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iv.3/ncic")]
LAW = "NMSA 1978, 29-1-1, and counsel’s opinion of May 4, 2026."
HECTOR = Actor("person", "hector", "Hector Herrera")


@pytest.fixture
def bolo() -> HotList:
    return HotList.objects.create(name="BOLO", source="State Police", kind=HotList.Kind.AGENCY)


@pytest.mark.clause("6.b.i.8/matrix", "6.b.i.9/entries")
def test_the_chief_alone_sets_it_with_its_legal_basis_and_revokes_it(bolo: HotList) -> None:
    page = f"/hotlists/{bolo.pk}/basis"
    assert signed_in(person("gloria")).post(page, {"suffices": "yes", "text": LAW}).status_code == 403
    hector = signed_in(person("hector"))
    assert "What verifies it" in hector.get(f"/hotlists/{bolo.pk}/").content.decode()
    assert hector.post(page, {"suffices": "yes", "text": "because"}).status_code == 409
    assert not EncounterBasis.in_force().exists()
    saved = hector.post(page, {"suffices": "yes", "text": LAW}, follow=True).content.decode()
    assert "reading of 6.e.iv.3" in strip_tags(saved)
    assert EncounterBasis.in_force().get().begun_by == "person:hector"
    leaf = Audit.objects.filter(event="hotlist.basis").latest("sequence").leaf
    assert leaf is not None
    assert leaf.reason == LAW
    assert hector.post(page, {"suffices": "yes", "text": LAW}).status_code == 409
    why = "Counsel has withdrawn the opinion."
    assert "History" in hector.post(page, {"suffices": "no", "text": why}, follow=True).content.decode()
    assert not EncounterBasis.in_force().exists()
    assert EncounterBasis.objects.get().end_reason == why


def test_it_is_never_set_for_another_s_list(bolo: HotList) -> None:
    ncic = HotList.objects.create(name="Extract", source="NCIC", kind=HotList.Kind.NCIC)
    with pytest.raises(Refused, match="not this agency"):
        actions.set_basis(HECTOR, ncic, LAW)
    actions.set_basis(HECTOR, bolo, LAW)
    HotList.objects.filter(pk=bolo.pk).update(kind=HotList.Kind.OUTSIDE)
    assert not EncounterBasis.in_force().exists(), "nor for one that became another's"


def test_each_is_a_reading_of_the_policy_in_its_report(bolo: HotList) -> None:
    def readings() -> list[str]:
        return [fact.gap for fact in evidence.facts() if "6.e.iv.3" in fact.rows and fact.gap]

    assert readings() == []
    actions.set_basis(HECTOR, bolo, LAW)
    figures = [fact.figures for fact in evidence.facts() if "6.e.iv.3" in fact.rows]
    assert {"lists_verified_by_their_entering_unit": 1} in figures
    [reading] = readings()
    assert reading.startswith("Reading: on the list “BOLO” the entering unit’s confirmation is enough")
    assert LAW in reading
    HotList.objects.filter(pk=bolo.pk).update(covert=True)
    assert "BOLO" not in readings()[0]


@pytest.mark.both_databases
def test_what_was_set_is_revoked_once_and_never_altered(bolo: HotList) -> None:
    actions.set_basis(HECTOR, bolo, LAW)
    actions.revoke_basis(HECTOR, bolo, "Counsel has withdrawn the opinion.")
    with pytest.raises(DatabaseError, match="never altered or removed"):
        EncounterBasis.objects.update(ends=None)
