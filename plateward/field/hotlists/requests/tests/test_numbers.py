"""CAD and case numbers: unknown ones are refused; without CAD's answer, flagged and settled later."""

from uuid import uuid4

import pytest

from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.requests import actions, deciding
from plateward.field.hotlists.requests.models import Decision, Request, RequestCheck
from plateward.field.hotlists.requests.testing import KNOWN, Force, Recorded
from plateward.field.hotlists.signals import entries_ended
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import signed_in
from plateward.simulators.cad import CadMode, CadSimulator, SimulatedIncident
from plateward.testing.served import cad


def approve(force: Force, request: Request) -> None:
    deciding.approve_request(PersonActor.of(force.carla), request, request.last.pk)
    request.refresh_from_db()


@pytest.mark.clause("6.a.iii/required")
@pytest.mark.parametrize("number", ["", "000000", "INVESTIGATION"])
def test_what_is_no_number_never_leaves_the_house(force: Force, dispatch: CadSimulator, number: str) -> None:
    with pytest.raises(Refused, match=r"6\.a\.iii"):
        force.asks(number=number)
    assert dispatch.queries == []


@pytest.mark.clause("6.a.iii/known")
def test_a_number_that_cad_does_not_know_is_refused(
    force: Force, dispatch: CadSimulator, recorded: Recorded
) -> None:
    with pytest.raises(Refused, match=r"CAD has no incident or case 2026-77777\..*6\.a\.iii"):
        force.asks(number="2026-77777")
    assert dispatch.queries == ["2026-77777"]
    assert not Request.objects.exists()
    assert recorded("hotlist.ask").clause == "6.a.iii"


@pytest.mark.clause("6.a.iii/outage")
@pytest.mark.parametrize("mode", [CadMode.ERROR, CadMode.GARBLED, CadMode.OTHER_ANSWER, CadMode.REFUSE])
def test_where_cad_gives_no_answer_the_request_goes_on_flagged_and_is_settled_later(
    force: Force, mode: CadMode
) -> None:
    with cad(KNOWN, mode=mode) as dispatch:
        request = force.asks()
        assert request.number_known == Request.Number.UNREACHABLE
        url = f"/hotlists/requests/review/{request.pk}/"
        assert "CAD has not confirmed the number yet" in signed_in(force.carla).get(url).content.decode()
        approve(force, request)
        assert deciding.check_numbers_again() == 0
        dispatch.mode = CadMode.NORMAL
        assert deciding.check_numbers_again() == 1
        assert deciding.check_numbers_again() == 0
    request.refresh_from_db()
    assert request.number_known == Request.Number.KNOWN
    assert [check.outcome for check in RequestCheck.objects.order_by("pk")] == ["unreachable", "known"]
    assert Entry.objects.in_force().exists()


@pytest.mark.clause("6.a.iii/outage")
def test_a_live_entry_ends_when_its_number_turns_out_unknown_and_both_are_told(force: Force) -> None:
    ended: list[dict[str, object]] = []

    def hear(**details: object) -> None:
        ended.append(details)

    entries_ended.connect(hear)
    request = force.asks()  # nothing listens at the configured address
    approve(force, request)
    entry = request.entry
    assert entry
    with cad("2026-11111") as dispatch:
        assert deciding.check_numbers_again() == 1
        request.refresh_from_db()
        assert (request.state, request.entry) == (Request.State.RETURNED, None)
        assert not Entry.objects.in_force().exists()
        [details] = ended
        assert (details["entries"], details["reason"]) == (
            [entry.pk],
            "CAD does not have its CAD or case number.",
        )
        for person in (force.ada, force.carla):
            latest = Notice.objects.filter(to=person).first()
            assert latest
            assert "its entry has ended" in latest.text
        assert Decision.objects.filter(kind="ended").get().by is None
        page = signed_in(force.ada).get(f"/hotlists/requests/history/{entry.pk}/").content.decode()
        assert f"CAD has no incident or case {KNOWN}" in page
        dispatch.incidents[KNOWN] = SimulatedIncident(KNOWN)
        actions.submit_request(PersonActor.of(force.ada), request.key, force.wanted(), mended=request)
    request = Request.objects.get()
    approve(force, request)
    assert Entry.objects.in_force().exists()


@pytest.mark.clause("6.a.iii/outage")
def test_what_still_waits_comes_back_when_its_number_turns_out_unknown(force: Force) -> None:
    request = force.asks()
    stale = request.last.pk
    with cad():
        deciding.check_numbers_again()
    request.refresh_from_db()
    assert request.state == Request.State.RETURNED
    with pytest.raises(Refused, match="already decided"):
        deciding.approve_request(PersonActor.of(force.carla), request, stale)


def test_a_number_that_always_fails_keeps_no_other_from_its_turn(force: Force) -> None:
    requests = [force.asks(plate=f"BKT 40{n}", number=f"2026-0000{n}") for n in range(3)]
    with cad(*(f"2026-0000{n}" for n in range(3))):
        assert deciding.check_numbers_again() == 3
    assert {Request.objects.get(pk=request.pk).number_known for request in requests} == {"known"}


def test_what_is_over_is_asked_about_no_more(force: Force) -> None:
    withdrawn, removed = force.asks(), force.asks(plate="TRV 881")
    actions.withdraw_request(PersonActor.of(force.ada), withdrawn)
    approve(force, removed)
    assert removed.entry
    out = actions.submit_removal(
        PersonActor.of(force.ada), uuid4(), removed.entry, "The vehicle was found at the owner's house."
    )
    approve(force, out)
    with cad() as dispatch:
        assert deciding.check_numbers_again() == 0
        assert dispatch.queries == []
