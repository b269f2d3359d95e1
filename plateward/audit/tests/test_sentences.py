"""Each entry is one sentence for people."""

import pytest

from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.audit.models import AuditEntry

ADA = Actor("person", "ada", "Ada Archuleta")


def test_every_event_has_words_of_its_own() -> None:
    labels = [event.label for event in Event]
    assert len({*labels}) == len(labels)
    assert all(label[:1].isupper() and label == label.strip(". ") for label in labels)


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.9", "AU-3")
def test_an_entry_says_what_was_done_by_whom_to_what_and_how_it_ended() -> None:
    record(ADA, Event.SEARCH_ASK, "search:3", outcome="refused", clause="6.a.iii", reason="No such case.")
    record(ADA, Event.PERSON_LOGOUT, "")
    *_, refused, done = AuditEntry.objects.order_by("sequence")
    assert refused.sentence == "Search requested by Ada Archuleta: search 3; refused under clause 6.a.iii."
    assert done.sentence == "Log-out by Ada Archuleta."
    done.event, done.actor_name = "later.act", ""
    assert done.sentence == "later.act by somebody not logged in."
