"""Refusals that anybody can cause a million times a day make few entries, and all are counted."""

from datetime import timedelta

import pytest

from plateward.core.audit import repeated_refusals
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry, Repeat
from plateward.ground import clock

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("AU-2/acts", "AU-2/logons", "6.b.i.9/denied"),
    pytest.mark.both_databases,
]


def knock(address: str = "203.0.113.7", times: int = 1, name: str = "person:ada") -> None:
    for _ in range(times):
        repeated_refusals.record_or_count(
            Actor("anonymous", "", "somebody not logged in", address),
            Event.PERSON_LOGIN,
            name,
            outcome="failed",
        )


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(event="person.login", outcome="failed"))


def test_the_first_from_one_address_have_entries_and_the_others_one_with_their_number() -> None:
    start = clock.now()
    with clock.set_to(start):
        knock(times=50)
        knock(name="person:ben")
    assert len(entries()) == repeated_refusals.ENTRIES_PER_SOURCE
    with clock.set_to(start + repeated_refusals.COUNTING_PERIOD):
        repeated_refusals.record_counts()
    *_, last = entries()
    assert last.leaf is not None
    assert last.leaf.address == "203.0.113.7"
    assert last.leaf.details["repeated"] == 31
    assert last.leaf.details["objects"] == ["person:ada", "person:ben"]
    assert not Repeat.objects.exists()
    repeated_refusals.record_counts()  # nothing is logged twice
    assert len(entries()) == repeated_refusals.ENTRIES_PER_SOURCE + 1


def test_a_count_goes_on_the_log_with_the_next_refusal_too() -> None:
    start = clock.now()
    with clock.set_to(start):
        knock(times=repeated_refusals.ENTRIES_PER_SOURCE + 3)
    with clock.set_to(start + repeated_refusals.COUNTING_PERIOD + timedelta(hours=3)):
        knock("198.51.100.1")
    assert [entry.leaf.details.get("repeated") for entry in entries() if entry.leaf][-2:] == [3, None]


def test_thousands_of_addresses_together_grow_the_log_no_further() -> None:
    for number in range(repeated_refusals.ENTRIES_OF_ALL + 100):
        knock(f"10.0.{number // 250}.{number % 250}")
    assert len(entries()) == repeated_refusals.ENTRIES_OF_ALL
    assert Repeat.objects.count() == repeated_refusals.ENTRIES_OF_ALL + 1
    assert Repeat.objects.get(source="").counted == 100


def test_two_that_are_the_first_at_one_moment_are_both_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    knock()
    usual, unseen = Repeat.objects.select_for_update, [Repeat.objects.none()]
    monkeypatch.setattr(
        Repeat.objects, "select_for_update", lambda **how: unseen.pop() if unseen else usual(**how)
    )
    knock()
    assert (Repeat.objects.get().entered, len(entries())) == (2, 2)


def test_one_client_with_a_whole_ipv6_network_is_one_source() -> None:
    for number in range(repeated_refusals.ENTRIES_PER_SOURCE + 5):
        knock(f"2001:db8::{number:x}")
    assert Repeat.objects.get().counted == 5


def test_strangers_take_neither_author_nor_objects_from_a_person_whose_refusals_are_counted() -> None:
    start = clock.now()

    def probe(number: int) -> None:
        ada = Actor("person", "ada", "Ada Archuleta", f"198.51.100.{number % 250}")
        repeated_refusals.record_or_count(
            ada, Event.ALERT_VIEW, f"alert:{number}", outcome="refused", clause="6.c.ii"
        )

    with clock.set_to(start):
        for number in range(repeated_refusals.ENTRIES_OF_ALL + 1):
            knock(f"10.0.{number // 250}.{number % 250}")
        for number in range(repeated_refusals.ENTRIES_PER_SOURCE + 50):
            probe(number)
    probed = AuditEntry.objects.filter(event="alert.view", actor_id="ada").order_by("sequence")
    assert probed.count() == repeated_refusals.ENTRIES_PER_SOURCE
    assert Repeat.objects.get(source="").objects_of == ["person:ada"]  # the strangers' one
    with clock.set_to(start + repeated_refusals.COUNTING_PERIOD):
        repeated_refusals.record_counts()
    count = probed.latest("sequence").leaf
    assert count is not None
    assert (count.details["repeated"], count.details["objects"]) == (
        50,
        [f"alert:{number}" for number in range(repeated_refusals.ENTRIES_PER_SOURCE, 70)],
    )
