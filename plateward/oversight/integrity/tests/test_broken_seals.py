"""A row whose seal is broken is named with what the log says of it; what goes over many goes on with the next one."""

import pytest
from django.urls import reverse

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists.imports.models import Feed
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.oversight.breaches.models import Breach
from plateward.oversight.integrity import actions
from plateward.oversight.integrity.models import CheckState, FoundFault
from plateward.oversight.integrity.turns import ITSELF, Turn
from plateward.people import days
from plateward.people.models import Person
from plateward.people.testing import bearer, generate_totp_secret, give_factor, person, signed_in
from plateward.testing.emptying import past_the_hub, write
from plateward.work.retention.models import Hold

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.3/integrity", "6.j.i/proven"),
]
SAYS = "Entry {number:,} of "


def turn_of(key: str) -> Turn:
    """One round of a check, stored, so that its page shows it."""
    actions.check_soon(CheckState.objects.get_or_create(key=key)[0])
    state = CheckState.objects.get(pk=key)
    turn = Turn(actions.checks()[key], state, [])
    turn.run(float("inf"))
    actions._store(turn, 1)
    return turn


def test_a_check_names_a_row_whose_seal_is_broken_and_goes_on_with_the_next() -> None:
    with act(HUB, Event.FEED_UPDATE, "feeds"):
        feeds = [
            Feed.objects.create(
                hotlist=HotList.objects.create(name=name), format="csv", place="sftp", host_key="key",
                pattern="*", secret="a secret", next_at=clock.now(), failures=2,
            )
            for name in ("First", "Second", "Third")
        ]  # fmt: skip
    with past_the_hub("hotlists_feed"):
        write("UPDATE hotlists_feed SET host = 'elsewhere' WHERE id = %s", feeds[1].pk)
    turn = turn_of("hotlists.feeds")
    assert (turn.ended, ITSELF in turn.faults) == (True, False)
    broken = turn.faults[f"feed {feeds[1].pk}"]
    assert "Its seal is broken" in broken.problem
    assert "wrote it last: " in broken.problem
    assert {"hot list First", "hot list Third"} <= set(turn.faults)
    gloria = signed_in(person("gloria"))
    page = gloria.get(reverse("integrity:check", args=["hotlists.feeds"]))
    assert (page.status_code, b"Its seal is broken" in page.content) == (200, True)


def test_a_hold_that_does_not_open_is_named_and_no_day_is_left_out_for_it() -> None:
    with act(HUB, Event.HOLD_PLACE, "hold"):
        hold = Hold.objects.create(
            kind="plate", plate="ABC123", reason="The murder trial of May.", basis="D-202-CR-2026-01", owner=person(),
            review_on=days.today(), since=clock.now(), until=clock.now(),
        )  # fmt: skip
    with past_the_hub("retention_hold"):
        write("UPDATE retention_hold SET basis = 'none' WHERE id = %s", hold.pk)
    turn = turn_of("retention.terms")
    assert (turn.ended, ITSELF in turn.faults) == (True, False)
    assert "Its seal is broken" in turn.faults[f"hold {hold.pk}"].problem


def test_a_broken_record_of_another_room_closes_neither_integrity_nor_home() -> None:
    gloria = signed_in(person("gloria"))
    with act(HUB, Event.BREACH_REPORT, "breach"):
        breach = Breach.objects.create(
            kind="other", what="A stolen laptop.", noticed_at=clock.now(), reported_by=Person.objects.get()
        )
    with past_the_hub("oversight_breach"):
        write(
            "UPDATE oversight_breach SET what = %s WHERE id = %s",
            b"x" * 40,
            breach.pk,
        )
    for name in ("integrity:index", "integrity:altered", "home"):
        assert gloria.get(reverse(name)).status_code == 200, name


@pytest.mark.clause("6.a.i.2/own")
def test_each_account_factor_and_token_whose_seal_is_broken_is_named() -> None:
    ada, ben = person("ada", password="a long enough one 1"), person("ben", password="a long enough one 2")
    with act(HUB, Event.PERSON_FACTOR, "person:x"):
        factors = [give_factor(member, "totp", secret=generate_totp_secret()) for member in (ada, ben)]
        bearer(ben)
    assert not turn_of("people.seals").faults
    for table in ("people_person", "mfa_authenticator", "people_apitoken"):
        with past_the_hub(table):
            match table:
                case "people_person":
                    write(
                        "UPDATE people_person SET password = (SELECT password FROM people_person WHERE id = %s)"
                        " WHERE id = %s",
                        ben.pk,
                        ada.pk,
                    )
                case "mfa_authenticator":
                    write("UPDATE mfa_authenticator SET type = %s WHERE id = %s", "webauthn", factors[0].pk)
                case _:
                    write("UPDATE people_apitoken SET purpose = 'other'")
    found = turn_of("people.seals").faults
    token = ben.api_tokens.get()
    assert set(found) == {
        "account ada",
        f"second factor {factors[0].pk} of Ada Archuleta",
        f"API token {token.pk} of Ben Begay",
    }
    assert all(
        "Its seal is broken" in fault.problem and "wrote it last: " in fault.problem
        for fault in found.values()
    )
    assert FoundFault.objects.filter(object="account ada", ended_at=None).exists()
