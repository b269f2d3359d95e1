"""Each entry is one sentence for people."""

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event, attempt_of
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry

ADA = Actor("person", "ada", "Ada Archuleta")


def test_every_event_has_words_of_its_own() -> None:
    labels = [event.label for event in Event]
    assert len({*labels}) == len(labels)
    assert all(label[:1].isupper() and label == label.strip(". ") for label in labels)


@pytest.mark.parametrize(
    ("event", "attempt"),
    [
        (Event.ORDER_SIGN, "tried to sign destruction order"),
        (Event.ACCESS_APPROVE, "tried to approve access"),
        (Event.ACCESS_DENY, "tried to deny access"),
        (Event.ACCESS_WITHDRAW, "tried to withdraw access request"),
        (Event.ALERT_DISPOSE, "tried to close alert with a disposition"),
        (Event.ALERT_OVERRIDE, "tried to override missing checks in imminent danger"),
        (Event.CALL_ADD, "tried to add alert to a call"),
        (Event.DEMS_CONFIRM, "tried to confirm DEMS export"),
        (Event.SYSTEM_STOP, "tried to stop hub"),
        (Event.TOKEN_MAKE, "tried to make API token"),
        (Event.PERSON_LOGIN, ""),
    ],
)
def test_what_was_not_done_is_said_as_an_attempt(event: Event, attempt: str) -> None:
    assert attempt_of(event.label) == attempt


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.9/entries", "AU-3/fields")
def test_an_entry_says_what_was_done_by_whom_to_what_and_how_it_ended() -> None:
    record(ADA, Event.SEARCH_ASK, "search:3", outcome="refused", clause="6.a.iii", reason="No such case.")
    record(ADA, Event.PERSON_LOGOUT, "")
    *_, refused, done = AuditEntry.objects.order_by("sequence")
    assert (
        refused.sentence == "Ada Archuleta tried to request search: search 3; refused under clause 6.a.iii."
    )
    assert done.sentence == "Log-out by Ada Archuleta."
    done.event, done.actor_name = "later.act", ""
    assert done.sentence == "later.act by somebody not logged in."
